/**
 * Who moved between two dates: classes on both sides, a band for every pair. Names that stayed are
 * faded, and where they would leave no room for those that moved their bands are cut short, which the
 * caller says below the chart. Upwards is stricter.
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
  SMALL,
  spread,
} from './image.ts';
import { decimal, element } from './markup.ts';
import { filled, type InkName, inkOf } from './palette.ts';
import { elide, textWidth } from './text-width.ts';

export interface FlowState {
  /** Decides the ink. */
  readonly class: string;
  readonly label: string;
}

export interface Flow {
  /** From top to bottom: the strictest first. */
  readonly states: readonly FlowState[];
  /** Names by `[from][to]`, beside `states`. */
  readonly counts: readonly (readonly number[])[];
  readonly fromTitle: string;
  readonly toTitle: string;
}

const NODE_WIDTH = 12;
const GAP = 14;
const TOP = 30;
/** Pixels for all names that moved; what stayed is cut to `MAX_STAYED` where it would be more. */
const MOVED_HEIGHT = 190;
const MAX_STAYED = 34;
const MIN_BAND = 1;

/** Whether bands of names that stayed are cut short. */
export function isCutShort({ counts }: Flow): boolean {
  const moved = movedNames(counts);
  return moved > 0 && counts.some((row, i) => ((row[i] ?? 0) * MOVED_HEIGHT) / moved > MAX_STAYED);
}

function movedNames(counts: Flow['counts']): number {
  let moved = 0;
  for (const [i, row] of counts.entries())
    for (const [j, value] of row.entries()) if (i !== j) moved += value;
  return moved;
}

interface Band {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly height: number;
}

interface Node {
  readonly state: number;
  readonly top: number;
  readonly height: number;
  readonly names: number;
}

export function flowSankey(frame: ChartFrame, flow: Flow): string {
  const { states, counts } = flow;
  const bands = bandsOf(counts);
  const left = nodes(states.length, bands, (band) => band.from);
  const right = nodes(states.length, bands, (band) => band.to);
  const names = labelWidth(frame, flow, [...left, ...right]);
  const x0 = names + 8;
  const x1 = frame.width - names - 8 - NODE_WIDTH;
  const bottom = Math.max(...[...left, ...right].map((node) => node.top + node.height));
  const leftLabels = nodeLabels(flow, left, { x: x0 - 8, anchor: 'end', width: names, bottom });
  const rightLabels = nodeLabels(flow, right, {
    x: x1 + NODE_WIDTH + 8,
    anchor: 'start',
    width: names,
    bottom,
  });
  const height = Math.max(bottom, leftLabels.bottom, rightLabels.bottom) + 10;
  return image(frame, height, [
    hatching(frame),
    label(x0 + NODE_WIDTH, 14, flow.fromTitle, { anchor: 'end', isBold: true }),
    label(x1, 14, flow.toTitle, { isBold: true }),
    ...drawnBands(bands, left, right, { x0: x0 + NODE_WIDTH, x1, states }),
    ...left.map((node) => drawnNode(frame, node, x0, states)),
    ...right.map((node) => drawnNode(frame, node, x1, states)),
    ...leftLabels.parts,
    ...rightLabels.parts,
  ]);
}

function bandsOf(counts: Flow['counts']): readonly Band[] {
  const moved = movedNames(counts);
  const total = counts.flat().reduce((sum, value) => sum + value, 0);
  const scale = MOVED_HEIGHT / (moved > 0 ? moved : Math.max(1, total));
  return counts.flatMap((row, from) =>
    row.flatMap((value, to): readonly Band[] => {
      if (value <= 0) return [];
      const height = Math.max(MIN_BAND, value * scale);
      const isStayed = from === to;
      return [{ from, to, count: value, height: isStayed ? Math.min(height, MAX_STAYED) : height }];
    }),
  );
}

function nodes(
  states: number,
  bands: readonly Band[],
  end: (band: Band) => number,
): readonly Node[] {
  let top = TOP;
  return Array.from({ length: states }, (_, state) => state).flatMap((state) => {
    const own = bands.filter((band) => end(band) === state);
    if (own.length === 0) return [];
    const height = own.reduce((sum, band) => sum + band.height, 0);
    const node = { state, top, height, names: own.reduce((sum, band) => sum + band.count, 0) };
    // Labels take two lines, so that thin nodes need more room than they fill.
    top += Math.max(height, LINE * 2 - GAP + 4) + GAP;
    return [node];
  });
}

function inkAt(states: readonly FlowState[], state: number): InkName {
  return inkOf(states[state]?.class ?? '');
}

function drawnNode(
  frame: ChartFrame,
  { state, top, height }: Node,
  x: number,
  states: readonly FlowState[],
): string {
  return bar(frame, { x, y: top, width: NODE_WIDTH, height }, inkAt(states, state));
}

function drawnBands(
  bands: readonly Band[],
  left: readonly Node[],
  right: readonly Node[],
  { x0, x1, states }: { x0: number; x1: number; states: readonly FlowState[] },
): readonly string[] {
  const leftTop = new Map(left.map((node) => [node.state, node.top]));
  const rightTop = new Map(right.map((node) => [node.state, node.top]));
  const placed = bands.map((band) => {
    const y0 = leftTop.get(band.from) ?? TOP;
    const y1 = rightTop.get(band.to) ?? TOP;
    leftTop.set(band.from, y0 + band.height);
    rightTop.set(band.to, y1 + band.height);
    return { band, y0, y1 };
  });
  const isStayed = ({ band }: { readonly band: Band }) => band.from === band.to;
  return [...placed.filter(isStayed), ...placed.filter((each) => !isStayed(each))].map(
    ({ band, y0, y1 }) => {
      const stayed = band.from === band.to;
      const ink = stayed ? 'line' : bandInk(inkAt(states, band.to));
      return element('path', {
        d: bandPath(x0, x1, y0, y1, band.height),
        ...filled(ink),
        'fill-opacity': stayed ? 0.45 : 0.85,
      });
    },
  );
}

/** That of the class it ends in; the lightest one would look like a band that stayed. */
function bandInk(ink: InkName): InkName {
  return ink === 'absent' ? 'leaving' : ink;
}

function bandPath(x0: number, x1: number, y0: number, y1: number, height: number): string {
  const [left, right, middle] = [decimal(x0), decimal(x1), decimal((x0 + x1) / 2)];
  const at = (y: number) => decimal(y);
  return (
    `M${left} ${at(y0)}C${middle} ${at(y0)} ${middle} ${at(y1)} ${right} ${at(y1)}` +
    `V${at(y1 + height)}C${middle} ${at(y1 + height)} ${middle} ${at(y0 + height)} ${left} ${at(y0 + height)}Z`
  );
}

function labelWidth(frame: ChartFrame, { states }: Flow, all: readonly Node[]): number {
  const widest = Math.max(
    ...all.map(({ state, names }) =>
      Math.max(textWidth(states[state]?.label ?? '', SMALL), textWidth(count(names), SMALL, true)),
    ),
  );
  return Math.ceil(Math.min(widest, frame.width * (isNarrow(frame) ? 0.3 : 0.24)));
}

function nodeLabels(
  { states }: Flow,
  all: readonly Node[],
  at: { x: number; anchor: 'start' | 'end'; width: number; bottom: number },
): { readonly parts: readonly string[]; readonly bottom: number } {
  const places = spread(
    all.map(({ top, height }) => top + height / 2),
    LINE * 2 + 2,
    TOP + LINE - 6,
    Math.max(at.bottom, TOP + all.length * (LINE * 2 + 2)),
  );
  const parts = all.flatMap(({ state, names }, i) => {
    const y = places[i] ?? 0;
    return [
      label(at.x, y - 2, elide(states[state]?.label ?? '', SMALL, at.width), {
        anchor: at.anchor,
        size: SMALL,
      }),
      label(at.x, y + LINE - 3, count(names), { anchor: at.anchor, size: SMALL, isBold: true }),
    ];
  });
  return { parts, bottom: Math.max(0, ...places) + LINE };
}
