/**
 * Counts to figures: one row for each (segment, metric, class, denominator), as `metrics.csv` holds
 * them. Pure. It knows no file; definitions of the metrics stand in `measures.ts`.
 *
 * A census has no sampling interval: its uncertainty are the domains without an answer, so it has
 * worst-case bounds. A sample has Wilson's interval for a finite population as well.
 */
import { type Cluster, clusterEstimate, type Estimate } from './cluster.ts';
import { type CounterMap, type CounterReader, readCounts, type SegmentCounts } from './counts.ts';
import {
  DENOMINATOR_IDS,
  type DenominatorId,
  type DenominatorParts,
  denominatorParts,
} from './denominators.ts';
import { MEASURES, type Measure, type MeasureClass, type Protocol } from './measures.ts';
import { LOW_N, type Share, shareOf } from './shares.ts';
import { type Interval, wilson } from './wilson.ts';

export type Design = 'census' | 'srs';

export interface MetricContext {
  /** The night, `YYYY-MM-DD`. */
  readonly wave: string;
  /** Checks that the run asked; measures that need another are left out. */
  readonly checks: readonly string[];
  readonly design: Design;
  /** Unique names on the lists, sampled or not. */
  readonly populationSize: number;
  /** Names that the run is to ask: the denominator `targets` of the total. */
  readonly targets: number;
  /** Names asked over the whole run: with `populationSize`, the sampling fraction. */
  readonly attempted: number;
}

/** One line of `metrics.csv`; shares, intervals and bounds are fractions 0 to 1. */
export interface MetricRow {
  readonly wave: string;
  readonly segmentType: string;
  readonly segment: string;
  readonly protocol: Protocol;
  readonly metric: string;
  /** Empty for a single share. */
  readonly class: string;
  readonly numerator: number;
  readonly denominatorId: DenominatorId;
  readonly denominator: number;
  readonly share: number | undefined;
  readonly ciLow: number | undefined;
  readonly ciHigh: number | undefined;
  /** `wilson_fpc` or empty. */
  readonly ciMethod: string;
  readonly boundLow: number | undefined;
  readonly boundHigh: number | undefined;
  readonly unit: 'domain';
  readonly weight: 'none';
  /** The denominator is below 30. */
  readonly isLowN: boolean;
  readonly spec: string;
}

/** Order in which segment types are reported; others follow by name. */
export const SEGMENT_TYPES: readonly string[] = ['total', 'tld', 'registry', 'rank', 'list'];

const METRICS: ReadonlyMap<string, Measure> = new Map(MEASURES.map((m) => [m.metric, m]));
const BY_METRIC: readonly Measure[] = [...MEASURES].sort((a, b) => compareText(a.metric, b.metric));

/**
 * All rows of all segments, sorted by declared segment type, segment (by code point), metric (by code
 * point), declared class and declared denominator, whatever the order of the input. One segment's
 * rows are in memory at a time.
 */
export function* metricRows(
  segments: readonly SegmentCounts[],
  context: MetricContext,
): Generator<MetricRow, void, undefined> {
  for (const segment of [...segments].sort(compareSegments)) yield* segmentRows(segment, context);
}

/** The rows of one segment, in order. */
export function segmentRows(segment: SegmentCounts, context: MetricContext): readonly MetricRow[] {
  const counts = readCounts(segment.counts);
  const targets = segment.segmentType === 'total' ? context.targets : segment.targets;
  return BY_METRIC.flatMap((measure) => {
    if (!isAsked(measure, context.checks)) return [];
    const populations = [...measure.denominators]
      .filter((id) => id !== 'mail' || context.checks.includes('mx'))
      .sort((a, b) => DENOMINATOR_IDS.indexOf(a) - DENOMINATOR_IDS.indexOf(b));
    return measure.classes.flatMap((of) =>
      populations.flatMap((id) => {
        const parts = denominatorParts(id, measure.subject, counts, targets);
        if (parts === undefined) return [];
        return [metricRow(segment, context, measure, of, id, share(counts, of, parts))];
      }),
    );
  });
}

/** One share of one segment, for a report; undefined where the targets are not known. */
export function figure(
  counts: CounterReader,
  metric: string,
  className: string,
  id: DenominatorId,
  targets?: number,
): Share | undefined {
  const { measure, of } = find(metric, className);
  const parts = denominatorParts(id, measure.subject, counts, targets);
  return parts === undefined ? undefined : share(counts, of, parts);
}

/**
 * Estimate of a headline metric from the blocks done so far, with its 95 % interval. `blocks` hold the
 * counters of `HEADLINE`, which suffice for the adoption and enforcement of SPF and DMARC.
 */
export function headlineEstimate(
  blocks: readonly CounterMap[],
  totalBlocks: number,
  metric: string,
  id: DenominatorId,
): Estimate | undefined {
  const { measure, of } = find(metric, '');
  const clusters: Cluster[] = [];
  for (const block of blocks) {
    const counts = readCounts(block);
    const parts = denominatorParts(id, measure.subject, counts, undefined);
    if (parts === undefined) return undefined;
    clusters.push({
      numerator: share(counts, of, parts).numerator,
      denominator: parts.denominator,
    });
  }
  return clusterEstimate(clusters, totalBlocks);
}

function find(metric: string, className: string): { measure: Measure; of: MeasureClass } {
  const measure = METRICS.get(metric);
  const of = measure?.classes.find(({ name }) => name === className);
  if (measure === undefined || of === undefined)
    throw new RangeError(`no metric ${metric} ${className}`);
  return { measure, of };
}

function isAsked(measure: Measure, checks: readonly string[]): boolean {
  return measure.needs.every((check) => checks.includes(check));
}

function share(counts: CounterReader, of: MeasureClass, parts: DenominatorParts): Share {
  const bases = of.bases ?? parts.bases;
  return shareOf({
    ...parts,
    numerator: counts.sum(of.rows, bases) - counts.sum(of.minus ?? [], bases),
  });
}

function interval(value: Share, context: MetricContext): Interval | undefined {
  if (context.design === 'census' || context.attempted <= 0) return undefined;
  const fraction = Math.min(1, context.attempted / context.populationSize);
  return wilson(value.numerator, value.denominator, {
    populationSize: value.denominator / fraction,
  });
}

function metricRow(
  segment: SegmentCounts,
  context: MetricContext,
  measure: Measure,
  of: MeasureClass,
  id: DenominatorId,
  value: Share,
): MetricRow {
  const sampling = interval(value, context);
  return {
    wave: context.wave,
    segmentType: segment.segmentType,
    segment: segment.segment,
    protocol: measure.protocol,
    metric: measure.metric,
    class: of.name,
    numerator: value.numerator,
    denominatorId: id,
    denominator: value.denominator,
    share: value.share,
    ciLow: sampling?.low,
    ciHigh: sampling?.high,
    ciMethod: sampling === undefined ? '' : 'wilson_fpc',
    boundLow: value.boundLow,
    boundHigh: value.boundHigh,
    unit: 'domain',
    weight: 'none',
    isLowN: value.denominator < LOW_N,
    spec: measure.spec,
  };
}

export function compareSegments(a: SegmentCounts, b: SegmentCounts): number {
  return (
    typeRank(a.segmentType) - typeRank(b.segmentType) ||
    compareText(a.segmentType, b.segmentType) ||
    compareText(a.segment, b.segment)
  );
}

function typeRank(segmentType: string): number {
  const [kind = ''] = segmentType.split(':', 1);
  const rank = SEGMENT_TYPES.indexOf(kind);
  return rank < 0 ? SEGMENT_TYPES.length : rank;
}

/** By code point, which is the byte order of UTF-8, so that rows sort alike on every machine. */
export function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
