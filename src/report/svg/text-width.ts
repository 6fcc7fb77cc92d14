/**
 * How wide a text is, without a font at hand: an estimate for each character that the common sans-serif
 * fonts do not pass (those of DejaVu Sans and Verdana, the widest). What a chart draws must fit, so the
 * estimate errs to the wide side. East Asian wide characters take one em (UAX #11).
 */
import { escapeText } from '../text-escape.ts';

const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /\p{M}/u;

/** Regular and bold, in thousandths of an em, by the characters that have it. */
const WIDTHS: readonly (readonly [regular: number, bold: number, characters: string])[] = [
  [280, 345, "ijl'"],
  [340, 400, ' .,:;I|/\\J·'],
  [395, 495, '-()[]ft`r'],
  [535, 600, 's_–*°z?"!'],
  [595, 670, 'ckvxy'],
  [640, 720, '0123456789abdeghnopqu$EFLTPSY{}'],
  [700, 785, 'ABCKRVXZ&'],
  [790, 875, 'DGHNOQU'],
  [840, 925, '<>=+#~^−→w'],
  [995, 1110, 'mMW@—…%'],
];

/** Letters that are in no list: accented ones, Greek, Cyrillic, symbols. */
const OTHER = [1100, 1330] as const;
const WIDE_WIDTH = [1020, 1050] as const;
const NO_WIDTH = [0, 0] as const;

const BY_CHARACTER: ReadonlyMap<string, readonly [number, number]> = new Map(
  WIDTHS.flatMap(([regular, bold, characters]) =>
    [...characters].map((character) => [character, [regular, bold] as const] as const),
  ),
);

function widthsOf(character: string): readonly [number, number] {
  const known = BY_CHARACTER.get(character);
  if (known !== undefined) return known;
  if (ZERO.test(character)) return NO_WIDTH;
  return WIDE.test(character) ? WIDE_WIDTH : OTHER;
}

/** Of the text as it is shown, in the unit of `size`, the font's size. */
export function textWidth(text: string, size: number, isBold = false): number {
  let thousandths = 0;
  for (const character of escapeText(text)) thousandths += widthsOf(character)[isBold ? 1 : 0];
  return (thousandths / 1000) * size;
}

/** The text as it is shown, cut to the width, with `…` where something is missing. */
export function elide(text: string, size: number, width: number, isBold = false): string {
  const whole = escapeText(text);
  if (textWidth(whole, size, isBold) <= width) return whole;
  const room = width - textWidth('…', size, isBold);
  let kept = '';
  let used = 0;
  for (const character of whole) {
    used += textWidth(character, size, isBold);
    if (used > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Words on lines of at most the width; a word that is too long is elided. */
export function wrapText(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // Between wide characters a line may end anywhere.
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/gu) ?? []) {
    if (line !== '' && textWidth((line + word).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? word.trimStart() : word;
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd());
  return lines.map((text) => elide(text, size, width));
}
