/** What a page or folder of one night says of the nights before it: a comparison and a few trends. */
import type { Comparison } from '../statistics/comparison.ts';
import type { MeasureKey } from '../statistics/metrics.ts';
import type { Trend } from '../statistics/trend.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';
import { nightNamed } from './chosen-nights.ts';
import { comparisonOf } from './compare-data.ts';
import { trendOf } from './trend-data.ts';

export interface HistoryWish {
  readonly store: string;
  readonly by?: readonly string[];
  /** The night to compare with; false for none, undefined for the one before. */
  readonly compare?: string | false;
  readonly aggregateOnly?: boolean;
}

export interface ReportHistory {
  readonly comparison: Comparison | undefined;
  readonly trends: readonly Trend[];
  /** Finished nights up to this one, oldest first. */
  readonly nights: readonly RunRow[];
}

const TRENDS: readonly MeasureKey[] = [
  { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' },
  { metric: 'dmarc.enforced_of', class: '', denominatorId: 'existing' },
  { metric: 'spf.adoption', class: '', denominatorId: 'existing' },
];

const TREND_SERIES = 3;

export function historyOf(store: StoreReader, run: RunRow, wish: HistoryWish): ReportHistory {
  const nights = store.runs().filter(({ id, status }) => status === 'finished' && id <= run.id);
  if (wish.compare === false) return { comparison: undefined, trends: [], nights };
  return {
    comparison: comparisonWith(store, run, wish),
    trends: [...trendsOf(store, nights)],
    nights,
  };
}

/** The night before is compared where it can be; one that was named must be comparable. */
function comparisonWith(
  store: StoreReader,
  run: RunRow,
  wish: HistoryWish,
): Comparison | undefined {
  const { compare } = wish;
  const runs = store.runs();
  const from =
    typeof compare === 'string'
      ? nightNamed(runs, wish.store, compare)
      : runs.findLast(({ id, status }) => status === 'finished' && id < run.id);
  if (from === undefined || (run.status !== 'finished' && compare === undefined)) return undefined;
  const to = nightNamed(runs, wish.store, `run:${run.id}`);
  if (from.id >= to.id) {
    throw new SurveyError('usage', `--compare takes an earlier night than ${run.night}`);
  }
  try {
    return comparisonOf(
      store,
      { from, to },
      {
        by: wish.by ?? ['tld', 'registry'],
        isAnyList: typeof compare === 'string',
        operators: wish.aggregateOnly === true ? 'none' : 'all',
      },
    );
  } catch (error) {
    // Another list the night before is no reason to have no report.
    if (compare === undefined && error instanceof SurveyError) return undefined;
    throw error;
  }
}

/** Trends up to the last of these finished nights, of the measures that it asked for; made as they are taken. */
export function* trendsOf(store: StoreReader, nights: readonly RunRow[]): Generator<Trend> {
  const checks = nights.at(-1)?.config.checks ?? [];
  if (nights.length < 2) return;
  for (const measure of TRENDS) {
    const check = measure.metric.split('.', 1)[0] ?? '';
    if (!checks.includes(check)) continue;
    const asked = nights.filter(({ config }) => config.checks.includes(check));
    yield trendOf(store, asked, { by: 'tld', measure, top: TREND_SERIES, names: [] });
  }
}
