/** Adoption over existing names and over names with mail, with what is open about each share. */
import type { DenominatorId } from '../../statistics/denominators.ts';
import { isComplete, isSampled } from '../report-data.ts';
import { isEstimable, sampleInterval } from '../sample-interval.ts';
import { bar, displayWidth, type TableColumn, tableLines } from './layout.ts';
import { bounds, count, percent, range } from './numbers.ts';
import { hasAsked, INDENT, type Section, shareIn, type View } from './view.ts';

type Title = 'spf' | 'dmarc' | 'inherited' | 'enforced' | 'protected' | 'ready';

interface Line {
  readonly title: Title;
  readonly metric: string;
  readonly needs: readonly string[];
  readonly denominators: readonly DenominatorId[];
  /** Shown only where it differs from that metric. */
  readonly unlike?: string;
}

const BOTH: readonly DenominatorId[] = ['existing', 'mail'];

const LINES: readonly Line[] = [
  { title: 'spf', metric: 'spf.adoption', needs: ['spf'], denominators: BOTH },
  {
    title: 'dmarc',
    metric: 'dmarc.adoption',
    needs: ['dmarc'],
    denominators: BOTH,
  },
  {
    title: 'inherited',
    metric: 'dmarc.adoption_effective',
    needs: ['dmarc'],
    denominators: BOTH,
    unlike: 'dmarc.adoption',
  },
  {
    title: 'enforced',
    metric: 'dmarc.enforced_of',
    needs: ['dmarc'],
    denominators: BOTH,
  },
  {
    title: 'protected',
    metric: 'protected',
    needs: ['spf', 'dmarc'],
    denominators: BOTH,
  },
  {
    title: 'ready',
    metric: 'ready',
    needs: ['mx', 'spf', 'dmarc'],
    denominators: ['mail'],
  },
];

const MIN_BAR = 6;
const MAX_BAR = 30;

export const adoptionSection: Section = (view) => {
  if (!hasAsked(view, 'spf') && !hasAsked(view, 'dmarc')) return [];
  const isSampled = isSample(view);
  const words = view.texts.adoption;
  const columns: readonly TableColumn[] = [
    { title: '', align: 'left' },
    { title: '', align: 'left' },
    { title: words.names, align: 'right' },
    { title: words.share, align: 'right' },
    { title: words.range, align: 'left' },
    ...(isSampled ? ([{ title: words.interval, align: 'left' }] as const) : []),
  ];
  const entries = LINES.filter((line) => isShown(line, view)).flatMap((line) =>
    line.denominators
      .filter((id) => id !== 'mail' || hasAsked(view, 'mx'))
      .map((id, i) => entryOf(line, id, i === 0, isSampled, view)),
  );
  const [header = '', ...lines] = tableLines(
    columns,
    entries.map(({ cells }) => cells),
    INDENT,
  );
  const used = Math.max(...[header, ...lines].map(displayWidth));
  const room = Math.min(MAX_BAR, view.width - used - 2);
  return [
    view.paint.heading(words.title) + view.paint.quiet(header.slice(displayWidth(words.title))),
    ...lines.map((line, i) =>
      room < MIN_BAR
        ? line
        : `${line}${' '.repeat(used - displayWidth(line))}  ${bar(entries[i]?.share ?? 0, room)}`.trimEnd(),
    ),
  ];
};

function isShown({ metric, needs, unlike }: Line, view: View): boolean {
  if (!hasAsked(view, ...needs)) return false;
  const isSame = (other: string) =>
    shareIn(view, other, 'existing').numerator === shareIn(view, metric, 'existing').numerator;
  return unlike === undefined || !isSame(unlike);
}

interface Entry {
  readonly cells: readonly string[];
  readonly share: number | undefined;
}

function entryOf(
  line: Line,
  id: DenominatorId,
  isFirst: boolean,
  isSampled: boolean,
  view: View,
): Entry {
  const share = shareIn(view, line.metric, id);
  const words = view.texts.adoption;
  return {
    share: share.share,
    cells: [
      isFirst ? words[line.title] : '',
      id === 'mail' ? words.mail : words.existing,
      `${count(share.numerator)} / ${count(share.denominator)}`,
      percent(share.share, view.texts),
      bounds(share),
      ...(isSampled ? [intervalOf(line, id, view)] : []),
    ],
  };
}

/** The figures are of a sample: by design, or because the run is not complete. */
function isSample({ data }: View): boolean {
  return isSampled(data) || !isComplete(data);
}

function intervalOf({ metric }: Line, id: DenominatorId, view: View): string {
  const { data } = view;
  const interval = sampleInterval(data, shareIn(view, metric, id), metric, id);
  if (interval !== undefined) return range(interval);
  return isComplete(data) || !isEstimable(metric) ? '' : view.texts.notAvailable;
}
