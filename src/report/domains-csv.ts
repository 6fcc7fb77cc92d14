/**
 * `domains.csv`: one row for each target, asked or not, with the reason where something is unknown.
 * Streams: rows are taken one by one, and memory stays flat at any size.
 */
import type { Check } from '../checks/check.ts';
import { domainColumns } from './columns.ts';
import { type CsvOptions, type CsvValue, csvChunks } from './csv.ts';
import type { DomainRow } from './domain-row.ts';

export interface DomainsExport extends CsvOptions {
  /** The night, `YYYY-MM-DD`. */
  readonly wave: string;
  /** The checks that the run asked, in table order. */
  readonly checks: readonly Check[];
  readonly labels: readonly string[];
}

/** The file in chunks of whole lines; the order of the rows is the caller's. */
export function domainsCsv(
  rows: Iterable<DomainRow>,
  options: DomainsExport,
): Generator<string, void, undefined> {
  const columns = domainColumns(options.checks, options.labels);
  return csvChunks(columns, cellsOf(), options);

  function* cellsOf(): Generator<readonly CsvValue[], void, undefined> {
    for (const row of rows) yield columns.map(({ of }) => of(row, options.wave));
  }
}
