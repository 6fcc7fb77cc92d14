/**
 * Shares over time: a line for each series on a true time scale, so that a night that was left out is a
 * gap of its real length. The ribbon is the interval of a sample or the bounds of a census. Colour,
 * dashes and marker tell the series apart, and its name stands at its end.
 */
import { percentDigits } from '../text/numbers.ts';
import { type ChartFrame, image, isNarrow, LINE, label, rule, SMALL, spread } from './image.ts';
import { decimal, element } from './markup.ts';
import { filled, type InkName, stroked } from './palette.ts';
import {
  type DateTick,
  dateTicks,
  dayNumber,
  percentTick,
  type Scale,
  spannedScale,
} from './scale.ts';
import { elide, textWidth } from './text-width.ts';

export interface LinePoint {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Undefined over nothing: the line breaks. */
  readonly share: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** An unfinished night is drawn hollow. */
  readonly isComplete: boolean;
}

export interface LineSeries {
  readonly label: string;
  readonly points: readonly LinePoint[];
}

export interface Lines {
  /** Those beyond `MAX_LINES` are not drawn. */
  readonly series: readonly LineSeries[];
  /** Every date of the range, ascending: a line breaks where a series has none of one. */
  readonly dates: readonly string[];
  /** For an axis that does not begin at 0. */
  readonly cutAxis: (low: string) => string;
  readonly tick: (date: string) => string;
}

/** Marks that can be told apart. */
export const MAX_LINES = 8;

interface Mark {
  readonly ink: InkName;
  readonly dashes: string | undefined;
  readonly marker: 'circle' | 'square' | 'triangle' | 'diamond';
}

const MARKS: readonly Mark[] = [
  { ink: 'series1', dashes: undefined, marker: 'circle' },
  { ink: 'series2', dashes: '7 4', marker: 'square' },
  { ink: 'series3', dashes: '2 3', marker: 'triangle' },
  { ink: 'series4', dashes: '8 3 2 3', marker: 'diamond' },
  { ink: 'series2', dashes: undefined, marker: 'diamond' },
  { ink: 'series1', dashes: '2 3', marker: 'triangle' },
  { ink: 'series4', dashes: '7 4', marker: 'circle' },
  { ink: 'series3', dashes: '8 3 2 3', marker: 'square' },
];

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly scale: Scale;
  readonly first: number;
  readonly last: number;
}

export function adoptionLines(frame: ChartFrame, lines: Lines): string {
  const series = lines.series.slice(0, MAX_LINES);
  const days = lines.dates.flatMap((date) => dayNumber(date) ?? []);
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ share, low, high }) => [share, low, high].filter((v) => v !== undefined)),
  );
  const scale = axisOf(values);
  const ends = series.map(endText);
  const widest = Math.max(0, ...ends.map((text) => textWidth(text, SMALL, true)));
  const names = Math.min(widest, frame.width * (isNarrow(frame) ? 0.36 : 0.3));
  const plot: Plot = {
    left: 46,
    right: frame.width - Math.ceil(names) - 18,
    top: scale.min > 0 ? 26 : 10,
    bottom: (isNarrow(frame) ? 250 : 300) + Math.max(0, series.length - 12) * LINE,
    scale,
    first: Math.min(...days),
    last: Math.max(...days),
  };
  const index = new Map(lines.dates.map((date, i) => [date, i]));
  return image(frame, plot.bottom + 30, [
    ...grid(plot, lines),
    ...series.map(({ points }, i) => ribbon(points, index, plot, markOf(i))),
    ...series.flatMap(({ points }, i) => line(points, index, plot, markOf(i))),
    ...endLabels(series, ends, plot, names),
  ]);
}

const markOf = (i: number): Mark => MARKS[i % MARKS.length] as Mark;

/** From 0, unless all that happens is in the top fifth: then the axis is cut, and the chart says so. */
function axisOf(values: readonly number[]): Scale {
  const lowest = Math.min(1, ...values);
  const highest = Math.max(0, ...values);
  const isHigh = values.length > 0 && highest - lowest < highest / 5;
  return spannedScale(isHigh ? lowest : 0, highest);
}

function endText({ label: name, points }: LineSeries): string {
  const share = points.findLast((point) => point.share !== undefined)?.share;
  return share === undefined ? name : `${name} ${percentDigits(share)}%`;
}

function xOf(day: number, { left, right, first, last }: Plot): number {
  return last === first
    ? (left + right) / 2
    : left + ((right - left) * (day - first)) / (last - first);
}

function yOf(share: number, { top, bottom, scale }: Plot): number {
  return bottom - ((bottom - top) * (share - scale.min)) / (scale.max - scale.min);
}

function grid(plot: Plot, { tick, cutAxis }: Lines): readonly string[] {
  const { left, right, top, bottom, scale, first, last } = plot;
  const shares = scale.ticks.flatMap((share) => {
    const y = yOf(share, plot);
    return [
      rule(left, y, right, y),
      label(left - 8, y + 4, percentTick(share), {
        anchor: 'end',
        size: SMALL,
        ink: filled('muted'),
      }),
    ];
  });
  const room = textWidth(tick('2026-12-28'), SMALL) + 16;
  const limit = Math.max(1, Math.floor((right - left) / room));
  const dates = dateTicks(first, last, limit).flatMap(({ day, date }: DateTick) => {
    const x = xOf(day, plot);
    const text = tick(date);
    const half = textWidth(text, SMALL) / 2;
    return [
      rule(x, bottom, x, bottom + 5),
      label(Math.max(half, x), bottom + 19, text, {
        anchor: 'middle',
        size: SMALL,
        ink: filled('muted'),
      }),
    ];
  });
  const low = percentTick(scale.min);
  const cut = scale.min > 0 ? [cutMark(plot, cutAxis(low))] : [];
  return [...shares, ...dates, rule(left, top, left, bottom), ...cut];
}

function cutMark({ left, right }: Plot, text: string): string {
  return label(left, 12, text, { size: SMALL, ink: filled('muted'), width: right - left });
}

/** Stretches of points without a date between them that has none. */
function stretches(
  points: readonly LinePoint[],
  index: ReadonlyMap<string, number>,
): readonly (readonly (LinePoint & { readonly share: number })[])[] {
  const found: (LinePoint & { readonly share: number })[][] = [];
  let before = Number.NaN;
  for (const point of points) {
    const { share } = point;
    const at = index.get(point.date);
    if (share === undefined || at === undefined) continue;
    if (at !== before + 1) found.push([]);
    found.at(-1)?.push({ ...point, share });
    before = at;
  }
  return found;
}

const pair = (x: number, y: number): string => `${decimal(x)} ${decimal(y)}`;

function ribbon(
  points: readonly LinePoint[],
  index: ReadonlyMap<string, number>,
  plot: Plot,
  { ink }: Mark,
): string {
  const d = stretches(points, index)
    .map((stretch) => {
      const x = (point: LinePoint) => xOf(dayNumber(point.date) ?? plot.first, plot);
      const upper = stretch.map((p) => pair(x(p), yOf(p.high ?? p.share, plot)));
      const lower = stretch.map((p) => pair(x(p), yOf(p.low ?? p.share, plot))).reverse();
      return `M${[...upper, ...lower].join('L')}Z`;
    })
    .join('');
  return d === '' ? '' : element('path', { d, ...filled(ink), 'fill-opacity': 0.18 });
}

/** Of more points only some are marked, or the marks would be the line. */
const MAX_MARKERS = 14;

function line(
  points: readonly LinePoint[],
  index: ReadonlyMap<string, number>,
  plot: Plot,
  mark: Mark,
): readonly string[] {
  const parts = stretches(points, index);
  const place = (point: LinePoint & { readonly share: number }) =>
    [xOf(dayNumber(point.date) ?? plot.first, plot), yOf(point.share, plot)] as const;
  const d = parts
    .filter((stretch) => stretch.length > 1)
    .map((stretch) => `M${stretch.map((point) => pair(...place(point))).join('L')}`)
    .join('');
  const all = parts.flat();
  const every = Math.ceil(all.length / MAX_MARKERS);
  const marked = all.filter((point, i) => (all.length - 1 - i) % every === 0 || !point.isComplete);
  const stroke = {
    ...stroked(mark.ink),
    fill: 'none',
    'stroke-width': 2,
    'stroke-dasharray': mark.dashes,
    'stroke-linejoin': 'round',
  };
  return [
    ...(d === '' ? [] : [element('path', { d, ...stroke })]),
    ...marked.map((point) => marker(...place(point), mark, point.isComplete)),
  ];
}

function marker(x: number, y: number, { marker: kind, ink }: Mark, isFilled: boolean): string {
  const outline: Readonly<Record<Mark['marker'], string>> = {
    circle: `M${pair(x - 4, y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z`,
    square: `M${pair(x - 3.5, y - 3.5)}h7v7h-7Z`,
    triangle: `M${pair(x, y - 4.5)}L${pair(x + 4.5, y + 3.5)}L${pair(x - 4.5, y + 3.5)}Z`,
    diamond: `M${pair(x, y - 5)}L${pair(x + 5, y)}L${pair(x, y + 5)}L${pair(x - 5, y)}Z`,
  };
  const d = outline[kind];
  const edge = element('path', { d, fill: 'none', ...stroked(ink), 'stroke-width': 1.5 });
  return element('path', { d, ...filled(isFilled ? ink : 'surface') }) + edge;
}

function endLabels(
  series: readonly LineSeries[],
  ends: readonly string[],
  plot: Plot,
  width: number,
): readonly string[] {
  const placed = series
    .flatMap(({ points }, i) => {
      const end = points.findLast((point) => point.share !== undefined);
      const day = end === undefined ? undefined : dayNumber(end.date);
      if (end?.share === undefined || day === undefined) return [];
      return [{ i, x: xOf(day, plot), y: yOf(end.share, plot) }];
    })
    .sort((a, b) => a.y - b.y || a.i - b.i);
  const places = spread(
    placed.map(({ y }) => y),
    LINE,
    plot.top + 2,
    plot.bottom - 2,
  );
  return placed.flatMap(({ i, x, y }, at) => {
    const place = places[at] ?? y;
    const { ink } = markOf(i);
    const points = `${decimal(x + 6)},${decimal(y)} ${decimal(plot.right + 6)},${decimal(place)}`;
    return [
      element('polyline', {
        points: `${points} ${decimal(plot.right + 12)},${decimal(place)}`,
        fill: 'none',
        ...stroked(ink),
      }),
      label(plot.right + 16, place + 4, elideName(series[i]?.label ?? '', ends[i] ?? '', width), {
        size: SMALL,
        isBold: true,
      }),
    ];
  });
}

/** A long name is cut, its share is not. */
function elideName(name: string, end: string, width: number): string {
  const value = end.slice(name.length);
  return elide(name, SMALL, width - textWidth(value, SMALL, true), true) + value;
}
