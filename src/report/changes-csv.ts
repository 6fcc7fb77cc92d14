/**
 * `changes.csv`: two nights side by side. Each change has three rows: the lists as they were (`cross`),
 * the names known on both nights (`panel`), and what names that enter or leave make of it
 * (`composition`). cross = panel + composition, exactly. The column names are public.
 */
import type { Change, Comparison } from '../statistics/comparison.ts';
import { compareMeasureKeys } from '../statistics/metrics.ts';
import { compareSegments } from '../statistics/segment-order.ts';
import type { Interval } from '../statistics/wilson.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION,
  FRACTION_DIFFERENCE,
  NAMES,
  nightColumns,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

export type ChangeDesign = 'cross' | 'panel' | 'composition';

interface Counted {
  readonly numerator: number;
  readonly denominator: number;
}

/** One line of `changes.csv`; shares and differences are fractions. */
export interface ChangeRow {
  readonly waveFrom: string;
  readonly waveTo: string;
  readonly change: Pick<Change, 'segmentType' | 'segment' | 'metric' | 'class' | 'denominatorId'>;
  readonly design: ChangeDesign;
  readonly from: Counted;
  readonly to: Counted;
  readonly difference: number | undefined;
  readonly interval: Interval | undefined;
  readonly intervalMethod: string;
  readonly gained: number | undefined;
  readonly lost: number | undefined;
}

const DESIGNS = '`cross`: all names of each night; `panel`: names known on both nights; ';

/** In file order. */
export const CHANGE_COLUMNS: readonly TableColumn<ChangeRow>[] = [
  ...nightColumns<ChangeRow>(),
  ...segmentColumns<ChangeRow>(({ change }) => change),
  column('metric', 'text', 'id of the metric, as `dmarc.adoption`', ({ change }) => change.metric),
  column(
    'class',
    'text',
    'class within the metric; empty for a single share',
    ({ change }) => change.class,
  ),
  column(
    'design',
    'text',
    `${DESIGNS}\`composition\`: names outside the panel, those that left (\`from\`) and entered (\`to\`)`,
    (row) => row.design,
  ),
  column(
    'x_from',
    'number',
    'names counted on the earlier night',
    (row) => row.from.numerator,
    NAMES,
  ),
  column('n_from', 'number', 'names they are a share of', (row) => row.from.denominator, NAMES),
  column('share_from', 'share', 'x_from / n_from', (row) => shareOf(row.from), FRACTION),
  column('x_to', 'number', 'names counted on the later night', (row) => row.to.numerator, NAMES),
  column('n_to', 'number', 'names they are a share of', (row) => row.to.denominator, NAMES),
  column('share_to', 'share', 'x_to / n_to', (row) => shareOf(row.to), FRACTION),
  column(
    'diff',
    'share',
    'share_to - share_from; for `composition` the cross difference less that of the panel',
    (row) => row.difference,
    FRACTION_DIFFERENCE,
  ),
  column(
    'ci_low',
    'share',
    '95 % interval of diff for a sample; empty for a census',
    (row) => row.interval?.low,
    FRACTION_DIFFERENCE,
  ),
  column(
    'ci_high',
    'share',
    '95 % interval of diff for a sample',
    (row) => row.interval?.high,
    FRACTION_DIFFERENCE,
  ),
  column(
    'ci_method',
    'text',
    '`newcombe`, `newcombe_paired` or empty',
    (row) => row.intervalMethod,
  ),
  column(
    'gained',
    'number',
    'of the panel, counted on the later night only',
    (row) => row.gained,
    NAMES,
  ),
  column(
    'lost',
    'number',
    'of the panel, counted on the earlier night only',
    (row) => row.lost,
    NAMES,
  ),
  column(
    'denominator_id',
    'text',
    'which names the shares are of',
    ({ change }) => change.denominatorId,
  ),
];

function shareOf({ numerator, denominator }: Counted): number | undefined {
  return denominator > 0 ? numerator / denominator : undefined;
}

/** Sorted by segment, metric, class and denominator, whatever the order of the changes. */
export function* changeRows(comparison: Comparison): Generator<ChangeRow, void, undefined> {
  const sorted = [...comparison.changes].sort(
    (a, b) => compareSegments(a, b) || compareMeasureKeys(a, b),
  );
  for (const change of sorted) yield* rowsOf(change, comparison);
}

function rowsOf(change: Change, { from, to }: Comparison): readonly ChangeRow[] {
  const { cross, panel, composition } = change;
  const head = { waveFrom: from.night, waveTo: to.night, change };
  const none = { interval: undefined, intervalMethod: '', gained: undefined, lost: undefined };
  return [
    {
      ...head,
      ...none,
      design: 'cross',
      from: cross.from,
      to: cross.to,
      difference: cross.difference,
      interval: cross.interval,
      intervalMethod: cross.interval === undefined ? '' : 'newcombe',
    },
    {
      ...head,
      design: 'panel',
      from: { numerator: panel.from, denominator: panel.denominator },
      to: { numerator: panel.to, denominator: panel.denominator },
      difference: panel.difference,
      interval: panel.interval,
      intervalMethod: panel.interval === undefined ? '' : 'newcombe_paired',
      gained: panel.gained,
      lost: panel.lost,
    },
    {
      ...head,
      ...none,
      design: 'composition',
      from: {
        numerator: cross.from.numerator - panel.from,
        denominator: composition.leavers,
      },
      to: { numerator: cross.to.numerator - panel.to, denominator: composition.entrants },
      difference: composition.effect,
    },
  ];
}

export function changesCsv(
  comparison: Comparison,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(CHANGE_COLUMNS, changeRows(comparison), options);
}
