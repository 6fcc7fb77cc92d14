/** What every section of the text report is given: data, counters of the run, room and inks. */
import type { CounterReader } from '../../statistics/counts.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import { figure } from '../../statistics/metrics.ts';
import type { Share } from '../../statistics/shares.ts';
import type { Language } from '../language/language.ts';
import { TEXTS, type TextCatalogue } from '../language/text-catalogue.ts';
import { DEFAULT_TOP, type ReportData } from '../report-data.ts';
import { wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { type Paint, paintOf } from './paint.ts';

/** What any text for the terminal is laid out by. */
export interface Canvas {
  /** Cells a line may take. */
  readonly width: number;
  readonly paint: Paint;
  readonly texts: TextCatalogue;
  /** Rows of each segment table. */
  readonly topSegments: number;
}

export interface TextOptions {
  /** Cells a line may take; see `widthOf`. */
  readonly width?: number;
  /** See `wantsColor`. */
  readonly isColored?: boolean;
  readonly language?: Language;
  /** Rows of the tables by segment. */
  readonly topSegments?: number;
}

const DEFAULT_WIDTH = 80;

export function canvasOf(options: TextOptions): Canvas {
  return {
    width: options.width ?? DEFAULT_WIDTH,
    paint: paintOf(options.isColored ?? false),
    texts: TEXTS[options.language ?? 'en'],
    topSegments: options.topSegments ?? DEFAULT_TOP,
  };
}

export interface View extends Canvas {
  readonly data: ReportData;
  /** Counters of the whole run. */
  readonly counts: CounterReader;
  /** The segment types to show, as `rank` or `label:sector`; undefined for the usual ones. */
  readonly segmentTypes: readonly string[] | undefined;
}

/** A section of the report: its lines, or none when the run has nothing for it. */
export type Section = (view: View) => readonly string[];

export const INDENT = '  ';

/** A remark beneath a table. */
export function quietLines(text: string, { width, paint }: Canvas): readonly string[] {
  return wrap(text, width, INDENT, INDENT).map(paint.quiet);
}

/** The sections that have lines, one blank line apart, ending in a line end. */
export function joinSections(sections: readonly (readonly string[])[]): string {
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

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
