/** A partition as bars (full width is 100 %): label, bar, percent (together 100.0), count, bounds, remark. */
import { percentLabels } from '../../statistics/rounding.ts';
import type { Share } from '../../statistics/shares.ts';
import { bar, displayWidth, padEnd, padStart, wrap } from './layout.ts';
import { bounds, count } from './numbers.ts';
import { INDENT, type View } from './view.ts';

export interface BarRow {
  readonly label: string;
  readonly share: Share;
  /** Class whose ink the bar has; none for other partitions. */
  readonly ink?: string;
  readonly remark?: string;
}

/** A remark goes to a line of its own before it makes the bars shorter than this. */
const GOOD_BAR = 8;
/** Shorter bars say nothing and are left out. */
const MIN_BAR = 4;
const MAX_BAR = 40;

export function barLines(rows: readonly BarRow[], view: View): readonly string[] {
  const percents = percentLabels(rows.map(({ share }) => share.numerator));
  const ranges = rows.map(({ share }) => bounds(share));
  const labelWidth = Math.max(...rows.map(({ label }) => displayWidth(label)));
  const digits = Math.max(...rows.map(({ share }) => count(share.numerator).length));
  const rangeWidth = Math.max(...ranges.map((range) => range.length));
  const remarkWidth = Math.max(...rows.map(({ remark = '' }) => displayWidth(remark)));
  const fixed = INDENT.length + labelWidth + 2 + 2 + 7 + 2 + digits + 2 + rangeWidth;
  const isRemarkInline = view.width - fixed - 2 - remarkWidth >= GOOD_BAR;
  const room = view.width - fixed - (isRemarkInline && remarkWidth > 0 ? remarkWidth + 2 : 0);
  const barWidth = room < MIN_BAR ? 0 : Math.min(MAX_BAR, room);
  return rows.flatMap(({ label, share, ink = '', remark = '' }, i) => {
    const drawn = bar(share.share ?? 0, barWidth);
    const painted = view.paint.ofClass(ink, drawn) + ' '.repeat(barWidth - displayWidth(drawn));
    const numbers = `${padStart(`${percents[i]} %`, 7)}  ${padStart(count(share.numerator), digits)}`;
    const line =
      `${INDENT}${padEnd(label, labelWidth)}  ${painted}  ${numbers}` +
      `  ${padEnd(ranges[i] ?? '', rangeWidth)}`;
    if (remark === '' || isRemarkInline) return [`${line}  ${remark}`.trimEnd()];
    const indent = INDENT + ' '.repeat(labelWidth + 2);
    return [line.trimEnd(), ...wrap(remark, view.width, indent, indent)];
  });
}
