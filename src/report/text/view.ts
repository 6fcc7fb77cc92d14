/** What every section of the text report is given: data, counters of the run, room and inks. */
import type { CounterReader } from '../../statistics/counts.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import { figure } from '../../statistics/metrics.ts';
import type { Share } from '../../statistics/shares.ts';
import type { ReportData } from '../report-data.ts';
import { count, percent } from './numbers.ts';
import type { Paint } from './paint.ts';

export interface View {
  readonly data: ReportData;
  /** Counters of the whole run. */
  readonly counts: CounterReader;
  /** Cells a line may take. */
  readonly width: number;
  readonly paint: Paint;
  /** Rows of each segment table. */
  readonly topSegments: number;
}

/** A section of the report: its lines, or none when the run has nothing for it. */
export type Section = (view: View) => readonly string[];

export const INDENT = '  ';

export function hasAsked({ data }: View, ...checks: readonly string[]): boolean {
  return checks.every((check) => data.run.config.checks.includes(check));
}

/** A share of the whole run. The denominators of a report never need segment targets. */
export function shareIn(view: View, metric: string, id: DenominatorId, className = ''): Share {
  const share = figure(view.counts, metric, className, id, 0);
  if (share === undefined) throw new RangeError(`${metric} has no share of ${id}`);
  return share;
}

/** As `89.1 % (2,860)`, for a line whose heading names the denominator. */
export function rate({ share, numerator }: Share): string {
  return `${percent(share)} (${count(numerator)})`;
}

/** Error classes as a reader calls them. */
export function errorName(className: string): string {
  return className.startsWith('error_') ? className.slice('error_'.length) : className;
}
