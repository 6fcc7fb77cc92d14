/**
 * The report of one run as one HTML file: no script, nothing loaded from elsewhere, a strict content
 * security policy, the same bytes for the same figures. It composes parts and computes nothing; all
 * text from outside is escaped where it is put in (`svg/markup.ts`).
 */
import type { Comparison } from '../../statistics/comparison.ts';
import type { Trend } from '../../statistics/trend.ts';
import type { Language } from '../language/language.ts';
import type { ReportData } from '../report-data.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { comparisonPart } from './comparison.ts';
import { CONTENT_SECURITY_POLICY } from './content-security.ts';
import { headerHtml, pageTitle } from './head.ts';
import { headlinePart } from './headline.ts';
import { paragraph, partHtml } from './markup.ts';
import { methodPart } from './method.ts';
import { nonSendingPart } from './non-sending.ts';
import { knownDmarcPart, policyPart } from './policy.ts';
import { populationPart, unmeasuredPart } from './population.ts';
import { mxPart, recordsPart, spfPart } from './records.ts';
import { segmentParts } from './segments.ts';
import { STYLE } from './style.ts';
import { trendPart } from './trend.ts';
import { type PagePart, type PageView, pageView, type ViewOptions } from './view.ts';

export interface HtmlReportInput extends ViewOptions {
  readonly data: ReportData;
  readonly comparison?: Comparison | undefined;
  readonly trends?: readonly Trend[] | undefined;
}

/** The whole file in chunks of some kilobytes, ending in a line end. */
export function* htmlReport(input: HtmlReportInput): Generator<string, void, undefined> {
  const view = pageView(input.data, input);
  const parts = reportParts(view, input);
  yield documentHead(pageTitle(view), view.language);
  yield `<body>\n<a class="skip" href="#main">${escapeMarkup(view.say('skip'))}</a>\n`;
  yield headerHtml(view);
  yield contentsHtml(view, parts);
  yield '<main id="main">\n';
  for (const part of parts) yield partHtml(part);
  const { toolVersion } = view.data.run.provenance;
  yield `</main>\n<footer>${paragraph(view.say('footer', { version: toolVersion }))}</footer>\n`;
  yield '</body>\n</html>\n';
}

/** The parts of the report that the run has data for, in their order. */
export function reportParts(
  view: PageView,
  { comparison, trends = [] }: Pick<HtmlReportInput, 'comparison' | 'trends'> = {},
): readonly PagePart[] {
  const isEmpty = view.data.accounting.attempted === 0;
  return [
    ...(isEmpty ? [] : headlinePart(view)),
    ...populationPart(view),
    ...(isEmpty ? [] : policyPart(view)),
    ...knownDmarcPart(view),
    ...trendPart(view, trends),
    ...(comparison === undefined ? [] : comparisonPart(view, comparison)),
    ...(isEmpty ? [] : measuredParts(view)),
    ...methodPart(view),
  ];
}

function measuredParts(view: PageView): readonly PagePart[] {
  return [
    ...segmentParts(view),
    ...recordsPart(view),
    ...spfPart(view),
    ...mxPart(view),
    ...nonSendingPart(view),
    ...unmeasuredPart(view),
  ];
}

/** Everything before the body; `title` is text, `style` further rules. */
export function documentHead(
  title: string,
  language: Language,
  policy = CONTENT_SECURITY_POLICY,
  style = '',
): string {
  return (
    `<!DOCTYPE html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n` +
    `<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">\n` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n' +
    `<title>${escapeMarkup(title)}</title>\n<style>${STYLE}${style}</style>\n</head>\n`
  );
}

export function contentsHtml(view: PageView, parts: readonly PagePart[]): string {
  const items = parts.map(
    ({ id, title }) => `<li><a href="#${escapeMarkup(id)}">${escapeMarkup(title)}</a></li>`,
  );
  return `<nav aria-label="${escapeMarkup(view.say('contents'))}"><ol>${items.join('')}</ol></nav>\n`;
}
