/**
 * Adoption by segment, one table a segment type: the largest segments first (ranks in their order), as
 * many columns as the width allows. `metrics.csv` has all segments and all digits.
 */
import { type DomainName, toUnicode } from '../../names/domain-name.ts';
import { type CounterReader, readCounts, type SegmentCounts } from '../../statistics/counts.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import { BASES } from '../../statistics/layout.ts';
import { figure } from '../../statistics/metrics.ts';
import { rankBucketOrder } from '../../statistics/rank-buckets.ts';
import { percentLabels } from '../../statistics/rounding.ts';
import { crossedNames, crossedTypes } from '../../statistics/segment-name.ts';
import { compareSegments, compareText } from '../../statistics/segment-order.ts';
import { LOW_N, type Share } from '../../statistics/shares.ts';
import { type TextCatalogue, wordFor } from '../language/text-catalogue.ts';
import type { ReportData } from '../report-data.ts';
import { escapeText } from '../text-escape.ts';
import { type FittingColumn, fittingLines, rightColumn } from './fitting.ts';
import { truncate, wrap } from './layout.ts';
import { bounds, count, percentDigits } from './numbers.ts';
import { hasAsked, INDENT, type View } from './view.ts';

const NAME_WIDTH = 18;
const TITLE_WIDTH = 40;

export interface SegmentLine {
  readonly name: string;
  readonly asked: number;
  readonly counts: CounterReader;
}

type Column = FittingColumn<SegmentLine>;

const right = rightColumn<SegmentLine>;

/**
 * One table for each type of `view.segmentTypes`; without it by top-level domain, by registry where
 * one has types below its top-level domain (as `jp:co`), and by what the run was given beside them.
 */
export function segmentSections(view: View): readonly (readonly string[])[] {
  const { segmentTypes } = view;
  if (!hasAsked(view, 'dmarc') && !hasAsked(view, 'spf')) return [];
  if (segmentTypes === undefined) {
    const types = ['tld', 'registry', ...extraTypes(view.data)];
    return types.map((type) => segmentLines(type, linesOfTypes(view, type), view));
  }
  return segmentTypes.map((type) => {
    const lines = segmentLines(type, linesOf(view, type), view);
    if (lines.length > 0) return lines;
    const text = view.texts.segments.nothing(segmentTitle(type, view.texts));
    return wrap(text, view.width, '', INDENT);
  });
}

function extraTypes({ extraSegments = [] }: ReportData): readonly string[] {
  const types = [...extraSegments].sort(compareSegments).map(({ segmentType }) => segmentType);
  return [...new Set(types)].filter((type) => !['total', 'tld', 'registry'].includes(type));
}

/** As `By label sector`; the column of a label comes from outside. */
export function segmentTitle(segmentType: string, { segments }: TextCatalogue): string {
  const shown = (text: string) => truncate(escapeText(text), TITLE_WIDTH);
  const crossed = crossedTypes(segmentType);
  if (crossed !== undefined)
    return segments.crossed(crossed.map((part) => wordFor(segments.part, part) ?? shown(part)));
  if (segmentType.startsWith('label:'))
    return segments.label(shown(segmentType.slice('label:'.length)));
  switch (segmentType) {
    case 'tld':
    case 'registry':
    case 'rank':
    case 'list':
    case 'mx':
    case 'rua':
      return segments[segmentType];
    default:
      return segments.other(shown(segmentType));
  }
}

/** All segments of a type, in the order of a report. */
export function linesOf(view: View, segmentType: string): readonly SegmentLine[] {
  const { segments, extraSegments = [] } = view.data;
  const ofType = [...segments, ...extraSegments].filter((of) => of.segmentType === segmentType);
  return sortedLines(ofType, view);
}

/** A registry that is a whole top-level domain stands in the other table. */
function linesOfTypes(view: View, segmentType: string): readonly SegmentLine[] {
  if (segmentType !== 'registry') return linesOf(view, segmentType);
  return sortedLines(
    view.data.segments.filter((of) => of.segmentType === 'registry' && of.segment.includes(':')),
    view,
  );
}

function sortedLines(segments: readonly SegmentCounts[], view: View): readonly SegmentLine[] {
  return segments
    .map((segment) => ({
      order: segment.segmentType === 'rank' ? rankBucketOrder(segment.segment) : 0,
      line: lineOf(segment, view.texts),
    }))
    .sort(
      (a, b) =>
        a.order - b.order || b.line.asked - a.line.asked || compareText(a.line.name, b.line.name),
    )
    .map(({ line }) => line);
}

function lineOf(segment: SegmentCounts, texts: TextCatalogue): SegmentLine {
  const counts = readCounts(segment.counts);
  return {
    name: segmentName(segment.segmentType, segment.segment, texts),
    asked: counts.sum(['domains'], BASES),
    counts,
  };
}

/** A segment as a table names it: readable, escaped, cut to 18 cells, or twice that of two types. */
export function segmentName(segmentType: string, segment: string, texts: TextCatalogue): string {
  const types = crossedTypes(segmentType);
  const names = types && crossedNames(segment);
  if (names !== undefined)
    return names.map((name, i) => segmentName(types?.[i] ?? '', name, texts)).join(' / ');
  if (segmentType === 'total') return texts.segments.total;
  if (segmentType === 'rank' && segment === 'none') return texts.segments.unranked;
  const name = segment.startsWith('xn--') ? toUnicode(segment as DomainName) : segment;
  return truncate(escapeText(name), NAME_WIDTH);
}

function segmentLines(
  segmentType: string,
  all: readonly SegmentLine[],
  view: View,
): readonly string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, view.topSegments);
  const [header = '', ...lines] = fittingLines(columnsFor(view), shown, INDENT, view.width);
  return [
    view.paint.heading(truncate(segmentTitle(segmentType, view.texts), view.width)),
    view.paint.quiet(header),
    ...lines,
    ...remarks(all, shown, view),
  ];
}

function columnsFor(view: View): readonly Column[] {
  const words = view.texts.segments;
  const hasMail = hasAsked(view, 'mx');
  const titles: readonly string[] = ['none', words.quarantine, 'reject', words.error];
  const dmarc: readonly Column[] = [
    right('DMARC', 0, (line) => digits(of(line, 'dmarc.adoption', 'existing'))),
    {
      title: view.texts.adoption.shortRange,
      align: 'left',
      priority: 1,
      of: (line) => bounds(of(line, 'dmarc.adoption', 'existing')),
    },
    ...(hasMail
      ? [right(words.withMail, 4, (line) => digits(of(line, 'dmarc.adoption', 'mail')))]
      : []),
    right(words.records, 0, (line) => count(of(line, 'dmarc.published', 'existing').numerator)),
    ...titles.map((title, i) => right(title, 0, (line) => policyPercent(line, i))),
    right(words.enforced, 5, (line) => digits(of(line, 'dmarc.enforced_of', 'existing'))),
  ];
  const basis = hasAsked(view, 'dmarc') ? 'dmarc.adoption' : 'spf.adoption';
  const spf = right('SPF', 2, (line) => digits(of(line, 'spf.adoption', 'existing')));
  return [
    { title: '', align: 'left', priority: 0, of: ({ name }) => name },
    right(words.asked, 3, ({ asked }) => count(asked)),
    right(words.existing, 0, (line) => count(of(line, basis, 'existing').denominator)),
    ...(hasAsked(view, 'spf') ? [spf] : []),
    ...(hasAsked(view, 'dmarc') ? dmarc : []),
  ];
}

function of({ counts }: SegmentLine, metric: string, id: DenominatorId): Share {
  const share = figure(counts, metric, '', id, 0);
  if (share === undefined) throw new RangeError(`${metric} has no share of ${id}`);
  return share;
}

function digits({ share }: Share): string {
  return share === undefined ? '-' : percentDigits(share);
}

const POLICY_CLASSES: readonly string[] = ['none', 'quarantine', 'reject', 'error'];

function policyPercent({ counts }: SegmentLine, i: number): string {
  const numerators = POLICY_CLASSES.map(
    (policy) => figure(counts, 'dmarc.breakdown', policy, 'dmarc_any')?.numerator ?? 0,
  );
  const isEmpty = numerators.every((numerator) => numerator === 0);
  return isEmpty ? '-' : (percentLabels(numerators)[i] ?? '');
}

function remarks(
  all: readonly SegmentLine[],
  shown: readonly SegmentLine[],
  view: View,
): readonly string[] {
  const words = view.texts.segments;
  const rest = all.slice(shown.length);
  const names = rest.reduce((sum, { asked }) => sum + asked, 0);
  const hasLowN = shown.some((line) => of(line, 'dmarc.adoption', 'existing').denominator < LOW_N);
  const explanation = [
    hasAsked(view, 'dmarc') ? words.percentOf(hasAsked(view, 'spf')) : words.percentOfExisting,
    ...(hasLowN ? [words.lowN(LOW_N)] : []),
  ].join(view.texts.sentenceSpace);
  return [
    ...(rest.length > 0 ? [INDENT + words.more(count(rest.length), count(names))] : []),
    ...wrap(explanation, view.width, INDENT, INDENT),
  ].map(view.paint.quiet);
}
