/**
 * What two nights come to side by side. Shapes only; `compare-nights.ts` makes them, reports and
 * files show them. A change always has three numbers: of the lists as they were (cross), of the names
 * known on both nights (panel), and what names entering and leaving make of it (composition).
 */
import type { DenominatorId } from './denominators.ts';
import type { FlowMatrix } from './flows.ts';
import type { Design } from './metrics.ts';
import type { Share } from './shares.ts';
import type { Interval } from './wilson.ts';

/** One of the two nights. */
export interface ComparedNight {
  readonly runId: number;
  readonly night: string;
  readonly targets: number;
  readonly attempted: number;
}

/** Two shares of the lists as they were. */
export interface CrossChange {
  readonly from: Share;
  readonly to: Share;
  /** `to - from` as a fraction; undefined where one of them has no denominator. */
  readonly difference: number | undefined;
  /** Newcombe's interval of a sample; undefined for a census. */
  readonly interval: Interval | undefined;
}

/** The names that are in the denominator, with a known outcome, on both nights. */
export interface PanelChange {
  readonly denominator: number;
  readonly from: number;
  readonly to: number;
  /** In the numerator on the second night only. */
  readonly gained: number;
  /** In the numerator on the first night only. */
  readonly lost: number;
  readonly difference: number | undefined;
  /** Newcombe's paired interval of a sample; undefined for a census. */
  readonly interval: Interval | undefined;
}

/** cross = panel + entrants + leavers, exactly. All are fractions. */
export interface CompositionChange {
  readonly entrants: number;
  readonly leavers: number;
  /** w_E (p1E - p1P). */
  readonly entrantEffect: number;
  /** - w_X (p0X - p0P). */
  readonly leaverEffect: number;
  /** Their sum. */
  readonly effect: number | undefined;
}

/** One measure in one segment. */
export interface Change {
  readonly segmentType: string;
  /** `all` for the total. */
  readonly segment: string;
  readonly metric: string;
  /** Empty for a single share. */
  readonly class: string;
  readonly denominatorId: DenominatorId;
  readonly cross: CrossChange;
  readonly panel: PanelChange;
  readonly composition: CompositionChange;
  /** The operator that makes a quarter or more of the panel's net gain, where there is one. */
  readonly driver: Driver | undefined;
  /** A denominator is below 30. */
  readonly isLowN: boolean;
}

export interface Driver {
  /** `mx` or `rua`. */
  readonly role: string;
  readonly operator: string;
  /** Its part of the net gain, 0.25 and more. */
  readonly share: number;
}

/** What one operator's names add to a change of the panel: (to - from) / denominator. */
export interface Contribution {
  readonly role: string;
  readonly operator: string;
  /** Names of the panel that it serves on the second night, else on the first. */
  readonly domains: number;
  readonly from: number;
  readonly to: number;
  /** Of the panel's denominator; a fraction. */
  readonly contribution: number;
}

export interface Comparison {
  readonly from: ComparedNight;
  readonly to: ComparedNight;
  readonly design: Design;
  /** Targets of both nights, of the first only, of the second only. */
  readonly common: number;
  readonly left: number;
  readonly entered: number;
  /** The total first, then by declared segment type and segment, then metric, class, denominator. */
  readonly changes: readonly Change[];
  /** Of the total and of each segment, in the order of `changes`. */
  readonly flows: readonly FlowMatrix[];
  /** Of the headline measure, largest first by absolute value; empty where no operator is known. */
  readonly contributions: readonly Contribution[];
  /** What a reader must know before comparing: other resolvers, other check versions, an unfinished night. */
  readonly notes: readonly string[];
}
