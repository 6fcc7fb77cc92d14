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

/**
 * Breaks a sentence at spaces, and between the wide characters of a text that has none; a word longer
 * than a line is cut. The first line begins with `first`, the others with `rest`.
 */
export function wrap(text: string, width: number, first: string, rest: string): readonly string[] {
  const lines: string[] = [];
  const room = Math.max(1, width - Math.max(displayWidth(first), displayWidth(rest)));
  let line = first;
  let isEmpty = true;
  for (const { part, hasSpace } of breakable(text, room)) {
    const gap = isEmpty || !hasSpace ? '' : ' ';
    if (!isEmpty && displayWidth(line) + gap.length + displayWidth(part) > width) {
      lines.push(line);
      line = rest + part;
    } else line += gap + part;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Must not begin a line (JIS X 4051). */
const NO_START =
  /[、。，．：；！？）」』】〕］｝〉》・ー〜々ぁぃぅぇぉっゃゅょァィゥェォッャュョ％)\]}.,:;!?%]/u;
/** Must not end a line. */
const NO_END = /[（「『【〔［｛〈《([{]/u;

interface Part {
  readonly part: string;
  /** A space stood before it. */
  readonly hasSpace: boolean;
}

/**
 * The parts between which a line may be broken, none wider than the room. What stands in square
 * brackets, as `[range]`, stays whole.
 */
function breakable(text: string, room: number): readonly Part[] {
  return text
    .split(' ')
    .flatMap((word, i) =>
      (PLAIN.test(word) ? [word] : wideParts(word))
        .flatMap((part) => chopped(part, room))
        .map((part, j) => ({ part, hasSpace: i > 0 && j === 0 })),
    );
}

function wideParts(word: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let last = '';
  for (const character of word) {
    const isBracketed = part.lastIndexOf('[') > part.lastIndexOf(']');
    if (part !== '' && !isBracketed && isBreak(last, character)) {
      parts.push(part);
      part = '';
    }
    part += character;
    last = character;
  }
  return [...parts, part];
}

function chopped(part: string, room: number): readonly string[] {
  if (displayWidth(part) <= room) return [part];
  const pieces: string[] = [];
  let piece = '';
  for (const character of part) {
    if (piece !== '' && displayWidth(piece) + displayWidth(character) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

const KATAKANA = /[ァ-ヶー]/u;

function isBreak(before: string, after: string): boolean {
  if (KATAKANA.test(before) && KATAKANA.test(after)) return false;
  if (NO_START.test(after) || NO_END.test(before)) return false;
  return WIDE.test(before) || WIDE.test(after);
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
