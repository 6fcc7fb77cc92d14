/**
 * The times at which a survey is due: a cron pattern read in a time zone. One reader for all that
 * needs times (in process, through Redis, `--check`, `status`), so that they never differ. Pure but
 * for the tables of time zones.
 *
 * When clocks go forward, a local time that does not exist comes once, at the first instant after
 * the gap (02:30 in Berlin comes at 03:00). When they go back, a local time that comes twice is taken
 * the first time only.
 */
import { Cron } from 'croner';
import { nightOf } from '../survey/night.ts';

/** When a survey is due. */
export interface Pattern {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
}

export function isTimeZone(name: string): boolean {
  try {
    nightOf(0, name);
    return true;
  } catch {
    return false;
  }
}

/** The first slot after an instant, in milliseconds since the epoch; undefined when none comes. */
export function slotAfter(pattern: Pattern, afterMs: number): number | undefined {
  const [slot] = slotsAfter(pattern, afterMs);
  return slot;
}

/** Slots after `afterMs` up to and with `untilMs`, in order; the newest `limit` of them. */
export function slotsBetween(
  pattern: Pattern,
  afterMs: number,
  untilMs: number,
  limit = 1_000,
): readonly number[] {
  const slots: number[] = [];
  for (const slot of slotsAfter(pattern, afterMs)) {
    if (slot > untilMs) break;
    slots.push(slot);
    if (slots.length > limit) slots.shift();
  }
  return slots;
}

/** The next `count` slots after an instant. */
export function nextSlots(pattern: Pattern, afterMs: number, count: number): readonly number[] {
  const slots: number[] = [];
  for (const slot of slotsAfter(pattern, afterMs)) {
    slots.push(slot);
    if (slots.length === count) break;
  }
  return slots;
}

/** Without end, but for a pattern that comes no more. */
function* slotsAfter({ cron, timeZone }: Pattern, afterMs: number): Generator<number> {
  const pattern = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  for (let at = pattern.nextRun(new Date(afterMs)); at !== null; at = pattern.nextRun(at)) {
    yield at.getTime();
  }
}

/** The last slot up to and with an instant, looked for a year and a leap day back. */
export function slotUpTo(pattern: Pattern, untilMs: number): number | undefined {
  // From near to far: a daily pattern needs no look at the whole year.
  for (const days of [2, 9, 63, 367, 1_500]) {
    const slots = slotsBetween(pattern, untilMs - days * MS_PER_DAY, untilMs, 1);
    if (slots.length > 0) return slots[0];
  }
  return undefined;
}

const MS_PER_DAY = 86_400_000;

/**
 * A date on which the pattern comes twice, for a store takes one run a night. Undefined when none does
 * as far as can be seen: a pattern of one minute and one hour never does, others do the first time.
 */
export function dateWithTwo(pattern: Pattern, fromMs: number): string | undefined {
  const [minute = '', hour = ''] = pattern.cron.trim().split(/\s+/u);
  if (/^\d+ \d+$/u.test(`${minute} ${hour}`)) return undefined;
  let before: string | undefined;
  for (const slot of nextSlots(pattern, fromMs, SLOTS_LOOKED_AT)) {
    const night = nightOf(slot, pattern.timeZone);
    if (night === before) return night;
    before = night;
  }
  return undefined;
}

const SLOTS_LOOKED_AT = 50;

/** As `2026-11-25 02:15 Asia/Tokyo`. */
export function localTime(atMs: number, timeZone: string): string {
  const at = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(atMs);
  return `${at} ${timeZone}`;
}
