/**
 * Text on a grid: width of characters, padding, bars, tables and lines broken at separators. It knows
 * no figure. Widths are terminal cells (East Asian wide characters take two, UAX #11).
 */

const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /\p{M}/u;
const PLAIN = /^[\x20-\x7e]*$/u;

/** Cells that the text takes; escape sequences must not be in it. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) if (!ZERO.test(character)) width += WIDE.test(character) ? 2 : 1;
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** The text cut to the width, with `…` where something is missing. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` cells, to an eighth of a cell; anything above zero shows. */
export function bar(fraction: number, width: number): string {
  if (!(fraction > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, fraction) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** Joins parts with ` · `, breaking lines before they pass the width; each line gets the indent. */
export function flow(parts: readonly string[], width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} · ${part}`;
    if (line !== '' && displayWidth(indent) + displayWidth(longer) > width) {
      lines.push(indent + line);
      line = part;
    } else line = longer;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}

/** Breaks a sentence at spaces; the first line begins with `first`, the others with `rest`. */
export function wrap(text: string, width: number, first: string, rest: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * A table with its header line, columns two cells apart, as wide as its content; a column without a
 * single cell is left out.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  indent: string,
): readonly string[] {
  const kept = columns
    .map(({ title, align }, i) => ({
      align,
      i,
      cells: Math.max(0, ...rows.map((row) => displayWidth(row[i] ?? ''))),
      title: displayWidth(title),
    }))
    .filter(({ cells }) => cells > 0);
  const line = (cells: readonly string[]) => {
    const padded = kept.map(({ align, i, cells: widest, title }) =>
      (align === 'left' ? padEnd : padStart)(cells[i] ?? '', Math.max(widest, title)),
    );
    return (indent + padded.join('  ')).trimEnd();
  };
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}
