/**
 * Lists of domains to targets: reads one list, whatever its format, in a stream, and hands each
 * name to the sink with its registry, rank and labels. Memory does not grow with the list; which
 * names came twice only the sink knows, at the end. Names are refused with a reason, lists with a
 * SurveyError.
 */

import { planColumns } from './csv-columns.ts';
import { SurveyError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';
import { ListBytes, type ListSource, listName } from './list-bytes.ts';
import { binaryFault, listLabel, printable } from './list-errors.ts';
import { guessShape, type ListFormat } from './list-format.ts';
import { type HostsMode, ListLedger, type ListSink, REFUSAL_HINTS } from './list-ledger.ts';
import type { ListReader } from './list-reader.ts';
import type { OptOut } from './opt-out.ts';
import type { ListAccounting } from './ports.ts';
import { PlainReader } from './read-plain.ts';
import { ZoneReader } from './read-zone.ts';

export interface ListProgress {
  /** Bytes as given (packed or not). */
  readonly bytesRead: number;
  /** Undefined for standard input and pipes. */
  readonly bytesTotal: number | undefined;
  readonly entries: number;
}

export interface ListOptions {
  /** Undefined to find out. */
  readonly format: ListFormat | undefined;
  /** Header name or number from 1 of the column with the names; undefined to find out. */
  readonly column: string | undefined;
  /** Header names or numbers from 1 of the columns to keep. */
  readonly labelColumns: readonly string[];
  readonly hosts: HostsMode;
  /** Names that are refused as `opted_out`; the summary tells how many were. */
  readonly optOut?: OptOut;
  /** Called after each chunk, some hundred times a second at most. */
  readonly onProgress?: (progress: ListProgress) => void;
}

export interface ListSummary {
  /** File name without folder, or `stdin`. */
  readonly name: string;
  /** Of the bytes as given (compressed or not), hex. */
  readonly sha256: string;
  readonly format: ListFormat;
  readonly accounting: ListAccounting;
  /** Names of the label columns, beside `ListEntry.labels`. */
  readonly labelColumns: readonly string[];
  /** The list has a column of ranks. */
  readonly hasRanks: boolean;
  /** CSV rows with more or fewer cells than the first. */
  readonly irregularRows: number;
}

const HEAD_BYTES = 64 * 1024;
const MAX_SAMPLE_ROWS = 200;
const MAX_SAMPLE_LINE_LENGTH = 4096;

/**
 * Reads one list to its end. Throws SurveyError `usage` for a list that is missing, unreadable,
 * empty, binary, damaged, cut, or without one valid name; what was added before stays with the sink,
 * so that the caller must drop it. What the sink throws passes through.
 */
export async function readList(
  source: ListSource,
  options: ListOptions,
  sink: ListSink,
): Promise<ListSummary> {
  const bytes = await ListBytes.open(source);
  try {
    const ledger = new ListLedger(sink, options.hosts, options.optOut);
    const plan = await planReading(bytes, options, ledger);
    await readThrough(bytes, plan.reader, ledger, options);
    const accounting = ledger.accounting();
    if (accounting.targets + accounting.duplicates === 0) throw noNames(source.path, accounting);
    return {
      name: listName(source.path),
      sha256: bytes.sha256(),
      format: plan.format,
      accounting,
      labelColumns: plan.labelColumns,
      hasRanks: plan.hasRanks,
      irregularRows: plan.reader.irregularRows,
    };
  } finally {
    await bytes.close();
  }
}

async function readThrough(
  bytes: ListBytes,
  reader: ListReader,
  ledger: ListLedger,
  { onProgress }: ListOptions,
): Promise<void> {
  const splitter = new LineSplitter(reader, reader.maxLineBytes);
  for await (const chunk of bytes.chunks()) {
    splitter.push(chunk);
    await reader.flush();
    onProgress?.({
      bytesRead: bytes.bytesRead,
      bytesTotal: bytes.sizeBytes,
      entries: ledger.lines,
    });
  }
  splitter.end();
  await reader.end();
}

interface ReadingPlan {
  readonly reader: ListReader;
  readonly format: ListFormat;
  readonly labelColumns: readonly string[];
  readonly hasRanks: boolean;
}

/** Looks at the first 64 KB: is it text, of which format, with which columns. */
async function planReading(
  bytes: ListBytes,
  options: ListOptions,
  ledger: ListLedger,
): Promise<ReadingPlan> {
  const { path } = bytes;
  const { head, isWhole } = await bytes.head(HEAD_BYTES);
  if (head.length === 0) {
    throw new SurveyError('usage', `${listLabel(path)}: is empty; give a list with names`);
  }
  const fault = binaryFault(path, head);
  if (fault !== undefined) throw fault;
  const lines = sampleLines(head, isWhole);
  const { format, delimiter } = guessShape(path, lines, options.format);
  if (format === 'csv' || format === 'tsv') {
    // Only where it is needed: loading the parser costs what importing 20,000 names does.
    const { CsvReader, sampleRows } = await import('./read-csv.ts');
    const columns = planColumns(path, sampleRows(lines, delimiter, MAX_SAMPLE_ROWS), options);
    return {
      reader: new CsvReader(path, delimiter, columns, ledger),
      format,
      labelColumns: columns.labelNames,
      hasRanks: columns.rank !== undefined,
    };
  }
  refuseColumns(path, format, options);
  return {
    reader: format === 'zone' ? new ZoneReader(path, ledger) : new PlainReader(ledger),
    format,
    labelColumns: [],
    hasRanks: false,
  };
}

/** The complete lines of the head, without mark, CR and lines that are too long to be rows. */
function sampleLines(head: Buffer, isWhole: boolean): readonly string[] {
  const lines = head
    .toString('utf8')
    .replace(/^\ufeff/u, '')
    .split('\n');
  if (!isWhole && lines.length > 1) lines.pop();
  return lines
    .filter((line) => line.length <= MAX_SAMPLE_LINE_LENGTH)
    .map((line) => line.replace(/\r$/u, ''));
}

function refuseColumns(path: string, format: ListFormat, options: ListOptions): void {
  const wish = options.column ?? options.labelColumns[0];
  if (wish === undefined) return;
  const what = format === 'zone' ? 'a zone file' : 'a plain list, one name a line';
  throw new SurveyError(
    'usage',
    `${listLabel(path)}: there is no column ${printable(wish)}, for it is ${what}; leave the option out, or give --format csv`,
  );
}

function noNames(path: string, { lines, blank, refused, examples }: ListAccounting): SurveyError {
  const [first] = examples;
  const optedOut = refused['opted_out'] ?? 0;
  if (first === undefined && optedOut > 0) {
    return new SurveyError(
      'usage',
      `${listLabel(path)}: every name in it (${optedOut}) is on the opt-out list; there is nothing to ask`,
    );
  }
  if (first === undefined) {
    return new SurveyError(
      'usage',
      `${listLabel(path)}: has no names (${lines} entries, ${blank} of them blank or without a delegation)`,
    );
  }
  const hint = REFUSAL_HINTS[first.reason];
  return new SurveyError(
    'usage',
    `${listLabel(path)}: not one of its ${lines} entries is a name to survey; the first refused, line ${first.line}: ${printable(first.text)} (${first.reason}${hint === undefined ? '' : `: ${hint}`})`,
  );
}
