/** A measure over many nights, as lines on a true time scale with their table. */
import { LOW_N } from '../../statistics/shares.ts';
import type { Trend, TrendPoint, TrendSeries } from '../../statistics/trend.ts';
import type { Interval } from '../../statistics/wilson.ts';
import { longDate, tickDate } from '../language/dates.ts';
import { sayFrom } from '../language/language.ts';
import { denominatorMeaning, measureMeaning, measureTitle } from '../language/measure-texts.ts';
import { PAGE_ANALYSIS_TEXTS } from '../language/page-analysis-texts.ts';
import { adoptionLines, type LinePoint, MAX_LINES } from '../svg/adoption-lines.ts';
import { count } from '../text/numbers.ts';
import { percent, points } from './format.ts';
import { figure, table } from './markup.ts';
import { segmentName, segmentWords } from './segments.ts';
import type { PagePart, PageView } from './view.ts';

/** Nights that a table shows at most. */
const MAX_NIGHTS = 14;

export function trendPart(view: PageView, trends: readonly Trend[]): readonly PagePart[] {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const html = trends
    .filter(({ nights, series }) => nights.length > 0 && series.some((s) => s.points.length > 0))
    .map((trend, i) => trendFigure(view, trend, i))
    .join('');
  return html === '' ? [] : [{ id: 'trend', title: say('trend'), html }];
}

/** What a measure is called in a title. */
export function measureName(
  { metric, class: of, denominatorId }: Pick<Trend, 'metric' | 'class' | 'denominatorId'>,
  { language }: PageView,
): string {
  return measureTitle(metric, of, denominatorId, language);
}

function openOf({ share, interval }: TrendPoint): Interval | undefined {
  if (interval !== undefined) return interval;
  const { boundLow, boundHigh } = share;
  if (boundLow === undefined || boundHigh === undefined) return undefined;
  return { low: boundLow, high: boundHigh };
}

function trendFigure(view: PageView, trend: Trend, index: number): string {
  const { language } = view;
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, language);
  const measure = measureName(trend, view);
  const isTotal = trend.segmentType === 'total';
  const title = say(isTotal ? 'trendFigureTotal' : 'trendFigure', {
    measure,
    ...segmentWords(trend.segmentType, view),
  });
  const names = trend.series.map((series) => seriesName(series, trend, view));
  const all = trend.series.flatMap((series) => series.points);
  return figure({
    language: view.language,
    id: `fig-trend-${index + 1}`,
    title,
    notes: [
      view.say('idNote', { id: trend.metric, meaning: measureMeaning(trend.metric, language) }),
      view.say('idNote', {
        id: trend.denominatorId,
        meaning: denominatorMeaning(trend.denominatorId, language),
      }),
      say('trendNights', {
        count: count(trend.nights.length),
        from: longDate(trend.nights[0] ?? '', language),
        to: longDate(trend.nights.at(-1) ?? '', language),
      }),
      say(trend.design === 'census' ? 'trendNoteBounds' : 'trendNoteInterval'),
      all.some((point) => !point.isComplete) ? say('trendHollow') : '',
      trend.omitted > 0 ? say('trendOmitted', { count: count(trend.omitted) }) : '',
      trend.series.length > MAX_LINES ? say('trendUndrawn', { count: String(MAX_LINES) }) : '',
    ],
    description: trend.series
      .map(({ points: list }, i) => {
        const ends = [list[0], list.at(-1)].map((point) => percent(point?.share.share));
        return `${names[i]} ${ends.join(' – ')}`;
      })
      .join(', '),
    draw: (frame) =>
      adoptionLines(frame, {
        series: trend.series.map(({ points: list }, i) => ({
          label: names[i] ?? '',
          points: list.map(linePoint),
        })),
        dates: trend.nights,
        cutAxis: (low) => say('cutAxis', { low }),
        tick: (date) => tickDate(date, language),
      }),
    tableHtml: trendTable(view, trend, names, title),
    tableTitle: view.say('table'),
  });
}

function seriesName({ segment }: TrendSeries, { segmentType }: Trend, view: PageView): string {
  return segment === 'all' ? view.say('segmentTotal') : segmentName(segmentType, segment, view);
}

function linePoint(point: TrendPoint): LinePoint {
  const open = openOf(point);
  return {
    date: point.night,
    share: point.share.share,
    low: open?.low,
    high: open?.high,
    isComplete: point.isComplete,
  };
}

function trendTable(
  view: PageView,
  trend: Trend,
  names: readonly string[],
  caption: string,
): string {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const nights = sampled(trend.nights, MAX_NIGHTS);
  const byNight = trend.series.map(
    ({ points: list }) => new Map(list.map((point) => [point.night, point])),
  );
  const isCut = nights.length < trend.nights.length;
  const values = { shown: count(nights.length), count: count(trend.nights.length) };
  return table({
    caption: isCut ? `${caption}. ${say('trendShown', values)}` : caption,
    columns: [{ title: say('night') }, ...names.map((name) => ({ title: name, isNumber: true }))],
    rows: [
      ...nights.map((night) => [night, ...byNight.map((series) => cellOf(series.get(night)))]),
      [say('change'), ...trend.series.map(({ points: list }) => points(changeOf(list)))],
    ],
    hasTotal: true,
  });
}

function cellOf(point: TrendPoint | undefined): string {
  if (point?.share.share === undefined) return '–';
  const { numerator, denominator, share } = point.share;
  const mark = denominator < LOW_N ? '°' : '';
  return `${percent(share)}${mark} (${count(numerator)}/${count(denominator)})`;
}

function changeOf(list: readonly TrendPoint[]): number | undefined {
  const first = list[0]?.share.share;
  const last = list.at(-1)?.share.share;
  return first === undefined || last === undefined ? undefined : last - first;
}

/** The first, the last and evenly between, `limit` at most. */
export function sampled<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  const picked = Array.from({ length: limit }, (_, i) =>
    Math.round((i * (items.length - 1)) / (limit - 1)),
  );
  return picked.flatMap((i) => items.slice(i, i + 1));
}
