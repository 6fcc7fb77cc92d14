/**
 * `report.json`: one run for machines, with what its figures mean beside them. One key a line and one
 * metric a line, in a fixed order: the same store gives the same bytes. Keys are public, of schema
 * `mailcensus-report/1`: add, never rename. It streams, since a run has hundreds of thousands of
 * figures.
 */
import type { Comparison } from '../statistics/comparison.ts';
import { metricRows } from '../statistics/metrics.ts';
import type { Trend } from '../statistics/trend.ts';
import { rowObject } from './csv-table.ts';
import { METRIC_COLUMNS } from './metrics-csv.ts';
import { isNamedAfterDomains } from './output-files.ts';
import { metricContext, type ReportData } from './report-data.ts';
import { comparisonJson, trendJson } from './report-json-changes.ts';
import { accountingJson, denominatorsJson, knownDmarcJson, runJson } from './report-json-run.ts';
import { runNotes } from './run-notes.ts';
import { jsonLine } from './text-escape.ts';

export const REPORT_SCHEMA = 'mailcensus-report/1';

export interface ReportJsonOptions {
  readonly comparison?: Comparison;
  readonly trends?: readonly Trend[];
  /** What a reader must know, beside what the run's own numbers say. */
  readonly notes?: readonly string[];
  /** Leaves out what names a domain: operators, and segments that are named after them. */
  readonly isAggregateOnly?: boolean;
}

/** Lines turned to text at a time. */
const LINES_PER_CHUNK = 512;

/** The document in chunks of whole lines. */
export function* reportJson(
  data: ReportData,
  options: ReportJsonOptions = {},
): Generator<string, void, undefined> {
  const head: Readonly<Record<string, unknown>> = {
    schema: REPORT_SCHEMA,
    run: runJson(data),
    accounting: accountingJson(data),
    denominators: denominatorsJson(data),
  };
  yield `{\n${Object.entries(head).map(member).join('')}"metrics": [`;
  yield* metricLines(data, options);
  yield `\n],\n${analyses(data, options).map(member).join('')}`;
  yield `"notes": ${jsonLine([...runNotes(data), ...(options.notes ?? [])])}\n}\n`;
}

function member([key, value]: readonly [string, unknown]): string {
  return `${jsonLine(key)}: ${jsonLine(value)},\n`;
}

function* metricLines(
  data: ReportData,
  { isAggregateOnly }: ReportJsonOptions,
): Generator<string, void, undefined> {
  const segments = [...data.segments, ...(data.extraSegments ?? [])].filter(
    ({ segmentType }) => isAggregateOnly !== true || !isNamedAfterDomains(segmentType),
  );
  let chunk = '';
  let lines = 0;
  let separator = '\n';
  for (const row of metricRows(segments, metricContext(data))) {
    chunk += separator + jsonLine(rowObject(METRIC_COLUMNS, row));
    separator = ',\n';
    if (++lines < LINES_PER_CHUNK) continue;
    yield chunk;
    chunk = '';
    lines = 0;
  }
  yield chunk;
}

/** What was asked for beside the run's own figures. */
function analyses(data: ReportData, options: ReportJsonOptions): readonly [string, unknown][] {
  const { comparison, trends = [], isAggregateOnly = false } = options;
  const members: [string, unknown][] = [];
  if (data.knownDmarc !== undefined) members.push(['known_dmarc', knownDmarcJson(data.knownDmarc)]);
  if (comparison !== undefined)
    members.push(['comparison', comparisonJson(comparison, isAggregateOnly)]);
  const shown = trends.filter(
    ({ segmentType }) => !isAggregateOnly || !isNamedAfterDomains(segmentType),
  );
  if (shown.length > 0) members.push(['trends', shown.map(trendJson)]);
  return members;
}
