/**
 * Every target of a run as it was in that run, and one domain's changes over all runs. Rows are
 * streamed: one block's plan is 1 kB in memory, a domain's row is gone when the next is asked for.
 */
import type { Database } from 'better-sqlite3';
import type { FailureReason } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import type { EXISTENCE, ListRow } from '../survey/ports.ts';
import { readChecks, type StoredCheck } from './check-catalog.ts';
import { listsOfRun } from './lists.ts';
import { MemberReader, unionOfLists } from './members.ts';
import { type CheckOutcome, OutcomeReader, type StoredOutcome } from './outcome-reader.ts';
import { blockOf, isMember, type Members, slotOf, unpackAttempts } from './pack.ts';
import { checksOfRun, readRuns } from './run-rows.ts';
import { EXISTENCE_CHECK_ID } from './schema.ts';

/** One target of one run. */
export interface DomainRow {
  readonly name: DomainName;
  readonly tld: string;
  readonly registry: string;
  /** Of the first of the run's lists that ranks it. */
  readonly rank: number | undefined;
  /** By column; where lists have a column in common, the first of them decides. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the run's lists that have it. */
  readonly lists: readonly string[];
  /** False while its block is open: then everything below is empty. */
  readonly isAttempted: boolean;
  readonly existence: (typeof EXISTENCE)[number];
  readonly existenceReason: FailureReason | undefined;
  /** Most attempts that one question took; 0 when all came from the cache. */
  readonly attempts: number;
  /** Milliseconds since the epoch, of its block. */
  readonly measuredAtMs: number | undefined;
  /** By check name, of the checks that the run asks. */
  readonly checks: Readonly<Record<string, CheckOutcome>>;
}

/** One change in what is known of a domain. */
export interface HistoryRow extends CheckOutcome {
  readonly runId: number;
  readonly night: string;
  /** `existence`, or a check's name. */
  readonly check: string;
  /** It answers again, and what it answers is as before the outage. */
  readonly isOutageEnd: boolean;
}

interface BlockView {
  readonly members: Members;
  readonly measuredAtMs: number | undefined;
  readonly attempts: Uint16Array | undefined;
}

interface ListView {
  readonly list: ListRow;
  readonly members: ReadonlyMap<number, Members>;
}

type NameRow = [id: number, name: DomainName, registry: string, tld: string];
type BlockRow = [block: number, measuredAt: number | null, isDone: number, attempts: Buffer | null];

/** One row for every target of the run, in bytewise order of names. */
export function* domainRows(db: Database, runId: number): Generator<DomainRow> {
  const checks = [...checksOfRun(db, runId).values()];
  const existence = existenceCheck(db);
  const blocks = readBlocks(db, runId);
  const belonging = new BelongingReader(db, listsOfRun(db, runId));
  const outcomes = new OutcomeReader(db);
  const names = db
    .prepare<[], NameRow>(
      `SELECT d.id, d.name, r.name, t.name FROM domain d
       JOIN segment r ON r.id = d.registry_id JOIN segment t ON t.id = r.parent_id
       ORDER BY d.name`,
    )
    .raw()
    .iterate();
  for (const [id, name, registry, tld] of names) {
    const block = blocks.get(blockOf(id));
    if (block === undefined || !isMember(block.members, slotOf(id))) continue;
    const head = { name, tld, registry, ...belonging.of(id) };
    if (block.attempts === undefined) {
      yield { ...head, ...NOT_ATTEMPTED };
      continue;
    }
    const newest = outcomes.newest(id, runId);
    const exists = outcomes.outcome(existence, newest.get(EXISTENCE_CHECK_ID));
    const seen: Record<string, CheckOutcome> = {};
    for (const check of checks) seen[check.name] = outcomes.outcome(check, newest.get(check.id));
    yield {
      ...head,
      isAttempted: true,
      existence: exists.class as (typeof EXISTENCE)[number],
      existenceReason: exists.reason,
      attempts: block.attempts[slotOf(id)] ?? 1,
      measuredAtMs: block.measuredAtMs,
      checks: seen,
    };
  }
}

const NOT_ATTEMPTED = {
  isAttempted: false,
  existence: 'unknown',
  existenceReason: undefined,
  attempts: 0,
  measuredAtMs: undefined,
  checks: {},
} as const;

function existenceCheck(db: Database): StoredCheck {
  for (const check of readChecks(db).values()) if (check.id === EXISTENCE_CHECK_ID) return check;
  throw new RangeError('the store has no existence check');
}

function readBlocks(db: Database, runId: number): Map<number, BlockView> {
  const reader = new MemberReader(db);
  const rows = db
    .prepare<[number], BlockRow>(
      `SELECT block, measured_at, done_at IS NOT NULL, attempts FROM run_block
       WHERE run_id = ? AND pass = 1`,
    )
    .raw()
    .all(runId);
  const blocks = new Map<number, BlockView>();
  for (const [block, measuredAt, isDone, attempts] of rows) {
    const members = reader.bits(runId, block, 1);
    if (members === undefined) continue;
    blocks.set(block, {
      members,
      measuredAtMs: measuredAt ?? undefined,
      attempts: isDone === 1 ? unpackAttempts(attempts) : undefined,
    });
  }
  return blocks;
}

/** Which of the run's lists have a domain, with what rank and labels. */
class BelongingReader {
  readonly #views: readonly ListView[];
  readonly #member: (listId: number, id: number) => [number | null, string | null] | undefined;

  constructor(db: Database, lists: readonly ListRow[]) {
    this.#views = lists.map((list) => ({ list, members: unionOfLists(db, [list.id]) }));
    const member = db
      .prepare<[number, number], [number | null, string | null]>(
        `SELECT m.rank, l.text FROM list_member m LEFT JOIN label l ON l.id = m.label_id
         WHERE m.list_id = ? AND m.domain_id = ?`,
      )
      .raw();
    this.#member = (listId, id) => member.get(listId, id);
  }

  of(id: number): Pick<DomainRow, 'rank' | 'labels' | 'lists'> {
    let rank: number | undefined;
    // No prototype: columns are named by the list's header, `constructor` too.
    const labels: Record<string, string> = Object.create(null);
    const lists: string[] = [];
    for (const { list, members } of this.#views) {
      const bits = members.get(blockOf(id));
      if (bits === undefined || !isMember(bits, slotOf(id))) continue;
      lists.push(list.name);
      if (!list.hasRanks && list.labelColumns.length === 0) continue;
      const [listRank = null, text = null] = this.#member(list.id, id) ?? [];
      rank ??= listRank ?? undefined;
      if (text !== null) addLabels(list.labelColumns, text, labels);
    }
    return { rank, labels, lists };
  }
}

/** `text` is a JSON array beside the columns; an empty value leaves the column to a later list. */
function addLabels(columns: readonly string[], text: string, labels: Record<string, string>): void {
  const values = JSON.parse(text) as (string | null)[];
  for (const [i, column] of columns.entries()) {
    const value = values[i] ?? '';
    if (value !== '') labels[column] ??= value;
  }
}

/**
 * What changed of one domain, by run and check; empty for a name the store does not have. A check
 * has no entry before it first differed from its default (`absent`, for existence `exists`).
 */
export function readHistory(db: Database, name: string): HistoryRow[] {
  const id = db.prepare<[string], number>('SELECT id FROM domain WHERE name = ?').pluck().get(name);
  if (id === undefined) return [];
  const nights = new Map(readRuns(db).map((run) => [run.id, run.night]));
  const checks = new Map([...readChecks(db).values()].map((check) => [check.id, check]));
  const outcomes = new OutcomeReader(db);
  const { observations, outages } = outcomes.rows(id, Number.MAX_SAFE_INTEGER);
  const rows: HistoryRow[] = [];
  const add = (row: StoredOutcome, runId: number, isOutageEnd: boolean) => {
    const check = checks.get(row[0]);
    if (check === undefined) return;
    const outcome = outcomes.outcome(check, row);
    rows.push({
      runId,
      night: nights.get(runId) ?? '',
      check: check.name,
      isOutageEnd,
      ...outcome,
    });
  };
  for (const row of observations) add(row, row[1], false);
  for (const row of outages) {
    const [checkId, runId, reason] = row;
    if (reason !== 0) {
      add(row, runId, false);
      continue;
    }
    const before = observations.findLast((o) => o[0] === checkId && o[1] <= runId);
    if (before?.[1] === runId) continue;
    const back = before ?? [checkId, runId, 0, checks.get(checkId)?.defaultClass ?? 0, 0, null];
    add(back, runId, true);
  }
  return rows.sort((a, b) => a.runId - b.runId || (a.check < b.check ? -1 : 1));
}
