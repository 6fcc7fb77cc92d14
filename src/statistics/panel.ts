/**
 * One measure over the pairs of two nights: which names are in the panel, which moved, and what a
 * segment's cells come to. Pure.
 */
import {
  IN_DENOMINATOR,
  IN_NUMERATOR,
  standingsIn,
  UNKNOWN_INSIDE,
  UNKNOWN_OUTSIDE,
} from './membership.ts';
import type { MeasureKey } from './metrics.ts';
import type { NightPairs } from './night-pairs.ts';
import type { SegmentCells } from './segment-cells.ts';
import type { ProfileTally } from './segment-counts.ts';
import type { ShareParts } from './shares.ts';

const UNKNOWN = UNKNOWN_INSIDE | UNKNOWN_OUTSIDE;

/** A pair's standings of both nights in one number. */
const AFTER = 4;
const STATES = 256;

/** Names of the panel. */
export interface PanelCounts {
  readonly denominator: number;
  readonly from: number;
  readonly gained: number;
  readonly lost: number;
}

export interface MeasureCounts {
  readonly from: Required<ShareParts>;
  readonly to: Required<ShareParts>;
  readonly panel: PanelCounts;
}

export class PanelView {
  readonly measure: MeasureKey;
  /** By pair: the first night's standing, and the second's above it. */
  readonly #states: Uint8Array;

  /** `nights` must have all its pairs by now. */
  constructor(
    measure: MeasureKey,
    nights: NightPairs,
    from: readonly ProfileTally[],
    to: readonly ProfileTally[],
  ) {
    this.measure = measure;
    const standings = standingsIn(measure);
    const before = standings.of(from);
    const after = standings.of(to);
    this.#states = Uint8Array.from(
      nights.from,
      (value, pair) =>
        (before[value] as number) | ((after[nights.to[pair] as number] as number) << AFTER),
    );
  }

  /** Whether the names of a pair are in the denominator, with a known outcome, on both nights. */
  isInPanel(pair: number): boolean {
    return inPanel(this.#states[pair] as number);
  }

  isCountedBefore(pair: number): boolean {
    return ((this.#states[pair] as number) & IN_NUMERATOR) !== 0;
  }

  /** -1 lost, 1 gained; 0 as before or not in the panel. */
  move(pair: number): number {
    const state = this.#states[pair] as number;
    return inPanel(state) ? ((state >> AFTER) & IN_NUMERATOR) - (state & IN_NUMERATOR) : 0;
  }

  countsOf({ pairs, counts }: SegmentCells): MeasureCounts {
    const names = new Float64Array(STATES);
    for (let i = 0; i < pairs.length; i++) {
      const state = this.#states[pairs[i] as number] as number;
      names[state] = (names[state] as number) + (counts[i] as number);
    }
    const sums = { from: emptyParts(), to: emptyParts() };
    const panel = { denominator: 0, from: 0, gained: 0, lost: 0 };
    for (let state = 0; state < STATES; state++) {
      const count = names[state] as number;
      if (count === 0) continue;
      addParts(sums.from, state, count);
      addParts(sums.to, state >> AFTER, count);
      if (!inPanel(state)) continue;
      const was = state & IN_NUMERATOR;
      const is = (state >> AFTER) & IN_NUMERATOR;
      panel.denominator += count;
      panel.from += was * count;
      panel.gained += (is & ~was) * count;
      panel.lost += (was & ~is) * count;
    }
    return { ...sums, panel };
  }
}

function inPanel(state: number): boolean {
  const both = state & (state >> AFTER);
  const either = state | (state >> AFTER);
  return (both & IN_DENOMINATOR) !== 0 && (either & UNKNOWN) === 0;
}

function emptyParts() {
  return { numerator: 0, denominator: 0, unknownInside: 0, unknownOutside: 0 };
}

function addParts(sum: ReturnType<typeof emptyParts>, standing: number, count: number): void {
  if ((standing & IN_NUMERATOR) !== 0) sum.numerator += count;
  if ((standing & IN_DENOMINATOR) !== 0) sum.denominator += count;
  if ((standing & UNKNOWN_INSIDE) !== 0) sum.unknownInside += count;
  if ((standing & UNKNOWN_OUTSIDE) !== 0) sum.unknownOutside += count;
}
