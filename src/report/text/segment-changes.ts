/**
 * Changes of one measure by segment, a line each: largest first (ranks in their order), segments too
 * small to say much last. As many columns as the width allows; `changes.csv` has all of them.
 */
import type { Change, Comparison } from '../../statistics/comparison.ts';
import { rankBucketOrder } from '../../statistics/rank-buckets.ts';
import { compareText } from '../../statistics/segment-order.ts';
import { LOW_N } from '../../statistics/shares.ts';
import {
  driverLines,
  isSameMeasure,
  isWithin,
  type MeasureId,
  measureTitle,
  nightLabels,
  openness,
} from './changes.ts';
import { type FittingColumn, fittingLines, rightColumn } from './fitting.ts';
import { truncate } from './layout.ts';
import { count, percentDigits, pointDecimals, points } from './numbers.ts';
import { segmentName, segmentTitle } from './segments.ts';
import { type Canvas, INDENT, quietLines } from './view.ts';

/** One table for each segment type of the comparison, in its order. */
export function segmentChangeSections(
  comparison: Comparison,
  chosen: MeasureId,
  canvas: Canvas,
): readonly (readonly string[])[] {
  const changes = comparison.changes.filter(
    (change) => change.segmentType !== 'total' && isSameMeasure(change, chosen),
  );
  const types = [...new Set(changes.map(({ segmentType }) => segmentType))];
  return types.map((type) => {
    const ofType = changes.filter(({ segmentType }) => segmentType === type).sort(bySize);
    return segmentTable(type, ofType, comparison, chosen, canvas);
  });
}

function bySize(a: Change, b: Change): number {
  const order = ({ segmentType, segment }: Change): number =>
    segmentType === 'rank' ? rankBucketOrder(segment) : 0;
  return (
    Number(a.isLowN) - Number(b.isLowN) ||
    order(a) - order(b) ||
    b.cross.to.denominator - a.cross.to.denominator ||
    compareText(a.segment, b.segment)
  );
}

function segmentTable(
  segmentType: string,
  all: readonly Change[],
  comparison: Comparison,
  chosen: MeasureId,
  canvas: Canvas,
): readonly string[] {
  const words = canvas.texts.compare;
  const shown = all.slice(0, canvas.topSegments);
  const title = `${segmentTitle(segmentType, canvas.texts)} · ${measureTitle(chosen, canvas)}`;
  const [header = '', ...lines] = fittingLines(
    columnsFor(shown, comparison, canvas),
    shown,
    INDENT,
    canvas.width,
  );
  const rest = all.length - shown.length;
  return [
    canvas.paint.heading(truncate(title, canvas.width)),
    canvas.paint.quiet(header),
    ...lines,
    ...driverLines(shown, canvas),
    ...(rest > 0 ? quietLines(words.more(count(rest)), canvas) : []),
    ...quietLines(words.segmentRemark, canvas),
    ...(shown.some(isOpen) ? quietLines(words.within, canvas) : []),
    ...(shown.some(({ isLowN }) => isLowN) ? quietLines(words.lowN(LOW_N), canvas) : []),
  ];
}

const isOpen = ({ cross }: Change): boolean => isWithin(cross.from, cross.to);

function columnsFor(
  changes: readonly Change[],
  comparison: Comparison,
  { texts }: Canvas,
): readonly FittingColumn<Change>[] {
  const words = texts.compare;
  const [before, after] = nightLabels(comparison);
  const decimals = pointDecimals(changes.map(({ cross }) => cross.difference));
  const digits = (share: number | undefined) => (share === undefined ? '-' : percentDigits(share));
  const range: FittingColumn<Change> = {
    title: comparison.design === 'census' ? texts.adoption.shortRange : words.interval,
    align: 'left',
    priority: 2,
    of: ({ cross }) => openness(cross.from, cross.to, cross.interval, decimals),
  };
  const driver: FittingColumn<Change> = {
    title: '',
    align: 'left',
    priority: 0,
    of: (change) => (change.driver === undefined ? '' : '*'),
  };
  return [
    {
      title: '',
      align: 'left',
      priority: 0,
      of: ({ segmentType, segment }) => segmentName(segmentType, segment, texts),
    },
    rightColumn(words.n(before), 4, ({ cross }) => count(cross.from.denominator)),
    rightColumn(words.n(after), 0, ({ cross }) => count(cross.to.denominator)),
    rightColumn(before, 0, ({ cross }) => digits(cross.from.share)),
    rightColumn(after, 0, ({ cross }) => digits(cross.to.share)),
    rightColumn(
      words.pointsShort,
      0,
      (change) => points(change.cross.difference, decimals) + (isOpen(change) ? '~' : ' '),
    ),
    range,
    rightColumn(words.bothN, 5, ({ panel }) => count(panel.denominator)),
    rightColumn(words.panel, 6, ({ panel }) => points(panel.difference, decimals)),
    rightColumn(words.gainedLost, 1, ({ panel }) => `${count(panel.gained)}/${count(panel.lost)}`),
    rightColumn(words.compositionTitle, 3, ({ composition }) =>
      points(composition.effect, decimals),
    ),
    driver,
  ];
}
