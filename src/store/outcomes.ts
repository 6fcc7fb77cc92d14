/**
 * Writes the outcomes of one block where they differ from the ones before. The newest outcome of
 * each domain and check is known by its fingerprint in `block_state`, which is updated in the same
 * transaction: no memory that grows with the list, and a rollback takes it back too.
 *
 * An outage never overwrites the last definitive outcome, and is itself kept on change only: a few
 * per cent of a long list fail every night.
 */
import type { Database, Statement } from 'better-sqlite3';
import { BLOCK_SIZE, type BlockResult } from '../survey/ports.ts';
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
  readonly classes: readonly number[];
  readonly reasons: readonly number[];
  /** Undefined: no flags and no bodies. */
  readonly flags: readonly number[] | undefined;
  readonly bodies: readonly (string | null)[] | undefined;
  readonly fingerprints: Float64Array;
  readonly outages: Float64Array;
  changed: number;
  failed: number;
  isDirty: boolean;
}

type Scratch = Pick<Column, 'fingerprints' | 'outages'>;

type StateRow = [fingerprints: Buffer | null, outages: Buffer | null];

export class OutcomeWriter {
  readonly #texts: TextWriter;
  readonly #readState: Statement<[number, number], StateRow>;
  readonly #writeState: Statement<[number, number, Buffer | null, Buffer | null]>;
  readonly #observe: Statement<[number, number, number, number, number, number | null]>;
  /** By check, overwritten with each block: fresh ones would cost 64 kB of page faults a block. */
  readonly #scratch = new Map<number, Scratch>();
  readonly #outage: Statement<[number, number, number, number, number, number, number | null]>;

  constructor(db: Database, texts: TextWriter) {
    this.#texts = texts;
    this.#readState = db
      .prepare<[number, number], StateRow>(
        'SELECT fingerprints, outages FROM block_state WHERE block = ? AND check_id = ?',
      )
      .raw();
    this.#writeState = db.prepare('INSERT OR REPLACE INTO block_state VALUES(?, ?, ?, ?)');
    this.#observe = db.prepare('INSERT INTO observation VALUES(?, ?, ?, ?, ?, ?)');
    this.#outage = db.prepare('INSERT INTO outage VALUES(?, ?, ?, ?, ?, ?, ?)');
  }

  /** To be called within the block's transaction, with a result whose shape was checked. */
  write(
    result: BlockResult,
    checks: ReadonlyMap<string, StoredCheck>,
  ): { readonly changed: number; readonly failed: number } {
    const columns = this.#columns(result, checks);
    // By domain, then check: the order of the keys, so that rows are appended side by side.
    for (let i = 0; i < result.ids.length; i++) {
      const id = result.ids[i] as number;
      for (let c = 0; c < columns.length; c++) {
        this.#writeOutcome(columns[c] as Column, result.runId, id, i);
      }
    }
    let changed = 0;
    let failed = 0;
    for (const column of columns) {
      changed += column.changed;
      failed += column.failed;
      if (!column.isDirty) continue;
      const { checkId, fingerprints, outages } = column;
      this.#writeState.run(
        result.block,
        checkId,
        packFingerprints(fingerprints),
        packFingerprints(outages),
      );
    }
    return { changed, failed };
  }

  #columns(result: BlockResult, checks: ReadonlyMap<string, StoredCheck>): Column[] {
    const existence = {
      classes: result.existence,
      reasons: result.existenceReasons,
      flags: undefined,
      bodies: undefined,
    };
    const columns = [this.#column(result.block, EXISTENCE_CHECK_ID, 0, existence)];
    for (const check of result.checks) {
      const stored = checks.get(check.check);
      if (stored === undefined) throw new RangeError(`no check ${check.check} in the run`);
      columns.push(this.#column(result.block, stored.id, stored.defaultClass ?? -1, check));
    }
    return columns;
  }

  #column(
    block: number,
    checkId: number,
    defaultClass: number,
    outcomes: Pick<Column, 'classes' | 'reasons' | 'flags' | 'bodies'>,
  ): Column {
    const { fingerprints, outages } = this.#scratchOf(checkId);
    const [storedPrints, storedOutages] = this.#readState.get(block, checkId) ?? [null, null];
    unpackFingerprints(storedPrints, fingerprints);
    unpackFingerprints(storedOutages, outages);
    const { classes, reasons, flags, bodies } = outcomes;
    const known = { checkId, defaultClass, classes, reasons, flags, bodies, fingerprints, outages };
    return { ...known, changed: 0, failed: 0, isDirty: false };
  }

  #scratchOf(checkId: number): Scratch {
    let scratch = this.#scratch.get(checkId);
    if (scratch === undefined) {
      scratch = {
        fingerprints: new Float64Array(BLOCK_SIZE),
        outages: new Float64Array(BLOCK_SIZE),
      };
      this.#scratch.set(checkId, scratch);
    }
    return scratch;
  }

  #writeOutcome(column: Column, runId: number, id: number, at: number): void {
    const { checkId, fingerprints, outages } = column;
    const slot = slotOf(id);
    const classIndex = column.classes[at] as number;
    const reason = column.reasons[at] as number;
    const flags = column.flags === undefined ? 0 : (column.flags[at] as number);
    const body = column.bodies === undefined ? null : (column.bodies[at] as string | null);
    if (reason !== 0) {
      column.failed++;
      const print = fingerprint(classIndex, reason, flags, body);
      if (outages[slot] === print) return;
      outages[slot] = print;
      column.isDirty = true;
      this.#outage.run(id, checkId, runId, reason, classIndex, flags, this.#bodyId(body));
      return;
    }
    if (outages[slot] !== 0) {
      outages[slot] = 0;
      column.isDirty = true;
      this.#outage.run(id, checkId, runId, 0, 0, 0, null);
    }
    const isDefault = classIndex === column.defaultClass && flags === 0 && body === null;
    const print = isDefault ? 0 : fingerprint(classIndex, 0, flags, body);
    if (fingerprints[slot] === print) return;
    fingerprints[slot] = print;
    column.isDirty = true;
    column.changed++;
    this.#observe.run(id, checkId, runId, classIndex, flags, this.#bodyId(body));
  }

  #bodyId(body: string | null): number | null {
    return body === null ? null : this.#texts.idOf(body);
  }
}
