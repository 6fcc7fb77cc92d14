/**
 * The tables of published surveys in their shape, for any segments: T1 names, SPF and DMARC by
 * registry type (MIC and JPRS on .jp); T2 policy by reporting (IETF dmarc list, 2020); T3 every name in
 * one class, together 100.0 (DMARC Detective, 2019). They count stored counters; a look-up that failed
 * is in no percentage and stands beside or beneath. A table wider than the line goes on below itself.
 */
import type { DenominatorId } from '../../statistics/denominators.ts';
import { EXISTING_BASES, SPF_PERMERRORS } from '../../statistics/layout.ts';
import { figure } from '../../statistics/metrics.ts';
import { percentLabels } from '../../statistics/rounding.ts';
import type { Share } from '../../statistics/shares.ts';
import { truncate } from './layout.ts';
import { count, percentDigits } from './numbers.ts';
import { linesOf, type SegmentLine, segmentTitle } from './segments.ts';
import { type PartColumn, tableParts } from './table-parts.ts';
import { hasAsked, INDENT, quietLines, type View } from './view.ts';

export const PUBLISHED_TABLES = ['T1', 'T2', 'T3'] as const;

export type PublishedTable = (typeof PUBLISHED_TABLES)[number];

/** Every table for each segment type wanted; by registry type, else by top-level domain. */
export function tableSections(view: View): readonly (readonly string[])[] {
  if (!hasAsked(view, 'mx', 'spf', 'dmarc')) return [];
  const usual = linesOf(view, 'registry').length > 0 ? 'registry' : 'tld';
  return (view.segmentTypes ?? [usual]).flatMap((type) =>
    PUBLISHED_TABLES.map((table) => segmentTable(view, table, type)),
  );
}

/** One table: the whole first, then the segments as the report orders them. */
export function segmentTable(
  view: View,
  table: PublishedTable,
  segmentType: string,
): readonly string[] {
  const words = view.texts.tables;
  const whole: SegmentLine = { name: view.texts.segments.total, asked: 0, counts: view.counts };
  const lines = [whole, ...linesOf(view, segmentType).slice(0, view.topSegments)];
  const by = segmentTitle(segmentType, view.texts);
  const heading = (what: string) =>
    view.paint.heading(truncate(`${words.title(table, what)} · ${by}`, view.width));
  switch (table) {
    case 'T1':
      return [heading(words.adoption), ...adoptionTable(lines, view)];
    case 'T2':
      return [heading(words.silence), ...silenceTable(lines, view)];
    case 'T3':
      return [
        heading(words.spf),
        ...partitionTable(lines, spfClasses(view), view),
        ...unknownLines(view, 'spf.class'),
        '',
        heading(words.dmarc),
        ...partitionTable(lines, dmarcClasses(view), view),
        ...unknownLines(view, 'dmarc.adoption'),
        ...quietLines(words.records, view),
      ];
    default:
      return table satisfies never;
  }
}

function shareOfLine(
  { counts }: SegmentLine,
  metric: string,
  id: DenominatorId,
  className = '',
): Share {
  const share = figure(counts, metric, className, id, 0);
  if (share === undefined) throw new RangeError(`${metric} has no share of ${id}`);
  return share;
}

const percentOf = ({ share }: Share): string => (share === undefined ? '-' : percentDigits(share));

const existing = ({ counts }: SegmentLine, rows: readonly string[]): number =>
  counts.sum(rows, EXISTING_BASES);

interface Column extends PartColumn {
  readonly of: (line: SegmentLine) => string;
}

function linesInParts(columns: readonly Column[], lines: readonly SegmentLine[], view: View) {
  const rows = lines.map((line) => columns.map(({ of }) => of(line)));
  return partLines(columns, rows, view);
}

/** The parts of a table, one blank line apart. */
function partLines(
  columns: readonly PartColumn[],
  rows: readonly (readonly string[])[],
  view: View,
): readonly string[] {
  return tableParts(columns, rows, INDENT, view.width).flatMap(([header = '', ...lines], i) => [
    ...(i > 0 ? [''] : []),
    view.paint.quiet(header),
    ...lines,
  ]);
}

function adoptionTable(lines: readonly SegmentLine[], view: View): readonly string[] {
  const words = view.texts.tables;
  const column = (title: string, group: string, of: (line: SegmentLine) => string): Column => ({
    title,
    group,
    align: 'right',
    of,
  });
  const counted = (title: string, group: string, of: (line: SegmentLine) => number): Column =>
    column(title, group, (line) => count(of(line)));
  const ofMail = (title: string, metric: string): readonly Column[] => [
    column(title, 'mail', (line) => {
      const { numerator, denominator } = shareOfLine(line, metric, 'mail');
      return `${count(numerator)}/${count(denominator)}`;
    }),
    column(words.percent, 'mail', (line) => percentOf(shareOfLine(line, metric, 'mail'))),
  ];
  const adopted = (title: string, metric: string): readonly Column[] => [
    counted(title, 'existing', (line) => shareOfLine(line, metric, 'existing').numerator),
    column(words.percent, 'existing', (line) => percentOf(shareOfLine(line, metric, 'existing'))),
  ];
  const columns: readonly Column[] = [
    { title: '', align: 'left', of: ({ name }) => name },
    counted(words.names, 'existing', ({ counts }) => namesOf(counts)),
    counted(words.exist, 'existing', (line) => existing(line, ['domains'])),
    ...adopted('SPF', 'spf.adoption'),
    ...adopted('DMARC', 'dmarc.adoption'),
    counted(words.mail, 'mail', ({ counts }) => counts.sum(['domains'], ['mail'])),
    ...ofMail(words.spfMail, 'spf.adoption'),
    ...ofMail(words.dmarcMail, 'dmarc.adoption'),
    ...POLICIES.map((policy) =>
      counted(policy, 'policy', (line) => existing(line, [`dmarc.valid.${policy}`])),
    ),
    counted(words.invalid, 'policy', (line) => existing(line, UNUSABLE)),
    counted(
      words.unknown,
      'policy',
      (line) => shareOfLine(line, 'dmarc.adoption', 'existing').unknown,
    ),
    counted(
      words.spfUnknown,
      'policy',
      (line) => shareOfLine(line, 'spf.adoption', 'existing').unknown,
    ),
  ];
  return [...linesInParts(columns, lines, view), ...quietLines(words.adoptionRemark, view)];
}

const POLICIES = ['none', 'quarantine', 'reject'] as const;
const UNUSABLE: readonly string[] = ['invalid', 'multiple', 'other'].map(
  (kind) => `dmarc.unusable.${kind}`,
);

function namesOf(counts: SegmentLine['counts']): number {
  return counts.sum(['domains'], [...EXISTING_BASES, 'nxdomain', 'existence_unknown']);
}

/** Two columns a segment, as the original: all records of a policy, and those that ask for no report. */
function silenceTable(lines: readonly SegmentLine[], view: View): readonly string[] {
  const words = view.texts.tables;
  const pairs = lines.map((line) => {
    const policies = POLICIES.map((policy) => existing(line, [`dmarc.valid.${policy}`]));
    const silent = POLICIES.map((policy) => existing(line, [`dmarc.valid.${policy}_silent`]));
    const adoption = shareOfLine(line, 'dmarc.adoption', 'existing');
    return [
      [
        ...policies.map(count),
        count(sum(policies)),
        count(adoption.denominator),
        percentOf(adoption),
      ],
      [
        ...silent.map(count),
        count(sum(silent)),
        '',
        percentOf(shareOfLine(line, 'dmarc.silent', 'dmarc_valid')),
      ],
    ] as const;
  });
  const titles = [...POLICIES, words.total, words.ofExisting, words.share];
  const rows = titles.map((title, i) => [
    title,
    ...pairs.flatMap(([all, silent]) => [all[i] ?? '', silent[i] ?? '']),
  ]);
  return [
    ...partLines(pairColumns(lines, words.silent), rows, view),
    ...quietLines(words.silenceRemark, view),
  ];
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function pairColumns(lines: readonly SegmentLine[], second: string): readonly PartColumn[] {
  return [
    { title: '', align: 'left' },
    ...lines.flatMap(({ name }, i): PartColumn[] => [
      { title: name, align: 'right', group: String(i) },
      { title: second, align: 'right', group: String(i) },
    ]),
  ];
}

type ClassCount = readonly [label: string, of: (line: SegmentLine) => number];

/** Disjoint, and every existing name with a known outcome is in one. */
function spfClasses({ texts }: View): readonly ClassCount[] {
  const words = texts.tables;
  const of = (label: string, ...classes: readonly string[]): ClassCount => [
    label,
    (line) =>
      existing(
        line,
        classes.map((name) => `spf.class.${name}`),
      ),
  ];
  return [
    of('+all', 'plus_all'),
    of(words.lookups, 'permerror_lookups'),
    of(words.permerror, ...SPF_PERMERRORS.filter((name) => name !== 'permerror_lookups')),
    of(words.noRecord, 'absent', 'nxdomain'),
    of(words.noAll, 'no_all'),
    of('?all', 'question_all'),
    of('~all', 'tilde_all'),
    of('-all', 'minus_all'),
  ];
}

function dmarcClasses({ texts }: View): readonly ClassCount[] {
  const words = texts.tables;
  const withoutRua = (line: SegmentLine) => existing(line, ['dmarc.valid.none_no_rua']);
  const of = (policy: string) => (line: SegmentLine) => existing(line, [`dmarc.valid.${policy}`]);
  // A record that was seen although the look-up failed is unusable and unknown at once.
  const unusable = (line: SegmentLine) =>
    existing(line, UNUSABLE) - existing(line, ['dmarc.unknown_any']);
  return [
    [
      words.notSet,
      (line) =>
        shareOfLine(line, 'dmarc.adoption', 'existing').denominator -
        existing(line, ['dmarc.valid']) -
        unusable(line),
    ],
    [words.noneSilent, withoutRua],
    [words.noneRua, (line) => of('none')(line) - withoutRua(line)],
    ['quarantine', of('quarantine')],
    ['reject', of('reject')],
    [words.invalid, unusable],
  ];
}

/** Two columns a segment: names, and percent that add to 100.0; the last row has the denominator. */
function partitionTable(
  lines: readonly SegmentLine[],
  classes: readonly ClassCount[],
  view: View,
): readonly string[] {
  const words = view.texts.tables;
  const pairs = lines.map((line) => {
    const counts = classes.map(([, of]) => of(line));
    const total = sum(counts);
    return {
      names: [...counts, total].map(count),
      percents: total > 0 ? [...percentLabels(counts), '100.0'] : [...counts, total].map(() => '-'),
    };
  });
  const rows = [...classes.map(([label]) => label), words.n].map((label, i) => [
    label,
    ...pairs.flatMap(({ names, percents }) => [names[i] ?? '', percents[i] ?? '']),
  ]);
  return [
    ...partLines(pairColumns(lines, words.percent), rows, view),
    ...quietLines(words.partitionRemark, view),
  ];
}

function unknownLines(view: View, metric: 'spf.class' | 'dmarc.adoption'): readonly string[] {
  const className = metric === 'spf.class' ? 'absent' : '';
  const share = figure(view.counts, metric, className, 'existing', 0);
  if (share === undefined || share.unknown === 0) return [];
  const text = view.texts.tables.partitionUnknown(count(share.unknown));
  return quietLines(text, view);
}
