/** Brings together one measure over many nights: the total, and the largest segments of the newest. */
import { namesToAsk } from '../statistics/accounting.ts';
import { readCounts, type SegmentCounts } from '../statistics/counts.ts';
import { BASES } from '../statistics/layout.ts';
import { countersOf, figure, type MeasureKey } from '../statistics/metrics.ts';
import { compareText } from '../statistics/segment-order.ts';
import type { Trend, TrendPoint, TrendSeries } from '../statistics/trend.ts';
import { wilson } from '../statistics/wilson.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';
import type { RunRow } from '../survey/ports.ts';
import { extraSegmentsOf, STORED_TYPES, segmentsOfRuns } from './segment-data.ts';

export interface TrendWish {
  /** `total`, or a segment type. */
  readonly by: string;
  readonly measure: MeasureKey;
  /** Segments shown, the largest of the newest night. */
  readonly top: number;
  /** These segments instead of the largest. */
  readonly names: readonly string[];
}

interface Night {
  readonly run: RunRow;
  readonly segments: readonly SegmentCounts[];
}

/** `nights` are finished ones, oldest first, at least one. */
export function trendOf(store: StoreReader, nights: readonly RunRow[], wish: TrendWish): Trend {
  const newest = nights.at(-1) as RunRow;
  const all = wish.by === 'total' ? [] : segmentsOn(store, newest, wish.by);
  if (wish.by === 'total' && wish.names.length > 0) {
    throw new SurveyError('usage', '--only names segments: say of which type with --by');
  }
  const names = wish.names.length > 0 ? known(wish.names, all, wish.by) : largest(all, wish.top);
  const counters = countersOf(wish.measure);
  const totals = store.countersOfRuns(
    nights.map(({ id }) => id),
    { segmentType: 'total', counters },
  );
  const byNight = wish.by === 'total' ? [] : segmentNights(store, nights, wish, names);
  const populations = new Map(nights.map((run) => [run.id, populationOf(store, run)]));
  const seriesOf = (segment: string, from: readonly Night[]): TrendSeries => ({
    segment,
    points: from.flatMap(({ run, segments }) => {
      const counts = segments.find((one) => one.segment === segment);
      const population = populations.get(run.id);
      return counts === undefined || population === undefined
        ? []
        : [pointOf(run, population, counts, wish.measure)];
    }),
  });
  const totalNights = nights.map((run, i) => ({ run, segments: totals[i]?.segments ?? [] }));
  return {
    segmentType: wish.by,
    ...wish.measure,
    design: [...populations.values()].some(({ isSample }) => isSample) ? 'srs' : 'census',
    nights: nights.map(({ night }) => night),
    series: [seriesOf('all', totalNights), ...names.map((name) => seriesOf(name, byNight))],
    omitted: all.length - names.length,
  };
}

function segmentsOn(store: StoreReader, run: RunRow, by: string): readonly SegmentCounts[] {
  if (!STORED_TYPES.includes(by)) return extraSegmentsOf(store, run, [by]);
  return [...store.counters(run.id)].filter(({ segmentType }) => segmentType === by);
}

function largest(segments: readonly SegmentCounts[], top: number): readonly string[] {
  const asked = ({ counts }: SegmentCounts) => readCounts(counts).sum(['domains'], BASES);
  return segments
    .map((segment) => ({ name: segment.segment, asked: asked(segment) }))
    .sort((a, b) => b.asked - a.asked || compareText(a.name, b.name))
    .slice(0, top)
    .map(({ name }) => name);
}

function known(
  names: readonly string[],
  segments: readonly SegmentCounts[],
  by: string,
): readonly string[] {
  const all = segments.map(({ segment }) => segment);
  for (const name of names) {
    if (all.includes(name)) continue;
    throw new SurveyError(
      'usage',
      `the newest night has no ${by} ${JSON.stringify(name)}${suggestion(name, all)}`,
    );
  }
  return [...new Set(names)];
}

/** Stored counters where there are; other segments are counted from their names, which takes its time. */
function segmentNights(
  store: StoreReader,
  nights: readonly RunRow[],
  { by, measure }: TrendWish,
  names: readonly string[],
): readonly Night[] {
  if (by === 'tld' || by === 'registry') {
    const read = store.countersOfRuns(
      nights.map(({ id }) => id),
      { segmentType: by, names, counters: countersOf(measure) },
    );
    return nights.map((run, i) => ({ run, segments: read[i]?.segments ?? [] }));
  }
  const read = segmentsOfRuns(store, nights, by);
  return nights.map((run, i) => ({ run, segments: read[i] ?? [] }));
}

/** What a night's figures are of. */
interface Population {
  readonly isSample: boolean;
  /** Names that the run was to ask. */
  readonly toAsk: number;
  /** Of the lists' names, those asked. */
  readonly fraction: number;
}

function populationOf(store: StoreReader, { id }: RunRow): Population {
  const { union } = store.runAccounting(id);
  const isSample = union.notSampled > 0;
  const fraction = isSample ? union.attempted / union.targets : 1;
  return { isSample, toAsk: namesToAsk(union), fraction };
}

function pointOf(
  run: RunRow,
  { isSample, toAsk, fraction }: Population,
  segment: SegmentCounts,
  of: MeasureKey,
): TrendPoint {
  const share = figure(
    readCounts(segment.counts),
    of.metric,
    of.class,
    of.denominatorId,
    segment.targets ?? (segment.segmentType === 'total' ? toAsk : undefined),
  );
  if (share === undefined) {
    throw new SurveyError(
      'usage',
      `${of.metric} of ${of.denominatorId} is known for the total only`,
    );
  }
  return {
    runId: run.id,
    night: run.night,
    share,
    interval: isSample
      ? wilson(share.numerator, share.denominator, { populationSize: share.denominator / fraction })
      : undefined,
    isComplete: run.domainsDone >= run.targets || isSample,
  };
}
