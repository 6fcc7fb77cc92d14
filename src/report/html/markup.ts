/**
 * The few shapes that the page is built of: parts, figures with their table, tables. All text goes in
 * as text and is escaped here; only what is called `html` is markup.
 */
import type { Language } from '../language/language.ts';
import type { ChartFrame } from '../svg/image.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { textWidth } from '../svg/text-width.ts';
import type { PagePart } from './view.ts';

/** Width of the charts in pixels: on a desk and on paper, and on a phone. */
const WIDE = 784;
const PHONE = 342;

export function paragraph(text: string, className = ''): string {
  const attribute = className === '' ? '' : ` class="${escapeMarkup(className)}"`;
  return text === '' ? '' : `<p${attribute}>${escapeMarkup(text)}</p>`;
}

/** A heading of the third order. */
export function subheading(text: string): string {
  return `<h3>${escapeMarkup(text)}</h3>`;
}

export function listOf(items: readonly string[]): string {
  return items.length === 0
    ? ''
    : `<ul>${items.map((item) => `<li>${escapeMarkup(item)}</li>`).join('')}</ul>`;
}

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

/** Text, text with what it comes from in a second line, or markup. */
export type Cell =
  | string
  | { readonly text: string; readonly below: string }
  | { readonly html: string };

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly Cell[])[];
  /** The last row is a sum. */
  readonly hasTotal?: boolean;
}

/** A table of so many columns is not drawn out over the whole width. */
const MAX_FEW = 4;

/** Heads of less width in em stay on one line. */
const SHORT_EM = 7.5;

/** A table that scrolls by itself where the page is too narrow for it. */
export function table({ caption, columns, rows, hasTotal = false }: Table): string {
  const cellClass = (i: number) => (columns[i]?.isNumber === true ? ' class="n"' : '');
  const head = columns
    .map((column) => {
      const isShort = textWidth(column.title, 1) < SHORT_EM;
      const names = [column.isNumber === true ? 'n' : '', isShort ? 'k' : ''].filter(Boolean);
      const attribute = names.length === 0 ? '' : ` class="${names.join(' ')}"`;
      return `<th scope="col"${attribute}>${escapeMarkup(column.title)}</th>`;
    })
    .join('');
  const body = rows.map((cells, at) => {
    const isTotal = hasTotal && at === rows.length - 1;
    const row = cells.map((cell, i) =>
      i === 0
        ? `<th scope="row"${cellClass(0)}><bdi>${cellHtml(cell)}</bdi></th>`
        : `<td${cellClass(i)}>${cellHtml(cell)}</td>`,
    );
    return `<tr${isTotal ? ' class="sum"' : ''}>${row.join('')}</tr>`;
  });
  const title = escapeMarkup(caption);
  const narrow = columns.length <= MAX_FEW ? ' class="few"' : '';
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${title}"><table${narrow}><caption>${title}</caption>` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
  );
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return escapeMarkup(cell);
  if ('html' in cell) return cell.html;
  return `${escapeMarkup(cell.text)}<small>${escapeMarkup(cell.below)}</small>`;
}

export interface Figure {
  readonly language: Language;
  /** Letters, digits and hyphens; its own on the page. */
  readonly id: string;
  readonly title: string;
  /** Below the title: denominator and definition first, then what must be known. */
  readonly notes: readonly string[];
  /** For readers who cannot see the chart. */
  readonly description: string;
  readonly draw: (frame: ChartFrame) => string;
  /** Markup of the table with the same numbers. */
  readonly tableHtml: string;
  readonly tableTitle: string;
}

/** The chart twice, for a wide and a narrow page (one is hidden), and its table behind a fold. */
export function figure(content: Figure): string {
  const { id, title, notes, description, draw, tableHtml, tableTitle } = content;
  const wide = draw({ id: `${id}-w`, width: WIDE, title, description });
  const phone = draw({ id: `${id}-p`, width: PHONE, title, description });
  return (
    `<figure id="${escapeMarkup(id)}">` +
    `<figcaption><strong>${escapeMarkup(title)}</strong>` +
    `<span>${escapeMarkup(sentences(notes, content.language))}</span>` +
    '</figcaption>' +
    `<div class="wide">${wide}</div>\n<div class="phone">${phone}</div>\n` +
    `<details><summary>${escapeMarkup(tableTitle)}</summary>${tableHtml}</details>` +
    '</figure>\n'
  );
}

/** A part with its heading, as it stands on the page. */
export function partHtml({ id, title, html }: PagePart): string {
  const name = escapeMarkup(id);
  return (
    `<section id="${name}" aria-labelledby="${name}-h">\n` +
    `<h2 id="${name}-h">${escapeMarkup(title)}</h2>\n${html}\n</section>\n`
  );
}

/** Between two sentences of running text. */
export function sentences(parts: readonly string[], language: Language): string {
  return parts.filter((part) => part !== '').join(language === 'ja' ? '' : ' ');
}
