/**
 * The counters of the run that is being written: kept in memory between blocks, written within the
 * block's transaction. After a rollback they are dropped and read again from the file. One row a
 * registry and one for the total: a TLD is the sum of its registries, which one reads, not writes
 * (a block of a mixed list touches hundreds of segments, and this halves them).
 */
import type { Database, Statement } from 'better-sqlite3';
import { addPackedCounts, packCounts } from './pack.ts';
import { TOTAL_SEGMENT_ID } from './schema.ts';

/** Segments kept in memory; a list of more is slower, not bigger. */
const MAX_SEGMENTS = 2048;

export class RunCounts {
  readonly #length: number;
  readonly #read: Statement<[number, number], Buffer>;
  readonly #write: Statement<[number, number, Buffer]>;
  readonly #bySegment = new Map<number, Float64Array>();
  #runId = 0;

  constructor(db: Database, length: number) {
    this.#length = length;
    this.#read = db
      .prepare<[number, number], Buffer>(
        'SELECT counts FROM counter WHERE run_id = ? AND segment_id = ?',
      )
      .pluck();
    this.#write = db.prepare(
      `INSERT INTO counter(run_id, segment_id, counts) VALUES(?, ?, ?)
       ON CONFLICT DO UPDATE SET counts = excluded.counts`,
    );
  }

  /**
   * Adds what one block counted, by registry, to the run and to `total` (which comes with zeros), and
   * leaves zeros in its place, all in one pass: most of some hundred thousand counters are zero. To be
   * called within the block's transaction.
   */
  take(runId: number, byRegistry: ReadonlyMap<number, Float64Array>, total: Float64Array): void {
    if (runId !== this.#runId || this.#bySegment.size > MAX_SEGMENTS) this.drop();
    this.#runId = runId;
    for (const [registryId, counts] of byRegistry) {
      const sum = this.#sumOf(registryId);
      for (let i = 0; i < counts.length; i++) {
        const count = counts[i] as number;
        if (count === 0) continue;
        sum[i] = (sum[i] as number) + count;
        total[i] = (total[i] as number) + count;
        counts[i] = 0;
      }
      this.#write.run(runId, registryId, packCounts(sum));
    }
    const sum = this.#sumOf(TOTAL_SEGMENT_ID);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (total[i] as number);
    this.#write.run(runId, TOTAL_SEGMENT_ID, packCounts(sum));
  }

  /** Forgets what is in memory: after a rollback it is ahead of the file. */
  drop(): void {
    this.#bySegment.clear();
  }

  #sumOf(segmentId: number): Float64Array {
    let sum = this.#bySegment.get(segmentId);
    if (sum === undefined) {
      sum = new Float64Array(this.#length);
      const stored = this.#read.get(this.#runId, segmentId);
      if (stored !== undefined) addPackedCounts(stored, sum);
      this.#bySegment.set(segmentId, sum);
    }
    return sum;
  }
}
