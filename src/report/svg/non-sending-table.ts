/**
 * Names that send no mail by the locks they have: null MX, `v=spf1 -all`, DMARC reject, as the eight
 * combinations, a dot for each lock that is there. Fully locked first, open last.
 */
import { percentLabels } from '../../statistics/rounding.ts';
import { count } from '../text/numbers.ts';
import { type ChartFrame, image, isNarrow, LINE, label, rule, SMALL } from './image.ts';
import { element } from './markup.ts';
import { filled, stroked } from './palette.ts';
import { textWidth, wrapText } from './text-width.ts';

export interface NonSending {
  /** Heads of the three columns of dots, in the order of the bits 4, 2, 1. */
  readonly locks: readonly [string, string, string];
  /** Names by the bits of their locks, eight numbers. */
  readonly counts: readonly number[];
}

/** Combinations as they are shown: by number of locks, the most first. */
export const LOCK_ORDER: readonly number[] = [7, 6, 5, 3, 4, 2, 1, 0];

const BITS = [4, 2, 1];
const ROW = 26;

export function nonSendingTable(frame: ChartFrame, { locks, counts }: NonSending): string {
  const isPhone = isNarrow(frame);
  const column = isPhone ? 64 : 108;
  const heads = locks.map((head) => wrapText(head, SMALL, column - 6));
  const headHeight = Math.max(...heads.map((lines) => lines.length)) * (LINE - 1);
  const top = headHeight + 8;
  const shown = LOCK_ORDER.map((locked) => counts[locked] ?? 0);
  const percents = percentLabels(shown);
  const values = shown.map((value, i) => `${percents[i]}% · ${count(value)}`);
  const room = Math.ceil(Math.max(...values.map((value) => textWidth(value, SMALL))));
  const left = column * 3 + 10;
  const width = frame.width - left - room - 10;
  const most = Math.max(1, ...shown);
  const body = LOCK_ORDER.flatMap((locked, i) => {
    const y = top + i * ROW;
    return [
      rule(0, y, frame.width, y),
      ...BITS.map((bit, at) => dot(column * (at + 0.5), y + ROW / 2, (locked & bit) !== 0)),
      ...(width > 20
        ? [
            element('rect', {
              x: left,
              y: y + 6,
              width: (width * (shown[i] ?? 0)) / most,
              height: ROW - 12,
              ...filled(locked === 0 ? 'open' : 'plain'),
            }),
          ]
        : []),
      label(frame.width, y + ROW / 2 + 4, values[i] ?? '', { anchor: 'end', size: SMALL }),
    ];
  });
  const titles = heads.flatMap((lines, at) =>
    lines.map((text, i) =>
      label(column * (at + 0.5), 12 + i * (LINE - 1), text, {
        anchor: 'middle',
        size: SMALL,
        ink: filled('muted'),
      }),
    ),
  );
  const bottom = top + LOCK_ORDER.length * ROW;
  return image(frame, bottom + 2, [...titles, ...body, rule(0, bottom, frame.width, bottom)]);
}

function dot(cx: number, cy: number, isLocked: boolean): string {
  return element('circle', {
    cx,
    cy,
    r: 5.5,
    ...filled(isLocked ? 'plain' : 'surface'),
  }).concat(
    element('circle', {
      cx,
      cy,
      r: 5.5,
      fill: 'none',
      ...stroked(isLocked ? 'plain' : 'muted'),
      'stroke-opacity': isLocked ? 1 : 0.55,
      'stroke-width': 1.5,
    }),
  );
}
