/**
 * Domain names on the wire (RFC 1035 §3.1, §4.1.4) to and from presentation form. Pure; every read is
 * bounded by the message, follows pointers backwards only, and gives a value for bad input.
 *
 * Presentation form here: lower case, no final dot, the root as the empty text; octets other than
 * letters, digits, `-` and `_` as `\DDD` (RFC 1035 §5.1), so that a dot always separates labels.
 */

/** Octets of a whole name with its length octets and the root (RFC 1035 §2.3.4). */
export const MAX_NAME_OCTETS = 255;
const MAX_LABEL_OCTETS = 63;
/** More pointers than any compressor writes; with "backwards only" it bounds the work of one name. */
const MAX_POINTERS = 64;
const HEADER_OCTETS = 12;
const POINTER = 0xc0;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const ZERO = 0x30;

/** Lower-case octet of a plain one, 0 for an octet that presentation form escapes. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, octet) => {
  const text = String.fromCharCode(octet);
  return /^[a-z0-9_-]$/iu.test(text) ? text.toLowerCase().charCodeAt(0) : 0;
});

/** ASCII letters to lower case, every other octet as it is (RFC 4343 §3). */
const FOLDED = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);

/**
 * Offset after the name at `offset`, or -1 where it is not one. A pointer ends it and is not followed.
 */
export function skipName(bytes: Uint8Array, offset: number, end: number): number {
  let position = offset;
  while (position < end) {
    const length = bytes[position] as number;
    if (length === 0) return position + 1;
    if (length >= POINTER) return position + 2 <= end ? position + 2 : -1;
    if (length > MAX_LABEL_OCTETS) return -1;
    position += length + 1;
    if (position - offset >= MAX_NAME_OCTETS) return -1;
  }
  return -1;
}

/** The longest text of a name: every octet escaped, and the dots. */
export const MAX_NAME_TEXT = 4 * MAX_NAME_OCTETS;

/** Room for one text while it is made; nothing in it outlives a call. */
const TEXT = Buffer.alloc(MAX_NAME_TEXT);

/** The name at `offset` in presentation form, or undefined where it is not one. */
export function readName(bytes: Uint8Array, offset: number, end: number): string | undefined {
  const length = writeNameText(bytes, offset, end, TEXT, 0);
  return length < 0 ? undefined : TEXT.toString('latin1', 0, length);
}

/**
 * Writes the name at `offset` in presentation form to `target` from `at` on, where MAX_NAME_TEXT octets
 * have room, and gives the offset after it; -1 where it is no name. One text made of octets at the end
 * takes half the time of one put together from its labels, and leaves no parts behind.
 */
export function writeNameText(
  bytes: Uint8Array,
  offset: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  let written = at;
  let octets = 0;
  let pointers = 0;
  let position = offset;
  /** A pointer must aim before the piece it stands in, so no walk comes back to where it was. */
  let limit = offset;
  while (position >= 0 && position < end) {
    const length = bytes[position] as number;
    if (length === 0) return written;
    if (length >= POINTER) {
      position = ++pointers > MAX_POINTERS ? -1 : pointerTarget(bytes, position, end, limit);
      limit = position;
      continue;
    }
    octets += length + 1;
    const labelEnd = position + 1 + length;
    if (length > MAX_LABEL_OCTETS || octets >= MAX_NAME_OCTETS || labelEnd > end) return -1;
    if (written > at) target[written++] = DOT;
    written = writeLabelText(bytes, position + 1, labelEnd, target, written);
    position = labelEnd;
  }
  return -1;
}

/** Where the pointer at `position` leads, or -1 where that is not between the header and `limit`. */
function pointerTarget(bytes: Uint8Array, position: number, end: number, limit: number): number {
  if (position + 2 > end) return -1;
  const target = (((bytes[position] as number) & 0x3f) << 8) | (bytes[position + 1] as number);
  return target >= HEADER_OCTETS && target < limit ? target : -1;
}

function writeLabelText(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  let written = at;
  for (let position = start; position < end; position++) {
    const octet = bytes[position] as number;
    const plain = PLAIN[octet] as number;
    if (plain !== 0) {
      target[written++] = plain;
    } else {
      target[written] = BACKSLASH;
      target[written + 1] = ZERO + Math.floor(octet / 100);
      target[written + 2] = ZERO + (Math.floor(octet / 10) % 10);
      target[written + 3] = ZERO + (octet % 10);
      written += 4;
    }
  }
  return written;
}

/**
 * Writes `name` (one latin1 char is one octet, `\DDD` taken as the octet it names) and gives the
 * offset after it, or -1 where it is no name: an empty label, a label over 63 octets, a name over
 * 255, a char over U+00FF, or no room in `target`.
 */
export function encodeName(target: Uint8Array, offset: number, name: string): number {
  const limit = Math.min(target.length, offset + MAX_NAME_OCTETS) - 1;
  let position = offset;
  let at = name === '' ? -1 : 0;
  while (at >= 0 && position >= 0) {
    const dot = name.indexOf('.', at);
    position = encodeLabel(target, position, limit, name, at, dot < 0 ? name.length : dot);
    at = dot < 0 ? -1 : dot + 1;
  }
  if (position < 0 || position > limit) return -1;
  target[position] = 0;
  return position + 1;
}

/** Writes the label between `start` and `end` of `name`; gives the offset after it, or -1. */
function encodeLabel(
  target: Uint8Array,
  offset: number,
  limit: number,
  name: string,
  start: number,
  end: number,
): number {
  let position = offset + 1;
  for (let i = start; i < end; i++) {
    let octet = name.charCodeAt(i);
    if (octet === BACKSLASH) {
      const escaped = escapedOctet(name, i + 1, end);
      if (escaped >= 0) {
        octet = escaped;
        i += 3;
      }
    }
    if (octet > 0xff || position >= limit) return -1;
    target[position++] = octet;
  }
  const length = position - offset - 1;
  if (length < 1 || length > MAX_LABEL_OCTETS) return -1;
  target[offset] = length;
  return position;
}

/** The octet that three digits at `at` name; -1 where there are none and the backslash is itself. */
function escapedOctet(name: string, at: number, end: number): number {
  const digits = name.slice(at, Math.min(at + 3, end));
  return /^[0-2]\d\d$/u.test(digits) && Number(digits) <= 0xff ? Number(digits) : -1;
}

/**
 * Offset after the uncompressed name at `offset` if it equals `name` without regard to case
 * (RFC 4343), else -1. No text is made of it: this runs for every message that arrives.
 */
export function matchName(bytes: Uint8Array, offset: number, end: number, name: string): number {
  if (name.includes('\\')) return matchEscapedName(bytes, offset, end, name);
  const nameEnd = name === '' ? 0 : name.length + 1;
  let position = offset;
  let at = 0;
  while (position < end) {
    const length = bytes[position] as number;
    if (length === 0) return at === nameEnd ? position + 1 : -1;
    const next = position + 1 + length;
    if (length > MAX_LABEL_OCTETS || next > end) return -1;
    if (!matchLabel(bytes, position + 1, next, name, at)) return -1;
    position = next;
    at += length + 1;
  }
  return -1;
}

/** Whether the label at `start` equals the one of `name` at `at`, and that one ends there too. */
function matchLabel(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: string,
  at: number,
): boolean {
  let char = at;
  for (let position = start; position < end; position++) {
    const octet = name.charCodeAt(char++);
    if (octet === DOT || FOLDED[bytes[position] as number] !== FOLDED[octet]) return false;
  }
  return char === name.length || name.charCodeAt(char) === DOT;
}

function matchEscapedName(bytes: Uint8Array, offset: number, end: number, name: string): number {
  const encoded = new Uint8Array(MAX_NAME_OCTETS);
  const length = encodeName(encoded, 0, name);
  if (length < 0 || offset + length > end) return -1;
  for (let i = 0; i < length; i++) {
    if (FOLDED[bytes[offset + i] as number] !== FOLDED[encoded[i] as number]) return -1;
  }
  return offset + length;
}
