/**
 * Reads counters by row and base. Pure. The one place that knows how an id is put together, and that
 * takes a counter which a run did not write (an older tool) as zero.
 */
import { BASES, type Base, ROWS } from './layout.ts';

/** Counts of one segment by counter id, as `dmarc.valid@mail`; missing ids are zero. */
export type CounterMap = Readonly<Record<string, number>>;

export interface SegmentCounts {
  /** `total`, `tld`, `registry`, `rank`, `list:<name>` or `label:<column>`. */
  readonly segmentType: string;
  /** `all` for the total. */
  readonly segment: string;
  readonly counts: CounterMap;
  /** Targets in the segment, where known; a segment without it has no shares of targets. */
  readonly targets?: number;
}

export interface CounterReader {
  /** Sum over rows and bases. Throws on a row that does not exist: a fault of ours. */
  sum(rows: readonly string[], bases: readonly Base[]): number;
}

const IDS: ReadonlyMap<string, Readonly<Record<Base, string>>> = new Map(
  ROWS.map((row) => [
    row,
    Object.fromEntries(BASES.map((base) => [base, `${row}@${base}`])) as Record<Base, string>,
  ]),
);

export function readCounts(counts: CounterMap): CounterReader {
  return {
    sum(rows, bases) {
      let total = 0;
      for (const row of rows) {
        const ids = IDS.get(row);
        if (ids === undefined) throw new RangeError(`no counter row ${row}`);
        for (const base of bases) total += counts[ids[base]] ?? 0;
      }
      return total;
    },
  };
}
