/**
 * `operators.csv`: what the names of each operator (of mail exchanges, of report destinations) add to
 * the headline change between two nights. Operators are domain names of third parties, so the file is
 * none of the aggregate-only ones. The column names are public.
 */
import type { Comparison, Contribution } from '../statistics/comparison.ts';
import { compareText } from '../statistics/segment-order.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION_DIFFERENCE,
  NAMES,
  nightColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

export interface OperatorRow extends Contribution {
  readonly waveFrom: string;
  readonly waveTo: string;
}

/** In file order. */
export const OPERATOR_COLUMNS: readonly TableColumn<OperatorRow>[] = [
  ...nightColumns<OperatorRow>(),
  column('role', 'text', '`mx` (mail exchange) or `rua` (report destination)', (row) => row.role),
  column(
    'operator',
    'text',
    'organizational domain of the host by the Public Suffix List; `self` for the own one',
    (row) => row.operator,
  ),
  column('domains', 'number', 'names of the panel that it serves', (row) => row.domains, NAMES),
  column('x_from', 'number', 'of these, counted on the earlier night', (row) => row.from, NAMES),
  column('x_to', 'number', 'of these, counted on the later night', (row) => row.to, NAMES),
  column(
    'contribution',
    'share',
    '(x_to - x_from) / all names of the panel: its part of the change',
    (row) => row.contribution,
    FRACTION_DIFFERENCE,
  ),
];

/** Sorted by role, then the largest contribution first, whatever its sign. */
export function operatorRows({ from, to, contributions }: Comparison): readonly OperatorRow[] {
  return contributions
    .map((one) => ({ ...one, waveFrom: from.night, waveTo: to.night }))
    .sort(
      (a, b) =>
        compareText(a.role, b.role) ||
        Math.abs(b.contribution) - Math.abs(a.contribution) ||
        b.domains - a.domains ||
        compareText(a.operator, b.operator),
    );
}

export function operatorsCsv(
  comparison: Comparison,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(OPERATOR_COLUMNS, operatorRows(comparison), options);
}
