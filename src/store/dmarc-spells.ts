/**
 * How long each domain stayed in which DMARC state, over many nights, from the change rows alone: what
 * life tables are made of. One domain at a time; a block's rows are in memory.
 */
import type { Database } from 'better-sqlite3';
import { DMARC_FLAGS } from '../statistics/layout.ts';
import type { LifeState, StateSpell } from '../statistics/life-tables.ts';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import { BLOCK_SIZE } from '../survey/ports.ts';
import { BlockMembership, extentOf } from './block-membership.ts';
import { type ChangeRows, ChangeStatement } from './change-rows.ts';
import { readChecks, type StoredCheck } from './check-catalog.ts';
import { isMember, type Members } from './pack.ts';
import { type PackedRows, wide } from './packed-rows.ts';
import { readRun } from './run-rows.ts';

/** One domain that was a target in at least one wave. */
export interface DomainSpells {
  readonly id: number;
  /** Of the keys given; empty without keys. */
  readonly segments: readonly string[];
  /**
   * Ascending and disjoint, neighbours differ or do not touch; a wave in none of them had the domain
   * as no target. A wave that did not ask it, or not for DMARC, is `unknown`.
   */
  readonly spells: readonly StateSpell[];
}

/**
 * Waves are numbers into `runIds`, which must ascend. Domains come by id. It needs no snapshot: what
 * stands of a finished run never changes, and of a running one a block that is done.
 */
export function* dmarcSpells(
  db: Database,
  runIds: readonly number[],
  keys?: SegmentKeys,
): Generator<DomainSpells> {
  if (runIds.some((runId, wave) => wave > 0 && runId <= (runIds[wave - 1] as number)))
    throw new RangeError('the runs of waves must ascend');
  const check = readChecks(db).get('dmarc');
  if (check === undefined || runIds.length === 0) return;
  const changes = new StateChanges(db, runIds, check);
  const targets = new TargetSpans(db, runIds);
  const { blocks } = extentOf(db);
  for (let block = 0; block < blocks; block++) {
    const spans = targets.of(block);
    if (spans.length === 0) continue;
    changes.read(block);
    for (let slot = 0; slot < BLOCK_SIZE; slot++) {
      const spells = spellsOf(spans, changes, slot);
      if (spells.length === 0) continue;
      const id = block * BLOCK_SIZE + slot;
      yield { id, segments: keys?.groups[keys.ofDomain[id] ?? 0] ?? [], spells };
    }
  }
}

/** Waves in a row in which a block has the same targets. */
interface TargetSpan {
  readonly members: Members;
  /** Whether the block was asked, and for DMARC. */
  readonly isAsked: boolean;
  readonly fromWave: number;
  toWave: number;
}

class TargetSpans {
  readonly #membership: BlockMembership;
  readonly #runs: readonly { readonly id: number; readonly asksDmarc: boolean }[];

  constructor(db: Database, runIds: readonly number[]) {
    this.#membership = new BlockMembership(db);
    this.#runs = runIds.map((id) => ({
      id,
      asksDmarc: readRun(db, id).config.checks.includes('dmarc'),
    }));
  }

  of(block: number): readonly TargetSpan[] {
    const spans: TargetSpan[] = [];
    for (const [wave, { id, asksDmarc }] of this.#runs.entries()) {
      const planned = this.#membership.of(id, block);
      if (planned === undefined) continue;
      const { members } = planned;
      const isAsked = planned.isDone && asksDmarc;
      const last = spans.at(-1);
      if (last?.toWave === wave - 1 && last.isAsked === isAsked && areEqual(last.members, members))
        last.toWave = wave;
      else spans.push({ members, isAsked, fromWave: wave, toWave: wave });
    }
    return spans;
  }
}

function areEqual(a: Members, b: Members): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const VALID_OWN = 1 << DMARC_FLAGS.indexOf('valid_own');
const ENFORCED: readonly string[] = ['quarantine', 'reject'];

/** A state that holds from a wave on. */
interface Change {
  readonly wave: number;
  readonly state: LifeState;
}

/** The states of a block's domains by wave, outages in the place of what was last known. */
class StateChanges {
  readonly #check: StoredCheck;
  /** First wave whose run is not before a run. */
  readonly #waveOf: Uint32Array;
  readonly #observations: ChangeStatement;
  readonly #outages: ChangeStatement;
  readonly #known: Change[][] = Array.from({ length: BLOCK_SIZE }, () => []);
  readonly #failing: Change[][] = Array.from({ length: BLOCK_SIZE }, () => []);

  constructor(db: Database, runIds: readonly number[], check: StoredCheck) {
    this.#check = check;
    const lastRun = runIds.at(-1) ?? 0;
    this.#waveOf = new Uint32Array(lastRun + 1);
    for (let run = 0, wave = 0; run <= lastRun; run++) {
      if (run > (runIds[wave] as number)) wave++;
      this.#waveOf[run] = wave;
    }
    const which = { lastRun, checkId: check.id };
    const columns = ['class', wide('flags')];
    this.#observations = new ChangeStatement(db, 'observation', columns, which);
    this.#outages = new ChangeStatement(db, 'outage', ['reason'], which);
  }

  read(block: number): void {
    for (const changes of this.#known) changes.length = 0;
    for (const changes of this.#failing) changes.length = 0;
    this.#enter(this.#observations.rows(block), this.#known, (rest) => {
      const classIndex = rest.next();
      return this.#stateOf(classIndex, rest.nextWide());
    });
    this.#enter(this.#outages.rows(block), this.#failing, (rest) =>
      rest.next() === 0 ? 'absent' : 'unknown',
    );
  }

  /**
   * Each wave from which on another state holds, in order; the first is wave 0. Between two outage rows
   * the state is unknown, whatever definitive row stands there.
   */
  of(slot: number): readonly Change[] {
    const known = this.#known[slot] as Change[];
    const failing = this.#failing[slot] as Change[];
    if (failing.length === 0) return known[0]?.wave === 0 ? known : [this.#default(), ...known];
    const waves = new Set([
      0,
      ...known.map(({ wave }) => wave),
      ...failing.map(({ wave }) => wave),
    ]);
    return [...waves]
      .sort((a, b) => a - b)
      .map((wave) => {
        const isFailing = stateAt(failing, wave)?.state === 'unknown';
        const state = isFailing ? 'unknown' : (stateAt(known, wave) ?? this.#default()).state;
        return { wave, state };
      });
  }

  /** Rows of one domain come by run; of several between two waves the last holds. */
  #enter(rows: ChangeRows, into: readonly Change[][], read: (rest: PackedRows) => LifeState): void {
    while (rows.advance()) {
      const state = read(rows.rest);
      const wave = this.#waveOf[rows.runId] as number;
      into[rows.slot]?.push({ wave, state });
    }
  }

  #default(): Change {
    const { defaultClass } = this.#check;
    return { wave: 0, state: defaultClass === undefined ? 'unknown' : 'absent' };
  }

  /** An inherited policy is no record of the name's own. */
  #stateOf(classIndex: number, flags: number): LifeState {
    if ((flags & VALID_OWN) === 0) return 'absent';
    return ENFORCED.includes(this.#check.classes[classIndex] ?? '') ? 'enforced' : 'none';
  }
}

const stateAt = (changes: readonly Change[], wave: number): Change | undefined =>
  changes.findLast((change) => change.wave <= wave);

function spellsOf(
  spans: readonly TargetSpan[],
  changes: StateChanges,
  slot: number,
): readonly StateSpell[] {
  const spells: StateSpell[] = [];
  let states: readonly Change[] | undefined;
  for (const { members, isAsked, fromWave, toWave } of spans) {
    if (!isMember(members, slot)) continue;
    if (!isAsked) {
      append(spells, { state: 'unknown', fromWave, toWave });
      continue;
    }
    states ??= changes.of(slot);
    for (const [i, { wave, state }] of states.entries()) {
      const from = Math.max(wave, fromWave);
      const to = Math.min((states[i + 1]?.wave ?? toWave + 1) - 1, toWave);
      if (from <= to) append(spells, { state, fromWave: from, toWave: to });
    }
  }
  return spells;
}

/** Joins a spell to the one before where it goes on with the same state. */
function append(spells: StateSpell[], spell: StateSpell): void {
  const last = spells.at(-1);
  if (last === undefined || last.state !== spell.state || last.toWave + 1 !== spell.fromWave) {
    spells.push(spell);
    return;
  }
  spells[spells.length - 1] = { ...last, toWave: spell.toWave };
}
