/**
 * The change rows of one block up to a run, for readers that go through a whole store: definitive
 * outcomes and outages, each in the order of domain, check and run.
 */
import type { Database } from 'better-sqlite3';
import { BlockStatement, type PackedRows, packed } from './packed-rows.ts';

export type ChangeTable = 'observation' | 'outage';

/** Run ids are read as one packed value; so many nights are three thousand years. */
const MAX_RUNS = 2 ** 20;
const MAX_CHECKS = 64;

export interface ChangeChoice {
  /** The newest run whose rows count. */
  readonly lastRun: number;
  readonly checkId?: number;
  /** Of domains that are named with each block: a look-up each, where a block is read whole otherwise. */
  readonly isOfSome?: boolean;
}

/**
 * A statement that gives `columns` of each row beside domain, check and run; of one check where
 * `@check` is to be bound.
 */
export class ChangeStatement {
  readonly #statement: BlockStatement<Readonly<Record<string, number | string>>>;
  readonly #values: Readonly<Record<string, number>>;
  readonly #isOfSome: boolean;

  constructor(
    db: Database,
    table: ChangeTable,
    columns: readonly string[],
    { lastRun, checkId, isOfSome = false }: ChangeChoice,
  ) {
    this.#isOfSome = isOfSome;
    if (lastRun >= MAX_RUNS) throw new RangeError(`run ${lastRun} is beyond what can be read`);
    const ofCheck = checkId === undefined ? '' : 'AND check_id = @check';
    const ofSome = isOfSome ? 'AND domain_id IN (SELECT value FROM json_each(@only))' : '';
    // An ORDER BY would have each row copied (a third more time); the key is scanned in order anyway,
    // and `ChangeRows` sees to it.
    this.#statement = new BlockStatement(
      db,
      `SELECT ${packed(['domain_id - @first', 'check_id', 'run_id', ...columns])} FROM ${table}
       WHERE domain_id BETWEEN @first AND @last AND run_id <= @run ${ofCheck} ${ofSome}`,
    );
    this.#values = { run: lastRun, ...(checkId === undefined ? {} : { check: checkId }) };
  }

  /** `only` are ids of the block, ascending; for a statement of some domains alone. */
  rows(block: number, only: readonly number[] = []): ChangeRows {
    const values = this.#isOfSome ? { ...this.#values, only: JSON.stringify(only) } : this.#values;
    return new ChangeRows(this.#statement.rows(block, values));
  }
}

/** One row after the other; of each, `rest` has the columns asked for and must be read to its end. */
export class ChangeRows {
  slot = 0;
  checkId = 0;
  runId = 0;
  readonly rest: PackedRows;
  #key = -1;

  constructor(rows: PackedRows) {
    this.rest = rows;
  }

  /** False after the last row. */
  advance(): boolean {
    const { rest } = this;
    if (!rest.hasMore) return false;
    this.slot = rest.next();
    this.checkId = rest.next();
    this.runId = rest.next();
    const key = (this.slot * MAX_CHECKS + this.checkId) * MAX_RUNS + this.runId;
    if (key <= this.#key) throw new RangeError('change rows out of order');
    this.#key = key;
    return true;
  }
}
