/**
 * SPF records as published: which TXT are one (RFC 7208 §4.5) and what a whole record says (§4.6). An
 * error anywhere in a record, also behind `all`, makes it a permerror before anything is evaluated.
 * Pure, linear, never throws; texts are joined character-strings, one latin1 char a byte.
 */
import {
  type Directive,
  type Modifier,
  type Qualifier,
  readTerm,
  type SyntaxProblem,
} from './spf-term.ts';

const VERSION = 'v=spf1';
const SPACE = 0x20;
const LOWER_S = 0x73;
const LOWER_P = 0x70;
const LOWER_F = 0x66;

/** Whether a TXT is an SPF record: the version, then a space or the end (RFC 7208 §4.5). */
export function isSpfRecord(text: string): boolean {
  const { length } = VERSION;
  if (text.length < length) return false;
  if (text.length > length && text.charCodeAt(length) !== SPACE) return false;
  return text.startsWith(VERSION) || text.slice(0, length).toLowerCase() === VERSION;
}

/** Characters in which a version that misses its place is looked for. */
const NEAR = 20;

/** Not inside a word: tokens of other services are random letters and digits. */
const NEAR_MISS = /(?:^|[^a-z0-9])(?:v\s?[=:-]?\s?spf|spf1(?![a-z0-9]))/u;

/**
 * Whether a TXT that is no SPF record seems meant as one: leading space or quote, `v=spf1` glued to
 * what follows or ended by a tab, a wrong version. A census counts it apart from silence.
 */
export function isNearMiss(text: string): boolean {
  if (!namesSpf(text) || isSpfRecord(text)) return false;
  return NEAR_MISS.test(text.slice(0, NEAR).toLowerCase());
}

/** Whether `spf` stands near the beginning, in any case; most TXT are of other services. */
function namesSpf(text: string): boolean {
  const last = Math.min(text.length, NEAR) - 3;
  for (let at = 0; at <= last; at++) {
    if (
      (text.charCodeAt(at) | 0x20) === LOWER_S &&
      (text.charCodeAt(at + 1) | 0x20) === LOWER_P &&
      (text.charCodeAt(at + 2) | 0x20) === LOWER_F
    )
      return true;
  }
  return false;
}

/** The TXT at a name, sorted out; all other texts are dropped (RFC 7208 §4.5). */
export interface SelectedTexts {
  readonly records: readonly string[];
  readonly nearMisses: readonly string[];
}

const NO_TEXTS: readonly string[] = [];

export function selectSpf(texts: readonly string[]): SelectedTexts {
  if (texts.length === 1 && isSpfRecord(texts[0] as string))
    return { records: texts, nearMisses: NO_TEXTS };
  return { records: kept(texts, isSpfRecord), nearMisses: kept(texts, isNearMiss) };
}

/** The texts that pass, in order; no array is made for none. */
function kept(texts: readonly string[], isKept: (text: string) => boolean): readonly string[] {
  let found: string[] | undefined;
  for (const text of texts) {
    if (!isKept(text)) continue;
    if (found === undefined) found = [text];
    else found.push(text);
  }
  return found ?? NO_TEXTS;
}

/** A record that keeps the grammar. */
export interface SpfRecord {
  readonly ok: true;
  /** Every mechanism in order, those behind `all` too. */
  readonly directives: readonly Directive[];
  /** Index of the first `all`, where evaluation ends; the number of directives without one. */
  readonly end: number;
  /** Qualifier of the first `all`; undefined without one. */
  readonly all: Qualifier | undefined;
  /** Domain-spec of `redirect`; it counts only without `all` (RFC 7208 §6.1). */
  readonly redirect: string | undefined;
  /** Domain-spec of `exp`; a survey never fetches it. */
  readonly explanation: string | undefined;
  /** Names of modifiers to be ignored (RFC 7208 §6), in lower case. */
  readonly unknownModifiers: readonly string[];
}

/** The first thing that breaks a record. */
export interface SpfSyntaxError {
  readonly ok: false;
  readonly problem: SyntaxProblem;
  /** The term as written; a single byte in hexadecimal where no term can hold it. */
  readonly term: string;
}

const FOREIGN_BYTE = /[^ -~]/u;

/** Reads a text for which `isSpfRecord` holds; terms are split at runs of 0x20 alone. */
export function parseSpfRecord(text: string): SpfRecord | SpfSyntaxError {
  const foreign = FOREIGN_BYTE.exec(text);
  if (foreign !== null) return foreignByte(foreign[0].charCodeAt(0));
  const terms: Terms = {
    directives: [],
    allAt: -1,
    all: undefined,
    redirect: undefined,
    exp: undefined,
    unknown: [],
  };
  let at = VERSION.length;
  while (at < text.length) {
    if (text.charCodeAt(at) === SPACE) {
      at++;
      continue;
    }
    const space = text.indexOf(' ', at);
    const termEnd = space === -1 ? text.length : space;
    const term = readTerm(text, at, termEnd);
    const problem = typeof term === 'string' ? term : keepTerm(terms, term);
    if (problem !== undefined) return { ok: false, problem, term: text.slice(at, termEnd) };
    at = termEnd;
  }
  return {
    ok: true,
    directives: terms.directives,
    end: terms.allAt === -1 ? terms.directives.length : terms.allAt,
    all: terms.all,
    redirect: terms.redirect,
    explanation: terms.exp,
    unknownModifiers: terms.unknown,
  };
}

/** What has been read of a record. */
interface Terms {
  readonly directives: Directive[];
  allAt: number;
  all: Qualifier | undefined;
  redirect: string | undefined;
  exp: string | undefined;
  readonly unknown: string[];
}

/** Keeps a term, or says what is wrong with it: `redirect` and `exp` may stand once (RFC 7208 §6). */
function keepTerm(terms: Terms, term: Directive | Modifier): 'repeated-modifier' | undefined {
  switch (term.kind) {
    case 'redirect':
    case 'exp':
      if (terms[term.kind] !== undefined) return 'repeated-modifier';
      terms[term.kind] = term.target;
      return undefined;
    case 'unknown':
      terms.unknown.push(term.name);
      return undefined;
    case 'all':
      if (terms.allAt === -1) {
        terms.allAt = terms.directives.length;
        terms.all = term.qualifier;
      }
      terms.directives.push(term);
      return undefined;
    default:
      terms.directives.push(term);
      return undefined;
  }
}

function foreignByte(code: number): SpfSyntaxError {
  return {
    ok: false,
    problem: code > 0x7f ? 'non-ascii' : 'control-character',
    term: `0x${code.toString(16).padStart(2, '0')}`,
  };
}
