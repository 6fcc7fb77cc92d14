/**
 * `domains.parquet`: the columns of `domains.csv` for DuckDB, Spark, ClickHouse and their like, typed
 * and compressed (Apache Parquet format 2, snappy). Texts stand as they are, since nothing here runs a
 * formula. It streams: one group of rows is in memory, however many there are.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { SurveyError } from '../survey/errors.ts';
import type { ListRow, RunRow } from '../survey/ports.ts';
import { type DomainColumn, domainColumns } from './columns.ts';
import type { CsvType, CsvValue } from './csv.ts';
import type { DomainRow } from './domain-row.ts';
import type { DomainsExport } from './domains-csv.ts';
import { escapeText, jsonLine } from './text-escape.ts';

export interface ParquetExport extends Pick<DomainsExport, 'wave' | 'checks' | 'labels'> {
  readonly run: RunRow;
  readonly lists: readonly ListRow[];
  /** Rows a group; readers take a group as a unit of work. */
  readonly rowsPerGroup?: number;
}

/** Stands in the file; raised when a column changes its meaning. */
export const DOMAINS_SCHEMA = 'mailcensus-domains/1';

/** About 15 MB of values at a time. */
const ROWS_PER_GROUP = 16_384;

type Value = string | number | bigint | boolean | Date | undefined;

interface ParquetType {
  /** As the format's documentation calls it. */
  readonly name: string;
  readonly element: SchemaType;
  readonly valueOf: (value: CsvValue) => Value;
}

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];
type SchemaType = Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>;

/** What a column's type is in Parquet. Every column may be null: unknown, or not applicable. */
export const PARQUET_TYPES: Readonly<Record<CsvType, ParquetType>> = {
  text: {
    name: 'STRING',
    element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    valueOf: (value) => (value === undefined ? undefined : String(value)),
  },
  number: { name: 'INT64', element: { type: 'INT64' }, valueOf: wholeNumber },
  boolean: {
    name: 'BOOLEAN',
    element: { type: 'BOOLEAN' },
    valueOf: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  share: {
    name: 'DOUBLE',
    element: { type: 'DOUBLE' },
    valueOf: (value) => (typeof value === 'number' ? value : undefined),
  },
  date: {
    name: 'DATE',
    element: { type: 'INT32', converted_type: 'DATE' },
    valueOf: instant,
  },
  time: {
    name: 'TIMESTAMP (UTC, milliseconds)',
    element: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    },
    valueOf: instant,
  },
};

function wholeNumber(value: CsvValue): bigint | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function instant(value: CsvValue): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * The file in chunks of bytes; the order of the rows is the caller's. Without any row it throws: what
 * the writer makes of no rows is a file that strict readers refuse.
 */
export async function* domainsParquet(
  rows: Iterable<DomainRow>,
  options: ParquetExport,
): AsyncGenerator<Uint8Array, void, undefined> {
  const columns = domainColumns(options.checks, options.labels);
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns),
    codec: 'SNAPPY',
    createdBy: `mailcensus version ${options.run.provenance.toolVersion}`,
    kvMetadata: metadataOf(options),
  });
  let groups = 0;
  for (const group of groupsOf(rows, columns, options)) {
    groups++;
    await file.write({ columnData: group, rowGroupSize: options.rowsPerGroup ?? ROWS_PER_GROUP });
    yield taken(bytes);
  }
  if (groups === 0) throw new SurveyError('usage', 'no domain to write: the run has no target');
  await file.finish();
  yield taken(bytes);
}

/** What was written since; the writer goes on counting its offsets. */
function taken(bytes: ByteWriter): Uint8Array {
  const chunk = bytes.getBytes().slice();
  bytes.index = 0;
  return chunk;
}

function schemaOf(columns: readonly DomainColumn[]): SchemaElement[] {
  return [
    { name: 'domains', num_children: columns.length },
    ...columns.map(
      ({ column, type }): SchemaElement => ({
        ...PARQUET_TYPES[type].element,
        name: escapeText(column),
        repetition_type: 'OPTIONAL',
      }),
    ),
  ];
}

interface ColumnData {
  readonly name: string;
  readonly data: Value[];
}

function* groupsOf(
  rows: Iterable<DomainRow>,
  columns: readonly DomainColumn[],
  { wave, rowsPerGroup = ROWS_PER_GROUP }: ParquetExport,
): Generator<ColumnData[], void, undefined> {
  const begin = (): ColumnData[] =>
    columns.map(({ column }) => ({ name: escapeText(column), data: [] }));
  let group = begin();
  let size = 0;
  for (const row of rows) {
    for (const [i, { type, of }] of columns.entries()) {
      group[i]?.data.push(PARQUET_TYPES[type].valueOf(of(row, wave)));
    }
    if (++size < rowsPerGroup) continue;
    yield group;
    group = begin();
    size = 0;
  }
  if (size > 0) yield group;
}

/** Key-value metadata of the file, each below `mailcensus.`. */
const METADATA: readonly {
  readonly key: string;
  readonly meaning: string;
  readonly of: (options: ParquetExport) => string;
}[] = [
  { key: 'schema', meaning: 'what the columns mean', of: () => DOMAINS_SCHEMA },
  { key: 'wave', meaning: 'night of the run', of: ({ run }) => run.night },
  { key: 'run', meaning: 'id of the run in its store', of: ({ run }) => String(run.id) },
  { key: 'status', meaning: '`finished`, `running`, `aborted`', of: ({ run }) => run.status },
  { key: 'design', meaning: '`census` or `srs`', of: ({ run }) => run.config.design },
  {
    key: 'lists',
    meaning: 'JSON: name and SHA-256 of each list',
    of: ({ lists }) => jsonLine(lists.map(({ name, sha256 }) => ({ name, sha256 }))),
  },
  {
    key: 'tool_version',
    meaning: 'version of mailcensus that asked',
    of: ({ run }) => run.provenance.toolVersion,
  },
  {
    key: 'check_versions',
    meaning: 'JSON: version of each check',
    of: ({ run }) => jsonLine(run.provenance.checkVersions),
  },
  {
    key: 'psl_version',
    meaning: 'Public Suffix List',
    of: ({ run }) => run.provenance.pslVersion,
  },
];

/** For the documentation. */
export const PARQUET_METADATA: readonly { readonly key: string; readonly meaning: string }[] =
  METADATA.map(({ key, meaning }) => ({ key: `mailcensus.${key}`, meaning }));

function metadataOf(options: ParquetExport): { key: string; value: string }[] {
  return METADATA.map(({ key, of }) => ({ key: `mailcensus.${key}`, value: of(options) }));
}
