/**
 * `errors.csv`: failed look-ups by kind, for each segment, after the first pass and after the last.
 * A failure is never an absence; here is how many there were. The column names are public.
 */
import type { FailureRow } from '../statistics/failure-rows.ts';
import { compareSegments, compareText } from '../statistics/segment-order.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  NAMES,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

/** In file order. */
export const ERROR_COLUMNS: readonly TableColumn<FailureRow>[] = [
  column('wave', 'date', 'night of the run, YYYY-MM-DD in its time zone', (row) => row.wave),
  ...segmentColumns<FailureRow>((row) => row),
  column('query', 'text', 'check whose questions failed: `mx`, `spf`, `dmarc`', (row) => row.query),
  column(
    'error_class',
    'text',
    'kind of failure, as `error_timeout`; `temperror`: a look-up below the SPF record failed',
    (row) => row.errorClass,
  ),
  column(
    'first_pass',
    'number',
    'names that failed so before any was asked again',
    (row) => row.firstPass,
    NAMES,
  ),
  column(
    'final',
    'number',
    'names that failed so in the end; equal to `first_pass` where a run has one pass',
    (row) => row.final,
    NAMES,
  ),
  column('denominator', 'number', 'names asked', (row) => row.denominator, NAMES),
];

/** By segment; within one by check, then kind, in the order given. */
export function errorsCsv(
  rows: Iterable<FailureRow>,
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  const sorted = [...rows].sort((a, b) => compareText(a.wave, b.wave) || compareSegments(a, b));
  return tableCsv(ERROR_COLUMNS, sorted, options);
}
