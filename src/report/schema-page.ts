/**
 * The text of docs/csv-schema.md, made from the columns and the table of measures. Nothing on the
 * page is written by hand, so it cannot be untrue; a test fails when the file is stale.
 */
import type { Check } from '../checks/check.ts';
import { DENOMINATOR_IDS, DENOMINATOR_MEANINGS } from '../statistics/denominators.ts';
import { MEASURE_MEANINGS } from '../statistics/measure-meanings.ts';
import { MEASURES, type Measure } from '../statistics/measures.ts';
import { compareText } from '../statistics/metrics.ts';
import { type ColumnDoc, domainColumns } from './columns.ts';
import { METRIC_COLUMNS } from './metrics-csv.ts';

const INTRODUCTION = `# CSV files

This page is generated from the code by \`npm run docs:schema\`; do not edit it.

Every file is RFC 4180: UTF-8, CRLF, one header line, quotes only where needed, \`true\`/\`false\`, a dot
for decimals. An empty cell means unknown or not applicable, never zero or "no". A file is written
whole or not at all. Columns are only ever added; they are found by name.

Text cells that begin with \`=\`, \`+\`, \`-\`, \`@\`, a tab or a line end (or their full-width forms) get a
leading apostrophe, because spreadsheets would run them as formulas: \`spf_all\` reads \`'-all\`. Hidden
characters in text are written as \`\\xHH\` or \`\\u{HHHH}\`. \`--csv-raw\` turns both off. \`--csv-bom\` writes
a byte order mark first, for Excel.

A look-up that failed is never "no record": the class is then \`error_…\` or \`temperror\`, the cells of
the check are empty as far as nothing was seen, and \`dns_error\` has the reason.
`;

/** The whole page, for the checks of the table. */
export function schemaPage(checks: readonly Check[]): string {
  return [
    INTRODUCTION,
    '## `domains.csv`: one row for each target of the run\n',
    columnTable([
      ...domainColumns(checks, []),
      ...domainColumns([], ['<name>']).filter(({ column }) => column.startsWith('label_')),
    ]),
    '## `metrics.csv`: one row for each segment, metric, class and denominator\n',
    columnTable(METRIC_COLUMNS),
    'Rows are sorted by segment type as declared, segment and metric by code point, class as declared.\n',
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
  ].join('\n');
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
