/**
 * Segments by share: a dot each with its interval or bounds. A share of fewer than 30 names is drawn
 * hollow and stands last, since it says little.
 */
import { count, percentDigits } from '../text/numbers.ts';
import { type ChartFrame, image, isNarrow, LINE, label, rule, SIZE, SMALL } from './image.ts';
import { element } from './markup.ts';
import { filled, stroked } from './palette.ts';
import { niceScale, percentTick } from './scale.ts';
import { whisker } from './share-bars.ts';
import { textWidth } from './text-width.ts';

export interface RankedRow {
  readonly label: string;
  readonly denominator: number;
  readonly share: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly isLowN: boolean;
}

/** Rows in the order of the chart: largest share first, those of few names at the end. */
export function inRank<Row extends RankedRow>(rows: readonly Row[]): readonly Row[] {
  return rows
    .map((row, i) => ({ row, i }))
    .sort(
      (a, b) =>
        Number(a.row.isLowN) - Number(b.row.isLowN) || b.row.share - a.row.share || a.i - b.i,
    )
    .map(({ row }) => row);
}

interface Layout {
  readonly left: number;
  readonly width: number;
  readonly names: number;
  readonly step: number;
  readonly max: number;
}

export function ranking(frame: ChartFrame, rows: readonly RankedRow[]): string {
  const ranked = inRank(rows);
  const scale = niceScale(Math.max(...ranked.map(({ share, high }) => high ?? share)));
  const isPhone = isNarrow(frame);
  const values = Math.ceil(Math.max(...ranked.map((row) => textWidth(valueText(row), SMALL))));
  const names = isPhone
    ? frame.width - values - 12
    : Math.ceil(
        Math.min(frame.width * 0.3, Math.max(...ranked.map((row) => textWidth(row.label, SIZE)))),
      );
  const left = isPhone ? 8 : names + 18;
  const layout: Layout = {
    left,
    names,
    width: frame.width - left - (isPhone ? 22 : values + 24),
    step: isPhone ? 40 : 25,
    max: scale.max,
  };
  const bottom = 4 + ranked.length * layout.step;
  const dotLine = (i: number) => 4 + i * layout.step + LINE + 12;
  const axis = scale.ticks.flatMap((tick) => {
    const x = left + (layout.width * tick) / scale.max;
    const text = percentTick(tick);
    const anchor = isPhone && tick === scale.ticks[0] ? 'start' : 'middle';
    return [
      ...(isPhone
        ? // Only beside the dots, or they would run through the labels above them.
          ranked.map((_, i) => rule(x, dotLine(i) - 7, x, dotLine(i) + 7))
        : [rule(x, 2, x, bottom)]),
      label(anchor === 'start' ? 0 : x, bottom + 15, text, {
        anchor,
        size: SMALL,
        ink: filled('muted'),
      }),
    ];
  });
  const body = ranked.flatMap((row, i) => drawn(frame, row, 4 + i * layout.step, layout));
  return image(frame, bottom + 22, [...axis, ...body]);
}

function valueText({ share, denominator }: RankedRow): string {
  return `${percentDigits(share)}% · n=${count(denominator)}`;
}

function drawn(
  frame: ChartFrame,
  row: RankedRow,
  top: number,
  { left, width, names, max }: Layout,
): readonly string[] {
  const isPhone = isNarrow(frame);
  const y = isPhone ? top + LINE + 12 : top + 12;
  const text = isPhone ? top + LINE - 2 : y + 4.5;
  const place = (value: number) => left + (width * Math.min(value, max)) / max;
  const { low, high } = row;
  const isOpen = low !== undefined && high !== undefined && high > low;
  const dot = element('circle', {
    cx: place(row.share),
    cy: y,
    r: 5,
    ...(row.isLowN ? filled('surface') : filled('plain')),
  });
  const edge = element('circle', {
    cx: place(row.share),
    cy: y,
    r: 5,
    fill: 'none',
    ...stroked('plain'),
    'stroke-width': 2,
  });
  const range = isOpen
    ? [
        element('path', {
          d: whisker(place(low), place(high), y),
          fill: 'none',
          ...stroked('plain'),
          'stroke-width': 1.5,
        }),
      ]
    : [];
  return [
    rule(left, y, left + width, y, { 'stroke-dasharray': '1 4' }),
    isPhone
      ? label(0, text, row.label, { width: names })
      : label(left - 16, text, row.label, { anchor: 'end', width: names }),
    ...range,
    dot,
    edge,
    label(frame.width, text, valueText(row), { anchor: 'end', size: SMALL }),
  ];
}
