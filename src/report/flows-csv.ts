/**
 * `flows.csv`: how many names went from one DMARC class to another between two nights. Flows of no
 * name have no row. The column names are public.
 */
import type { Comparison } from '../statistics/comparison.ts';
import { FLOW_STATES, type FlowMatrix, type FlowState } from '../statistics/flows.ts';
import { compareSegments } from '../statistics/segment-order.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION,
  NAMES,
  nightColumns,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

export interface FlowRow {
  readonly waveFrom: string;
  readonly waveTo: string;
  readonly segmentType: string;
  readonly segment: string;
  readonly classFrom: FlowState;
  readonly classTo: FlowState;
  readonly domains: number;
  /** Names of the segment with `classFrom` on the earlier night; never 0. */
  readonly from: number;
}

const STATES = FLOW_STATES.map((state) => `\`${state}\``).join(', ');

/** In file order. */
export const FLOW_COLUMNS: readonly TableColumn<FlowRow>[] = [
  ...nightColumns<FlowRow>(),
  ...segmentColumns<FlowRow>((row) => row),
  column(
    'class_from',
    'text',
    `class on the earlier night: ${STATES}; \`error\` gave no answer, \`not_listed\` was no target`,
    (row) => row.classFrom,
  ),
  column('class_to', 'text', 'class on the later night', (row) => row.classTo),
  column(
    'domains',
    'number',
    'names that went so; rows of 0 are left out',
    (row) => row.domains,
    NAMES,
  ),
  column(
    'share_of_from',
    'share',
    'domains / names of the segment with class_from',
    (row) => row.domains / row.from,
    FRACTION,
  ),
];

/** Sorted by segment, then by both classes as declared. */
export function* flowRows(comparison: Comparison): Generator<FlowRow, void, undefined> {
  const { from, to } = comparison;
  for (const matrix of [...comparison.flows].sort(compareSegments)) {
    yield* rowsOf(matrix, { waveFrom: from.night, waveTo: to.night });
  }
}

function rowsOf(
  { segmentType, segment, counts }: FlowMatrix,
  waves: Pick<FlowRow, 'waveFrom' | 'waveTo'>,
): readonly FlowRow[] {
  return FLOW_STATES.flatMap((classFrom, i) => {
    const row = counts[i] ?? [];
    const from = row.reduce((sum, count) => sum + count, 0);
    return FLOW_STATES.flatMap((classTo, j): FlowRow[] => {
      const domains = row[j] ?? 0;
      if (domains === 0) return [];
      return [{ ...waves, segmentType, segment, classFrom, classTo, domains, from }];
    });
  });
}

export function flowsCsv(
  comparison: Comparison,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(FLOW_COLUMNS, flowRows(comparison), options);
}
