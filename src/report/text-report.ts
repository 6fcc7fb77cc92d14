/**
 * The report of one run for a terminal or a log, in English: accounting first, then what could not be
 * measured, then the headline breakdown and adoption, each share with numerator, denominator and
 * bounds. It reads stored counters only; it asks and computes nothing of single domains.
 */
import { type ReportData, totalCounts } from './report-data.ts';
import { adoptionSection } from './text/adoption.ts';
import { breakdownSection } from './text/breakdown.ts';
import { failureSection } from './text/failures.ts';
import { headSection } from './text/head.ts';
import { namesSection } from './text/names.ts';
import { notesSection } from './text/notes.ts';
import { paintOf } from './text/paint.ts';
import { dmarcRecordSection, mxSection, nonSendingSection, spfSection } from './text/records.ts';
import { registrySection, tldSection } from './text/segments.ts';
import type { Section, View } from './text/view.ts';

export interface TextReportOptions {
  /** Cells a line may take; see `widthOf`. */
  readonly width?: number;
  /** See `wantsColor`. */
  readonly isColored?: boolean;
  /** Rows of the tables by top-level domain and by registry type. */
  readonly topSegments?: number;
}

const DEFAULT_WIDTH = 80;
const DEFAULT_TOP = 15;

const SECTIONS: readonly Section[] = [
  headSection,
  namesSection,
  failureSection,
  breakdownSection,
  adoptionSection,
  dmarcRecordSection,
  spfSection,
  mxSection,
  nonSendingSection,
  tldSection,
  registrySection,
  notesSection,
];

/** The whole report, ending in a line end; sections are one blank line apart. */
export function textReport(data: ReportData, options: TextReportOptions = {}): string {
  const view: View = {
    data,
    counts: totalCounts(data),
    width: options.width ?? DEFAULT_WIDTH,
    paint: paintOf(options.isColored ?? false),
    topSegments: options.topSegments ?? DEFAULT_TOP,
  };
  const sections = SECTIONS.map((section) => section(view)).filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
