/**
 * Adoption and policy by segment: top-level domains, registry types, and whatever the run was given
 * beside them. The largest segments first, ranks in their order. `metrics.csv` has all.
 */
import { type DomainName, toUnicode } from '../../names/domain-name.ts';
import type { SegmentCounts } from '../../statistics/counts.ts';
import { BASES } from '../../statistics/layout.ts';
import { rankBucketOrder } from '../../statistics/rank-buckets.ts';
import { crossedNames, crossedTypes } from '../../statistics/segment-name.ts';
import { compareSegments, compareText } from '../../statistics/segment-order.ts';
import { LOW_N } from '../../statistics/shares.ts';
import { classLabel } from '../language/class-labels.ts';
import { denominatorMeaning } from '../language/measure-texts.ts';
import { inRank, ranking } from '../svg/ranking.ts';
import { type StackedRow, stackedBars } from '../svg/stacked-bars.ts';
import { count } from '../text/numbers.ts';
import { fraction, percent, rangeText } from './format.ts';
import { figure, paragraph, table } from './markup.ts';
import {
  countsOf,
  type Figures,
  figuresOf,
  hasAsked,
  type PagePart,
  type PageView,
  spreadOf,
} from './view.ts';

const MAX_NAME = 60;

export type SegmentWords = Readonly<Record<'segment' | 'by', string>>;

export interface SegmentLine {
  readonly name: string;
  readonly asked: number;
  readonly figures: Figures;
}

/** One part for each segment type of the run, the stored ones first. */
export function segmentParts(view: PageView): readonly PagePart[] {
  if (!hasAsked(view, 'dmarc') && !hasAsked(view, 'spf')) return [];
  const { segments, extraSegments = [] } = view.data;
  const all = [...segments, ...extraSegments]
    .filter(isShown)
    .sort(compareSegments)
    .map(({ segmentType }) => segmentType);
  return [...new Set(all)].flatMap((type, i) => segmentPart(view, type, i));
}

/** A registry that is a whole top-level domain stands in the other table. */
function isShown({ segmentType, segment }: SegmentCounts): boolean {
  if (segmentType === 'total') return false;
  return segmentType !== 'registry' || segment.includes(':');
}

/** What one of the segments is called, as `registry type`; a label's column as it is. */
export function segmentTypeName(segmentType: string, { say }: PageView): string {
  const name = (type: string): string => {
    switch (type) {
      case 'tld':
        return say('segmentTld');
      case 'registry':
        return say('segmentRegistry');
      case 'rank':
        return say('segmentRank');
      case 'list':
        return say('segmentList');
      case 'mx':
        return say('segmentMx');
      case 'rua':
        return say('segmentRua');
      default:
        return cut(type.startsWith('label:') ? type.slice('label:'.length) : type);
    }
  };
  const types = crossedTypes(segmentType) ?? [segmentType];
  return types.map(name).join(' × ');
}

/** How a title says it: `{segment}` and `{by}`, the latter as Japanese puts it. */
export function segmentWords(segmentType: string, view: PageView): SegmentWords {
  const segment = segmentTypeName(segmentType, view);
  return { segment, by: segment.endsWith('別') ? segment : `${segment}別` };
}

/** A segment as a reader knows it; hostile or not, it is text. */
export function segmentName(segmentType: string, segment: string, view: PageView): string {
  const { say } = view;
  const types = crossedTypes(segmentType);
  const names = types === undefined ? undefined : crossedNames(segment);
  if (names !== undefined)
    return names.map((name, i) => segmentName(types?.[i] ?? '', name, view)).join(' / ');
  if (segmentType === 'total') return say('segmentTotal');
  if (segmentType === 'rank' && segment === 'none') return say('segmentUnranked');
  return cut(segment.startsWith('xn--') ? toUnicode(segment as DomainName) : segment);
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_NAME ? text : `${characters.slice(0, MAX_NAME - 1).join('')}…`;
}

function segmentPart(view: PageView, segmentType: string, index: number): readonly PagePart[] {
  const { say, data, topSegments } = view;
  const { segments, extraSegments = [] } = data;
  const all = [...segments, ...extraSegments]
    .filter((segment) => segment.segmentType === segmentType && isShown(segment))
    .map((segment) => ({ segment, asked: countsOf(segment).sum(['domains'], BASES) }))
    .sort(
      (a, b) =>
        orderOf(a.segment) - orderOf(b.segment) ||
        b.asked - a.asked ||
        compareText(a.segment.segment, b.segment.segment),
    );
  const lines = all.slice(0, topSegments).map(
    ({ segment, asked }): SegmentLine => ({
      name: segmentName(segmentType, segment.segment, view),
      asked,
      figures: figuresOf(data, segment),
    }),
  );
  const rest = all.slice(topSegments);
  const types = crossedTypes(segmentType) ?? [segmentType];
  const named = segmentWords(segmentType, view);
  const title = say('bySegment', named);
  const html =
    rankFigure(view, lines, named, index) +
    splitFigure(view, lines, named, index) +
    summaryTable(view, lines, title) +
    (rest.length > 0
      ? paragraph(
          say('moreSegments', {
            count: count(rest.length),
            domains: count(rest.reduce((sum, { asked }) => sum + asked, 0)),
          }),
        )
      : '') +
    (types.includes('mx') || types.includes('rua') ? paragraph(say('segmentOperatorNote')) : '');
  return [{ id: `segment-${index + 1}`, title, html }];
}

function orderOf({ segmentType, segment }: SegmentCounts): number {
  return segmentType === 'rank' ? rankBucketOrder(segment) : 0;
}

function rankFigure(
  view: PageView,
  lines: readonly SegmentLine[],
  named: SegmentWords,
  index: number,
): string {
  const { say, language, isSample } = view;
  const metric = hasAsked(view, 'dmarc') ? 'dmarc.adoption' : 'spf.adoption';
  const ranked = inRank(
    lines.flatMap((line) => {
      const row = line.figures(metric, 'existing');
      if (row.share === undefined) return [];
      const open = spreadOf(view, row);
      const { numerator, denominator, share, isLowN } = row;
      const range = { low: open?.low, high: open?.high };
      return [{ label: line.name, numerator, denominator, share, isLowN, ...range }];
    }),
  );
  if (ranked.length === 0) return '';
  const title = say(metric === 'dmarc.adoption' ? 'rankFigure' : 'rankFigureSpf', named);
  return figure({
    language: view.language,
    id: `fig-rank-${index + 1}`,
    title,
    notes: [
      say('idNote', {
        id: `${metric} / existing`,
        meaning: denominatorMeaning('existing', language),
      }),
      ranked.some(({ low }) => low !== undefined)
        ? say(isSample ? 'rankNoteInterval' : 'rankNoteBounds')
        : '',
      ranked.some((row) => row.isLowN) ? say('rankLowN', { count: String(LOW_N) }) : '',
    ],
    description: ranked.map(({ label, share }) => `${label} ${percent(share)}`).join(', '),
    draw: (frame) => ranking(frame, ranked),
    tableHtml: table({
      caption: title,
      columns: [
        { title: named.segment },
        { title: say('domains'), isNumber: true },
        { title: say('share'), isNumber: true },
        { title: isSample ? say('interval') : say('bounds'), isNumber: true },
      ],
      rows: ranked.map((row) => [
        row.label,
        fraction(row),
        percent(row.share),
        rangeText(
          row.low === undefined || row.high === undefined
            ? undefined
            : { low: row.low, high: row.high },
        ),
      ]),
    }),
    tableTitle: say('table'),
  });
}

export const SPLIT_CLASSES = ['absent', 'none', 'quarantine', 'reject', 'error'] as const;

/** Existing domains with a known DMARC answer by class, beside `SPLIT_CLASSES`; they add up. */
export function splitCounts(figures: Figures): readonly number[] {
  const published = figures('dmarc.published', 'existing');
  const parts = ['none', 'quarantine', 'reject', 'error'].map(
    (policy) => figures('dmarc.breakdown', 'dmarc_any', policy).numerator,
  );
  return [published.denominator - published.numerator, ...parts];
}

function splitFigure(
  view: PageView,
  lines: readonly SegmentLine[],
  named: SegmentWords,
  index: number,
): string {
  const { say, language } = view;
  if (!hasAsked(view, 'dmarc')) return '';
  const all: readonly SegmentLine[] = [
    { name: say('segmentTotal'), asked: 0, figures: view.figures },
    ...lines,
  ];
  const rows = all
    .map((line): StackedRow => ({ label: line.name, counts: splitCounts(line.figures) }))
    .filter((row) => row.counts.some((value) => value > 0));
  if (rows.length < 2) return '';
  const classes = SPLIT_CLASSES.map((of) => ({ class: of, label: classLabel(of, language) }));
  const title = say('splitFigure', named);
  const sum = (row: StackedRow) => row.counts.reduce((total, value) => total + value, 0);
  return figure({
    language: view.language,
    id: `fig-split-${index + 1}`,
    title,
    notes: [say('splitNote')],
    description: classes.map(({ label }) => label).join(', '),
    draw: (frame) => stackedBars(frame, { classes, rows }),
    tableHtml: table({
      caption: title,
      columns: [
        { title: named.segment },
        ...classes.map(({ label }) => ({ title: label, isNumber: true })),
        { title: 'n', isNumber: true },
      ],
      rows: rows.map((row) => [row.label, ...row.counts.map(count), count(sum(row))]),
    }),
    tableTitle: say('table'),
  });
}

function summaryTable(view: PageView, lines: readonly SegmentLine[], caption: string): string {
  const { say } = view;
  const hasMx = hasAsked(view, 'mx');
  const measures = [
    ...(hasAsked(view, 'spf') ? [[say('spfColumn'), 'spf.adoption', 'existing'] as const] : []),
    ...(hasAsked(view, 'dmarc')
      ? [
          [say('dmarcColumn'), 'dmarc.adoption', 'existing'] as const,
          ...(hasMx ? [[say('dmarcMailColumn'), 'dmarc.adoption', 'mail'] as const] : []),
          [say('enforced'), 'dmarc.enforced_of', 'existing'] as const,
        ]
      : []),
  ];
  const all = [
    ...lines,
    {
      name: say('segmentTotal'),
      asked: view.counts.sum(['domains'], BASES),
      figures: view.figures,
    },
  ];
  return table({
    caption,
    columns: [
      { title: '' },
      { title: say('asked'), isNumber: true },
      ...measures.map(([title]) => ({ title, isNumber: true })),
    ],
    rows: all.map((line) => [
      line.name,
      count(line.asked),
      ...measures.map(([, metric, id]) => {
        const row = line.figures(metric, id);
        return { text: percent(row.share), below: fraction(row) };
      }),
    ]),
    hasTotal: true,
  });
}
