/**
 * One term of an SPF record (RFC 7208 §4.6.1, §5, §6, §12): text to directive, modifier or the problem
 * that makes the record a permerror. Pure, linear, never throws; asks nothing of the DNS.
 */
import { ipv4Network, isDigit, isIpv6, NO_VALUE, readDecimal, readIpv4 } from './spf-address.ts';
import { isDomainSpec, isMacroString } from './spf-macro.ts';

export type Qualifier = '+' | '-' | '?' | '~';

/** A mechanism with its qualifier, `+` where none is written (RFC 7208 §4.6.2). */
export type Directive =
  | { readonly kind: 'all'; readonly qualifier: Qualifier }
  /** `target`: a domain-spec as written. */
  | { readonly kind: 'include'; readonly qualifier: Qualifier; readonly target: string }
  | { readonly kind: 'exists'; readonly qualifier: Qualifier; readonly target: string }
  | {
      readonly kind: 'a' | 'mx';
      readonly qualifier: Qualifier;
      /** A domain-spec as written; undefined for the domain of the record itself. */
      readonly target: string | undefined;
      readonly ipv4PrefixLength: number;
      readonly ipv6PrefixLength: number;
    }
  | { readonly kind: 'ptr'; readonly qualifier: Qualifier; readonly target: string | undefined }
  | {
      readonly kind: 'ip4';
      readonly qualifier: Qualifier;
      /** First address, as an unsigned 32-bit number. */
      readonly network: number;
      readonly prefixLength: number;
    }
  | { readonly kind: 'ip6'; readonly qualifier: Qualifier; readonly prefixLength: number };

export type Modifier =
  | { readonly kind: 'redirect' | 'exp'; readonly target: string }
  /** Ignored, but must keep the grammar (RFC 7208 §6). `name` is in lower case. */
  | { readonly kind: 'unknown'; readonly name: string };

/** What makes a term, and so its whole record, a permerror (RFC 7208 §4.6). */
export type SyntaxProblem =
  | 'unknown-mechanism'
  | 'missing-argument'
  | 'unexpected-argument'
  | 'domain-spec'
  | 'macro'
  | 'ip4-network'
  | 'ip6-network'
  | 'prefix-length'
  | 'qualified-modifier'
  | 'repeated-modifier'
  | 'non-ascii'
  | 'control-character';

const EQUALS = 0x3d;
const COLON = 0x3a;
const SLASH = 0x2f;
const FOUR = 0x34;
const SIX = 0x36;
const IPV4_BITS = 32;
const IPV6_BITS = 128;

const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);

/** Characters of a modifier's name after its first: letters, digits, `-`, `_`, `.` (RFC 7208 §12). */
const isNameCharacter = (code: number): boolean =>
  isLetter(code) || isDigit(code) || code === 0x2d || code === 0x5f || code === 0x2e;

function qualifierAt(text: string, at: number): Qualifier | undefined {
  switch (text.charCodeAt(at)) {
    case 0x2b:
      return '+';
    case 0x2d:
      return '-';
    case 0x3f:
      return '?';
    case 0x7e:
      return '~';
    default:
      return undefined;
  }
}

/**
 * Reads `text[start, end)`, which holds no space and at least one character. A name before `=` makes
 * a modifier, whatever the name: `ip4=192.0.2.1` is an unknown one and no error (RFC 7208 §4.6.1).
 */
export function readTerm(
  text: string,
  start: number,
  end: number,
): Directive | Modifier | SyntaxProblem {
  const qualifier = qualifierAt(text, start);
  const nameStart = qualifier === undefined ? start : start + 1;
  if (nameStart + 3 < end && isAddressTerm(text, nameStart)) {
    const read = text.charCodeAt(nameStart + 2) === FOUR ? readIp4 : readIp6;
    return read(qualifier ?? '+', text, nameStart + 3, end);
  }
  const nameEnd = nameEndAt(text, nameStart, end);
  const name = text.slice(nameStart, nameEnd).toLowerCase();
  const isEnded = nameEnd === end;
  const mark = isEnded ? COLON : text.charCodeAt(nameEnd);
  if (mark === EQUALS && isLetter(text.charCodeAt(nameStart)))
    return qualifier === undefined
      ? readModifier(name, text.slice(nameEnd + 1, end))
      : 'qualified-modifier';
  if (mark !== COLON && mark !== SLASH) return 'unknown-mechanism';
  return readMechanism(name, qualifier ?? '+', text, nameEnd, end);
}

function nameEndAt(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isNameCharacter(text.charCodeAt(at))) at++;
  return at;
}

/** `ip4:` or `ip6:`, which most terms are: told without making a text of the name. */
function isAddressTerm(text: string, at: number): boolean {
  if ((text.charCodeAt(at) | 0x20) !== 0x69 || (text.charCodeAt(at + 1) | 0x20) !== 0x70)
    return false;
  const family = text.charCodeAt(at + 2);
  return (family === FOUR || family === SIX) && text.charCodeAt(at + 3) === COLON;
}

function readModifier(name: string, value: string): Modifier | SyntaxProblem {
  if (name === 'redirect' || name === 'exp')
    return isDomainSpec(value) ? { kind: name, target: value } : argumentProblem(value);
  return isMacroString(value) ? { kind: 'unknown', name } : 'macro';
}

/** What follows the name, with its mark, is `text[at, end)`. */
function readMechanism(
  name: string,
  qualifier: Qualifier,
  text: string,
  at: number,
  end: number,
): Directive | SyntaxProblem {
  switch (name) {
    case 'all':
      return at === end ? { kind: name, qualifier } : 'unexpected-argument';
    case 'include':
    case 'exists': {
      const target = readTarget(text, at, end);
      if (target === undefined) return 'missing-argument';
      return target.ok ? { kind: name, qualifier, target: target.spec } : target.problem;
    }
    case 'ptr': {
      const target = readTarget(text, at, end);
      if (target?.ok === false) return target.problem;
      return { kind: name, qualifier, target: target?.spec };
    }
    case 'a':
    case 'mx':
      return readHost(name, qualifier, text, at, end);
    case 'ip4':
    case 'ip6':
      return at === end ? 'missing-argument' : 'unexpected-argument';
    default:
      return 'unknown-mechanism';
  }
}

type Target =
  | { readonly ok: true; readonly spec: string }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** The domain-spec after a colon; undefined where nothing stands. */
function readTarget(text: string, at: number, end: number): Target | undefined {
  if (at === end) return undefined;
  if (text.charCodeAt(at) !== COLON) return { ok: false, problem: 'unexpected-argument' };
  const spec = text.slice(at + 1, end);
  return isDomainSpec(spec) ? { ok: true, spec } : { ok: false, problem: argumentProblem(spec) };
}

function argumentProblem(spec: string): SyntaxProblem {
  if (spec === '') return 'missing-argument';
  return isMacroString(spec) ? 'domain-spec' : 'macro';
}

function readHost(
  kind: 'a' | 'mx',
  qualifier: Qualifier,
  text: string,
  at: number,
  end: number,
): Directive | SyntaxProblem {
  const prefix = readDualPrefix(text, at, end);
  if (prefix === undefined) return 'prefix-length';
  const target = readTarget(text, at, prefix.start);
  if (target?.ok === false) return target.problem;
  return {
    kind,
    qualifier,
    target: target?.spec,
    ipv4PrefixLength: prefix.ipv4,
    ipv6PrefixLength: prefix.ipv6,
  };
}

interface DualPrefix {
  /** Where the prefix lengths begin; the end of the text without any. */
  readonly start: number;
  readonly ipv4: number;
  readonly ipv6: number;
}

/**
 * Reads `/n`, `//m` or `/n//m` from the right (RFC 7208 §5.3, §12 `dual-cidr-length`): a slash may
 * stand in a domain-spec too, but none can end in a slash and digits. Undefined for a bad length.
 */
function readDualPrefix(text: string, from: number, end: number): DualPrefix | undefined {
  const last = slashBefore(text, from, end);
  if (last === -1) return { start: end, ipv4: IPV4_BITS, ipv6: IPV6_BITS };
  if (last === from || text.charCodeAt(last - 1) !== SLASH) {
    const ipv4 = readDecimal(text, last + 1, end, IPV4_BITS);
    return ipv4 === NO_VALUE ? undefined : { start: last, ipv4, ipv6: IPV6_BITS };
  }
  const ipv6 = readDecimal(text, last + 1, end, IPV6_BITS);
  if (ipv6 === NO_VALUE) return undefined;
  const first = slashBefore(text, from, last - 1);
  if (first === -1) return { start: last - 1, ipv4: IPV4_BITS, ipv6 };
  const ipv4 = readDecimal(text, first + 1, last - 1, IPV4_BITS);
  return ipv4 === NO_VALUE ? undefined : { start: first, ipv4, ipv6 };
}

/** The slash before the digits that end `text[from, end)`, or -1. */
function slashBefore(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isDigit(text.charCodeAt(at - 1))) at--;
  return at < end && at > from && text.charCodeAt(at - 1) === SLASH ? at - 1 : -1;
}

/** `text[at, end)` begins with the colon. */
function readIp4(
  qualifier: Qualifier,
  text: string,
  at: number,
  end: number,
): Directive | SyntaxProblem {
  const slash = slashBefore(text, at, end);
  const address = readIpv4(text, at + 1, slash === -1 ? end : slash);
  if (address === NO_VALUE) return 'ip4-network';
  const prefixLength = slash === -1 ? IPV4_BITS : readDecimal(text, slash + 1, end, IPV4_BITS);
  if (prefixLength === NO_VALUE) return 'prefix-length';
  return { kind: 'ip4', qualifier, network: ipv4Network(address, prefixLength), prefixLength };
}

function readIp6(
  qualifier: Qualifier,
  text: string,
  at: number,
  end: number,
): Directive | SyntaxProblem {
  const slash = slashBefore(text, at, end);
  if (!isIpv6(text, at + 1, slash === -1 ? end : slash)) return 'ip6-network';
  const prefixLength = slash === -1 ? IPV6_BITS : readDecimal(text, slash + 1, end, IPV6_BITS);
  return prefixLength === NO_VALUE ? 'prefix-length' : { kind: 'ip6', qualifier, prefixLength };
}
