/** Numbers as the page prints them. Every function gives plain text, to be escaped where it is put in. */
import type { Interval } from '../../statistics/wilson.ts';
import { count, percentDigits, range } from '../text/numbers.ts';

/** As `33.3%`; a dash over nothing, never 0. */
export function percent(fraction: number | undefined): string {
  return fraction === undefined ? '–' : `${percentDigits(fraction)}%`;
}

/** As `3,210 / 9,640`. */
export function fraction(row: {
  readonly numerator: number;
  readonly denominator: number;
}): string {
  return `${count(row.numerator)} / ${count(row.denominator)}`;
}

/** As `[32.7–34.6]`, in percent; a dash where nothing is open. */
export function rangeText(interval: Interval | undefined): string {
  return interval === undefined ? '–' : range(interval);
}

/** A difference in percentage points with its sign, as `+4.52`; a dash where it cannot be formed. */
export function points(difference: number | undefined): string {
  if (difference === undefined) return '–';
  const text = Math.abs(difference * 100).toFixed(2);
  if (text === '0.00') return '0.00';
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** As `[+3.50, +5.61]`. */
export function pointsRange(interval: Interval | undefined): string {
  return interval === undefined ? '–' : `[${points(interval.low)}, ${points(interval.high)}]`;
}
