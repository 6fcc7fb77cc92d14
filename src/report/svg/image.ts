/**
 * The frame of every chart and the few shapes they are drawn with. A chart is one `svg` element: an
 * image with a title and a description, without script or outside reference, of fixed size in pixels.
 * Ids begin with the frame's own, so that several charts stand on one page.
 */
import { type Attributes, attributesOf, decimal, element, escapeMarkup } from './markup.ts';
import { filled, type InkName, isHatched, stroked } from './palette.ts';
import { elide } from './text-width.ts';

export interface ChartFrame {
  /** Letters, digits and hyphens; its own on the page. */
  readonly id: string;
  /** In pixels; below `NARROW` the chart lays itself out for a phone. */
  readonly width: number;
  readonly title: string;
  /** What a reader who cannot see it must know; the table beside the chart has the figures. */
  readonly description: string;
}

/** Charts of less width put labels above their bars. */
export const NARROW = 500;

export const isNarrow = (frame: ChartFrame): boolean => frame.width < NARROW;

/** Font size of labels. */
export const SIZE = 13;
export const SMALL = 12;
/** Least distance between the base lines of two labels. */
export const LINE = 17;

export const FONTS =
  "system-ui,-apple-system,'Segoe UI','Hiragino Kaku Gothic ProN','Hiragino Sans','Yu Gothic UI'," +
  "Meiryo,'Noto Sans CJK JP','Noto Sans JP','Noto Sans',sans-serif";

/** Room at both sides for what letters reach beyond their width, as a `j` does. */
const EDGE = 3;

/** The whole image. `height` in pixels; `body` is markup. */
export function image(frame: ChartFrame, height: number, body: readonly string[]): string {
  const { id, width, title, description } = frame;
  const attributes = attributesOf({
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'chart',
    role: 'img',
    'aria-labelledby': `${id}-t ${id}-d`,
    viewBox: `${-EDGE} 0 ${decimal(width + 2 * EDGE)} ${decimal(height)}`,
    width: width + 2 * EDGE,
    height,
    'font-family': FONTS,
    'font-size': SIZE,
  });
  const head =
    `<title id="${escapeMarkup(id)}-t">${escapeMarkup(title)}</title>` +
    `<desc id="${escapeMarkup(id)}-d">${escapeMarkup(description)}</desc>`;
  return `<svg${attributes}>${head}${body.join('')}</svg>`;
}

/** The hatching of `error`; a chart that uses it has it once. */
export function hatching(frame: ChartFrame): string {
  const strokes = element('path', {
    d: 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5',
    ...stroked('surface'),
    'stroke-width': 1.4,
  });
  const pattern = element(
    'pattern',
    { id: `${frame.id}-h`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
    strokes,
  );
  return element('defs', {}, pattern);
}

/** A shape in an ink, hatched where the ink is. `name` and `attributes` are its geometry. */
export function shape(
  frame: ChartFrame,
  name: string,
  attributes: Attributes,
  ink: InkName,
): string {
  const plain = element(name, { ...attributes, ...filled(ink) });
  if (!isHatched(ink)) return plain;
  return plain + element(name, { ...attributes, fill: `url(#${frame.id}-h)` });
}

export function bar(
  frame: ChartFrame,
  box: { x: number; y: number; width: number; height: number },
  ink: InkName,
): string {
  return box.width > 0 ? shape(frame, 'rect', box, ink) : '';
}

export interface LabelOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly isBold?: boolean;
  /** Class and fill, as `filled('muted')` or `textOn('reject')`; the text ink where left out. */
  readonly ink?: { readonly class: string; readonly fill: string };
  /** Longer text is elided; the table has all of it. */
  readonly width?: number;
}

/** One line of text; `y` is its base line. */
export function label(x: number, y: number, text: string, options: LabelOptions = {}): string {
  const { anchor = 'start', size = SIZE, isBold = false, ink = filled('text'), width } = options;
  // Elided as it is shown: what is escaped takes more room than it had.
  const shown = width === undefined ? text : elide(text, size, width, isBold);
  return element(
    'text',
    {
      x,
      y,
      ...ink,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      'font-size': size === SIZE ? undefined : size,
      'font-weight': isBold ? 700 : undefined,
    },
    escapeMarkup(shown),
  );
}

export function rule(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  extra: Attributes = {},
): string {
  return element('line', { x1, y1, x2, y2, ...stroked('line'), ...extra });
}

/**
 * Places for labels that want to stand at `wanted` (ascending): at least `gap` apart, between `low`
 * and `high` as long as there is room.
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly number[] {
  const places: number[] = [];
  for (const [i, want] of wanted.entries()) {
    places.push(Math.max(want, i === 0 ? low : (places[i - 1] ?? low) + gap));
  }
  let limit = high;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] ?? limit, limit);
    limit = (places[i] ?? limit) - gap;
  }
  // Where there is no room for all, below the lowest is better than upon another.
  const first = places[0] ?? low;
  return first < low ? places.map((place) => place + low - first) : places;
}
