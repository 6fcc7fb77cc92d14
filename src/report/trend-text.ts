/**
 * One measure over many nights for a terminal or a log, in English or Japanese: where each segment
 * began and ended, with the names that the shares are of, a line between, and the nights in a table
 * (a choice of them when they are many; `metrics.csv` of each night has all). It computes no share.
 */
import { LOW_N } from '../statistics/shares.ts';
import type { Trend, TrendPoint, TrendSeries } from '../statistics/trend.ts';
import { isWithin, measureTitle } from './text/changes.ts';
import { type FittingColumn, fittingLines, rightColumn } from './text/fitting.ts';
import { labelled } from './text/head.ts';
import { displayWidth, padEnd, truncate } from './text/layout.ts';
import { chosenNights } from './text/night-choice.ts';
import { count, percentDigits, pointDecimals, points } from './text/numbers.ts';
import { segmentName, segmentTitle } from './text/segments.ts';
import { sparkline } from './text/sparkline.ts';
import { tableParts } from './text/table-parts.ts';
import {
  type Canvas,
  canvasOf,
  INDENT,
  joinSections,
  quietLines,
  type TextOptions,
} from './text/view.ts';
import { escapeText } from './text-escape.ts';

export type TrendTextOptions = TextOptions;

export function trendText(trend: Trend, options: TrendTextOptions = {}): string {
  const canvas = canvasOf(options);
  const series = trend.series
    .slice(0, canvas.topSegments + 1)
    .filter(({ points: of }) => of.some(({ share }) => share.share !== undefined));
  return joinSections([
    headLines(trend, canvas),
    series.length === 0
      ? [INDENT + canvas.texts.trend.nothing]
      : seriesSection(trend, series, canvas),
    series.length === 0 ? [] : nightSection(trend, series, canvas),
  ]);
}

function headLines(trend: Trend, canvas: Canvas): readonly string[] {
  const words = canvas.texts.trend;
  const { nights, metric, denominatorId, design } = trend;
  const first = nights[0] ?? '';
  const last = nights.at(-1) ?? '';
  const title = words.title(measureTitle(trend, canvas));
  const id = `${metric}${trend.class === '' ? '' : `:${trend.class}`} / ${denominatorId}`;
  return [
    canvas.paint.heading(truncate(title, canvas.width)),
    ...labelled(words.measure, [id], canvas),
    ...labelled(
      words.nights,
      nights.length === 0
        ? ['0']
        : [words.nightCount(count(nights.length)), words.span(first, last)],
      canvas,
    ),
    ...labelled(words.design, [design === 'census' ? words.census : words.sample], canvas),
  ];
}

interface Line {
  readonly name: string;
  readonly series: TrendSeries;
  readonly first: TrendPoint;
  readonly last: TrendPoint;
}

function linesOf(trend: Trend, series: readonly TrendSeries[], canvas: Canvas): readonly Line[] {
  return series.flatMap((of) => {
    const known = of.points.filter(({ share }) => share.share !== undefined);
    const first = known[0];
    const last = known.at(-1);
    if (first === undefined || last === undefined) return [];
    return [{ name: seriesName(trend, of, canvas), series: of, first, last }];
  });
}

/** The total may stand among the segments of any type. */
function seriesName({ segmentType }: Trend, { segment }: TrendSeries, { texts }: Canvas): string {
  return segment === 'all' ? texts.segments.total : segmentName(segmentType, segment, texts);
}

const MIN_SPARK = 6;
const MAX_SPARK = 40;

function seriesSection(
  trend: Trend,
  series: readonly TrendSeries[],
  canvas: Canvas,
): readonly string[] {
  const words = canvas.texts.trend;
  const lines = linesOf(trend, series, canvas);
  const decimals = pointDecimals(lines.map(differenceOf));
  const [header = '', ...rows] = fittingLines(
    seriesColumns(decimals, canvas),
    lines,
    INDENT,
    canvas.width,
  );
  const used = Math.max(...[header, ...rows].map(displayWidth));
  const room = Math.min(MAX_SPARK, canvas.width - used - 2);
  const title =
    trend.segmentType === 'total' ? words.total : segmentTitle(trend.segmentType, canvas.texts);
  const omitted = trend.omitted + Math.max(0, trend.series.length - canvas.topSegments - 1);
  return [
    canvas.paint.heading(title),
    canvas.paint.quiet(header),
    ...rows.map((row, i) =>
      room < MIN_SPARK
        ? row
        : `${padEnd(row, used)}  ${sparkline(lines[i]?.series.points ?? [], trend.nights, room)}`.trimEnd(),
    ),
    ...(omitted > 0 ? quietLines(words.omitted(count(omitted)), canvas) : []),
    ...quietLines(words.remark, canvas),
    ...(lines.some(isOpen) ? quietLines(words.within, canvas) : []),
    ...(lines.some(isLowN) ? quietLines(words.lowN(LOW_N), canvas) : []),
  ];
}

function differenceOf({ first, last }: Line): number | undefined {
  const { share: from } = first.share;
  const { share: to } = last.share;
  return from === undefined || to === undefined ? undefined : to - from;
}

const isOpen = ({ first, last }: Line): boolean => isWithin(first.share, last.share);

const isLowN = ({ first, last }: Line): boolean =>
  Math.min(first.share.denominator, last.share.denominator) < LOW_N;

function seriesColumns(decimals: number, { texts }: Canvas): readonly FittingColumn<Line>[] {
  const words = texts.trend;
  const right = rightColumn<Line>;
  const sharesOf = ({ series }: Line) => series.points.flatMap(({ share }) => share.share ?? []);
  const lowest = (line: Line) => sharesOf(line).reduce((a, b) => Math.min(a, b), 1);
  const highest = (line: Line) => sharesOf(line).reduce((a, b) => Math.max(a, b), 0);
  return [
    { title: '', align: 'left', priority: 0, of: ({ name }) => name },
    right(words.first, 0, ({ first }) => digits(first)),
    right(words.n, 0, ({ first }) => count(first.share.denominator)),
    right(words.last, 0, ({ last }) => digits(last)),
    right(words.n, 0, ({ last }) => count(last.share.denominator)),
    right(
      words.points,
      0,
      (line) => points(differenceOf(line), decimals) + (isOpen(line) ? '~' : ' '),
    ),
    right(words.min, 1, (line) => percentDigits(lowest(line))),
    right(words.max, 1, (line) => percentDigits(highest(line))),
  ];
}

function digits({ share }: TrendPoint): string {
  return share.share === undefined ? '-' : percentDigits(share.share);
}

/** A night without the segment has no cell. */
function nightSection(
  trend: Trend,
  series: readonly TrendSeries[],
  canvas: Canvas,
): readonly string[] {
  const words = canvas.texts.trend;
  const nights = chosenNights(trend.nights);
  const byNight = series.map(({ points: of }) => new Map(of.map((point) => [point.night, point])));
  const shown = nights.map((night) => byNight.map((of) => of.get(night)));
  const hasIncomplete = shown.some((row) => row.some((point) => point?.isComplete === false));
  const cell = (point: TrendPoint | undefined): string => {
    if (point === undefined) return hasIncomplete ? '. ' : '.';
    const mark = point.isComplete ? ' ' : '*';
    return digits(point) + (hasIncomplete ? mark : '');
  };
  const parts = tableParts(
    [
      { title: words.night, align: 'left' },
      ...series.map((of) => ({ title: seriesName(trend, of, canvas), align: 'right' }) as const),
    ],
    nights.map((night, i) => [escapeText(night), ...(shown[i] ?? []).map(cell)]),
    INDENT,
    canvas.width,
  );
  const isAll = nights.length === trend.nights.length;
  return [
    canvas.paint.heading(
      isAll ? words.table : words.sampled(count(nights.length), count(trend.nights.length)),
    ),
    ...parts.flatMap(([header = '', ...lines], i) => [
      ...(i > 0 ? [''] : []),
      canvas.paint.quiet(header),
      ...lines,
    ]),
    ...(hasIncomplete ? quietLines(words.incomplete, canvas) : []),
  ];
}
