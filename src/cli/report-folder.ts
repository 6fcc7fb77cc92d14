/** `report --out DIR`: everything that can be said of one night, as files in one folder. */

import { htmlReport } from '../report/html/html-report.ts';
import type { Language } from '../report/language/language.ts';
import { hasDomainNames } from '../report/output-files.ts';
import type { ReportData } from '../report/report-data.ts';
import { reportJson } from '../report/report-json.ts';
import { textReport } from '../report/text-report.ts';
import { type FolderFile, writeFolder } from '../report/write-folder.ts';
import type { Comparison } from '../statistics/comparison.ts';
import type { Trend } from '../statistics/trend.ts';
import type { StoreReader } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { domainsFile, PAIR_FILES, RUN_FILES, survivalFile } from './export-files.ts';

export interface FolderWish {
  readonly language: Language;
  readonly topSegments: number;
  readonly csv: { readonly hasBom: boolean; readonly isRaw: boolean };
  /** No file that names a domain. */
  readonly isAggregateOnly: boolean;
  readonly comparison: Comparison | undefined;
  readonly trends: readonly Trend[];
  /** Finished nights up to this one, oldest first. */
  readonly nights: readonly RunRow[];
}

/** Nights below which a life table says nothing. */
const LEAST_WAVES = 3;

export async function writeReportFolder(
  store: StoreReader,
  data: ReportData,
  folder: string,
  wish: FolderWish,
): Promise<readonly string[]> {
  const files = filesOf(store, data, wish).filter(
    ({ name }) => !wish.isAggregateOnly || !hasDomainNames(name),
  );
  await writeFolder(folder, files);
  return files.map(({ name }) => name);
}

function filesOf(store: StoreReader, data: ReportData, wish: FolderWish): readonly FolderFile[] {
  const { language, topSegments, csv, comparison, trends, isAggregateOnly, nights } = wish;
  const shown = comparison === undefined ? {} : { comparison };
  return [
    { name: 'report.html', chunks: htmlReport({ data, language, topSegments, trends, ...shown }) },
    { name: 'report.json', chunks: reportJson(data, { trends, isAggregateOnly, ...shown }) },
    { name: 'report.txt', chunks: [textReport(data, { language, topSegments })] },
    { name: 'metrics.csv', chunks: RUN_FILES.metrics(data, csv) },
    { name: 'errors.csv', chunks: RUN_FILES.errors(data, csv) },
    { name: 'domains.csv', chunks: domainsFile(store, data.run, 'csv', csv) },
    ...(comparison === undefined
      ? []
      : [
          { name: 'changes.csv', chunks: PAIR_FILES.changes(comparison, csv) },
          { name: 'flows.csv', chunks: PAIR_FILES.flows(comparison, csv) },
          { name: 'operators.csv', chunks: PAIR_FILES.operators(comparison, csv) },
        ]),
    ...(nights.filter(({ config }) => config.checks.includes('dmarc')).length < LEAST_WAVES
      ? []
      : [{ name: 'survival.csv', chunks: survivalFile(store, nights, undefined, csv) }]),
  ];
}
