/**
 * Look-ups without a definitive answer, by kind: what the first pass left open, and what was still open
 * at the end. Where there was one pass only one bar is drawn.
 */
import { count } from '../text/numbers.ts';
import {
  bar,
  type ChartFrame,
  hatching,
  image,
  isNarrow,
  LINE,
  label,
  SIZE,
  SMALL,
} from './image.ts';
import { legend } from './legend.ts';
import { element } from './markup.ts';
import { filled } from './palette.ts';
import { textWidth } from './text-width.ts';

export interface ErrorRow {
  /** Check and kind. */
  readonly label: string;
  readonly firstPass: number;
  readonly final: number;
}

export interface ErrorBars {
  readonly rows: readonly ErrorRow[];
  readonly firstLabel: string;
  readonly finalLabel: string;
}

export function errorBars(frame: ChartFrame, { rows, firstLabel, finalLabel }: ErrorBars): string {
  const hasPasses = rows.some(({ firstPass, final }) => firstPass !== final);
  const key = legend(
    frame,
    hasPasses
      ? [
          { label: firstLabel, ink: 'leaving' },
          { label: finalLabel, ink: 'error' },
        ]
      : [],
  );
  const isPhone = isNarrow(frame);
  const top = key.height + 6;
  const most = Math.max(1, ...rows.map(({ firstPass, final }) => Math.max(firstPass, final)));
  const texts = rows.map(({ firstPass, final }) =>
    firstPass === final ? count(final) : `${count(firstPass)} → ${count(final)}`,
  );
  const values = Math.ceil(Math.max(0, ...texts.map((text) => textWidth(text, SMALL, true))));
  const names = isPhone
    ? frame.width - values - 12
    : Math.ceil(
        Math.min(frame.width * 0.4, Math.max(0, ...rows.map((row) => textWidth(row.label, SIZE)))),
      );
  const left = isPhone ? 0 : names + 12;
  const width = frame.width - left - (isPhone ? 0 : values + 12);
  const thickness = hasPasses ? 9 : 16;
  const step = (isPhone ? LINE + 4 : 0) + (hasPasses ? 26 : 24);
  const body = rows.flatMap((row, i) => {
    const y = top + i * step + (isPhone ? LINE + 2 : 0);
    const text = isPhone ? y - 5 : y + 13;
    const size = (value: number) => (width * value) / most;
    return [
      element('rect', {
        x: left,
        y,
        width,
        height: hasPasses ? 18 : 16,
        ...filled('line'),
        'fill-opacity': 0.45,
      }),
      ...(hasPasses
        ? [bar(frame, { x: left, y, width: size(row.firstPass), height: thickness }, 'leaving')]
        : []),
      bar(
        frame,
        { x: left, y: hasPasses ? y + 9 : y, width: size(row.final), height: thickness },
        'error',
      ),
      isPhone
        ? label(0, text, row.label, { width: names })
        : label(left - 10, text, row.label, { anchor: 'end', width: names }),
      label(frame.width, text, texts[i] ?? '', { anchor: 'end', size: SMALL, isBold: true }),
    ];
  });
  return image(frame, top + rows.length * step + 2, [hatching(frame), ...key.body, ...body]);
}
