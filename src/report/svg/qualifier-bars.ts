/**
 * How SPF records end, as one bar of 100 % with a labelled part for each qualifier, and below it the
 * records that end in an error, by reason, on a scale of their own.
 */
import { percentLabels } from '../../statistics/rounding.ts';
import { count } from '../text/numbers.ts';
import { type ChartFrame, image, isNarrow, LINE, label, SMALL, shape } from './image.ts';
import { filled, inkOf } from './palette.ts';
import { type ShareRow, shareRows } from './share-bars.ts';
import { type StackedClass, stack } from './stacked-bars.ts';

export interface Qualifiers {
  readonly classes: readonly StackedClass[];
  /** Beside `classes`. */
  readonly counts: readonly number[];
  /** Above the errors. */
  readonly errorTitle: string;
  /** Of zero are left out. */
  readonly errors: readonly ShareRow[];
}

export function qualifierBars(frame: ChartFrame, qualifiers: Qualifiers): string {
  const { classes, counts, errorTitle } = qualifiers;
  const inks = classes.map((entry) => inkOf(entry.class));
  const bar = stack(frame, counts, inks, { left: 0, width: frame.width, height: 30, y: 4 });
  const key = keyRows(frame, classes, counts, 44);
  const errors = qualifiers.errors.filter((row) => row.numerator > 0);
  if (errors.length === 0) return image(frame, key.height, [...bar, ...key.parts]);
  const title = label(0, key.height + 24, errorTitle, { isBold: true, width: frame.width });
  const rows = shareRows(frame, errors, key.height + 38);
  return image(frame, rows.height, [...bar, ...key.parts, title, ...rows.parts]);
}

/** One entry for each class with percent and count: small parts have no room in the bar. */
function keyRows(
  frame: ChartFrame,
  classes: readonly StackedClass[],
  counts: readonly number[],
  top: number,
): { readonly parts: readonly string[]; readonly height: number } {
  const percents = percentLabels(counts);
  const columns = isNarrow(frame) ? 1 : 2;
  const width = (frame.width - (columns - 1) * 40) / columns;
  const lines = Math.ceil(classes.length / columns);
  const parts = classes.flatMap((entry, i) => {
    const x = Math.floor(i / lines) * (width + 40);
    const y = top + (i % lines) * (LINE + 6);
    const number = count(counts[i] ?? 0);
    return [
      shape(frame, 'rect', { x, y: y + 1, width: 13, height: 13, rx: 2 }, inkOf(entry.class)),
      label(x + 20, y + 12, entry.label, { width: width - 20 - 160 }),
      label(x + width - 84, y + 12, `${percents[i]}%`, { anchor: 'end', isBold: true }),
      label(x + width, y + 12, number, { anchor: 'end', size: SMALL, ink: filled('muted') }),
    ];
  });
  return { parts, height: top + lines * (LINE + 6) };
}
