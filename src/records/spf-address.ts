/**
 * Addresses and prefix lengths in SPF terms (RFC 7208 §5.6, §12; IPv6 text by RFC 4291 §2.2). Pure;
 * each reader takes a range of the record's text, makes no copy of it and gives a value for any input.
 */

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;

/** What a reader gives for text outside the grammar. */
export const NO_VALUE = -1;

export const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/**
 * The number that `text[start, end)` writes in decimal without a leading zero, at most `max`, or
 * NO_VALUE. Four digits or more are never a value here.
 */
export function readDecimal(text: string, start: number, end: number, max: number): number {
  const length = end - start;
  if (length < 1 || length > 3) return NO_VALUE;
  if (length > 1 && text.charCodeAt(start) === ZERO) return NO_VALUE;
  let value = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return NO_VALUE;
    value = value * 10 + code - ZERO;
  }
  return value <= max ? value : NO_VALUE;
}

/** The address as an unsigned 32-bit number, or NO_VALUE (`ip4-network`: four qnum). */
export function readIpv4(text: string, start: number, end: number): number {
  let address = 0;
  let octets = 0;
  let from = start;
  for (let i = start; i <= end; i++) {
    if (i < end && text.charCodeAt(i) !== DOT) continue;
    const octet = octets < 4 ? readDecimal(text, from, i, 255) : NO_VALUE;
    if (octet === NO_VALUE) return NO_VALUE;
    address = address * 256 + octet;
    octets++;
    from = i + 1;
  }
  return octets === 4 ? address : NO_VALUE;
}

/** Whether `text[start, end)` is an IPv6 address: no zone id, `::` at most once, IPv4 tail allowed. */
export function isIpv6(text: string, start: number, end: number): boolean {
  let gap = start;
  while (gap < end - 1 && !isGapAt(text, gap)) gap++;
  if (gap >= end - 1) return groupsIn(text, start, end, true) === 8;
  const left = groupsIn(text, start, gap, false);
  const right = groupsIn(text, gap + 2, end, true);
  return left !== NO_VALUE && right !== NO_VALUE && left + right <= 7;
}

const isGapAt = (text: string, at: number): boolean =>
  text.charCodeAt(at) === COLON && text.charCodeAt(at + 1) === COLON;

/** Groups of 16 bits that `text[start, end)` writes, 0 for an empty range, NO_VALUE outside grammar. */
function groupsIn(text: string, start: number, end: number, isTail: boolean): number {
  let groups = 0;
  let from = start;
  for (let i = start; i <= end && start < end; i++) {
    if (i < end && text.charCodeAt(i) !== COLON) continue;
    if (isHexGroup(text, from, i)) groups++;
    else if (isTail && i === end && readIpv4(text, from, i) !== NO_VALUE) groups += 2;
    else return NO_VALUE;
    from = i + 1;
  }
  return groups;
}

function isHexGroup(text: string, start: number, end: number): boolean {
  if (end === start || end - start > 4) return false;
  for (let i = start; i < end; i++) if (!isHexDigit(text.charCodeAt(i))) return false;
  return true;
}

const IPV4_SIZES: readonly number[] = Array.from({ length: 33 }, (_, bits) => 2 ** (32 - bits));

/** Number of addresses in an IPv4 prefix of 0 to 32 bits. */
export const ipv4Size = (prefixLength: number): number => IPV4_SIZES[prefixLength] ?? 1;

/** First address of the prefix that holds `address`: host bits are ignored (RFC 7208 §5.6). */
export const ipv4Network = (address: number, prefixLength: number): number =>
  prefixLength === 0 ? 0 : (address & (-1 << (32 - prefixLength))) >>> 0;
