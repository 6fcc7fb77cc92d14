/**
 * Horizontal bars of 100 %, one for each segment or date, split by class. The percent stands in a part
 * where it has room, the number of names at the end of every bar; the table beside it has the rest.
 */
import { percentLabels } from '../../statistics/rounding.ts';
import { count } from '../text/numbers.ts';
import {
  bar,
  type ChartFrame,
  hatching,
  image,
  isNarrow,
  LINE,
  label,
  rule,
  SIZE,
  SMALL,
} from './image.ts';
import { legend } from './legend.ts';
import { element } from './markup.ts';
import { filled, type InkName, inkOf, stroked, textOn } from './palette.ts';
import { textWidth } from './text-width.ts';

export interface StackedClass {
  /** Decides the ink. */
  readonly class: string;
  readonly label: string;
}

export interface StackedRow {
  readonly label: string;
  /** Beside `classes`. */
  readonly counts: readonly number[];
}

export interface Stacked {
  readonly classes: readonly StackedClass[];
  /** A row of nothing has no bar. */
  readonly rows: readonly StackedRow[];
}

/** Where bars stand. */
export interface BarArea {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

const TICKS = [0, 25, 50, 75, 100];

export function stackedBars(frame: ChartFrame, { classes, rows }: Stacked): string {
  const key = legend(
    frame,
    classes.map((entry) => ({ label: entry.label, ink: inkOf(entry.class) })),
  );
  const top = key.height + 8;
  const inks = classes.map((entry) => inkOf(entry.class));
  const body = isNarrow(frame)
    ? narrowRows(frame, rows, inks, top)
    : wideRows(frame, rows, inks, top);
  return image(frame, body.height, [hatching(frame), ...key.body, ...body.parts]);
}

interface Drawn {
  readonly parts: readonly string[];
  readonly height: number;
}

function wideRows(
  frame: ChartFrame,
  rows: readonly StackedRow[],
  inks: readonly InkName[],
  top: number,
): Drawn {
  const names = Math.min(
    frame.width * 0.3,
    Math.max(...rows.map((row) => textWidth(row.label, SIZE))),
  );
  const numbers = Math.max(...rows.map((row) => textWidth(totalOf(row), SMALL)));
  const area: BarArea = {
    left: Math.ceil(names) + 12,
    width: frame.width - Math.ceil(names) - 12 - Math.ceil(numbers) - 10,
    height: 20,
  };
  const step = 28;
  const bottom = top + rows.length * step;
  const parts = rows.flatMap((row, i) => {
    const y = top + i * step;
    return [
      label(area.left - 10, y + 15, row.label, { anchor: 'end', width: names }),
      ...stack(frame, row.counts, inks, { ...area, y }),
      label(frame.width, y + 15, totalOf(row), {
        anchor: 'end',
        size: SMALL,
        ink: filled('muted'),
      }),
    ];
  });
  return { parts: [...ticks(area, top - 2, bottom), ...parts], height: bottom + 20 };
}

function narrowRows(
  frame: ChartFrame,
  rows: readonly StackedRow[],
  inks: readonly InkName[],
  top: number,
): Drawn {
  const area: BarArea = { left: 0, width: frame.width, height: 20 };
  const step = 46;
  const parts = rows.flatMap((row, i) => {
    const y = top + i * step + LINE;
    const number = totalOf(row);
    return [
      label(0, y - 3, row.label, { width: frame.width - textWidth(number, SMALL) - 12 }),
      label(frame.width, y - 3, number, { anchor: 'end', size: SMALL, ink: filled('muted') }),
      ...stack(frame, row.counts, inks, { ...area, y: y + 2 }),
    ];
  });
  return { parts, height: top + rows.length * step };
}

const totalOf = ({ counts }: StackedRow): string =>
  `n=${count(counts.reduce((sum, value) => sum + value, 0))}`;

function ticks({ left, width }: BarArea, top: number, bottom: number): readonly string[] {
  return TICKS.flatMap((tick) => {
    const x = left + (width * tick) / 100;
    return [
      rule(x, top, x, bottom),
      label(x, bottom + 14, tick === 100 ? '100%' : String(tick), {
        anchor: 'middle',
        size: SMALL,
        ink: filled('muted'),
      }),
    ];
  });
}

/** One bar of 100 % with the percent of each part that has room for it. */
export function stack(
  frame: ChartFrame,
  counts: readonly number[],
  inks: readonly InkName[],
  area: BarArea & { readonly y: number },
): readonly string[] {
  const total = counts.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return [];
  const percents = percentLabels(counts);
  let before = 0;
  const edge = element('rect', {
    x: area.left,
    y: area.y,
    width: area.width,
    height: area.height,
    fill: 'none',
    ...stroked('line'),
  });
  const parts = counts.flatMap((value, i) => {
    const ink = inks[i] ?? 'plain';
    const x = area.left + (area.width * before) / total;
    const width = (area.width * value) / total;
    before += value;
    const percent = percents[i] ?? '';
    const fits = textWidth(percent, SMALL) + 8 <= width;
    return [
      bar(frame, { x, y: area.y, width, height: area.height }, ink),
      ...(width > 3 ? [divider(x + width, area)] : []),
      ...(fits
        ? [
            ...plate(ink, percent, x + width / 2, area),
            percentOn(ink, percent, x + width / 2, area),
          ]
        : []),
    ];
  });
  return [...parts, edge];
}

function divider(x: number, { y, height }: BarArea & { readonly y: number }): string {
  return element('line', { x1: x, y1: y, x2: x, y2: y + height, ...stroked('surface') });
}

/** Text on a hatching stands on a plain plate. */
function plate(
  ink: InkName,
  text: string,
  x: number,
  { y, height }: BarArea & { readonly y: number },
): readonly string[] {
  if (ink !== 'error') return [];
  const width = textWidth(text, SMALL) + 2;
  return [
    element('rect', { x: x - width / 2, y: y + 2, width, height: height - 4, ...filled(ink) }),
  ];
}

function percentOn(
  ink: InkName,
  text: string,
  x: number,
  { y, height }: BarArea & { readonly y: number },
): string {
  return label(x, y + height / 2 + 4.5, text, { anchor: 'middle', size: SMALL, ink: textOn(ink) });
}
