/**
 * The split of one population as a ring, every part labelled where it stands and the number of names
 * in the middle (IIJ Internet Infrastructure Review Vol. 35, Fig. 6). On a phone the labels stand
 * below it.
 */
import { percentLabels } from '../../statistics/rounding.ts';
import { count } from '../text/numbers.ts';
import {
  type ChartFrame,
  hatching,
  image,
  isNarrow,
  LINE,
  label,
  SIZE,
  SMALL,
  shape,
  spread,
} from './image.ts';
import { decimal, element } from './markup.ts';
import { filled, inkOf, stroked } from './palette.ts';
import { wrapText } from './text-width.ts';

export interface DonutSlice {
  /** Decides the ink. */
  readonly class: string;
  readonly label: string;
  readonly count: number;
}

export interface Donut {
  /** Parts of zero are left out. */
  readonly slices: readonly DonutSlice[];
  /** Below the number in the middle. */
  readonly unit: string;
}

interface Placed extends DonutSlice {
  readonly percent: string;
  /** In turns, clockwise from the top. */
  readonly from: number;
  readonly to: number;
}

interface Ring {
  readonly cx: number;
  readonly cy: number;
  readonly outer: number;
  readonly inner: number;
}

export function policyDonut(frame: ChartFrame, { slices, unit }: Donut): string {
  const placed = placedSlices(slices);
  const total = slices.reduce((sum, slice) => sum + slice.count, 0);
  const ring: Ring = isNarrow(frame)
    ? { cx: frame.width / 2, cy: 104, outer: 100, inner: 62 }
    : { cx: frame.width / 2, cy: 148, outer: 122, inner: 76 };
  const middle = [
    label(ring.cx, ring.cy + 2, count(total), { anchor: 'middle', size: 24, isBold: true }),
    ...wrapText(unit, SMALL, ring.inner * 2 - 28).map((text, i) =>
      label(ring.cx, ring.cy + 22 + i * 16, text, {
        anchor: 'middle',
        size: SMALL,
        ink: filled('muted'),
      }),
    ),
  ];
  const arcs = placed.map((slice) => arc(frame, ring, slice));
  const body = [hatching(frame), ...arcs, ...middle];
  return isNarrow(frame)
    ? image(frame, 224 + placed.length * (LINE + 7), [...body, ...listed(frame, placed, 228)])
    : image(frame, 296, [...body, ...around(frame, placed, ring)]);
}

function placedSlices(slices: readonly DonutSlice[]): readonly Placed[] {
  const total = slices.reduce((sum, slice) => sum + slice.count, 0);
  const percents = percentLabels(slices.map((slice) => slice.count));
  let before = 0;
  return slices.flatMap((slice, i) => {
    const from = before / total;
    before += slice.count;
    if (slice.count <= 0) return [];
    return [{ ...slice, percent: `${percents[i]}%`, from, to: before / total }];
  });
}

function at({ cx, cy }: Ring, radius: number, turn: number): string {
  const angle = turn * 2 * Math.PI;
  return `${decimal(cx + radius * Math.sin(angle))} ${decimal(cy - radius * Math.cos(angle))}`;
}

function arc(frame: ChartFrame, ring: Ring, slice: Placed): string {
  const { outer, inner } = ring;
  const { from, to } = slice;
  // An arc from a point to itself is nothing, so a whole ring is two halves.
  const middle = (from + to) / 2;
  const d =
    `M${at(ring, outer, from)}A${outer} ${outer} 0 0 1 ${at(ring, outer, middle)}` +
    `A${outer} ${outer} 0 0 1 ${at(ring, outer, to)}` +
    `L${at(ring, inner, to)}A${inner} ${inner} 0 0 0 ${at(ring, inner, middle)}` +
    `A${inner} ${inner} 0 0 0 ${at(ring, inner, from)}Z`;
  const edge = element('path', { d, fill: 'none', ...stroked('surface'), 'stroke-width': 1.5 });
  return shape(frame, 'path', { d }, inkOf(slice.class)) + edge;
}

/** Labels beside the ring, each with a line to its part. */
function around(frame: ChartFrame, placed: readonly Placed[], ring: Ring): readonly string[] {
  const middle = (slice: Placed) => (slice.from + slice.to) / 2;
  const side = (isRight: boolean) =>
    placed
      .filter((slice) => middle(slice) < 0.5 === isRight)
      .map((slice) => ({ slice, angle: middle(slice) * 2 * Math.PI }))
      .sort((a, b) => Math.cos(b.angle) - Math.cos(a.angle));
  return [true, false].flatMap((isRight) => {
    const entries = side(isRight);
    const sign = isRight ? 1 : -1;
    const wanted = entries.map(({ angle }) => ring.cy - (ring.outer + 14) * Math.cos(angle));
    const places = spread(wanted, 42, 22, 268);
    const x = ring.cx + sign * (ring.outer + 34);
    const room = isRight ? frame.width - x : x;
    return entries.flatMap(({ slice, angle }, i) => {
      const y = places[i] ?? ring.cy;
      const anchor = isRight ? 'start' : 'end';
      const points =
        `${decimal(ring.cx + (ring.outer + 2) * Math.sin(angle))},` +
        `${decimal(ring.cy - (ring.outer + 2) * Math.cos(angle))} ` +
        `${decimal(ring.cx + sign * (ring.outer + 18))},${decimal(y)} ${decimal(x - sign * 6)},${decimal(y)}`;
      return [
        element('polyline', { points, fill: 'none', ...stroked('muted') }),
        label(x, y - 1, slice.label, { anchor, width: room }),
        label(x, y + LINE - 1, `${slice.percent} · ${count(slice.count)}`, {
          anchor,
          isBold: true,
          width: room,
        }),
      ];
    });
  });
}

function listed(frame: ChartFrame, placed: readonly Placed[], top: number): readonly string[] {
  return placed.flatMap((slice, i) => {
    const y = top + i * (LINE + 7);
    const right = frame.width;
    return [
      shape(frame, 'rect', { x: 0, y: y + 1, width: 13, height: 13, rx: 2 }, inkOf(slice.class)),
      label(20, y + 12, slice.label, { size: SIZE, width: right - 20 - 150 }),
      label(right - 80, y + 12, slice.percent, { anchor: 'end', isBold: true }),
      label(right, y + 12, count(slice.count), { anchor: 'end', ink: filled('muted') }),
    ];
  });
}
