/**
 * Writes the outcomes of one block where they differ from the ones before. The newest outcome of
 * each domain and check is known by its fingerprint in `block_state`, which is updated in the same
 * transaction: no memory that grows with the list, and a rollback takes it back too.
 *
 * An outage never overwrites the last definitive outcome, and is itself kept on change only: a few
 * per cent of a long list fail every night.
 */
import type { Database, Statement } from 'better-sqlite3';
import { BLOCK_SIZE, type BlockResult, type CheckResult } from '../survey/ports.ts';
import { BulkInsert } from './bulk-insert.ts';
import type { StoredCheck } from './check-catalog.ts';
import { fingerprint } from './hash.ts';
import { packFingerprints, slotOf, unpackFingerprints } from './pack.ts';
import { EXISTENCE_CHECK_ID } from './schema.ts';
import type { TextWriter } from './texts.ts';

/** One check of the block, with the state of its domains before it. */
interface Column {
  readonly checkId: number;
  /** -1 for none. */
  readonly defaultClass: number;
  readonly outcomes: Outcomes;
  readonly scratch: Scratch;
}

type Outcomes = Pick<CheckResult, 'classes' | 'reasons' | 'flags' | 'bodies'>;

/** By slot, 1,024 each. */
interface Scratch {
  readonly fingerprints: Float64Array;
  readonly outages: Float64Array;
  /** Which rows are to be written. */
  readonly rows: Uint8Array;
}

/** Bits of `Scratch.rows`. */
const OBSERVATION = 1;
const OUTAGE = 2;
const OUTAGE_END = 4;

interface Difference {
  changed: number;
  failed: number;
  isDirty: boolean;
}

type StateRow = [fingerprints: Buffer | null, outages: Buffer | null];

const NO_FLAGS: readonly number[] = new Array<number>(BLOCK_SIZE).fill(0);
const NO_BODIES: readonly null[] = new Array<null>(BLOCK_SIZE).fill(null);

export class OutcomeWriter {
  readonly #texts: TextWriter;
  readonly #readState: Statement<[number, number], StateRow>;
  readonly #writeState: Statement<[number, number, Buffer | null, Buffer | null]>;
  readonly #observations: BulkInsert;
  readonly #outages: BulkInsert;
  /** By check, overwritten with each block: fresh ones would cost 64 kB of page faults a block. */
  readonly #scratch = new Map<number, Scratch>();

  constructor(db: Database, texts: TextWriter) {
    this.#texts = texts;
    this.#readState = db
      .prepare<[number, number], StateRow>(
        'SELECT fingerprints, outages FROM block_state WHERE block = ? AND check_id = ?',
      )
      .raw();
    this.#writeState = db.prepare('INSERT OR REPLACE INTO block_state VALUES(?, ?, ?, ?)');
    this.#observations = new BulkInsert(db, 'observation', 6);
    this.#outages = new BulkInsert(db, 'outage', 7);
  }

  /** To be called within the block's transaction, with a result whose shape was checked. */
  write(
    result: BlockResult,
    checks: ReadonlyMap<string, StoredCheck>,
  ): { readonly changed: number; readonly failed: number } {
    const { block, ids, runId } = result;
    const columns = this.#columns(result, checks);
    let changed = 0;
    let failed = 0;
    const dirty: Column[] = [];
    for (const column of columns) {
      const difference = compare(column, ids);
      changed += difference.changed;
      failed += difference.failed;
      if (difference.isDirty) dirty.push(column);
    }
    if (dirty.length > 0) this.#writeRows(dirty, runId, ids);
    for (const { checkId, scratch } of dirty) {
      const { fingerprints, outages } = scratch;
      this.#writeState.run(
        block,
        checkId,
        packFingerprints(fingerprints),
        packFingerprints(outages),
      );
    }
    return { changed, failed };
  }

  /** After a rollback: rows that waited belonged to it. */
  forget(): void {
    this.#observations.drop();
    this.#outages.drop();
  }

  #columns(result: BlockResult, checks: ReadonlyMap<string, StoredCheck>): Column[] {
    const existence = {
      classes: result.existence,
      reasons: result.existenceReasons,
      flags: NO_FLAGS,
      bodies: NO_BODIES,
    };
    const columns = [this.#column(result.block, EXISTENCE_CHECK_ID, 0, existence)];
    for (const check of result.checks) {
      const stored = checks.get(check.check);
      if (stored === undefined) throw new RangeError(`no check ${check.check} in the run`);
      columns.push(this.#column(result.block, stored.id, stored.defaultClass ?? -1, check));
    }
    return columns;
  }

  #column(block: number, checkId: number, defaultClass: number, outcomes: Outcomes): Column {
    const scratch = this.#scratchOf(checkId);
    const [fingerprints, outages] = this.#readState.get(block, checkId) ?? [null, null];
    unpackFingerprints(fingerprints, scratch.fingerprints);
    unpackFingerprints(outages, scratch.outages);
    return { checkId, defaultClass, outcomes, scratch };
  }

  #scratchOf(checkId: number): Scratch {
    let scratch = this.#scratch.get(checkId);
    if (scratch === undefined) {
      scratch = {
        fingerprints: new Float64Array(BLOCK_SIZE),
        outages: new Float64Array(BLOCK_SIZE),
        rows: new Uint8Array(BLOCK_SIZE),
      };
      this.#scratch.set(checkId, scratch);
    }
    return scratch;
  }

  /** By domain, then check: the order of the keys, so that rows are appended side by side. */
  #writeRows(columns: readonly Column[], runId: number, ids: readonly number[]): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      for (let c = 0; c < columns.length; c++) {
        const column = columns[c] as Column;
        const rows = column.scratch.rows[slotOf(id)] as number;
        if (rows !== 0) this.#writeRow(column, rows, runId, id, i);
      }
    }
    this.#observations.flush();
    this.#outages.flush();
  }

  #writeRow(column: Column, rows: number, runId: number, id: number, at: number): void {
    const { checkId, outcomes, scratch } = column;
    const classIndex = outcomes.classes[at] as number;
    const flags = outcomes.flags[at] as number;
    const body = outcomes.bodies[at] as string | null;
    const slot = slotOf(id);
    if ((rows & OUTAGE) !== 0) {
      const bodyId = body === null ? null : this.#texts.idOf(body, scratch.outages[slot] as number);
      const reason = outcomes.reasons[at] as number;
      this.#outages.add(id, checkId, runId, reason, classIndex, flags, bodyId);
    }
    if ((rows & OUTAGE_END) !== 0) this.#outages.add(id, checkId, runId, 0, 0, 0, null);
    if ((rows & OBSERVATION) !== 0) {
      const print = scratch.fingerprints[slot] as number;
      const bodyId = body === null ? null : this.#texts.idOf(body, print);
      this.#observations.add(id, checkId, runId, classIndex, flags, bodyId);
    }
  }
}

/**
 * Marks the rows that a block needs and takes its outcomes into the state. On most nights nearly no
 * row is needed, so this is done apart from the writing, one check at a time.
 */
function compare(column: Column, ids: readonly number[]): Difference {
  const { defaultClass, outcomes, scratch } = column;
  const { classes, reasons, flags, bodies } = outcomes;
  const { rows } = scratch;
  const difference: Difference = { changed: 0, failed: 0, isDirty: false };
  for (let i = 0; i < ids.length; i++) {
    const slot = slotOf(ids[i] as number);
    const classIndex = classes[i] as number;
    const reason = reasons[i] as number;
    const flag = flags[i] as number;
    const body = bodies[i] as string | null;
    const isDefault = reason === 0 && classIndex === defaultClass && flag === 0 && body === null;
    const print = isDefault ? 0 : fingerprint(classIndex, reason, flag, body);
    const needed =
      reason === 0 ? takeDefinitive(scratch, slot, print) : takeOutage(scratch, slot, print);
    if (reason !== 0) difference.failed++;
    if ((needed & OBSERVATION) !== 0) difference.changed++;
    if (needed !== 0) difference.isDirty = true;
    rows[slot] = needed;
  }
  return difference;
}

function takeOutage({ outages }: Scratch, slot: number, print: number): number {
  if (outages[slot] === print) return 0;
  outages[slot] = print;
  return OUTAGE;
}

function takeDefinitive({ fingerprints, outages }: Scratch, slot: number, print: number): number {
  let needed = 0;
  if (outages[slot] !== 0) {
    outages[slot] = 0;
    needed = OUTAGE_END;
  }
  if (fingerprints[slot] === print) return needed;
  fingerprints[slot] = print;
  return needed | OBSERVATION;
}
