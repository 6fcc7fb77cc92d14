/**
 * Blanks in the text of a TXT record. Pure. WSP of RFC 5234 is SP and HTAB only: JavaScript's
 * `trim()` and `\s` would also eat U+00A0, U+FEFF and line breaks, and so accept records that a
 * reader by the book discards (RFC 9989 §4.8).
 */
const HTAB = 0x09;
const SPACE = 0x20;

/** Index of the first char at or after `from` that is no blank; `to` if there is none. */
export function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Index after the last char before `to` that is no blank; `from` if there is none. */
export function dropBlanks(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

/** The part of `text` from `from` up to `to`, without blanks at its ends. */
export function sliceTrimmed(text: string, from: number, to: number): string {
  const start = skipBlanks(text, from, to);
  return text.slice(start, dropBlanks(text, start, to));
}

const isBlank = (code: number): boolean => code === SPACE || code === HTAB;
