/**
 * What every section of the page is given, and the figures it may take from there. Sections give HTML
 * strings and nothing else, so that the report file and a web page over a store are built of the same
 * parts. It computes no share of its own: all are rows of `metricRows`.
 */
import { type CounterReader, readCounts, type SegmentCounts } from '../../statistics/counts.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import { type MetricRow, segmentRows } from '../../statistics/metrics.ts';
import type { Interval } from '../../statistics/wilson.ts';
import { type Language, type Say, sayFrom } from '../language/language.ts';
import { denominatorMeaning } from '../language/measure-texts.ts';
import { PAGE_TEXTS, type PageTextId } from '../language/page-texts.ts';
import {
  DEFAULT_TOP,
  isComplete,
  metricContext,
  type ReportData,
  totalCounts,
} from '../report-data.ts';
import { sampleInterval } from '../sample-interval.ts';

export interface ViewOptions {
  readonly language: Language;
  /** Rows of each figure and table by segment. */
  readonly topSegments?: number;
  /** The answers came from this machine: a banner says so. */
  readonly isSynthetic?: boolean;
}

/** Rows of one segment by metric, class and denominator. */
export type Figures = (metric: string, id: DenominatorId, className?: string) => MetricRow;

export interface PageView {
  readonly data: ReportData;
  readonly language: Language;
  readonly say: Say<PageTextId>;
  /** Counters of the whole run. */
  readonly counts: CounterReader;
  /** Of the whole run. */
  readonly figures: Figures;
  /** The figures are of a sample: by design, or because the run is not complete. */
  readonly isSample: boolean;
  readonly topSegments: number;
  readonly isSynthetic: boolean;
}

/** A part of the page below one heading. */
export interface PagePart {
  /** Letters, digits and hyphens; its own on the page. */
  readonly id: string;
  /** As text; not escaped. */
  readonly title: string;
  /** Markup of everything below the heading. */
  readonly html: string;
}

export function pageView(data: ReportData, options: ViewOptions): PageView {
  const { language, topSegments = DEFAULT_TOP, isSynthetic = false } = options;
  const total = data.segments.find(({ segmentType }) => segmentType === 'total');
  return {
    data,
    language,
    topSegments,
    isSynthetic,
    say: sayFrom(PAGE_TEXTS, language),
    counts: totalCounts(data),
    figures: figuresOf(data, total ?? { segmentType: 'total', segment: 'all', counts: {} }),
    isSample: metricContext(data).design !== 'census' || !isComplete(data),
  };
}

export function figuresOf(data: ReportData, segment: SegmentCounts): Figures {
  const rows = new Map(
    segmentRows(segment, metricContext(data)).map((row) => [
      `${row.metric} ${row.class} ${row.denominatorId}`,
      row,
    ]),
  );
  return (metric, id, className = '') => {
    const row = rows.get(`${metric} ${className} ${id}`);
    if (row === undefined) throw new RangeError(`${metric} ${className} has no share of ${id}`);
    return row;
  };
}

export function hasAsked({ data }: PageView, ...checks: readonly string[]): boolean {
  return checks.every((check) => data.run.config.checks.includes(check));
}

/** Worst-case bounds where domains without an answer leave any; undefined where they do not. */
export function boundsOf({ boundLow, boundHigh }: MetricRow): Interval | undefined {
  if (boundLow === undefined || boundHigh === undefined || boundHigh - boundLow < 1e-12)
    return undefined;
  return { low: boundLow, high: boundHigh };
}

/**
 * The 95 % interval of a figure of the whole run; undefined for a census, and for a measure whose
 * counters are not kept by block as long as the run is not complete.
 */
export function intervalOf(view: PageView, row: MetricRow): Interval | undefined {
  return view.isSample ? sampleInterval(view.data, row, row.metric, row.denominatorId) : undefined;
}

/** What stands beside a share in a figure by segment: the interval of a sample, else the bounds. */
export function spreadOf(view: PageView, row: MetricRow): Interval | undefined {
  if (!view.isSample) return boundsOf(row);
  const { ciLow, ciHigh } = row;
  return ciLow === undefined || ciHigh === undefined ? undefined : { low: ciLow, high: ciHigh };
}

/** Below a figure: how many domains it is of, and which. */
export function denominatorNote({ say, language }: PageView, n: string, id: DenominatorId): string {
  return say('denominatorNote', { n, id, meaning: denominatorMeaning(id, language) });
}

/** Counters of one segment. */
export function countsOf(segment: SegmentCounts): CounterReader {
  return readCounts(segment.counts);
}
