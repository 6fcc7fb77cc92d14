/**
 * The change of the whole between two nights, measure by measure, with every number: the two shares of
 * the lists as they were, the panel of names known on both nights, and what the lists' own change adds.
 */
import type { Change, Comparison } from '../../statistics/comparison.ts';
import type { Share } from '../../statistics/shares.ts';
import {
  driverLines,
  isSameMeasure,
  isWithin,
  type MeasureId,
  measureTitle,
  nightLabels,
  openness,
} from './changes.ts';
import { tableLines, truncate } from './layout.ts';
import { count, percent, pointDecimals, pointRange, points } from './numbers.ts';
import { type Canvas, INDENT, quietLines } from './view.ts';

/** What a headline tells of the whole, where the comparison has it. */
const HEADLINE: readonly MeasureId[] = [
  { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' },
  { metric: 'dmarc.adoption', class: '', denominatorId: 'mail' },
  { metric: 'dmarc.enforced_of', class: '', denominatorId: 'existing' },
  { metric: 'dmarc.enforced_of', class: '', denominatorId: 'mail' },
  { metric: 'dmarc.enforce_published', class: '', denominatorId: 'dmarc_valid' },
  { metric: 'dmarc.enforce_strict', class: '', denominatorId: 'dmarc_valid' },
  { metric: 'spf.adoption', class: '', denominatorId: 'existing' },
  { metric: 'spf.adoption', class: '', denominatorId: 'mail' },
];

export function wholeSection(
  comparison: Comparison,
  chosen: MeasureId,
  canvas: Canvas,
): readonly string[] {
  const words = canvas.texts.compare;
  const total = comparison.changes.filter(({ segmentType }) => segmentType === 'total');
  const isHeadline = HEADLINE.some((of) => isSameMeasure(of, chosen));
  const wanted = isHeadline ? HEADLINE : [chosen, ...HEADLINE];
  const shown = wanted.flatMap((of) => total.find((change) => isSameMeasure(change, of)) ?? []);
  const missing = total.some((change) => isSameMeasure(change, chosen))
    ? []
    : [INDENT + words.nothing(measureTitle(chosen, canvas))];
  if (shown.length === 0) return [canvas.paint.heading(words.whole), ...missing];
  const decimals = pointDecimals(shown.map(({ cross }) => cross.difference));
  const rows = shown.flatMap((change) => wholeRows(change, comparison, decimals, canvas));
  const titles = [
    { title: '', align: 'left' },
    { title: words.namesTitle, align: 'right' },
    { title: words.shareTitle, align: 'right' },
    { title: words.points, align: 'right' },
    { title: comparison.design === 'census' ? words.range : words.interval, align: 'left' },
  ] as const;
  const [header = '', ...lines] = tableLines(titles, rows, INDENT + INDENT);
  return [
    canvas.paint.heading(words.whole),
    ...missing,
    canvas.paint.quiet(header),
    ...shown.flatMap((change, i) => [
      INDENT + canvas.paint.heading(truncate(measureTitle(change, canvas), canvas.width - 2)),
      ...lines.slice(i * ROWS_A_CHANGE, (i + 1) * ROWS_A_CHANGE),
      ...driverLines([change], canvas),
    ]),
    ...quietLines(words.wholeRemark, canvas),
    ...(shown.some(({ cross }) => isWithin(cross.from, cross.to))
      ? quietLines(words.within, canvas)
      : []),
  ];
}

const ROWS_A_CHANGE = 4;

function wholeRows(
  { cross, panel, composition }: Change,
  comparison: Comparison,
  decimals: number,
  { texts }: Canvas,
): readonly (readonly string[])[] {
  const words = texts.compare;
  const [before, after] = nightLabels(comparison);
  const names = ({ numerator, denominator }: Share) =>
    `${count(numerator)} / ${count(denominator)}`;
  const mark = isWithin(cross.from, cross.to) ? '~' : ' ';
  return [
    [before, names(cross.from), percent(cross.from.share, texts), '', ''],
    [
      after,
      names(cross.to),
      percent(cross.to.share, texts),
      points(cross.difference, decimals) + mark,
      openness(cross.from, cross.to, cross.interval, decimals),
    ],
    [
      words.both,
      `(+${count(panel.gained)} -${count(panel.lost)}) ${count(panel.denominator)}`,
      '',
      `${points(panel.difference, decimals)} `,
      panel.interval === undefined ? '' : pointRange(panel.interval, decimals),
    ],
    [
      words.composition,
      `(+${count(composition.entrants)} -${count(composition.leavers)})`,
      '',
      `${points(composition.effect, decimals)} `,
      '',
    ],
  ];
}
