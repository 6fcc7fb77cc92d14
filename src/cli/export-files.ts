/** The files that `export` and `report --out` write: how each is made of a store and a run. */
import { CHECKS } from '../checks/table.ts';
import type { Chunks } from '../report/atomic-write.ts';
import { changesCsv } from '../report/changes-csv.ts';
import type { CsvOptions } from '../report/csv.ts';
import { domainsCsv } from '../report/domains-csv.ts';
import { domainsJsonl } from '../report/domains-jsonl.ts';
import { domainsParquet } from '../report/domains-parquet.ts';
import { errorsCsv } from '../report/errors-csv.ts';
import { flowsCsv } from '../report/flows-csv.ts';
import { metricsCsv } from '../report/metrics-csv.ts';
import { operatorsCsv } from '../report/operators-csv.ts';
import { metricContext, type ReportData } from '../report/report-data.ts';
import { survivalCsv } from '../report/survival-csv.ts';
import type { Comparison } from '../statistics/comparison.ts';
import { failureRows } from '../statistics/failure-rows.ts';
import { metricRows } from '../statistics/metrics.ts';
import type { StoreReader } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { lifeTablesOf } from './survival-data.ts';

export const DOMAIN_FORMATS = ['csv', 'jsonl', 'parquet'] as const;

export type DomainFormat = (typeof DOMAIN_FORMATS)[number];

/** One row a domain, in any of its forms. */
export function domainsFile(
  store: StoreReader,
  run: RunRow,
  format: DomainFormat,
  csv: CsvOptions,
): Chunks {
  const { lists } = store.runAccounting(run.id);
  const common = {
    wave: run.night,
    checks: CHECKS.filter((check) => run.config.checks.includes(check.name)),
    labels: [...new Set(lists.flatMap((list) => list.labelColumns))],
  };
  const rows = store.domainRows(run.id);
  switch (format) {
    case 'csv':
      return domainsCsv(rows, { ...common, ...csv });
    case 'jsonl':
      return domainsJsonl(rows, common);
    case 'parquet':
      return domainsParquet(rows, { ...common, run, lists });
    default:
      return format satisfies never;
  }
}

/** Files made of one run's counters. */
export const RUN_FILES = {
  metrics: (data: ReportData, csv: CsvOptions): Chunks =>
    metricsCsv(metricRows(allSegments(data), metricContext(data)), csv),
  errors: (data: ReportData, csv: CsvOptions): Chunks =>
    errorsCsv(failureRows(allSegments(data), metricContext(data)), csv),
} as const;

/** Files made of two nights. */
export const PAIR_FILES = {
  changes: changesCsv,
  flows: flowsCsv,
  operators: operatorsCsv,
} as const satisfies Record<string, (comparison: Comparison, csv: CsvOptions) => Chunks>;

/** Life tables over the nights given, by the segments of one type. */
export function survivalFile(
  store: StoreReader,
  nights: readonly RunRow[],
  by: string | undefined,
  csv: CsvOptions,
): Chunks {
  return survivalCsv(lifeTablesOf(store, nights, by), csv);
}

const allSegments = ({ segments, extraSegments = [] }: ReportData) => [
  ...segments,
  ...extraSegments,
];
