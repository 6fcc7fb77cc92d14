/**
 * The report of one run for a terminal or a log, in English or Japanese: accounting first, then what could not be
 * measured, then the headline breakdown and adoption, each share with numerator, denominator and
 * bounds. It reads stored counters only; it asks and computes nothing of single domains.
 */
import { type ReportData, totalCounts } from './report-data.ts';
import { adoptionSection } from './text/adoption.ts';
import { breakdownSection } from './text/breakdown.ts';
import { failureSection } from './text/failures.ts';
import { headSection } from './text/head.ts';
import { knownDmarcSection } from './text/known-dmarc.ts';
import { namesSection } from './text/names.ts';
import { notesSection } from './text/notes.ts';
import { dmarcRecordSection, mxSection, nonSendingSection, spfSection } from './text/records.ts';
import { segmentSections } from './text/segments.ts';
import { tableSections } from './text/tables.ts';
import { canvasOf, joinSections, type Section, type TextOptions, type View } from './text/view.ts';

export interface TextReportOptions extends TextOptions {
  /** Segment types to show in place of the usual ones, as `rank` or `label:sector`. */
  readonly segmentTypes?: readonly string[];
  /** Adds the tables T1, T2 and T3 of the published surveys; see `tables.ts`. */
  readonly hasTables?: boolean;
}

const SECTIONS: readonly Section[] = [
  headSection,
  namesSection,
  failureSection,
  knownDmarcSection,
  breakdownSection,
  adoptionSection,
  dmarcRecordSection,
  spfSection,
  mxSection,
  nonSendingSection,
];

/** The whole report, ending in a line end; sections are one blank line apart. */
export function textReport(data: ReportData, options: TextReportOptions = {}): string {
  const view: View = {
    ...canvasOf(options),
    data,
    counts: totalCounts(data),
    segmentTypes: options.segmentTypes,
  };
  const sections = [
    ...SECTIONS.map((section) => section(view)),
    ...segmentSections(view),
    ...(options.hasTables ? tableSections(view) : []),
    notesSection(view),
  ];
  return joinSections(sections);
}
