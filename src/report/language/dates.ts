/** Dates as a reader of the language writes them, by hand: `Intl` differs between machines. Pure. */
import type { Language } from './language.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Of `YYYY-MM-DD`: `24 November 2026`, `2026年11月24日`; anything else stays as it is. */
export function longDate(date: string, language: Language): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(date);
  const month = MONTHS[Number(parts?.[2]) - 1];
  if (parts === null || month === undefined) return date;
  const [year, day] = [parts[1], Number(parts[3])];
  return language === 'ja' ? `${year}年${Number(parts[2])}月${day}日` : `${day} ${month} ${year}`;
}

/** A mark of a time axis: of `2026-11` `Nov 2026` and `2026年11月`; a whole date stays ISO. */
export function tickDate(date: string, language: Language): string {
  const parts = /^(\d{4})-(\d{2})$/u.exec(date);
  const month = MONTHS[Number(parts?.[2]) - 1];
  if (parts === null || month === undefined) return date;
  return language === 'ja'
    ? `${parts[1]}年${Number(parts[2])}月`
    : `${month.slice(0, 3)} ${parts[1]}`;
}
