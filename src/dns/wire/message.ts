/**
 * DNS messages (RFC 1035 §4, EDNS RFC 6891): a query to bytes, a response to what it says about one
 * question. Pure: bytes in, value out; never throws on input, reads nothing beyond `length`.
 *
 * It must not guess: a response that is not whole is `malformed`, never "no record".
 */
import { type Chain, followChain } from './chain.ts';
import { encodeName, matchName } from './name.ts';
import { readRdata } from './rdata.ts';
import { RecordSetBuilder } from './record-set.ts';
import { CLASS_IN, OPTION_EXTENDED_ERROR, QTYPES, RCODES, TYPE_OPT } from './registry.ts';
import { findOpt, hasAuthority, RECORD_OCTETS, skipRecords, word } from './sections.ts';

const HEADER_OCTETS = 12;
/** What encodeQuery writes at most. */
export const MAX_QUERY_OCTETS = HEADER_OCTETS + 255 + 4 + 11;

/** What a response says of a question; every member is an `Answer` of `dns/talk.ts`. */
export type WireAnswer =
  | {
      readonly status: 'noerror';
      readonly records: readonly string[];
      readonly aliases: readonly string[];
    }
  | { readonly status: 'nodata' | 'nxdomain'; readonly aliases: readonly string[] }
  | {
      readonly status: 'servfail' | 'refused' | 'other_rcode';
      readonly extendedError: number | undefined;
    };

/** An answer, or why the message is none. */
export type Decoded =
  | WireAnswer
  /** Not a response, or not to this question: drop it and go on waiting (RFC 5452 §9.1). */
  | 'mismatch'
  | 'malformed'
  /** TC=1: what is there is not used (RFC 2181 §9). */
  | 'truncated'
  /** FORMERR, NOTIMP (RFC 6891 §7) or BADVERS (§6.1.3) to EDNS version 0: ask again without it. */
  | 'not_understood';

const NO_ALIASES: readonly string[] = Object.freeze([]);
const NODATA: WireAnswer = Object.freeze({ status: 'nodata', aliases: NO_ALIASES });
const NXDOMAIN: WireAnswer = Object.freeze({ status: 'nxdomain', aliases: NO_ALIASES });

/**
 * Writes a query with RD=1 at `offset` and gives the offset after it, or -1 where `qname` is no name.
 * `ednsSize` is the UDP payload size to announce; 0 leaves EDNS out. `target` needs
 * MAX_QUERY_OCTETS of room.
 */
export function encodeQuery(
  target: Uint8Array,
  offset: number,
  id: number,
  qname: string,
  qtype: number,
  ednsSize: number,
): number {
  target[offset] = id >>> 8;
  target[offset + 1] = id & 0xff;
  target[offset + 2] = 0x01;
  target.fill(0, offset + 3, offset + HEADER_OCTETS);
  target[offset + 5] = 1;
  const typeAt = encodeName(target, offset + HEADER_OCTETS, qname);
  if (typeAt < 0) return -1;
  target[typeAt] = qtype >>> 8;
  target[typeAt + 1] = qtype & 0xff;
  target[typeAt + 2] = 0;
  target[typeAt + 3] = CLASS_IN;
  const end = typeAt + 4;
  if (ednsSize === 0) return end;
  target[offset + 11] = 1;
  target.fill(0, end, end + 11);
  target[end + 2] = TYPE_OPT;
  target[end + 3] = ednsSize >>> 8;
  target[end + 4] = ednsSize & 0xff;
  return end + 11;
}

/** ID of a message of at least two octets. */
export const messageId = (bytes: Uint8Array): number =>
  ((bytes[0] as number) << 8) | (bytes[1] as number);

/**
 * What the first `length` octets of `bytes` say of the question `qname` (as encodeQuery takes it) and
 * `qtype`. The caller compares the id. A message ends with its last announced record (RFC 1035 §4.1):
 * octets behind that are records which the counts hide, so that what is there is not known.
 */
export function decodeResponse(
  bytes: Buffer,
  length: number,
  qname: string,
  qtype: number,
): Decoded {
  if (length < HEADER_OCTETS || length > bytes.length) return 'mismatch';
  const flags = word(bytes, 2);
  // QR=1 and OPCODE=0.
  if ((flags & 0xf800) !== 0x8000) return 'mismatch';
  const answersAt = matchQuestion(bytes, length, qname, qtype);
  if (answersAt < 0) return 'mismatch';
  if ((flags & 0x0200) !== 0) return 'truncated';
  const rcode = flags & 0x0f;
  if (rcode !== RCODES.NOERROR && rcode !== RCODES.NXDOMAIN) {
    return failure(bytes, length, answersAt, rcode);
  }
  return decodeSections(bytes, length, answersAt, qtype, rcode);
}

/** Offset after the question section if it is ours, else -1. */
function matchQuestion(bytes: Buffer, length: number, qname: string, qtype: number): number {
  const questionCount = word(bytes, 4);
  if (questionCount === 0) return isBareError(bytes) ? HEADER_OCTETS : -1;
  if (questionCount !== 1) return -1;
  const typeAt = matchName(bytes, HEADER_OCTETS, length, qname);
  if (typeAt < 0 || typeAt + 4 > length) return -1;
  return word(bytes, typeAt) === qtype && word(bytes, typeAt + 2) === CLASS_IN ? typeAt + 4 : -1;
}

/**
 * Some servers give an error back with the header alone, having read no further. Taken for the error
 * it is, as BIND does: it can cost an attempt, never make an absence.
 */
function isBareError(bytes: Buffer): boolean {
  const rcode = word(bytes, 2) & 0x0f;
  const isError =
    rcode === RCODES.FORMERR ||
    rcode === RCODES.SERVFAIL ||
    rcode === RCODES.NOTIMP ||
    rcode === RCODES.REFUSED;
  return isError && word(bytes, 6) === 0;
}

function decodeSections(
  bytes: Buffer,
  length: number,
  answersAt: number,
  qtype: number,
  rcode: number,
): Decoded {
  const answerCount = word(bytes, 6);
  const authorityAt = skipRecords(bytes, answersAt, answerCount, length);
  const additionalAt = skipRecords(bytes, authorityAt, word(bytes, 8), length);
  const optAt = findOpt(bytes, additionalAt, word(bytes, 10), length);
  if (optAt < 0) return 'malformed';
  const upper = upperRcode(bytes, optAt);
  if (upper !== 0) return failureOf(bytes, optAt, upper | rcode);
  if (answerCount === 0) return emptyAnswer(bytes, authorityAt, length, rcode);
  const plain = readPlain(bytes, answersAt, answerCount, length, qtype);
  if (plain === 'malformed') return 'malformed';
  if (plain !== undefined && rcode === RCODES.NOERROR) {
    return { status: 'noerror', records: plain, aliases: NO_ALIASES };
  }
  const chain = plain
    ? { records: plain, aliases: NO_ALIASES, hasOthers: false }
    : followChain({ bytes, length, qtype, questionAt: HEADER_OCTETS, answersAt, answerCount });
  if (chain === undefined) return 'malformed';
  if (rcode === RCODES.NXDOMAIN) {
    // Records and "does not exist" at once: neither can be trusted.
    const isContradiction = chain.records.length > 0;
    return isContradiction ? 'malformed' : { status: 'nxdomain', aliases: chain.aliases };
  }
  if (chain.records.length > 0) {
    return { status: 'noerror', records: chain.records, aliases: chain.aliases };
  }
  return unanswered(bytes, authorityAt, length, chain);
}

/**
 * NOERROR with an answer section that holds no asked record. It is NODATA by a SOA (RFC 2308 §2.2), or
 * by a chain of aliases that has nothing beside it. Without either, records of other names, types or
 * classes say nothing of the record that was asked.
 */
function unanswered(bytes: Buffer, authorityAt: number, length: number, chain: Chain): Decoded {
  const { aliases, hasOthers } = chain;
  const isProven = hasAuthority(bytes, authorityAt, length, QTYPES.SOA);
  if (!isProven && (aliases.length === 0 || hasOthers)) return 'malformed';
  const isShort = isReferral(bytes, authorityAt, length, aliases.length > 0);
  return isShort ? incomplete() : { status: 'nodata', aliases };
}

function emptyAnswer(bytes: Buffer, authorityAt: number, length: number, rcode: number): Decoded {
  if (rcode === RCODES.NXDOMAIN) return NXDOMAIN;
  return isReferral(bytes, authorityAt, length, false) ? incomplete() : NODATA;
}

const incomplete = (): WireAnswer => ({ status: 'other_rcode', extendedError: undefined });

/**
 * Records of the asked type, where every record stands at the asked name by the pointer that all
 * servers write; undefined for anything else, which takes the long way.
 */
function readPlain(
  bytes: Buffer,
  answersAt: number,
  answerCount: number,
  length: number,
  qtype: number,
): readonly string[] | 'malformed' | undefined {
  let position = answersAt;
  for (let i = 0; i < answerCount; i++) {
    const isAtQname = word(bytes, position) === 0xc000 + HEADER_OCTETS;
    if (!isAtQname || word(bytes, position + 2) !== qtype || word(bytes, position + 4) !== CLASS_IN)
      return undefined;
    position += 2 + RECORD_OCTETS + word(bytes, position + RECORD_OCTETS);
  }
  if (answerCount > 1) return readSeveral(bytes, answersAt, answerCount, length, qtype);
  const text = readRdata(bytes, qtype, answersAt + 2 + RECORD_OCTETS, position, length);
  return text === undefined ? 'malformed' : [text];
}

function readSeveral(
  bytes: Buffer,
  answersAt: number,
  answerCount: number,
  length: number,
  qtype: number,
): readonly string[] | 'malformed' {
  const found = new RecordSetBuilder(bytes, length, qtype);
  let position = answersAt;
  for (let i = 0; i < answerCount; i++) {
    const start = position + 2 + RECORD_OCTETS;
    position = start + word(bytes, start - 2);
    if (!found.add(start, position)) return 'malformed';
  }
  return found.records;
}

/**
 * Whether an answer without the asked records comes from a server that did not look further. A
 * recursive resolver follows referrals and chains itself, and an authoritative server proves absence
 * by its SOA (RFC 2308 §2.2). RA=0 without a SOA, but with NS and no authority of its own (a referral)
 * or at the end of a chain that leaves its zones, says nothing of the record that was asked.
 */
function isReferral(
  bytes: Buffer,
  authorityAt: number,
  length: number,
  hasAlias: boolean,
): boolean {
  const flags = word(bytes, 2);
  const isRecursionAvailable = (flags & 0x0080) !== 0;
  const isAuthoritative = (flags & 0x0400) !== 0;
  if (isRecursionAvailable || (isAuthoritative && !hasAlias)) return false;
  if (hasAuthority(bytes, authorityAt, length, QTYPES.SOA)) return false;
  return hasAlias || hasAuthority(bytes, authorityAt, length, QTYPES.NS);
}

/** The failure that an RCODE other than NOERROR and NXDOMAIN is; its sections may be broken. */
function failure(bytes: Buffer, length: number, answersAt: number, headerRcode: number): Decoded {
  const skipped = skipRecords(bytes, answersAt, word(bytes, 6) + word(bytes, 8), length);
  const optAt = findOpt(bytes, skipped, word(bytes, 10), length);
  return failureOf(bytes, optAt, upperRcode(bytes, optAt) | headerRcode);
}

/** The upper eight of the RCODE's twelve bits, in their place: the OPT record's TTL (RFC 6891 §6.1.3). */
const upperRcode = (bytes: Buffer, optAt: number): number =>
  optAt > 0 ? (bytes[optAt + 4] as number) << 4 : 0;

function failureOf(bytes: Buffer, optAt: number, rcode: number): Decoded {
  switch (rcode) {
    case RCODES.FORMERR:
    case RCODES.NOTIMP:
    case RCODES.BADVERS:
      return 'not_understood';
    case RCODES.SERVFAIL:
      return { status: 'servfail', extendedError: extendedError(bytes, optAt) };
    case RCODES.REFUSED:
      return { status: 'refused', extendedError: extendedError(bytes, optAt) };
    default:
      return { status: 'other_rcode', extendedError: extendedError(bytes, optAt) };
  }
}

/** INFO-CODE of the first Extended DNS Error in the OPT record whose type is at `optAt` (RFC 8914). */
function extendedError(bytes: Buffer, optAt: number): number | undefined {
  if (optAt <= 0) return undefined;
  let position = optAt + RECORD_OCTETS;
  const end = position + word(bytes, optAt + 8);
  while (position + 4 <= end) {
    const next = position + 4 + word(bytes, position + 2);
    if (next > end) return undefined;
    if (word(bytes, position) === OPTION_EXTENDED_ERROR && next >= position + 6) {
      return word(bytes, position + 4);
    }
    position = next;
  }
  return undefined;
}
