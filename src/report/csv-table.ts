/**
 * A table whose columns are written down once: name, type and meaning for the documentation, and the
 * value of a row for the file. It knows no file; each file's own module has its columns and order.
 */
import { type CsvOptions, type CsvType, type CsvValue, csvChunks } from './csv.ts';

export interface ColumnDoc {
  readonly column: string;
  readonly type: CsvType;
  /** What one means, as `names`; empty where there is none. */
  readonly unit: string;
  readonly meaning: string;
  readonly clause: string;
  /** Version of the tool that first wrote it. */
  readonly since: string;
}

export interface TableColumn<Row> extends ColumnDoc {
  readonly of: (row: Row) => CsvValue;
}

/** The first version with these files; a column added later names its own. */
export const FIRST_VERSION = '0.1.0';

export const FRACTION = 'fraction 0 to 1';
/** A difference of two shares; times 100 it is percentage points. */
export const FRACTION_DIFFERENCE = 'fraction -1 to 1';
export const NAMES = 'names';

const SEGMENT_TYPE_MEANING =
  '`total`, `tld`, `registry`, `rank`, `list`, `label:<column>`, `mx`, `rua`, or two of them as `tld,rank`';
const SEGMENT_MEANING = 'the segment; `all` for the total; of two types both names, as `jp / 1-1k`';

/** One column of a file of figures, as docs/methodology.md defines them. */
export function tableColumn<Row>(
  column: string,
  type: CsvType,
  meaning: string,
  of: TableColumn<Row>['of'],
  unit = '',
): TableColumn<Row> {
  return {
    column,
    type,
    unit,
    meaning,
    clause: 'docs/methodology.md',
    since: FIRST_VERSION,
    of,
  };
}

/** The two columns that say which names a row is of. */
export function segmentColumns<Row>(
  of: (row: Row) => { readonly segmentType: string; readonly segment: string },
): readonly TableColumn<Row>[] {
  return [
    tableColumn('segment_type', 'text', SEGMENT_TYPE_MEANING, (row) => of(row).segmentType),
    tableColumn('segment', 'text', SEGMENT_MEANING, (row) => of(row).segment),
  ];
}

/** The two columns that say which nights a row is about. */
export function nightColumns<
  Row extends { readonly waveFrom: string; readonly waveTo: string },
>(): readonly TableColumn<Row>[] {
  return [
    tableColumn('wave_from', 'date', 'the earlier night', (row) => row.waveFrom),
    tableColumn('wave_to', 'date', 'the later night', (row) => row.waveTo),
  ];
}

/** The file in chunks of whole lines, header first; rows are taken as they are needed. */
export function tableCsv<Row>(
  columns: readonly TableColumn<Row>[],
  rows: Iterable<Row>,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return csvChunks(columns, cellsOf(), options);

  function* cellsOf(): Generator<readonly CsvValue[], void, undefined> {
    for (const row of rows) yield columns.map(({ of }) => of(row));
  }
}

export type JsonCell = string | number | boolean | null;

/**
 * A row as a JSON object with the file's columns as keys: null where the cell is empty, shares with
 * the digits of the file, texts as they are.
 */
export function rowObject<Row>(
  columns: readonly TableColumn<Row>[],
  row: Row,
): Readonly<Record<string, JsonCell>> {
  return Object.fromEntries(
    columns.map(({ column, type, of }) => [column, jsonCell(of(row), type)]),
  );
}

/** A cell with its type; null where it is empty or no number. */
export function jsonCell(value: CsvValue, type: CsvType): JsonCell {
  if (value === undefined || value === '') return null;
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return null;
  // Adding 0 turns -0 into 0.
  return type === 'share' ? Number(value.toFixed(6)) + 0 : value;
}
