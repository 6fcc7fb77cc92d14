/**
 * `trend.csv`: one measure over many nights in long form, the total first. The column names are
 * public, and mean what they do in `metrics.csv`.
 */
import type { Trend, TrendPoint } from '../statistics/trend.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION,
  NAMES,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

export interface TrendRow extends TrendPoint {
  readonly trend: Trend;
  readonly segmentType: string;
  readonly segment: string;
}

/** In file order. */
export const TREND_COLUMNS: readonly TableColumn<TrendRow>[] = [
  column('wave', 'date', 'night of the run', ({ night }) => night),
  ...segmentColumns<TrendRow>((row) => row),
  column('metric', 'text', 'id of the metric', ({ trend }) => trend.metric),
  column(
    'class',
    'text',
    'class within the metric; empty for a single share',
    ({ trend }) => trend.class,
  ),
  column('numerator', 'number', 'names counted', ({ share }) => share.numerator, NAMES),
  column(
    'denominator_id',
    'text',
    'which names the share is of',
    ({ trend }) => trend.denominatorId,
  ),
  column(
    'denominator',
    'number',
    'names it is a share of',
    ({ share }) => share.denominator,
    NAMES,
  ),
  column('share', 'share', 'empty over an empty denominator', ({ share }) => share.share, FRACTION),
  column('ci_low', 'share', '95 % interval of a sample', (row) => row.interval?.low, FRACTION),
  column('ci_high', 'share', '95 % interval of a sample', (row) => row.interval?.high, FRACTION),
  column(
    'bound_low',
    'share',
    'if no unknown name counted',
    ({ share }) => share.boundLow,
    FRACTION,
  ),
  column(
    'bound_high',
    'share',
    'if each unknown name counted',
    ({ share }) => share.boundHigh,
    FRACTION,
  ),
];

/** By segment in the trend's order, then by night. */
export function trendCsv(
  trend: Trend,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(TREND_COLUMNS, rowsOf(trend), options);
}

function* rowsOf(trend: Trend): Generator<TrendRow> {
  for (const [i, { segment, points }] of trend.series.entries()) {
    const segmentType = i === 0 ? 'total' : trend.segmentType;
    for (const point of points) yield { ...point, trend, segmentType, segment };
  }
}
