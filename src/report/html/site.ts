/**
 * Pages of the web view over a store: the frame around them, the list of nights, the forms, one
 * domain's history. The reports themselves are built of the parts of the report file. No script; forms
 * are answered by a new page. It computes no figure.
 */
import { type Language, type Say, sayFrom } from '../language/language.ts';
import { SITE_TEXTS, type SiteTextId } from '../language/site-texts.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { SITE_POLICY } from './content-security.ts';
import { documentHead } from './html-report.ts';
import { type Cell, paragraph, partHtml, table } from './markup.ts';
import type { PagePart } from './view.ts';

export interface SiteFrame {
  readonly language: Language;
  /** Path and query of this page in the other language. */
  readonly otherHref: string;
  readonly version: string;
}

const SITE_STYLE =
  '.bar{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;padding-top:1rem;font-size:.95rem}' +
  '.bar .end{margin-left:auto}.tools{max-width:52rem;margin:0 auto;padding:0 1.25rem}form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0}' +
  'label{display:grid;gap:.15rem;font-size:.85rem;color:var(--muted)}' +
  'input,select,button{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--muted);border-radius:3px;padding:.3rem .5rem;max-width:100%}' +
  'button{background:var(--panel);cursor:pointer}td code{overflow-wrap:anywhere}' +
  '@media print{.bar,form{display:none}}';

export const siteSay = (language: Language): Say<SiteTextId> => sayFrom(SITE_TEXTS, language);

/** A whole page: title as text, `header` and parts as markup. */
export function sitePage(
  frame: SiteFrame,
  title: string,
  { header, contents = '', parts }: SiteContent,
): string {
  const say = siteSay(frame.language);
  return (
    documentHead(title, frame.language, SITE_POLICY, SITE_STYLE) +
    `<body>\n${barHtml(frame, say)}${header ?? `<header><h1>${escapeMarkup(title)}</h1></header>\n`}` +
    `${contents}<main id="main">\n${parts.map(partHtml).join('')}</main>\n` +
    `<footer><p>${escapeMarkup(say('footer', { version: frame.version }))}</p></footer>\n</body>\n</html>\n`
  );
}

export interface SiteContent {
  readonly header?: string | undefined;
  readonly contents?: string | undefined;
  readonly parts: readonly PagePart[];
}

function barHtml(frame: SiteFrame, say: Say<SiteTextId>): string {
  const link = (path: string, text: string) => linkHtml(`${path}?lang=${frame.language}`, text);
  return (
    `<nav class="bar" aria-label="${escapeMarkup(say('navigation'))}">` +
    `${link('/', say('home'))}${link('/compare', say('compare'))}${link('/trend', say('trend'))}` +
    `${link('/domain', say('domain'))}` +
    `<a class="end" href="${escapeMarkup(frame.otherHref)}">${escapeMarkup(say('other'))}</a></nav>\n`
  );
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Choices; a free text without them. */
  readonly choices?: readonly string[];
}

/** A form that asks for the same path with other values. */
export function formHtml(frame: SiteFrame, path: string, fields: readonly FormField[]): string {
  const say = siteSay(frame.language);
  return (
    `<form method="get" action="${escapeMarkup(path)}">` +
    `<input type="hidden" name="lang" value="${frame.language}">` +
    `${fields.map(fieldHtml).join('')}<button>${escapeMarkup(say('show'))}</button></form>\n`
  );
}

function fieldHtml({ name, label, value, choices }: FormField): string {
  const attributes = `name="${escapeMarkup(name)}"`;
  const control =
    choices === undefined
      ? `<input ${attributes} value="${escapeMarkup(value)}" maxlength="255" spellcheck="false" autocapitalize="off">`
      : `<select ${attributes}>${choices.map((choice) => optionHtml(choice, choice === value)).join('')}</select>`;
  return `<label>${escapeMarkup(label)}${control}</label>`;
}

const optionHtml = (choice: string, isChosen: boolean): string =>
  `<option${isChosen ? ' selected' : ''}>${escapeMarkup(choice)}</option>`;

export interface NightRow {
  readonly id: number;
  readonly night: string;
  readonly status: 'running' | 'finished' | 'aborted';
  readonly asked: string;
  readonly targets: string;
}

/** Downloads of a night, by the end of their address. */
const DOWNLOADS: readonly string[] = ['domains.csv', 'metrics.csv', 'errors.csv', 'report.json'];

/** The nights, newest first; each with its report and files. */
export function nightsPart(frame: SiteFrame, nights: readonly NightRow[]): PagePart {
  const say = siteSay(frame.language);
  const title = say('home');
  if (nights.length === 0) return { id: 'nights', title, html: paragraph(say('noRuns')) };
  const rows = nights.map(({ id, night, status, asked, targets }): readonly Cell[] => {
    const path = `/run/${id}`;
    return [
      { html: linkHtml(`${path}?lang=${frame.language}`, night) },
      say(status),
      asked,
      targets,
      { html: DOWNLOADS.map((name) => linkHtml(`${path}/${name}`, name)).join(' ') },
    ];
  });
  const columns = [
    { title: say('night') },
    { title: say('status') },
    { title: say('asked'), isNumber: true },
    { title: say('targets'), isNumber: true },
    { title: say('files') },
  ];
  return { id: 'nights', title, html: table({ caption: title, columns, rows }) };
}

const linkHtml = (href: string, text: string): string =>
  `<a href="${escapeMarkup(href)}">${escapeMarkup(text)}</a>`;

export interface HistoryLine {
  readonly night: string;
  readonly check: string;
  readonly class: string;
  /** Why there was no answer; undefined for a definitive outcome. */
  readonly reason: string | undefined;
  readonly isOutageEnd: boolean;
  /** One latin1 character a byte. */
  readonly records: readonly string[];
}

/** What changed of one domain; `recordText` makes a record readable and safe. */
export function historyPart(
  frame: SiteFrame,
  name: string,
  lines: readonly HistoryLine[],
  recordText: (record: string) => string,
): PagePart {
  const say = siteSay(frame.language);
  if (lines.length === 0) {
    return { id: 'history', title: name, html: paragraph(say('noHistory', { name })) };
  }
  const rows = lines.map((line): readonly Cell[] => {
    const outcome =
      line.reason === undefined ? line.class : say('unknown', { reason: line.reason });
    const records = line.records.map((text) => `<code>${escapeMarkup(recordText(text))}</code>`);
    return [
      line.night,
      line.check,
      line.isOutageEnd ? `${outcome} (${say('again')})` : outcome,
      { html: records.join('<br>') },
    ];
  });
  const columns = (['night', 'check', 'class', 'record'] as const).map((id) => ({
    title: say(id),
  }));
  const html = paragraph(say('historyNote'), 'note') + table({ caption: name, columns, rows });
  return { id: 'history', title: name, html };
}
