/**
 * A year of nights over a small population, written by the real writer, and the model it was written
 * from: what a reader gives of the store can be held against the model, which never was in a file.
 */
import { createHash } from 'node:crypto';
import { type Draw, drawsFrom } from '../../scripts/seeded-draws.ts';
import {
  DMARC_CLASSES,
  DMARC_FLAGS,
  MX_CLASSES,
  SPF_CLASSES,
} from '../../src/statistics/layout.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { ListRow } from '../../src/survey/ports.ts';
import {
  accounting,
  config,
  type DomainState,
  entry,
  type Outcome,
  PROVENANCE,
  resultOf,
} from './fixture.ts';

export interface ListedName {
  readonly name: string;
  readonly rank: number | undefined;
  readonly labels: readonly (string | undefined)[];
}

export interface ModelList {
  readonly row: ListRow;
  readonly names: ReadonlyMap<string, ListedName>;
}

export interface ModelNight {
  readonly runId: number;
  readonly night: string;
  readonly lists: readonly ModelList[];
  readonly checks: readonly string[];
  /** False for a run that was aborted before a block was done. */
  readonly isDone: boolean;
  /** By name; of every name, listed or not. */
  readonly states: ReadonlyMap<string, DomainState>;
}

export interface Year {
  readonly names: readonly string[];
  readonly nights: readonly ModelNight[];
}

const flags = (...names: readonly string[]): number =>
  names.reduce((bits, name) => bits | (1 << DMARC_FLAGS.indexOf(name)), 0);

export const ANY = flags('any');
export const VALID_OWN = flags('valid_own');

const pick = <Value>(draw: Draw, values: readonly Value[]): Value =>
  values[Math.floor(draw() * values.length)] as Value;

const outcome = (
  classes: readonly string[],
  name: string,
  bits: number,
  body: string | null,
): Outcome => ({ class: classes.indexOf(name), reason: 0, flags: bits, body });

/** Policies with what else a record has; each class of DMARC comes up. */
function dmarcOf(name: string, draw: Draw): Outcome {
  const kind = draw();
  if (kind < 0.35) return outcome(DMARC_CLASSES, 'absent', 0, null);
  if (kind < 0.4) return outcome(DMARC_CLASSES, 'nxdomain', 0, null);
  if (kind < 0.45) return outcome(DMARC_CLASSES, 'invalid', ANY, '[["v=DMARC1; p=x"]]');
  if (kind < 0.5) {
    const two = '[["v=DMARC1; p=none; rua=mailto:a@two.example","v=DMARC1; p=reject"]]';
    return outcome(DMARC_CLASSES, 'multiple', ANY, two);
  }
  if (kind < 0.55) return outcome(DMARC_CLASSES, 'reject', 0, '[[],["org","reject"]]');
  const policy = pick(draw, ['none', 'none', 'quarantine', 'reject']);
  const rua = pick(draw, [
    '',
    ' rua=mailto:x@reports.vendor.example;',
    ` rua=mailto:x@${name};`,
    ` rua=mailto:a@in.vendor.example,mailto:b@${name}!10m,mailto:c@other.co.jp;`,
  ]);
  const enforced = policy === 'none' ? 0 : flags('enforce_strict', `effective_${policy}`);
  const bits = flags('any', 'own', 'valid_own') | enforced | (rua === '' ? 0 : flags('rua'));
  const body = JSON.stringify([[`v=DMARC1; p=${policy};${rua}`], ['own', policy]]);
  return outcome(DMARC_CLASSES, policy, bits, body);
}

function mxOf(name: string, draw: Draw): Outcome {
  const kind = draw();
  if (kind < 0.2) return outcome(MX_CLASSES, 'none', 0, null);
  if (kind < 0.3) return outcome(MX_CLASSES, 'null', 0, '[["0 ."],[0]]');
  const records = pick(draw, [
    ['10 mx1.host.example', '20 mx.backup.example'],
    [`5 mail.${name}`],
    ['10 aspmx.big.co.jp'],
    ['0 .', '10 late.host.example'],
  ]);
  const hasRoot = records[0] === '0 .';
  const className = hasRoot ? 'null_mixed' : 'present';
  return outcome(MX_CLASSES, className, 0, JSON.stringify([records, [records.length]]));
}

function spfOf(draw: Draw): Outcome {
  const name = pick(draw, ['absent', 'minus_all', 'tilde_all', 'permerror_lookups', 'plus_all']);
  if (name === 'absent') return outcome(SPF_CLASSES, name, 0, null);
  return outcome(SPF_CLASSES, name, pick(draw, [1, 3, 5]), `[["v=spf1 ${name}"],["${name}",1]]`);
}

const CLASSES = { mx: MX_CLASSES, spf: SPF_CLASSES, dmarc: DMARC_CLASSES } as const;

function failed(check: keyof typeof CLASSES, draw: Draw): Outcome {
  const name = pick(draw, ['error_servfail', 'error_timeout']);
  // A walk may fail above an own record, which was seen then.
  const bits = check === 'mx' ? 0 : pick(draw, [0, 0, 1]);
  const body = bits === 0 ? null : '[["v=DMARC1; p=none; rua=mailto:a@unseen.example"]]';
  const reason = pick(draw, [1, 4]);
  return { class: CLASSES[check].indexOf(name), reason, flags: bits, body };
}

/** One name's life: definitive outcomes that change now and then, failures that last some nights. */
class Life {
  readonly #name: string;
  readonly #draw: Draw;
  #definitive: DomainState;
  readonly #failing = new Map<string, { left: number; outcome: Outcome }>();

  constructor(name: string, draw: Draw) {
    this.#name = name;
    this.#draw = draw;
    this.#definitive = this.#all();
  }

  #all(): DomainState {
    return {
      existence: this.#draw() < 0.08 ? 1 : 0,
      existenceReason: 0,
      attempts: pick(this.#draw, [1, 1, 1, 2, 0]),
      checks: {
        mx: mxOf(this.#name, this.#draw),
        spf: spfOf(this.#draw),
        dmarc: dmarcOf(this.#name, this.#draw),
      },
    };
  }

  next(): DomainState {
    const draw = this.#draw;
    const fresh = this.#all();
    const { checks, ...rest } = this.#definitive;
    const changed = Object.fromEntries(
      Object.entries(checks).map(([check, old]) => [
        check,
        draw() < 0.015 ? (fresh.checks[check] as Outcome) : old,
      ]),
    );
    const existence = draw() < 0.005 ? fresh.existence : rest.existence;
    this.#definitive = { ...rest, existence, checks: changed };
    const seen: Record<string, Outcome> = {};
    for (const [check, known] of Object.entries(changed)) seen[check] = this.#maybe(check, known);
    if (draw() >= 0.01) return { ...this.#definitive, checks: seen };
    return { ...this.#definitive, existence: 2, existenceReason: 4, checks: seen };
  }

  #maybe(check: string, known: Outcome): Outcome {
    let failing = this.#failing.get(check);
    if (failing === undefined && this.#draw() < 0.01) {
      const left = 1 + Math.floor(this.#draw() * 5);
      failing = { left, outcome: failed(check as keyof typeof CLASSES, this.#draw) };
      this.#failing.set(check, failing);
    }
    if (failing === undefined) return known;
    failing.left--;
    if (failing.left <= 0) this.#failing.delete(check);
    return failing.outcome;
  }
}

/** A list with ranks and the label columns that are given. */
export function addRichList(
  store: StoreWriter,
  name: string,
  listed: readonly ListedName[],
  labelColumns: readonly string[],
  hasRanks = true,
): ModelList {
  const stage = store.stageList();
  for (const { name: one, rank, labels } of listed) stage.add(entry(one, { rank, labels }));
  const targets = stage.settle();
  const sha256 = createHash('sha256')
    .update(JSON.stringify([name, listed]))
    .digest('hex');
  const head = { name, sha256, optionsKey: name, labelColumns, hasRanks };
  const row = stage.commit({ ...head, accounting: accounting(targets) });
  return { row, names: new Map(listed.map((one) => [one.name, one])) };
}

const SECTORS = ['bank', 'school', 'town hall', undefined];
const HOSTILE = ['=1+1', '\u001b[31m', '__proto__', 'a,b / c', undefined];

function someList(store: StoreWriter, at: number, names: readonly string[], draw: Draw): ModelList {
  const listed = names
    .filter(() => draw() < 0.7)
    .map((name) => ({
      name,
      rank: draw() < 0.8 ? 1 + Math.floor(draw() ** 4 * 2_000_000) : undefined,
      labels: [pick(draw, SECTORS), pick(draw, HOSTILE)],
    }));
  return addRichList(store, `list ${at % 3}`, listed, ['sector', 'org']);
}

const TLDS = ['com', 'jp', 'co.jp', 'go.jp', 'nl'];
const DAY_MS = 86_400_000;

export interface YearOptions {
  readonly nights: number;
  readonly names: number;
  readonly seed: number;
}

/** Lists come and go by the month, some runs are aborted, some ask fewer checks. */
export function writeYear(store: StoreWriter, options: YearOptions): Year {
  const { nights: length, names: count } = options;
  const draw = drawsFrom(options.seed);
  const names = Array.from({ length: count }, (_, i) => `d${i}.${TLDS[i % TLDS.length]}`);
  const lives = new Map(names.map((name) => [name, new Life(name, draw)]));
  const known: ModelList[] = [];
  let lists: readonly ModelList[] = [];
  const nights: ModelNight[] = [];
  for (let n = 0; n < length; n++) {
    if (n % 30 === 0) known.push(someList(store, known.length, names, draw));
    if (n % 15 === 0 || lists.length === 0)
      lists = known.slice(-3).filter((_, at) => at === 0 || draw() < 0.6);
    const states = new Map([...lives].map(([name, life]) => [name, life.next()]));
    const checks = draw() < 0.04 ? pick(draw, [['dmarc'], ['mx', 'spf']]) : ['mx', 'spf', 'dmarc'];
    const isDone = draw() >= 0.03;
    const night = new Date(Date.UTC(2025, 0, 1) + n * DAY_MS).toISOString().slice(0, 10);
    const listIds = lists.map(({ row }) => row.id);
    const run = store.planRun({
      ...{ night, config: config(listIds, { checks }), provenance: PROVENANCE },
      startedAtMs: n,
    });
    if (isDone) {
      for (const { block, pass } of store.openBlocks(run.id)) {
        const stateOf = (name: string) => states.get(name) as DomainState;
        store.writeBlock(resultOf(store.loadBlock(run.id, block, pass), checks, stateOf));
      }
      store.finishRun(run.id, n);
    } else store.abortRun(run.id);
    nights.push({ runId: run.id, night, lists, checks, isDone, states });
  }
  return { names, nights };
}

export const isTarget = ({ lists }: ModelNight, name: string): boolean =>
  lists.some((list) => list.names.has(name));
