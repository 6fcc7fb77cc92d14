/** Axes: round ends and ticks for shares, and a true scale for dates. Pure numbers. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

const STEPS = [0.0005, 0.001, 0.002, 0.0025, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25];

/** For fractions from 0 to `highest`: the smallest round end with four to six ticks. */
export function niceScale(highest: number): Scale {
  return spannedScale(0, Math.min(1, Math.max(0, highest)));
}

/** For fractions from `lowest` to `highest`, both inside; 0 and 1 are the outermost ends. */
export function spannedScale(lowest: number, highest: number): Scale {
  const span = Math.max(highest - lowest, 0.001);
  const step = STEPS.find((candidate) => span / candidate <= 5) ?? 0.25;
  const first = Math.max(0, Math.floor(lowest / step + 1e-9));
  const last = Math.max(first + 1, Math.ceil(Math.min(1, highest) / step - 1e-9));
  const ticks = Array.from(
    { length: last - first + 1 },
    (_, i) => Math.round((first + i) * step * 1e6) / 1e6,
  );
  return { min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1, ticks };
}

/** A mark of a share's axis, as `2.5%`. */
export function percentTick(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date `YYYY-MM-DD`; undefined for anything else. */
export function dayNumber(date: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(date);
  if (match === null) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return Number.isNaN(ms) ? undefined : ms / DAY_MS;
}

export interface DateTick {
  readonly day: number;
  /** As `2026`, `2026-11` or `2026-11-24`: the date to the length that the ticks differ in. */
  readonly date: string;
}

/** Days, first days of months, or first days of years, at most `limit` of them. */
export function dateTicks(first: number, last: number, limit: number): readonly DateTick[] {
  const days = last - first + 1;
  if (days <= limit) return Array.from({ length: days }, (_, i) => dayTick(first + i));
  if (days <= 62) {
    const step = [2, 7, 14, 28].find((candidate) => days / candidate <= limit) ?? 28;
    return Array.from({ length: Math.ceil(days / step) }, (_, i) => dayTick(first + i * step));
  }
  const months = monthStarts(first, last);
  const step = [1, 2, 3, 6, 12, 24, 60].find((candidate) => months.length / candidate <= limit);
  return months.filter((tick) => monthIndex(tick.date) % (step ?? 120) === 0);
}

function dayTick(day: number): DateTick {
  return { day, date: new Date(day * DAY_MS).toISOString().slice(0, 10) };
}

function monthStarts(first: number, last: number): readonly DateTick[] {
  const from = new Date(first * DAY_MS);
  const ticks: DateTick[] = [];
  for (let month = 0; ; month++) {
    const day = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + month, 1) / DAY_MS;
    if (day > last) return ticks;
    if (day >= first) ticks.push({ day, date: dayTick(day).date.slice(0, 7) });
  }
}

function monthIndex(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}
