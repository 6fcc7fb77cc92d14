/**
 * Nights for analysis: every target of a run by its profile, each distinct profile once. All nights
 * are read by one scan of the changes, block by block, so that memory is 4 octets a domain and night
 * and the tables. What holds as of a run is what `outcome-reader.ts` says: the newest definitive row
 * or the default, and in its place an outage that lasts.
 */
import type { Database } from 'better-sqlite3';
import { FIRST_PROFILE, type NightProfiles, NOT_ASKED } from '../statistics/night-profiles.ts';
import type { CheckProfile, Profile } from '../statistics/profile.ts';
import { BLOCK_SIZE, type RunRow } from '../survey/ports.ts';
import { BlockMembership, extentOf, type RunBlock } from './block-membership.ts';
import { type ChangeRows, ChangeStatement } from './change-rows.ts';
import { readChecks, type StoredCheck } from './check-catalog.ts';
import { isMember } from './pack.ts';
import { wide } from './packed-rows.ts';
import { checksOfRun, readRun } from './run-rows.ts';
import { EXISTENCE_CHECK_ID } from './schema.ts';

/** Nights in the order of `runIds`. Throws SurveyError for a run that the store does not have. */
export function nightProfiles(db: Database, runIds: readonly number[]): NightProfiles[] {
  // One transaction is one snapshot: a survey may be writing.
  return db.transaction(() => readNights(db, runIds))();
}

function readNights(db: Database, runIds: readonly number[]): NightProfiles[] {
  const { blocks, ids } = extentOf(db);
  const checks = [...readChecks(db).values()];
  const inOrder = [...new Set(runIds)].sort((a, b) => a - b);
  const nights = inOrder.map((runId) => new Night(db, readRun(db, runId), checks, ids));
  const changes = new ChangeReader(db, inOrder);
  const membership = new BlockMembership(db);
  for (let block = 0; block < blocks; block++) {
    const planned = nights.map(({ run }) => membership.of(run.id, block));
    if (planned.every((of) => of === undefined)) continue;
    if (planned.some((of) => of?.isDone)) changes.read(block, nights);
    for (const [n, night] of nights.entries()) {
      const own = planned[n];
      if (own !== undefined) night.take(block, own);
    }
  }
  const byRun = new Map(nights.map((night) => [night.run.id, night.finish()]));
  return runIds.map((runId) => byRun.get(runId) as NightProfiles);
}

/**
 * An outcome as one number below 2^53: class, whether it is unknown, flags (30 bits at most).
 * `NO_OUTCOME` where there is no row and no default, or no outage.
 */
type Code = number;

const NO_OUTCOME: Code = -1;
const MAX_CLASSES = 2 ** 12;

const codeOf = (classIndex: number, isUnknown: boolean, flags: number): Code =>
  (flags * 2 + (isUnknown ? 1 : 0)) * MAX_CLASSES + classIndex;

/** What is known of one check in one block, by slot. */
interface Column {
  readonly check: StoredCheck;
  readonly definitive: Float64Array;
  readonly outages: Float64Array;
}

/** Rows of one block up to the last of the runs, entered into every night that they hold for. */
class ChangeReader {
  readonly #observations: ChangeStatement;
  readonly #outages: ChangeStatement;
  readonly #runIds: readonly number[];

  constructor(db: Database, runIds: readonly number[]) {
    this.#runIds = runIds;
    const columns = ['class', wide('flags')];
    const lastRun = runIds.at(-1) ?? 0;
    this.#observations = new ChangeStatement(db, 'observation', columns, { lastRun });
    this.#outages = new ChangeStatement(db, 'outage', ['reason', ...columns], { lastRun });
  }

  read(block: number, nights: readonly Night[]): void {
    for (const night of nights) night.clear();
    this.#enter(this.#observations.rows(block), nights, 'definitive');
    this.#enter(this.#outages.rows(block), nights, 'outages');
  }

  /** Rows of one domain and check come by run: the newest is entered last. */
  #enter(rows: ChangeRows, nights: readonly Night[], into: 'definitive' | 'outages'): void {
    const isOutage = into === 'outages';
    const { rest } = rows;
    while (rows.advance()) {
      const { slot, checkId, runId } = rows;
      const isOver = isOutage && rest.next() === 0;
      const code = codeOf(rest.next(), isOutage, rest.nextWide());
      for (let n = nights.length - 1; n >= 0 && runId <= (this.#runIds[n] as number); n--) {
        const column = (nights[n] as Night).columns[checkId];
        if (column !== undefined) column[into][slot] = isOver ? NO_OUTCOME : code;
      }
    }
  }
}

/** One night under way. */
class Night {
  readonly run: RunRow;
  /** By id of the check; of those that the run asked, existence among them. */
  readonly columns: readonly (Column | undefined)[];
  readonly #asked: readonly Column[];
  readonly #ofDomain: Uint32Array;
  readonly #profiles: Profile[] = [];
  readonly #root = new Branch();

  constructor(db: Database, run: RunRow, checks: readonly StoredCheck[], ids: number) {
    this.run = run;
    this.#ofDomain = new Uint32Array(ids);
    const existence = checks.filter(({ id }) => id === EXISTENCE_CHECK_ID);
    this.#asked = [...existence, ...checksOfRun(db, run.id).values()].map((check) => ({
      check,
      definitive: new Float64Array(BLOCK_SIZE),
      outages: new Float64Array(BLOCK_SIZE),
    }));
    const columns: (Column | undefined)[] = [];
    for (const column of this.#asked) columns[column.check.id] = column;
    this.columns = columns;
  }

  clear(): void {
    for (const { check, definitive, outages } of this.#asked) {
      const { defaultClass } = check;
      definitive.fill(defaultClass === undefined ? NO_OUTCOME : codeOf(defaultClass, false, 0));
      outages.fill(NO_OUTCOME);
    }
  }

  /** Enters the targets of a block whose changes were read. */
  take(block: number, { members, isDone }: RunBlock): void {
    // What a run that ended early did not ask was left out like the rest of a sample.
    if (!isDone && this.run.status === 'finished') return;
    const first = block * BLOCK_SIZE;
    const end = Math.min(BLOCK_SIZE, this.#ofDomain.length - first);
    for (let slot = 0; slot < end; slot++) {
      if (!isMember(members, slot)) continue;
      this.#ofDomain[first + slot] = isDone ? FIRST_PROFILE + this.#profileOf(slot) : NOT_ASKED;
    }
  }

  finish(): NightProfiles {
    const { id, night } = this.run;
    return { runId: id, night, profiles: this.#profiles, ofDomain: this.#ofDomain };
  }

  #profileOf(slot: number): number {
    let branch = this.#root;
    for (let c = 0; c < this.#asked.length; c++) {
      const { definitive, outages } = this.#asked[c] as Column;
      const outage = outages[slot] as Code;
      branch = branch.at(outage === NO_OUTCOME ? (definitive[slot] as Code) : outage);
    }
    if (branch.profile < 0) {
      branch.profile = this.#profiles.length;
      this.#profiles.push(this.#readProfile(slot));
    }
    return branch.profile;
  }

  #readProfile(slot: number): Profile {
    let existence: Profile['existence'] = 'unknown';
    const seen: Record<string, CheckProfile> = {};
    for (const { check, definitive, outages } of this.#asked) {
      const outage = outages[slot] as Code;
      const profile = readCode(check, outage === NO_OUTCOME ? (definitive[slot] as Code) : outage);
      if (check.id === EXISTENCE_CHECK_ID) existence = profile.class as Profile['existence'];
      else seen[check.name] = profile;
    }
    return { existence, checks: seen };
  }
}

function readCode({ name, classes }: StoredCheck, code: Code): CheckProfile {
  const className = classes[code % MAX_CLASSES];
  if (className === undefined) throw new RangeError(`${name}: a domain without an outcome`);
  const rest = Math.floor(code / MAX_CLASSES);
  return { class: className, isKnown: rest % 2 === 0, flags: Math.floor(rest / 2) };
}

/** What follows from the outcomes so far; one level a check. */
class Branch {
  profile = -1;
  readonly #next = new Map<Code, Branch>();

  at(code: Code): Branch {
    let next = this.#next.get(code);
    if (next === undefined) {
      next = new Branch();
      this.#next.set(code, next);
    }
    return next;
  }
}
