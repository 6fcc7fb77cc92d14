/**
 * SPF macros and domain-specs (RFC 7208 §7, §12): whether a text keeps the grammar, and what it
 * expands to where no message is at hand. Pure, linear; text is printable ASCII (its caller saw to it).
 */
import { isDigit } from './spf-address.ts';

const PERCENT = 0x25;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const UNDERSCORE = 0x5f;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const ZERO = 0x30;

/** Letters of a term; c, r and t stand in explanation text alone (RFC 7208 §7.2). */
const TERM_LETTERS = 'slodiphv';
const ALL_LETTERS = 'slodiphvcrt';
const DELIMITERS = '.-+,/_=';

/** Case of an ASCII letter is nothing in the grammar. */
const lowerCase = (code: number): number => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code);

const isLetter = (code: number): boolean => {
  const lower = lowerCase(code);
  return lower >= 0x61 && lower <= 0x7a;
};

/** One `%{...}`, read. */
interface MacroExpand {
  /** Lower case. */
  readonly letter: string;
  /** Written in upper case: the value is to be URL-escaped (RFC 7208 §7.3). */
  readonly isEscaped: boolean;
  /** Right-hand parts to keep; undefined for all of them. */
  readonly parts: number | undefined;
  readonly isReversed: boolean;
  /** Empty for the default, a dot. */
  readonly delimiters: string;
  /** After the closing brace. */
  readonly end: number;
}

/**
 * Reads the macro whose `%{` is at `at`, or gives undefined where it breaks the grammar. A digit
 * transformer of zero is for the caller to judge: the grammar has it, the text of §7.3 has not.
 */
function readMacro(text: string, at: number, letters: string): MacroExpand | undefined {
  const code = text.charCodeAt(at + 2);
  if (!isLetter(code)) return undefined;
  const letter = String.fromCharCode(lowerCase(code));
  if (!letters.includes(letter)) return undefined;
  let i = at + 3;
  let parts: number | undefined;
  for (; isDigit(text.charCodeAt(i)); i++)
    parts = Math.min((parts ?? 0) * 10 + text.charCodeAt(i) - ZERO, 1000);
  const isReversed = lowerCase(text.charCodeAt(i)) === 0x72;
  if (isReversed) i++;
  const delimitersAt = i;
  while (i < text.length && DELIMITERS.includes(text.charAt(i))) i++;
  if (text.charCodeAt(i) !== CLOSE_BRACE) return undefined;
  return {
    letter,
    isEscaped: code !== lowerCase(code),
    parts,
    isReversed,
    delimiters: text.slice(delimitersAt, i),
    end: i + 1,
  };
}

/** After the macro at `at`, or -1 where `%` starts none (`%{`, `%%`, `%_` and `%-` do). */
function macroEnd(text: string, at: number, isTerm: boolean): number {
  const next = text.charCodeAt(at + 1);
  if (next === PERCENT || next === UNDERSCORE || next === HYPHEN) return at + 2;
  if (next !== OPEN_BRACE) return -1;
  const macro = readMacro(text, at, isTerm ? TERM_LETTERS : ALL_LETTERS);
  if (macro === undefined || (isTerm && macro.parts === 0)) return -1;
  return macro.end;
}

/** End of the last macro of `text`, 0 without macros, -1 where one breaks the grammar. */
function lastMacroEnd(text: string, isTerm: boolean): number {
  let end = 0;
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', end)) {
    end = macroEnd(text, at, isTerm);
    if (end === -1) return -1;
  }
  return end;
}

/**
 * Whether `text` is a macro-string, as the value of an unknown modifier must be. Held to the grammar
 * alone: it lists every letter and allows a digit transformer of zero, and nobody expands the value.
 */
export const isMacroString = (text: string): boolean => lastMacroEnd(text, false) !== -1;

/**
 * Whether `text` is a domain-spec: a macro-string that ends in a macro or in a dot and a toplabel
 * (RFC 7208 §7.1). A zero digit transformer is an error (§7.3), and so are c, r and t (§7.2).
 */
export function isDomainSpec(text: string): boolean {
  const macrosEnd = lastMacroEnd(text, true);
  if (macrosEnd === -1 || text === '') return false;
  if (macrosEnd === text.length) return true;
  const end = text.charCodeAt(text.length - 1) === DOT ? text.length - 1 : text.length;
  const dot = text.lastIndexOf('.', end - 1);
  return dot >= macrosEnd && isTopLabel(text, dot + 1, end);
}

/** Letters, digits and inner hyphens, not digits alone (RFC 7208 §7.1 `toplabel`). */
function isTopLabel(text: string, start: number, end: number): boolean {
  if (start >= end) return false;
  let isNumeric = true;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (isDigit(code)) continue;
    isNumeric = false;
    const isInnerHyphen = code === HYPHEN && i > start && i < end - 1;
    if (!isInnerHyphen && !isLetter(code)) return false;
  }
  return !isNumeric;
}

/** What is known of a check without a message. */
export interface MacroContext {
  /** `%{d}`: the domain whose record is read. */
  readonly domain: string;
  /** `%{o}`: the domain of the sender, which an include does not change (RFC 7208 §5.2). */
  readonly senderDomain: string;
}

/** Longest spec with macros that is expanded: four names' worth, so that no record makes megabytes. */
const MAX_EXPANDED_SPEC = 1024;

/**
 * What a valid domain-spec expands to, or undefined where it depends on the message (any letter but
 * d and o) or is beyond reason. A macro-free spec comes back as it is.
 */
export function expandDomainSpec(spec: string, context: MacroContext): string | undefined {
  let at = spec.indexOf('%');
  if (at === -1) return spec;
  if (spec.length > MAX_EXPANDED_SPEC) return undefined;
  let text = '';
  let copied = 0;
  while (at !== -1) {
    text += spec.slice(copied, at);
    const macro = spec.charCodeAt(at + 1) === OPEN_BRACE ? readMacro(spec, at, ALL_LETTERS) : at;
    const value = typeof macro === 'number' ? literalOf(spec, at) : macroValue(macro, context);
    if (value === undefined) return undefined;
    text += value;
    copied = typeof macro === 'object' ? macro.end : at + 2;
    at = spec.indexOf('%', copied);
  }
  return text + spec.slice(copied);
}

/** `%%`, `%_` and `%-` (RFC 7208 §7.3). */
function literalOf(spec: string, at: number): string | undefined {
  switch (spec.charCodeAt(at + 1)) {
    case PERCENT:
      return '%';
    case UNDERSCORE:
      return ' ';
    case HYPHEN:
      return '%20';
    default:
      return undefined;
  }
}

function macroValue(macro: MacroExpand | undefined, context: MacroContext): string | undefined {
  if (macro?.letter !== 'd' && macro?.letter !== 'o') return undefined;
  const parts = splitAt(
    macro.letter === 'd' ? context.domain : context.senderDomain,
    macro.delimiters,
  );
  if (macro.isReversed) parts.reverse();
  const value = parts.slice(macro.parts === undefined ? 0 : -macro.parts).join('.');
  return macro.isEscaped ? encodeURIComponent(value).replace(/[!'()*]/gu, escapeChar) : value;
}

const escapeChar = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function splitAt(value: string, delimiters: string): string[] {
  const marks = delimiters === '' ? '.' : delimiters;
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < value.length; i++) {
    if (!marks.includes(value.charAt(i))) continue;
    parts.push(value.slice(from, i));
    from = i + 1;
  }
  parts.push(value.slice(from));
  return parts;
}
