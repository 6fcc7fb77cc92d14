/** A measure over many nights, by segment. Shapes only. */
import type { DenominatorId } from './denominators.ts';
import type { Design } from './metrics.ts';
import type { Share } from './shares.ts';
import type { Interval } from './wilson.ts';

export interface TrendPoint {
  readonly runId: number;
  readonly night: string;
  readonly share: Share;
  /** Of a sample; undefined for a census. */
  readonly interval: Interval | undefined;
  /** Names asked that night, of those it was to ask. */
  readonly isComplete: boolean;
}

export interface TrendSeries {
  readonly segment: string;
  /** In the order of nights; a night without the segment is left out. */
  readonly points: readonly TrendPoint[];
}

export interface Trend {
  readonly segmentType: string;
  readonly metric: string;
  readonly class: string;
  readonly denominatorId: DenominatorId;
  readonly design: Design;
  /** Every night of the range, oldest first. */
  readonly nights: readonly string[];
  /** The total where wanted, then the largest segments of the newest night first. */
  readonly series: readonly TrendSeries[];
  /** Segments that `--top` left out. */
  readonly omitted: number;
}
