/**
 * The text of docs/csv-schema.md, made from the columns and the table of measures. Nothing that a
 * column says is written by hand, so it cannot be untrue; a test fails when the file is stale.
 */
import type { Check } from '../checks/check.ts';
import { DENOMINATOR_IDS, DENOMINATOR_MEANINGS } from '../statistics/denominators.ts';
import { MEASURE_MEANINGS } from '../statistics/measure-meanings.ts';
import { MEASURES, type Measure } from '../statistics/measures.ts';
import { compareText } from '../statistics/segment-order.ts';
import { CHANGE_COLUMNS } from './changes-csv.ts';
import { domainColumns } from './columns.ts';
import type { CsvType } from './csv.ts';
import type { ColumnDoc } from './csv-table.ts';
import { PARQUET_METADATA, PARQUET_TYPES } from './domains-parquet.ts';
import { ERROR_COLUMNS } from './errors-csv.ts';
import { FLOW_COLUMNS } from './flows-csv.ts';
import { METRIC_COLUMNS } from './metrics-csv.ts';
import { OPERATOR_COLUMNS } from './operators-csv.ts';
import { OUTPUT_FILES } from './output-files.ts';
import {
  AGGREGATE_SECTION,
  INTRODUCTION,
  JSONL_SECTION,
  PARQUET_SECTION,
  REPORT_JSON_SECTION,
  TYPE_FORMS,
  TYPES_TITLE,
} from './schema-texts.ts';
import { SURVIVAL_COLUMNS } from './survival-csv.ts';
import { TREND_COLUMNS } from './trend-csv.ts';

interface TableFile {
  readonly name: string;
  /** What one row is. */
  readonly row: string;
  readonly columns: readonly ColumnDoc[];
  readonly order: string;
}

/** The CSV files of figures, in the order of the page. */
export const TABLE_FILES: readonly TableFile[] = [
  {
    name: 'metrics.csv',
    row: 'one row for each segment, metric, class and denominator',
    columns: METRIC_COLUMNS,
    order: 'segment type as declared, segment and metric by code point, class as declared',
  },
  {
    name: 'errors.csv',
    row: 'one row for each segment, check and kind of failure',
    columns: ERROR_COLUMNS,
    order: 'segment as in `metrics.csv`, check and kind as declared',
  },
  {
    name: 'changes.csv',
    row: 'three rows for each segment, metric, class and denominator of two nights',
    columns: CHANGE_COLUMNS,
    order:
      'segment, metric, class and denominator as in `metrics.csv`, design as declared. The diff of' +
      ' `cross` is that of `panel` and that of `composition` together, exactly',
  },
  {
    name: 'flows.csv',
    row: 'one row for each segment and pair of classes that any name went between',
    columns: FLOW_COLUMNS,
    order: 'segment as in `metrics.csv`, classes as declared. A pair without a row has 0 names',
  },
  {
    name: 'operators.csv',
    row: 'one row for each operator that adds most to the headline change of two nights',
    columns: OPERATOR_COLUMNS,
    order: 'role, then the largest contribution first, whatever its sign',
  },
  {
    name: 'survival.csv',
    row: 'one row for each event, segment and interval between nights',
    columns: SURVIVAL_COLUMNS,
    order: 'event as declared, segment as in `metrics.csv`, wave',
  },
  {
    name: 'trend.csv',
    row: 'one row for each segment and night of one measure',
    columns: TREND_COLUMNS,
    order: 'segment, the total first and then the largest on the newest night, and wave',
  },
];

/** The whole page, for the checks of the table. */
export function schemaPage(checks: readonly Check[]): string {
  return [
    INTRODUCTION,
    TYPES_TITLE,
    typeTable(),
    '## `domains.csv`: one row for each target of the run\n',
    columnTable([
      ...domainColumns(checks, []),
      ...domainColumns([], ['<name>']).filter(({ column }) => column.startsWith('label_')),
    ]),
    'Rows are sorted by name, bytewise.\n',
    JSONL_SECTION,
    PARQUET_SECTION,
    table(
      ['key', 'value'],
      PARQUET_METADATA.map(({ key, meaning }) => [code(key), meaning]),
    ),
    ...TABLE_FILES.flatMap(({ name, row, columns, order }) => [
      `## \`${name}\`: ${row}\n`,
      columnTable(columns),
      `Rows are sorted by ${order}.\n`,
    ]),
    REPORT_JSON_SECTION,
    AGGREGATE_SECTION,
    `${OUTPUT_FILES.filter(({ hasDomainNames }) => hasDomainNames)
      .map(({ name }) => code(name))
      .join(', ')}\n`,
    ...definitions(),
  ].join('\n');
}

function definitions(): readonly string[] {
  return [
    '## Denominators\n',
    'Domains without the answer that a metric needs leave its denominator and widen its bounds.\n',
    table(
      ['id', 'the names that'],
      DENOMINATOR_IDS.map((id) => [code(id), DENOMINATOR_MEANINGS[id]]),
    ),
    '## Metrics\n',
    '`∑` marks partitions: their shares sum to 1.\n',
    table(
      ['metric', 'counts', 'of', 'classes', 'spec'],
      [...MEASURES].sort(byMetric).map(metricLine),
    ),
  ];
}

function typeTable(): string {
  const types = Object.keys(TYPE_FORMS) as CsvType[];
  return table(
    ['type', 'CSV', 'JSON, JSONL', 'Parquet'],
    types.map((type) => [type, ...TYPE_FORMS[type], PARQUET_TYPES[type].name]),
  );
}

function byMetric(a: Measure, b: Measure): number {
  return compareText(a.metric, b.metric);
}

function metricLine(measure: Measure): readonly string[] {
  const names = measure.classes.map(({ name }) => (name === '' ? 'one share' : code(name)));
  return [
    code(measure.metric),
    MEASURE_MEANINGS[measure.metric] ?? '',
    measure.denominators.map(code).join(', '),
    `${measure.isPartition ? '∑ ' : ''}${names.join(', ')}`,
    measure.spec,
  ];
}

function columnTable(columns: readonly ColumnDoc[]): string {
  return table(
    ['column', 'type', 'unit', 'meaning', 'clause', 'since'],
    columns.map((one) => [
      code(one.column),
      one.type,
      one.unit,
      one.meaning,
      one.clause,
      one.since,
    ]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
