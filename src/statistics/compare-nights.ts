/**
 * Compares two nights. Pure. Names are counted once by what they were on the one night and on the
 * other; everything else is computed from those counts, so that the cost is that of one pass over the
 * names, however many measures and segments are asked for.
 *
 * A name is in a segment's panel when it is in that segment on both nights and its outcome is known
 * on both: a name that changes its rank bucket enters the one and leaves the other. Definitions:
 * docs/methodology.md.
 */
import type {
  Change,
  Comparison,
  CompositionChange,
  CrossChange,
  PanelChange,
} from './comparison.ts';
import { contributionsOf, type Drivers, driversOf, type OperatorKeys } from './contributions.ts';
import { flowIndexes } from './flow-matrix.ts';
import { FLOW_STATES, type FlowMatrix } from './flows.ts';
import { compareMeasureKeys, type Design, type MeasureKey } from './metrics.ts';
import { newcombeDifference, newcombePaired, type Proportion } from './newcombe.ts';
import { NightPairs } from './night-pairs.ts';
import { FIRST_PROFILE, type NightProfiles, NO_TARGET } from './night-profiles.ts';
import { type PanelCounts, PanelView } from './panel.ts';
import { cellsOf, type KeyPair, type SegmentCells, totalCells } from './segment-cells.ts';
import { talliesOf } from './segment-counts.ts';
import { compareSegments } from './segment-order.ts';
import { LOW_N, type Share, shareOf } from './shares.ts';

export interface ComparisonRequest {
  /** A sample of either kind has intervals; a census has none. */
  readonly design: Design;
  /** The first one is the headline, of which operators' contributions are given. */
  readonly measures: readonly MeasureKey[];
  /** Segment types beside the total. */
  readonly segments: readonly KeyPair[];
  readonly operators: readonly OperatorKeys[];
  /** False where `operators` has the names that moved only: that tells drivers, but no contribution. */
  readonly hasContributions?: boolean;
  /** Names on the lists of the nights, sampled or not: what an interval of a sample is about. */
  readonly populations: { readonly from: number; readonly to: number };
  readonly notes: readonly string[];
}

/** Throws RangeError for a measure that does not exist. */
export function compareNights(
  from: NightProfiles,
  to: NightProfiles,
  request: ComparisonRequest,
): Comparison {
  const nights = new NightPairs(from, to);
  const total = totalCells(nights);
  const counted = countTargets(total, nights);
  const ofTypes = request.segments.flatMap((keys) => cellsOf(nights, keys));
  const segments = [total, ...ofTypes].sort(compareSegments);
  const tallies = { from: talliesOf(from.profiles), to: talliesOf(to.profiles) };
  const views = request.measures.map(
    (measure) => new PanelView(measure, nights, tallies.from, tallies.to),
  );
  const [headline] = views;
  const drivers = driversOf(nights, views, request.segments, request.operators);
  const scope = { request, attempted: counted.asked, drivers };
  const sorted = [...views].sort((a, b) => compareMeasureKeys(a.measure, b.measure));
  return {
    from: nightOf(from, counted.from, counted.asked.from),
    to: nightOf(to, counted.to, counted.asked.to),
    design: request.design,
    common: counted.common,
    left: counted.from - counted.common,
    entered: counted.to - counted.common,
    changes: segments.flatMap((segment) => sorted.map((view) => changeOf(segment, view, scope))),
    flows: flowsOf(segments, nights, from, to),
    contributions:
      headline === undefined || request.hasContributions === false
        ? []
        : contributionsOf(nights, headline, request.operators),
    notes: request.notes,
  };
}

function nightOf({ runId, night }: NightProfiles, targets: number, attempted: number) {
  return { runId, night, targets, attempted };
}

interface Scope {
  readonly request: ComparisonRequest;
  readonly attempted: { readonly from: number; readonly to: number };
  readonly drivers: Drivers;
}

function changeOf(segment: SegmentCells, view: PanelView, scope: Scope): Change {
  const { metric, class: className, denominatorId } = view.measure;
  const { segmentType, segment: name } = segment;
  const counts = view.countsOf(segment);
  const from = shareOf(counts.from);
  const to = shareOf(counts.to);
  const panel = panelOf(counts.panel, scope);
  return {
    segmentType,
    segment: name,
    metric,
    class: className,
    denominatorId,
    cross: crossOf(from, to, scope),
    panel,
    composition: compositionOf(from, to, panel),
    driver: scope.drivers.of(segmentType, name, view),
    isLowN: from.denominator < LOW_N || to.denominator < LOW_N,
  };
}

type Side = 'from' | 'to';

function crossOf(from: Share, to: Share, scope: Scope): CrossChange {
  const difference = minus(to.share, from.share);
  const interval =
    scope.request.design === 'census'
      ? undefined
      : newcombeDifference(sampled('to', to, scope), sampled('from', from, scope));
  return { from, to, difference, interval };
}

function sampled(side: Side, { numerator, denominator }: Share, scope: Scope): Proportion {
  const populationSize = populationOf(side, denominator, scope);
  return { x: numerator, n: denominator, populationSize };
}

function populationOf(side: Side, denominator: number, { request, attempted }: Scope): number {
  const fraction = Math.min(1, attempted[side] / Math.max(1, request.populations[side]));
  return fraction > 0 ? denominator / fraction : Number.POSITIVE_INFINITY;
}

function panelOf({ denominator, from, gained, lost }: PanelCounts, scope: Scope): PanelChange {
  const both = from - lost;
  const table = { both, lost, gained, neither: denominator - both - lost - gained };
  const populationSize = populationOf('to', denominator, scope);
  return {
    denominator,
    from,
    to: from - lost + gained,
    gained,
    lost,
    difference: denominator > 0 ? (gained - lost) / denominator : undefined,
    interval: scope.request.design === 'census' ? undefined : newcombePaired(table, populationSize),
  };
}

function compositionOf(from: Share, to: Share, panel: PanelChange): CompositionChange {
  const leavers = from.denominator - panel.denominator;
  const entrants = to.denominator - panel.denominator;
  const isEmpty = panel.denominator === 0 || from.denominator === 0 || to.denominator === 0;
  if (isEmpty) {
    return { entrants, leavers, entrantEffect: 0, leaverEffect: 0, effect: undefined };
  }
  // w_E (p1E - p1P) is p1 - p1P, and likewise for those who leave.
  const entrantEffect = to.numerator / to.denominator - panel.to / panel.denominator;
  const leaverEffect = panel.from / panel.denominator - from.numerator / from.denominator;
  return {
    entrants,
    leavers,
    entrantEffect,
    leaverEffect,
    effect: entrantEffect + leaverEffect,
  };
}

const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;

function flowsOf(
  segments: readonly SegmentCells[],
  nights: NightPairs,
  from: NightProfiles,
  to: NightProfiles,
): readonly FlowMatrix[] {
  const rowOf = flowIndexes(from);
  const columnOf = flowIndexes(to);
  return segments.map(({ segmentType, segment, pairs, counts: names }) => {
    const counts = FLOW_STATES.map(() => FLOW_STATES.map(() => 0));
    for (const [i, pair] of pairs.entries()) {
      const row = counts[rowOf[nights.from[pair] as number] as number] as number[];
      const column = columnOf[nights.to[pair] as number] as number;
      row[column] = (row[column] as number) + (names[i] as number);
    }
    return { segmentType, segment, counts };
  });
}

function countTargets(total: SegmentCells, nights: NightPairs) {
  const sum = { from: 0, to: 0, common: 0, asked: { from: 0, to: 0 } };
  for (const [i, pair] of total.pairs.entries()) {
    const count = total.counts[i] as number;
    const before = nights.from[pair] as number;
    const after = nights.to[pair] as number;
    if (before !== NO_TARGET) sum.from += count;
    if (after !== NO_TARGET) sum.to += count;
    if (before !== NO_TARGET && after !== NO_TARGET) sum.common += count;
    if (before >= FIRST_PROFILE) sum.asked.from += count;
    if (after >= FIRST_PROFILE) sum.asked.to += count;
  }
  return sum;
}
