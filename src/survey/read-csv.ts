/**
 * CSV (RFC 4180) and TSV lists by csv-parse: quoted cells may hold delimiters, quotes and line ends.
 * Rows may vary in length; `#` at the start of a row begins a comment.
 */
import { type CsvError, type InfoRecord, type Parser, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { type CsvColumns, parseRank } from './csv-columns.ts';
import { SurveyError } from './errors.ts';
import { listLabel } from './list-errors.ts';
import type { ListLedger } from './list-ledger.ts';
import type { ListReader } from './list-reader.ts';

const MAX_LINE_BYTES = 4096;
/** Of one row over all its lines, in characters: beyond it a quote was never closed. */
const MAX_ROW_LENGTH = 65_536;
const MAX_LABEL_LENGTH = 200;
/** Stands in the parser for a line that was too long, so that rows keep their line numbers. */
const PLACEHOLDER = '\u0000';

const dialect = (delimiter: string) =>
  ({
    delimiter,
    record_delimiter: '\n',
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    comment: '#',
    comment_no_infix: true,
    max_record_size: MAX_ROW_LENGTH,
  }) as const;

/** The first rows, to plan the columns by; rows that cannot be read end the sample. */
export function sampleRows(
  lines: readonly string[],
  delimiter: string,
  maxRows: number,
): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const keep = (row: string[]) => {
    rows.push(row);
    return null;
  };
  try {
    parseAtOnce(lines.join('\n'), { ...dialect(delimiter), to: maxRows, on_record: keep });
  } catch {
    // The sample may end within a quoted cell; what is wrong beyond that, the reading will tell.
  }
  return rows;
}

export class CsvReader implements ListReader {
  readonly maxLineBytes = MAX_LINE_BYTES;
  readonly #path: string;
  readonly #columns: CsvColumns;
  readonly #delimiter: string;
  readonly #ledger: ListLedger;
  readonly #parser: Parser;
  readonly #overlong = new Map<number, string>();
  #pending: string[] = [];
  /** Before the next batch: csv-parse takes an end of line before the end of data as an empty line. */
  #separator = '';
  #irregularRows = 0;
  #lastLine = 0;
  #isFirstRow = true;
  #fault: CsvError | Error | undefined;

  constructor(path: string, delimiter: string, columns: CsvColumns, ledger: ListLedger) {
    this.#path = path;
    this.#columns = columns;
    this.#delimiter = delimiter;
    this.#ledger = ledger;
    this.#parser = parse({
      ...dialect(delimiter),
      on_record: (row: string[], { lines }: InfoRecord) => {
        this.#row(row, lines);
        return null;
      },
    });
    this.#parser.on('error', (error) => {
      this.#fault = error;
    });
    this.#parser.resume();
  }

  get irregularRows(): number {
    return this.#irregularRows;
  }

  line(text: string): void {
    this.#pending.push(text);
  }

  overlongLine(start: string, number: number): void {
    this.#overlong.set(number, start);
    this.#pending.push(PLACEHOLDER);
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const text = this.#separator + this.#pending.join('\n');
    this.#separator = '\n';
    this.#pending = [];
    await new Promise<void>((resolve) => this.#parser.write(text, () => resolve()));
    this.#throwFault();
  }

  async end(): Promise<void> {
    await this.flush();
    await new Promise<void>((resolve) => this.#parser.once('close', resolve).end());
    this.#throwFault();
    const { empty_lines: emptyLines, comment_lines: commentLines } = this.#parser.info;
    this.#ledger.blank(emptyLines + commentLines);
    // A placeholder that fell into a quoted cell made no row of its own.
    for (const [number, start] of this.#overlong) {
      this.#ledger.refuse(number, start, 'line_too_long');
    }
  }

  #row(row: readonly string[], line: number): void {
    this.#lastLine = line;
    const overlong = this.#overlong.get(line);
    if (overlong !== undefined && row[0] === PLACEHOLDER) {
      this.#overlong.delete(line);
      this.#ledger.refuse(line, overlong, 'line_too_long');
      return;
    }
    const isHeader = this.#isFirstRow && this.#columns.hasHeader;
    this.#isFirstRow = false;
    if (isHeader || row.every((cell) => cell.trim() === '')) {
      this.#ledger.blank();
      return;
    }
    if (row.length !== this.#columns.width) this.#irregularRows++;
    const { name, rank, labels } = this.#columns;
    const text = row[name]?.trim() ?? '';
    if (text === '') {
      this.#ledger.refuse(line, row.join(this.#delimiter), 'empty');
      return;
    }
    this.#ledger.offer(
      line,
      text,
      rank === undefined ? undefined : parseRank(row[rank]),
      labels.length === 0 ? undefined : labels.map((index) => labelOf(row[index])),
    );
  }

  #throwFault(): void {
    const fault = this.#fault;
    if (fault === undefined) return;
    if (!('code' in fault) || !UNCLOSED_QUOTE.has(String(fault.code))) throw fault;
    const where = this.#lastLine === 0 ? 'a quote' : `a quote after line ${this.#lastLine}`;
    throw new SurveyError(
      'usage',
      `${listLabel(this.#path)}: ${where} is never closed (is the file cut?); close it, or read the list with --format plain`,
      { cause: fault },
    );
  }
}

const UNCLOSED_QUOTE: ReadonlySet<string> = new Set([
  'CSV_QUOTE_NOT_CLOSED',
  'CSV_MAX_RECORD_SIZE',
]);

function labelOf(cell: string | undefined): string | undefined {
  const text = cell?.trim() ?? '';
  return text === '' ? undefined : text.slice(0, MAX_LABEL_LENGTH);
}
