/**
 * CSV by RFC 4180: UTF-8, CRLF, one header, quotes only where needed, `true`/`false`, a dot for
 * decimals, empty for unknown. It knows no column; `columns.ts` and the files' own modules do.
 *
 * Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, quoted or not
 * (CWE-1236), so text cells of that kind get a leading apostrophe. Numbers are typed, and stay
 * numbers.
 */
import { stringify } from 'csv-stringify/sync';
import { escapeText } from './text-escape.ts';

/**
 * `share` is a fraction with six decimals; `number` is written as it is when whole; `date` is a text
 * `YYYY-MM-DD` and `time` one of RFC 3339 in UTC, which other formats give a type of their own.
 */
export type CsvType = 'text' | 'number' | 'boolean' | 'share' | 'date' | 'time';

export type CsvValue = string | number | boolean | undefined;

export interface CsvColumn {
  readonly column: string;
  readonly type: CsvType;
}

export interface CsvOptions {
  /** Text exactly as it is: no apostrophe, control characters left in. Not for spreadsheets. */
  readonly isRaw?: boolean;
  /** A byte order mark first, without which Excel in Japan reads CP932. */
  readonly hasBom?: boolean;
}

/** Rows turned to text at a time: keeps memory flat and the writer busy. */
const ROWS_PER_CHUNK = 512;

const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/u;
/** Beside comma, quote and line ends, which the writer quotes by itself. */
const EDGE_SPACE = /^\s|\s$/u;

/** The text of one cell, before quoting. */
export function csvCell(value: CsvValue, type: CsvType, options: CsvOptions = {}): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return numberCell(value, type);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  const text = value.replaceAll('\0', '\ufffd');
  if (options.isRaw === true) return text;
  return FORMULA.test(text) ? `'${escapeText(text)}` : escapeText(text);
}

function numberCell(value: number, type: CsvType): string {
  if (!Number.isFinite(value)) return '';
  if (type !== 'share' && Number.isInteger(value)) return value.toFixed(0);
  const text = value.toFixed(6);
  return text === '-0.000000' ? '0.000000' : text;
}

/** The file in chunks of whole lines, header first. Rows are taken as they are needed. */
export function* csvChunks(
  columns: readonly CsvColumn[],
  rows: Iterable<readonly CsvValue[]>,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  const bom = options.hasBom === true ? '\ufeff' : '';
  yield bom + lines([columns.map(({ column }) => csvCell(column, 'text', options))]);
  let chunk: string[][] = [];
  for (const row of rows) {
    chunk.push(columns.map(({ type }, i) => csvCell(row[i], type, options)));
    if (chunk.length < ROWS_PER_CHUNK) continue;
    yield lines(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield lines(chunk);
}

function lines(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: '\r\n', quoted_match: EDGE_SPACE });
}
