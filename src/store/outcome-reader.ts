/**
 * Outcomes as of a run: the newest rows up to it, or the default where there is none. An outage that
 * lasts is `unknown` with what was seen of it, never the last known state in its place.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Cell } from '../checks/check.ts';
import { FAILURES, type FailureReason } from '../dns/talk.ts';
import type { StoredCheck } from './check-catalog.ts';
import { addMember, blockOf, isMember, type Members, noMembers, slotOf } from './pack.ts';

/** One check of one domain in one run. */
export interface CheckOutcome {
  readonly class: string;
  /** False when there was no definitive answer. */
  readonly isKnown: boolean;
  /** Why not; undefined for a definitive outcome. */
  readonly reason: FailureReason | undefined;
  /** Bits of `Check.flagNames`. */
  readonly flags: number;
  readonly records: readonly string[];
  /** In the order of `Check.columns`; empty cells at the end are left out. */
  readonly cells: readonly Cell[];
}

/** A stored row, of an observation (reason 0) or an outage; an array, because it is read by million. */
export type StoredOutcome = readonly [
  checkId: number,
  runId: number,
  reason: number,
  classIndex: number,
  flags: number,
  bodyId: number | null,
];

interface Body {
  readonly records: readonly string[];
  readonly cells: readonly Cell[];
}

const EMPTY_BODY: Body = { records: [], cells: [] };

/** Bodies kept parsed: those that many domains share. */
const MAX_REMEMBERED_BODIES = 8192;

export class OutcomeReader {
  readonly #observations: Statement<[number, number], StoredOutcome>;
  readonly #outages: Statement<[number, number], StoredOutcome>;
  readonly #text: Statement<[number], string>;
  readonly #failed: ReadonlyMap<number, Members>;
  readonly #bodies = new Map<number, Body>();

  constructor(db: Database) {
    this.#observations = db
      .prepare<[number, number], StoredOutcome>(
        `SELECT check_id, run_id, 0, class, flags, body_id FROM observation
         WHERE domain_id = ? AND run_id <= ? ORDER BY check_id, run_id`,
      )
      .raw();
    this.#outages = db
      .prepare<[number, number], StoredOutcome>(
        `SELECT check_id, run_id, reason, class, flags, body_id FROM outage
         WHERE domain_id = ? AND run_id <= ? ORDER BY check_id, run_id`,
      )
      .raw();
    this.#failed = readFailed(db);
    this.#text = db.prepare<[number], string>('SELECT text FROM record WHERE id = ?').pluck();
  }

  /** Definitive outcomes and outages of a domain up to a run, each by check and run. */
  rows(
    domainId: number,
    runId: number,
  ): { readonly observations: StoredOutcome[]; readonly outages: StoredOutcome[] } {
    const members = this.#failed.get(blockOf(domainId));
    const hasFailed = members !== undefined && isMember(members, slotOf(domainId));
    return {
      observations: this.#observations.all(domainId, runId),
      outages: hasFailed ? this.#outages.all(domainId, runId) : [],
    };
  }

  /** What holds as of a run, by check id; a check without a row has its default outcome. */
  newest(domainId: number, runId: number): Map<number, StoredOutcome> {
    const { observations, outages } = this.rows(domainId, runId);
    const newest = new Map<number, StoredOutcome>();
    for (const row of observations) newest.set(row[0], row);
    if (outages.length === 0) return newest;
    const failing = new Map<number, StoredOutcome>();
    for (const row of outages) failing.set(row[0], row);
    for (const [checkId, row] of failing) if (row[2] !== 0) newest.set(checkId, row);
    return newest;
  }

  /** `row` undefined is the default outcome. */
  outcome(check: StoredCheck, row: StoredOutcome | undefined): CheckOutcome {
    const [, , reason, classIndex, flags, bodyId] = row ?? [0, 0, 0, check.defaultClass, 0, null];
    const className = classIndex === undefined ? undefined : check.classes[classIndex];
    if (className === undefined) throw new RangeError(`${check.name}: a domain without an outcome`);
    const { records, cells } = this.#body(bodyId);
    return {
      class: className,
      isKnown: reason === 0,
      reason: reasonOf(reason),
      flags,
      records,
      cells,
    };
  }

  #body(id: number | null): Body {
    if (id === null) return EMPTY_BODY;
    const known = this.#bodies.get(id);
    if (known !== undefined) return known;
    const body = readBody(this.#text.get(id) ?? '[]');
    if (this.#bodies.size >= MAX_REMEMBERED_BODIES) this.#bodies.clear();
    this.#bodies.set(id, body);
    return body;
  }
}

/** 0 is a definitive outcome, else 1 + index into FAILURES. */
export const reasonOf = (reason: number): FailureReason | undefined => FAILURES[reason - 1];

function readBody(text: string): Body {
  const [records = [], cells = []] = JSON.parse(text) as [string[]?, (Cell | null)[]?];
  return { records, cells: cells.map((cell) => cell ?? undefined) };
}

/** Which domains ever had an outage: one bit each spares most domains the look-up. */
function readFailed(db: Database): Map<number, Members> {
  const failed = new Map<number, Members>();
  const ids = db.prepare<[], number>('SELECT DISTINCT domain_id FROM outage').pluck().iterate();
  for (const id of ids) {
    const members = failed.get(blockOf(id)) ?? noMembers();
    failed.set(blockOf(id), members);
    addMember(members, slotOf(id));
  }
  return failed;
}
