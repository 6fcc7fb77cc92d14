/** Numbers as a report prints them: grouped thousands, percent to a tenth, ranges, durations, times. */
import type { Share } from '../../statistics/shares.ts';
import type { Interval } from '../../statistics/wilson.ts';
import { REPORT_ENGLISH } from '../language/text-english.ts';

type DurationWords = Pick<typeof REPORT_ENGLISH, 'seconds' | 'minutes' | 'hours'>;

/** As `12,345`, rounded. By hand: `Intl` loads its data first, 25 ms of CPU. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** As `33.3 %`; `n/a` over nothing. A share that is not zero never prints as 0.0, nor all but as 100. */
export function percent(
  fraction: number | undefined,
  words: Pick<typeof REPORT_ENGLISH, 'notAvailable'> = REPORT_ENGLISH,
): string {
  return fraction === undefined ? words.notAvailable : `${percentDigits(fraction)} %`;
}

export function percentDigits(fraction: number): string {
  if (fraction > 0 && fraction < 0.0005) return '<0.1';
  if (fraction < 1 && fraction > 0.9995) return '>99.9';
  return (fraction * 100).toFixed(1);
}

/** The bounds as `[32.7–34.6]`; empty when they leave nothing open. */
export function bounds({ boundLow, boundHigh, unknown }: Share): string {
  if (boundLow === undefined || boundHigh === undefined || unknown === 0) return '';
  return range({ low: boundLow, high: boundHigh });
}

/** As `[32.7–34.6]`, in percent, rounded outward so that it contains what it bounds. */
export function range({ low, high }: Interval): string {
  const down = Math.floor(low * 1000 + 1e-9) / 10;
  const up = Math.ceil(high * 1000 - 1e-9) / 10;
  return `[${down.toFixed(1)}–${up.toFixed(1)}]`;
}

/** As `1 h 12 min`, `4 min 10 s`, `12 s`, in the words of a language. */
export function duration(milliseconds: number, words: DurationWords = REPORT_ENGLISH): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return words.seconds(seconds);
  if (seconds < 3600) return words.minutes(Math.floor(seconds / 60), seconds % 60);
  return words.hours(Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60));
}

/** As `2026-11-24 08:00:03` in the zone; UTC where the zone is not known here. */
export function localTime(milliseconds: number, timeZone: string): string {
  const iso = new Date(milliseconds).toISOString();
  try {
    const parts = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }).formatToParts(milliseconds);
    const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    const date = `${of('year')}-${of('month')}-${of('day')}`;
    return `${date} ${of('hour')}:${of('minute')}:${of('second')}`;
  } catch {
    return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  }
}

/**
 * A difference of shares in percentage points with its sign, as `+0.4`; `0.0` for none at all. What
 * is not zero keeps its sign where it rounds to zero: `-0.0`.
 */
export function points(fraction: number | undefined, decimals: number): string {
  if (fraction === undefined || !Number.isFinite(fraction)) return '-';
  const digits = (Math.abs(fraction) * 100).toFixed(decimals);
  return `${signOf(fraction)}${digits}`;
}

// Differences of fractions leave dust: 0.3 - 0.2 - 0.1 is no fall.
const DUST = 1e-12;

function signOf(value: number): string {
  if (Math.abs(value) < DUST) return '';
  return value < 0 ? '-' : '+';
}

/** As `[-0.3,+1.1]`, in percentage points, rounded outward. */
export function pointRange({ low, high }: Interval, decimals: number): string {
  const scale = 10 ** (decimals + 2);
  const down = Math.floor(low * scale + 1e-9) / scale;
  const up = Math.ceil(high * scale - 1e-9) / scale;
  return `[${points(down, decimals)},${points(up, decimals)}]`;
}

/** Decimals at which differences of this size can be told apart: two where none comes to a point. */
export function pointDecimals(fractions: readonly (number | undefined)[]): number {
  return fractions.every((fraction) => Math.abs(fraction ?? 0) < 0.01) ? 2 : 1;
}
