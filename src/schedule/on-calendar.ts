/**
 * A cron pattern as systemd's calendar expressions (systemd.time(7)). Pure. Every field is written
 * out as numbers, so that no dialect decides what a range or a step means.
 */
import type { Pattern } from './slots.ts';

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const SHORT_DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const FIELDS: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 7, names: DAYS },
];

/** One expression, or two where a day of the month or of the week will do (the rule of every cron). */
export function onCalendar({ cron, timeZone }: Pattern): readonly string[] {
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = cron
    .trim()
    .split(/\s+/u)
    .map((field, i) => numbersOf(field, FIELDS[i] as Field, i));
  const time = `${hours}:${minutes}:00 ${timeZone}`;
  const onDays = `*-${months}-${days} ${time}`;
  const onWeekdays = `${weekdays} *-${months}-* ${time}`;
  if (weekdays === '*') return [onDays];
  return days === '*' ? [onWeekdays] : [onDays, onWeekdays];
}

const WEEKDAY = 4;

function numbersOf(text: string, field: Field, index: number): string {
  if (text === '*') return '*';
  const isWeekday = index === WEEKDAY;
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    for (const number of partOf(part, field)) numbers.add(isWeekday ? number % 7 : number);
  }
  const sorted = [...numbers].sort((a, b) => a - b);
  if (isWeekday) return sorted.map((day) => SHORT_DAYS[day]).join(',');
  return sorted.map((number) => String(number).padStart(2, '0')).join(',');
}

function partOf(part: string, field: Field): readonly number[] {
  const [range = '', step = '1'] = part.split('/');
  const [from = '', to] = range.split('-');
  const isAll = range === '*';
  const least = isAll ? field.least : numberOf(from, field);
  // 7 is Sunday again, and no day of "every day".
  const highest = field.names === DAYS ? 6 : field.most;
  const most = isAll ? highest : to === undefined ? least : numberOf(to, field);
  const numbers: number[] = [];
  for (let at = least; at <= most; at += Number(step)) numbers.push(at);
  return numbers;
}

function numberOf(text: string, { names, least }: Field): number {
  const at = names.indexOf(text.toLowerCase());
  return at < 0 ? Number(text) : at + (names === MONTHS ? least : 0);
}
