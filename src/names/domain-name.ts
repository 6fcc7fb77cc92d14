/**
 * Domain names as the survey keeps them: A-labels, lower case, no final dot. Pure: text in, name or
 * refusal out. The grammar is RFC 1035 §2.3.4 (lengths) with RFC 5891 / UTS-46 for U-labels.
 *
 * It never asks whether a name is registered or registrable: `organizational-domain.ts` does.
 */
import { toASCII as labelToAscii, toUnicode as labelToUnicode } from 'tr46';

declare const brand: unique symbol;

/** A name of one or more labels, 1 to 63 octets each, 253 in all; A-labels, lower case, no final dot. */
export type DomainName = string & { readonly [brand]: true };

/** Why a text is not a domain name. The spelling is that of the accounting and of every CSV. */
export const NAME_REFUSALS = [
  /** Nothing, or the root alone. */
  'empty',
  /** A URL, or a host with a port or a path. */
  'url',
  'email',
  /** An IPv4 or IPv6 address or prefix. */
  'ip_address',
  /** The last label is a number: no such top-level domain can exist (RFC 3696 §2). */
  'numeric_tld',
  /** An octet beyond letters, digits, hyphen and underscore. */
  'character',
  'empty_label',
  /** Over 63 octets (RFC 1035 §2.3.4). */
  'label_too_long',
  /** Over 253 octets without the final dot (RFC 1035 §2.3.4). */
  'too_long',
  /** A label beyond ASCII that UTS-46 refuses. */
  'idna',
] as const;

export type NameRefusal = (typeof NAME_REFUSALS)[number];

export type ParsedName =
  | { readonly ok: true; readonly name: DomainName }
  | { readonly ok: false; readonly reason: NameRefusal };

const MAX_NAME_OCTETS = 253;
const MAX_LABEL_OCTETS = 63;

/**
 * Lengths in UTF-16 units beyond which a text with U-labels is refused unread. Mapping may shorten
 * (combining marks, ignored characters), but not fourfold in any name a person writes; the bound
 * keeps punycode, which is quadratic, from being fed whole lines.
 */
const MAX_UNICODE_LENGTH = 4 * MAX_NAME_OCTETS;
const MAX_UNICODE_LABEL_LENGTH = 4 * MAX_LABEL_OCTETS;

const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Bits of `KINDS`: what a character makes of the text it stands in. */
const IS_UPPER = 1;
const IS_FOREIGN = 2;

/** By ASCII code: 0 for the lower-case letters, digits, hyphen, underscore and dot of a plain name. */
const KINDS = new Uint8Array(128).fill(IS_FOREIGN);
for (const plain of 'abcdefghijklmnopqrstuvwxyz0123456789-_.') KINDS[plain.charCodeAt(0)] = 0;
for (const upper of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') KINDS[upper.charCodeAt(0)] = IS_UPPER;

/**
 * Reads one name. U-labels become A-labels by UTS-46 (non-transitional, hyphens unchecked); labels
 * in ASCII are kept out of IDNA, so an `xn--` label whose punycode is bad is accepted as it is: such
 * names stand in zones and must not be lost. Upper case is lowered and one final dot dropped. No
 * space is trimmed. Never throws; linear in the text.
 */
export function parseDomainName(text: string): ParsedName {
  const kinds = kindsIn(text);
  return (kinds & IS_FOREIGN) === 0
    ? parsePlain(text, (kinds & IS_UPPER) !== 0)
    : parseForeign(text);
}

function kindsIn(text: string): number {
  let kinds = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    kinds |= code < KINDS.length ? (KINDS[code] ?? 0) : IS_FOREIGN;
  }
  return kinds;
}

/** A text of letters, digits, hyphens, underscores and dots. */
function parsePlain(text: string, hasUpper: boolean): ParsedName {
  const kept = text.charCodeAt(text.length - 1) === DOT ? text.slice(0, -1) : text;
  if (kept.length === 0) return refuse('empty');
  const fault = labelFault(kept);
  if (fault !== undefined) return refuse(fault);
  if (kept.length > MAX_NAME_OCTETS) return refuse('too_long');
  if (endsInNumber(kept)) return refuse(IPV4.test(kept) ? 'ip_address' : 'numeric_tld');
  return { ok: true, name: (hasUpper ? kept.toLowerCase() : kept) as DomainName };
}

function labelFault(text: string): 'empty_label' | 'label_too_long' | undefined {
  for (let start = 0; ; ) {
    const dot = text.indexOf('.', start);
    const end = dot === -1 ? text.length : dot;
    if (end === start) return 'empty_label';
    if (end - start > MAX_LABEL_OCTETS) return 'label_too_long';
    if (dot === -1) return undefined;
    start = end + 1;
  }
}

function endsInNumber(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  if (last < DIGIT_0 || last > DIGIT_9) return false;
  return NUMBER.test(text.slice(text.lastIndexOf('.') + 1));
}

/** The name without its first label; undefined for a single label. */
export function parentOf(name: DomainName): DomainName | undefined {
  const dot = name.indexOf('.');
  return dot === -1 ? undefined : (name.slice(dot + 1) as DomainName);
}

export function labelCount(name: DomainName): number {
  let count = 1;
  for (let i = name.indexOf('.'); i !== -1; i = name.indexOf('.', i + 1)) count++;
  return count;
}

/**
 * The name for a person's eyes: each A-label as its U-label, where UTS-46 accepts it and leads back
 * to the same A-label; any other label stays as it is. Never a key.
 */
export function toUnicode(name: DomainName): string {
  if (!name.includes('xn--')) return name;
  return name
    .split('.')
    .map((label) => {
      if (!label.startsWith('xn--')) return label;
      const unicode = labelToUnicode(label, IDNA);
      return !unicode.error && labelToAscii(unicode.domain, IDNA) === label
        ? unicode.domain
        : label;
    })
    .join('.');
}

const IDNA = {
  checkHyphens: false,
  checkBidi: true,
  checkJoiners: true,
  // Only labels beyond ASCII come here, and no A-label can hold an underscore or a space.
  useSTD3ASCIIRules: true,
  verifyDNSLength: false,
  transitionalProcessing: false,
} as const;

function refuse(reason: NameRefusal): ParsedName {
  return { ok: false, reason };
}

// U+3002, U+FF0E and U+FF61 separate labels too (UTS-46 §2.3).
const FULL_STOPS = /[.\u3002\uff0e\uff61]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for ASCII, control characters included
const ASCII_ONLY = /^[\u0000-\u007f]*$/u;

/** A text with a character that no plain ASCII name has: a U-label, or no name at all. */
function parseForeign(text: string): ParsedName {
  const junk = classifyJunk(text);
  if (junk !== undefined) return refuse(junk);
  if (ASCII_ONLY.test(text) || text.includes('\ufffd')) return refuse('character');
  if (text.length > MAX_UNICODE_LENGTH) return refuse('too_long');
  const labels = text.split(FULL_STOPS);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? '';
    if (ASCII_ONLY.test(label)) continue;
    if (label.length > MAX_UNICODE_LABEL_LENGTH) return refuse('label_too_long');
    const ascii = labelToAscii(label, IDNA);
    if (ascii === null || !ASCII_ONLY.test(ascii)) return refuse('idna');
    labels[i] = ascii;
  }
  return parseDomainName(labels.join('.'));
}

const NUMBER = /^\d+$/u;
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5}|\/\d{1,2})?\.?$/u;
const IPV6 =
  /^\[?[0-9a-f.]{0,15}:[0-9a-f.]{0,15}:[0-9a-f:.]{0,60}(?:%[\w.-]{1,30})?\]?(?:[:/]\d{1,5})?$/iu;
const SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\//iu;

/** What a text that is no name looks like, for the hint; undefined when it looks like nothing. */
function classifyJunk(text: string): NameRefusal | undefined {
  if (SCHEME.test(text)) return 'url';
  if (IPV4.test(text) || IPV6.test(text)) return 'ip_address';
  if (text.includes('@')) return 'email';
  if (text.includes('/') || text.includes(':')) return 'url';
  return undefined;
}
