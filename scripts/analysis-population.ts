/**
 * A synthetic population for measuring how analyses read a store: outcomes of all checks, block by
 * block in arrays that are made once and patched night by night. The figures are nobody's.
 */

import { DMARC_CLASSES, MX_CLASSES, SPF_CLASSES } from '../src/statistics/layout.ts';
import type { BlockResult } from '../src/survey/ports.ts';
import type { Draw } from './seeded-draws.ts';

/** Of the domains, each night. */
const CHANGED_SHARE = 0.003;
const FAILED_SHARE = 0.001;

const OPERATORS = 400;

const whole = (draw: Draw, limit: number): number => Math.floor(draw() * limit);

/** One check's outcomes of a block; night after night the same arrays, patched. */
export interface MutableColumn {
  readonly check: string;
  readonly classes: number[];
  readonly reasons: number[];
  readonly flags: number[];
  readonly bodies: (string | null)[];
}

export type MutableBlock = Omit<
  BlockResult,
  'runId' | 'existence' | 'existenceReasons' | 'checks'
> & {
  runId: number;
  readonly existence: number[];
  readonly existenceReasons: number[];
  readonly mx: MutableColumn;
  readonly spf: MutableColumn;
  readonly dmarc: MutableColumn;
  readonly checks: readonly MutableColumn[];
};

interface Outcome {
  readonly class: string;
  readonly flags: number;
  readonly body: string | null;
}

function mxOf(id: number, draw: Draw): Outcome {
  const kind = draw();
  if (kind < 0.2) return { class: 'none', flags: 0, body: null };
  if (kind < 0.22) return { class: 'null', flags: 0, body: '[["0 ."],[0]]' };
  // Some large hosts name exchanges by the customer, and a few domains serve themselves.
  const operator = Math.floor(OPERATORS * draw() ** 3);
  const host =
    kind < 0.7
      ? `mx.host${operator}.net`
      : kind < 0.9
        ? `c${id}.mail.host${operator % 8}.net`
        : `mail.d${id}.example`;
  return { class: 'present', flags: 0, body: JSON.stringify([[`10 ${host}`], [1, host]]) };
}

const SPF_TERMINALS = ['minus_all', 'tilde_all', 'tilde_all', 'question_all', 'no_all'];

function spfOf(id: number, draw: Draw): Outcome {
  if (draw() < 0.4) return { class: 'absent', flags: 0, body: null };
  const terminal = SPF_TERMINALS[whole(draw, SPF_TERMINALS.length)] ?? 'no_all';
  const text =
    draw() < 0.6
      ? `v=spf1 include:_spf.host${Math.floor(OPERATORS * draw() ** 3)}.net ~all`
      : `v=spf1 ip4:10.${id >> 16}.${(id >> 8) & 255}.${id & 255} mx -all`;
  return { class: terminal, flags: 1, body: JSON.stringify([[text], [terminal, 1, 0]]) };
}

/** `any`, `own`, `valid_own`, `rua`, and the effective policy. */
const DMARC_BITS: Readonly<Record<string, number>> = {
  none: 7,
  quarantine: 7 | (1 << 11) | (1 << 12),
  reject: 7 | (1 << 11) | (1 << 13),
};
const RUA_BIT = 1 << 4;
const DMARC_STEPS = ['absent', 'none', 'none', 'quarantine', 'reject'];

function dmarcOf(id: number, draw: Draw, adoption: number): Outcome {
  if (draw() >= adoption) return { class: 'absent', flags: 0, body: null };
  const policy = DMARC_STEPS[1 + whole(draw, DMARC_STEPS.length - 1)] ?? 'none';
  const kind = draw();
  const operator = Math.floor(OPERATORS * draw() ** 3);
  const rua =
    kind < 0.4
      ? ''
      : kind < 0.8
        ? ` rua=mailto:d${id % 5000}@reports${operator}.org;`
        : ` rua=mailto:dmarc@d${id}.example;`;
  const bits = DMARC_BITS[policy] ?? 0;
  const cells = ['own', policy, null, null, null, null, null, null, null, rua === '' ? 0 : 1];
  return {
    class: policy,
    flags: rua === '' ? bits : bits | RUA_BIT,
    body: JSON.stringify([[`v=DMARC1; p=${policy};${rua}`], cells]),
  };
}

const CLASSES = { mx: MX_CLASSES, spf: SPF_CLASSES, dmarc: DMARC_CLASSES } as const;

type CheckName = keyof typeof CLASSES;

function set(column: MutableColumn, at: number, outcome: Outcome): void {
  const classIndex = CLASSES[column.check as CheckName].indexOf(outcome.class);
  if (classIndex < 0) throw new RangeError(`${column.check} has no class ${outcome.class}`);
  column.classes[at] = classIndex;
  column.reasons[at] = 0;
  column.flags[at] = outcome.flags;
  column.bodies[at] = outcome.body;
}

const emptyColumn = (check: CheckName): MutableColumn => ({
  check,
  classes: [],
  reasons: [],
  flags: [],
  bodies: [],
});

export function blockOf(block: number, ids: readonly number[], draw: Draw): MutableBlock {
  const zeros = () => ids.map(() => 0);
  const [mx, spf, dmarc] = [emptyColumn('mx'), emptyColumn('spf'), emptyColumn('dmarc')];
  const existence = zeros();
  for (const [i, id] of ids.entries()) {
    if (draw() < 0.06) {
      existence[i] = 1;
      for (const column of [mx, spf, dmarc])
        set(column, i, { class: 'nxdomain', flags: 0, body: null });
      continue;
    }
    set(mx, i, mxOf(id, draw));
    set(spf, i, spfOf(id, draw));
    set(dmarc, i, dmarcOf(id, draw, 0.3));
  }
  return {
    ...{ runId: 0, block, pass: 1, ids, existence, existenceReasons: zeros() },
    ...{ attempts: ids.map(() => 1), mx, spf, dmarc, checks: [mx, spf, dmarc] },
    ...{ sharedAnswers: [], queries: 4 * ids.length, measuredAtMs: 0, durationMs: 1 },
  };
}

/** Patches one night's changes into the blocks and gives what takes its failures back. */
export function nextNight(
  blocks: readonly MutableBlock[],
  domains: number,
  draw: Draw,
): () => void {
  const some = () => {
    const block = blocks[whole(draw, blocks.length)] as MutableBlock;
    return { block, at: whole(draw, block.ids.length) };
  };
  for (let left = Math.round(domains * CHANGED_SHARE); left > 0; left--) {
    const { block, at } = some();
    const id = block.ids[at] as number;
    if (block.existence[at] !== 0) continue;
    const kind = draw();
    if (kind < 0.7) set(block.dmarc, at, dmarcOf(id, draw, 0.7));
    else if (kind < 0.9) set(block.spf, at, spfOf(id, draw));
    else set(block.mx, at, mxOf(id, draw));
  }
  const undo: (() => void)[] = [];
  for (let left = Math.round(domains * FAILED_SHARE); left > 0; left--) {
    const { block, at } = some();
    if (block.existence[at] === 2) continue;
    undo.push(fail(block, at));
  }
  return () => {
    for (const takeBack of undo) takeBack();
  };
}

/** Reason `timeout`. */
const TIMEOUT_REASON = 4;

function fail(block: MutableBlock, at: number): () => void {
  const existence = block.existence[at] as number;
  const kept = block.checks.map(({ classes, flags, bodies }) => ({
    class: classes[at] as number,
    flags: flags[at] as number,
    body: bodies[at] as string | null,
  }));
  block.existence[at] = 2;
  block.existenceReasons[at] = TIMEOUT_REASON;
  for (const column of block.checks) {
    set(column, at, { class: 'error_timeout', flags: 0, body: null });
    column.reasons[at] = TIMEOUT_REASON;
  }
  return () => {
    block.existence[at] = existence;
    block.existenceReasons[at] = 0;
    for (const [c, column] of block.checks.entries()) {
      const before = kept[c] as (typeof kept)[number];
      column.classes[at] = before.class;
      column.reasons[at] = 0;
      column.flags[at] = before.flags;
      column.bodies[at] = before.body;
    }
  };
}
