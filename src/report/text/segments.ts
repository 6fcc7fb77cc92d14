/**
 * Adoption by top-level domain and by registry type: the largest segments first, as many columns as
 * the width allows. `metrics.csv` has all segments and all digits.
 */
import { type DomainName, toUnicode } from '../../names/domain-name.ts';
import { type CounterReader, readCounts, type SegmentCounts } from '../../statistics/counts.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import { BASES } from '../../statistics/layout.ts';
import { compareText, figure } from '../../statistics/metrics.ts';
import { percentLabels } from '../../statistics/rounding.ts';
import { LOW_N, type Share } from '../../statistics/shares.ts';
import { escapeText } from '../text-escape.ts';
import { displayWidth, type TableColumn, tableLines, truncate, wrap } from './layout.ts';
import { bounds, count, percentDigits } from './numbers.ts';
import { hasAsked, INDENT, type Section, type View } from './view.ts';

const NAME_WIDTH = 18;

interface Line {
  readonly name: string;
  readonly asked: number;
  readonly counts: CounterReader;
}

interface Column extends TableColumn {
  /** Columns of a higher number are left out first when the line is too narrow. */
  readonly priority: number;
  readonly of: (line: Line) => string;
}

export const tldSection: Section = (view) => segmentLines('tld', 'By top-level domain', view);

/** Only where a registry has types below the top-level domain, as `jp:co`. */
export const registrySection: Section = (view) => {
  const hasTypes = view.data.segments.some(
    ({ segmentType, segment }) => segmentType === 'registry' && segment.includes(':'),
  );
  return hasTypes ? segmentLines('registry', 'By registry type', view) : [];
};

function segmentLines(segmentType: string, title: string, view: View): readonly string[] {
  if (!hasAsked(view, 'dmarc') && !hasAsked(view, 'spf')) return [];
  const all = view.data.segments
    .filter((segment) => segment.segmentType === segmentType && isShown(segment))
    .map(lineOf)
    .sort((a, b) => b.asked - a.asked || compareText(a.name, b.name));
  if (all.length === 0) return [];
  const shown = all.slice(0, view.topSegments);
  const columns = fitting(columnsFor(view), shown, view.width);
  const [header = '', ...lines] = tableLines(
    columns,
    shown.map((line) => columns.map(({ of }) => of(line))),
    INDENT,
  );
  return [
    view.paint.heading(title),
    view.paint.quiet(header),
    ...lines,
    ...remarks(all, shown, view),
  ];
}

/** A registry table shows the types; a registry that is a whole top-level domain stands in the other. */
function isShown({ segmentType, segment }: SegmentCounts): boolean {
  return segmentType !== 'registry' || segment.includes(':');
}

function lineOf(segment: SegmentCounts): Line {
  const counts = readCounts(segment.counts);
  const name = segment.segment.startsWith('xn--')
    ? toUnicode(segment.segment as DomainName)
    : segment.segment;
  return {
    name: truncate(escapeText(name), NAME_WIDTH),
    asked: counts.sum(['domains'], BASES),
    counts,
  };
}

function columnsFor(view: View): readonly Column[] {
  const hasMail = hasAsked(view, 'mx');
  const dmarc: readonly Column[] = [
    right('DMARC', 0, (line) => digits(of(line, 'dmarc.adoption', 'existing'))),
    {
      title: '[range]',
      align: 'left',
      priority: 1,
      of: (line) => bounds(of(line, 'dmarc.adoption', 'existing')),
    },
    ...(hasMail ? [right('w. mail', 4, (line) => digits(of(line, 'dmarc.adoption', 'mail')))] : []),
    right('records', 0, (line) => count(of(line, 'dmarc.published', 'existing').numerator)),
    ...['none', 'quarantine', 'reject', 'error'].map((policy, i) =>
      right(policy === 'quarantine' ? 'quar.' : policy, 0, (line) => policyPercent(line, i)),
    ),
    right('enforced', 5, (line) => digits(of(line, 'dmarc.enforced_of', 'existing'))),
  ];
  const basis = hasAsked(view, 'dmarc') ? 'dmarc.adoption' : 'spf.adoption';
  const spf = right('SPF', 2, (line) => digits(of(line, 'spf.adoption', 'existing')));
  return [
    { title: '', align: 'left', priority: 0, of: ({ name }) => name },
    right('asked', 3, ({ asked }) => count(asked)),
    right('existing', 0, (line) => count(of(line, basis, 'existing').denominator)),
    ...(hasAsked(view, 'spf') ? [spf] : []),
    ...(hasAsked(view, 'dmarc') ? dmarc : []),
  ];
}

function right(title: string, priority: number, cell: (line: Line) => string): Column {
  return { title, align: 'right', priority, of: cell };
}

function of({ counts }: Line, metric: string, id: DenominatorId): Share {
  const share = figure(counts, metric, '', id, 0);
  if (share === undefined) throw new RangeError(`${metric} has no share of ${id}`);
  return share;
}

function digits({ share }: Share): string {
  return share === undefined ? '-' : percentDigits(share);
}

const POLICY_CLASSES: readonly string[] = ['none', 'quarantine', 'reject', 'error'];

function policyPercent({ counts }: Line, i: number): string {
  const numerators = POLICY_CLASSES.map(
    (policy) => figure(counts, 'dmarc.breakdown', policy, 'dmarc_any')?.numerator ?? 0,
  );
  const isEmpty = numerators.every((numerator) => numerator === 0);
  return isEmpty ? '-' : (percentLabels(numerators)[i] ?? '');
}

function fitting(
  columns: readonly Column[],
  lines: readonly Line[],
  width: number,
): readonly Column[] {
  let kept = columns;
  for (let priority = 5; priority > 0; priority--) {
    const rows = lines.map((line) => kept.map((column) => column.of(line)));
    if (Math.max(...tableLines(kept, rows, INDENT).map(displayWidth)) <= width) return kept;
    kept = kept.filter((column) => column.priority !== priority);
  }
  return kept;
}

function remarks(all: readonly Line[], shown: readonly Line[], view: View): readonly string[] {
  const rest = all.slice(shown.length);
  const names = rest.reduce((sum, { asked }) => sum + asked, 0);
  const hasLowN = shown.some((line) => of(line, 'dmarc.adoption', 'existing').denominator < LOW_N);
  const explanation = [
    hasAsked(view, 'dmarc')
      ? `Percent: ${hasAsked(view, 'spf') ? 'SPF and ' : ''}DMARC of the existing names, policies of the DMARC records.`
      : 'Percent of the existing names.',
    ...(hasLowN ? [`Below ${LOW_N} existing names a share says little.`] : []),
  ].join(' ');
  return [
    ...(rest.length > 0
      ? [`${INDENT}and ${count(rest.length)} more with ${count(names)} names`]
      : []),
    ...wrap(explanation, view.width, INDENT, INDENT),
  ].map(view.paint.quiet);
}
