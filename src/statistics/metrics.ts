/**
 * Counts to figures: one row for each (segment, metric, class, denominator), as `metrics.csv` holds
 * them. Pure. It knows no file; definitions of the metrics stand in `measures.ts`.
 *
 * A census has no sampling interval: its uncertainty are the domains without an answer, so it has
 * worst-case bounds. A sample has Wilson's interval for a finite population as well; a run of which only
 * some blocks are done has the interval of its blocks, for the total of the headline figures.
 */
import {
  type AskedFigure,
  askedFigures,
  countersIn,
  findFigure,
  numeratorOf,
} from './asked-figures.ts';
import { type Cluster, clusterEstimate, type Estimate } from './cluster.ts';
import { HEADLINE } from './counters.ts';
import { type CounterMap, type CounterReader, readCounts, type SegmentCounts } from './counts.ts';
import { type DenominatorId, type DenominatorParts, denominatorParts } from './denominators.ts';
import type { Measure, MeasureClass, Protocol } from './measures.ts';
import { compareSegments } from './segment-order.ts';
import { LOW_N, type Share, type ShareParts, shareOf } from './shares.ts';
import { type Interval, wilson } from './wilson.ts';

/** `cluster` is a run whose finished blocks are taken as a sample of all its blocks. */
export type Design = 'census' | 'srs' | 'cluster';

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
  /** For the design `cluster`: the counters of `HEADLINE` of each finished block. */
  readonly blocks?: readonly CounterMap[];
  /** Blocks of the whole run. */
  readonly totalBlocks?: number;
}

/** A measure of one class over one denominator: what a figure is identified by in each segment. */
export interface MeasureKey {
  readonly metric: string;
  readonly class: string;
  readonly denominatorId: DenominatorId;
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
  /** `wilson_fpc`, `cluster` or empty. */
  readonly ciMethod: string;
  readonly boundLow: number | undefined;
  readonly boundHigh: number | undefined;
  readonly unit: 'domain';
  readonly weight: 'none';
  /** The denominator is below 30. */
  readonly isLowN: boolean;
  readonly spec: string;
}

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
  return askedFigures(context.checks).flatMap(({ measure, of, id }) => {
    const parts = denominatorParts(id, measure.subject, counts, targets);
    if (parts === undefined) return [];
    return [metricRow(segment, context, measure, of, id, share(counts, of, parts))];
  });
}

/** Every figure that a run which asked these checks has, in the order of its rows. */
export function measureKeys(checks: readonly string[]): readonly MeasureKey[] {
  return askedFigures(checks).map(({ measure, of, id }) => ({
    metric: measure.metric,
    class: of.name,
    denominatorId: id,
  }));
}

const KEY_ORDER: ReadonlyMap<string, number> = new Map(
  measureKeys(['mx', 'spf', 'dmarc']).map((key, i) => [keyText(key), i]),
);

function keyText({ metric, class: of, denominatorId }: MeasureKey): string {
  return `${metric} ${of} ${denominatorId}`;
}

/** Order of rows; keys that are no figure come last. */
export function compareMeasureKeys(a: MeasureKey, b: MeasureKey): number {
  const place = (key: MeasureKey): number => KEY_ORDER.get(keyText(key)) ?? KEY_ORDER.size;
  return place(a) - place(b);
}

/** One share of one segment, for a report; undefined where the targets are not known. */
export function figure(
  counts: CounterReader,
  metric: string,
  className: string,
  id: DenominatorId,
  targets?: number,
): Share | undefined {
  const parts = figureParts(counts, metric, className, id, targets);
  return parts && shareOf(parts);
}

/** Ids of the counters that a figure is made of, so that a reader need not take in the others. */
export function countersOf({ metric, class: className, denominatorId }: MeasureKey) {
  return countersIn({ ...findFigure(metric, className), id: denominatorId });
}

/** What `figure` is made of. Each part is a sum of counters and, for some, of the targets. */
export function figureParts(
  counts: CounterReader,
  metric: string,
  className: string,
  id: DenominatorId,
  targets?: number,
): ShareParts | undefined {
  const { measure, of } = findFigure(metric, className);
  const parts = denominatorParts(id, measure.subject, counts, targets);
  return parts && { ...parts, numerator: numeratorOf(counts, of, parts) };
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
  const { measure, of } = findFigure(metric, '');
  return estimateOf(blocks, totalBlocks, measure, of, id);
}

function estimateOf(
  blocks: readonly CounterMap[],
  totalBlocks: number,
  measure: Measure,
  of: MeasureClass,
  id: DenominatorId,
): Estimate | undefined {
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

function share(counts: CounterReader, of: MeasureClass, parts: DenominatorParts): Share {
  return shareOf({ ...parts, numerator: numeratorOf(counts, of, parts) });
}

const IN_BLOCKS: ReadonlySet<string> = new Set(HEADLINE);

/**
 * Whether the counters that blocks keep are all that the figure is made of; the targets are no counter.
 */
function isInBlocks(figure: AskedFigure): boolean {
  return figure.id !== 'targets' && [...countersIn(figure)].every((id) => IN_BLOCKS.has(id));
}

interface Sampling extends Interval {
  readonly method: string;
}

function sampling(
  segment: SegmentCounts,
  context: MetricContext,
  { measure, of, id }: AskedFigure,
  value: Share,
): Sampling | undefined {
  if (context.design === 'cluster') {
    const { blocks = [], totalBlocks = Number.POSITIVE_INFINITY } = context;
    if (segment.segmentType !== 'total' || !isInBlocks({ measure, of, id })) return undefined;
    const estimate = estimateOf(blocks, totalBlocks, measure, of, id);
    return estimate && { low: estimate.low, high: estimate.high, method: 'cluster' };
  }
  const wilsons = interval(value, context);
  return wilsons && { ...wilsons, method: 'wilson_fpc' };
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
  const range = sampling(segment, context, { measure, of, id }, value);
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
    ciLow: range?.low,
    ciHigh: range?.high,
    ciMethod: range?.method ?? '',
    boundLow: value.boundLow,
    boundHigh: value.boundHigh,
    unit: 'domain',
    weight: 'none',
    isLowN: value.denominator < LOW_N,
    spec: measure.spec,
  };
}
