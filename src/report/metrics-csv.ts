/** `metrics.csv`: the figures of one run in long form. The column names are public. */
import { MEASURES } from '../statistics/measures.ts';
import type { MetricRow } from '../statistics/metrics.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION,
  NAMES,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

const PROTOCOLS = [...new Set(MEASURES.map(({ protocol }) => `\`${protocol}\``))].join(', ');

/** In file order. */
export const METRIC_COLUMNS: readonly TableColumn<MetricRow>[] = [
  column('wave', 'date', 'night of the run, YYYY-MM-DD in its time zone', (row) => row.wave),
  ...segmentColumns<MetricRow>((row) => row),
  column('protocol', 'text', `one of ${PROTOCOLS}`, (row) => row.protocol),
  column('metric', 'text', 'id of the metric, as `dmarc.adoption`', (row) => row.metric),
  column('class', 'text', 'class within the metric; empty for a single share', (row) => row.class),
  column('numerator', 'number', 'names counted', (row) => row.numerator, NAMES),
  column('denominator_id', 'text', 'which names the share is of', (row) => row.denominatorId),
  column('denominator', 'number', 'names it is a share of', (row) => row.denominator, NAMES),
  column(
    'share',
    'share',
    'numerator / denominator; empty over an empty denominator',
    (row) => row.share,
    FRACTION,
  ),
  column(
    'ci_low',
    'share',
    '95 % interval of a sample; empty for a census',
    (row) => row.ciLow,
    FRACTION,
  ),
  column('ci_high', 'share', '95 % interval of a sample', (row) => row.ciHigh, FRACTION),
  column('ci_method', 'text', '`wilson_fpc`, `cluster` or empty', (row) => row.ciMethod),
  column(
    'bound_low',
    'share',
    'the share if no name without an answer counted: x / (D + u)',
    (row) => row.boundLow,
    FRACTION,
  ),
  column(
    'bound_high',
    'share',
    'the share if each name without an answer counted: (x + u) / (D + u)',
    (row) => row.boundHigh,
    FRACTION,
  ),
  column('unit', 'text', 'what is counted: `domain`', (row) => row.unit),
  column('weight', 'text', 'what a name counts for: `none` is 1 each', (row) => row.weight),
  column('low_n', 'boolean', 'the denominator is below 30', (row) => row.isLowN),
  column('spec', 'text', 'standard by which it was read', (row) => row.spec),
];

/** The file in chunks of whole lines; the rows are in order as `metricRows` gives them. */
export function metricsCsv(
  rows: Iterable<MetricRow>,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(METRIC_COLUMNS, rows, options);
}
