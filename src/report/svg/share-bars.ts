/**
 * Shares as bars on one scale from 0: what they count is different from row to row, so they do not add
 * up. Bounds or an interval stand as a whisker at the bar's end.
 */
import { count, percentDigits } from '../text/numbers.ts';
import { bar, type ChartFrame, image, isNarrow, LINE, label, rule, SIZE, SMALL } from './image.ts';
import { element } from './markup.ts';
import { filled, type InkName, stroked } from './palette.ts';
import { niceScale, percentTick } from './scale.ts';
import { textWidth } from './text-width.ts';

export interface ShareRow {
  readonly label: string;
  readonly numerator: number;
  /** Fraction 0 to 1; undefined over nothing. */
  readonly share: number | undefined;
  /** Bounds or interval, as fractions. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly ink?: InkName;
  /** As `18.7`, where the shares are rounded together; without it each by itself. */
  readonly percent?: string | undefined;
}

/** The bars alone, to stand below something else: `top` is where they begin. */
export function shareRows(
  frame: ChartFrame,
  rows: readonly ShareRow[],
  top: number,
): { readonly parts: readonly string[]; readonly height: number } {
  const scale = niceScale(Math.max(...rows.map((row) => row.high ?? row.share ?? 0)));
  const texts = rows.map(valueText);
  const values = Math.ceil(Math.max(...texts.map((text) => textWidth(text, SMALL))));
  const isPhone = isNarrow(frame);
  const names = isPhone
    ? 0
    : Math.ceil(
        Math.min(frame.width * 0.4, Math.max(...rows.map((row) => textWidth(row.label, SIZE)))),
      );
  const left = isPhone ? 0 : names + 12;
  const width = frame.width - left - (isPhone ? 0 : values + 12);
  const step = isPhone ? 40 : 25;
  const parts = rows.flatMap((row, i) => {
    const y = top + i * step + (isPhone ? LINE + 2 : 0);
    const name = isPhone
      ? label(0, y - 4, row.label, { width: width - values - 12 })
      : label(left - 10, y + 13, row.label, { anchor: 'end', width: names });
    return [
      name,
      ...drawn(frame, row, { x: left, y, width, height: 16 }, scale.max),
      label(frame.width, isPhone ? y - 4 : y + 13, texts[i] ?? '', { anchor: 'end', size: SMALL }),
    ];
  });
  const bottom = top + rows.length * step;
  const axis = isPhone
    ? []
    : scale.ticks.flatMap((tick) => {
        const x = left + (width * tick) / scale.max;
        return [
          rule(x, top - 3, x, bottom - 3),
          label(x, bottom + 11, percentTick(tick), {
            anchor: 'middle',
            size: SMALL,
            ink: filled('muted'),
          }),
        ];
      });
  return { parts: [...axis, ...parts], height: bottom + (isPhone ? 4 : 18) };
}

export function shareBars(frame: ChartFrame, rows: readonly ShareRow[]): string {
  const { parts, height } = shareRows(frame, rows, 6);
  return image(frame, height, parts);
}

function valueText({ share, numerator, percent }: ShareRow): string {
  return share === undefined ? '–' : `${percent ?? percentDigits(share)}% · ${count(numerator)}`;
}

function drawn(
  frame: ChartFrame,
  row: ShareRow,
  area: { x: number; y: number; width: number; height: number },
  max: number,
): readonly string[] {
  const { share = 0, low, high, ink = 'plain' } = row;
  const place = (value: number) => area.x + (area.width * value) / max;
  const box = { ...area, width: (area.width * share) / max };
  const isOpen = low !== undefined && high !== undefined && high > low;
  const y = area.y + area.height / 2;
  return [
    element('rect', { ...area, ...filled('line'), 'fill-opacity': 0.45 }),
    bar(frame, box, ink),
    ...(isOpen
      ? [
          element('path', {
            d: whisker(place(low), place(high), y),
            fill: 'none',
            ...stroked('text'),
            'stroke-width': 1.5,
          }),
        ]
      : []),
  ];
}

/** A line with an end mark on both sides. */
export function whisker(low: number, high: number, y: number): string {
  const at = (value: number) => String(Math.round(value * 100) / 100);
  return `M${at(low)} ${y - 4}V${y + 4}M${at(low)} ${y}H${at(high)}M${at(high)} ${y - 4}V${y + 4}`;
}
