/**
 * Messages of the fault server: a query read, an honest response written (RFC 1035 §4, EDNS(0) RFC
 * 6891). Pure. Answers are laid out once and copied behind the question of each query, since this
 * must not be what bounds a measurement. Dishonest messages are in `fault-server-forms.ts`.
 */
import { encodeName } from '../src/loopback/rdata.ts';

export const RCODES = {
  formerr: 1,
  servfail: 2,
  nxdomain: 3,
  notimp: 4,
  refused: 5,
} as const;
export type RcodeName = keyof typeof RCODES;

export const HEADER_OCTETS = 12;
const OPT_OCTETS = 11;
const TYPE_OPT = 41;
const TYPE_CNAME = 5;
const CLASS_IN = 1;
const TTL_SECONDS = 300;
const OPTION_EXTENDED_ERROR = 15;
/** RFC 6891 §6.1.3: the upper bits of the RCODE, in the OPT record. */
const BADVERS_UPPER = 1;
/** The largest response over UDP, whatever the query allows (DNS flag day 2020). */
const MAX_UDP_OCTETS = 1232;
const MIN_UDP_OCTETS = 512;
const MAX_LABEL_OCTETS = 63;

export interface Query {
  readonly bytes: Buffer;
  /** Lower case, no final dot; the root is the empty text. */
  readonly name: string;
  readonly type: number;
  readonly questionEnd: number;
  readonly hasEdns: boolean;
  /** The most octets that a response over UDP may have. */
  readonly udpLimit: number;
}

const scratch = Buffer.alloc(256);

/** Undefined for what is no plain query with one question. */
export function readQuery(bytes: Buffer): Query | undefined {
  if (bytes.length < HEADER_OCTETS + 5 || ((bytes[2] as number) & 0xf8) !== 0) return undefined;
  if (bytes.readUInt16BE(4) !== 1) return undefined;
  let at = HEADER_OCTETS;
  let written = 0;
  for (let length = bytes[at] as number; length !== 0; length = bytes[at] as number) {
    const end = at + 1 + length;
    if (length > MAX_LABEL_OCTETS || end >= bytes.length || written + length > 253)
      return undefined;
    if (written > 0) scratch[written++] = 0x2e;
    for (at++; at < end; at++) scratch[written++] = lowerCase(bytes[at] as number);
  }
  const questionEnd = at + 5;
  if (questionEnd > bytes.length) return undefined;
  const name = scratch.toString('latin1', 0, written);
  const hasEdns = isOpt(bytes, questionEnd);
  const offered = hasEdns ? bytes.readUInt16BE(questionEnd + 3) : MIN_UDP_OCTETS;
  const udpLimit = Math.min(Math.max(offered, MIN_UDP_OCTETS), MAX_UDP_OCTETS);
  return { bytes, name, type: bytes.readUInt16BE(at + 1), questionEnd, hasEdns, udpLimit };
}

const lowerCase = (octet: number): number =>
  octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;

function isOpt(bytes: Buffer, at: number): boolean {
  const isThere = bytes.readUInt16BE(10) > 0 && at + OPT_OCTETS <= bytes.length;
  return isThere && bytes[at] === 0 && bytes.readUInt16BE(at + 1) === TYPE_OPT;
}

/** An answer as it goes behind any question for its name and type. */
export interface LaidOut {
  readonly rcode: number;
  readonly answerCount: number;
  readonly authorityCount: number;
  /** Answer and authority section; the first owner is the question's name, by pointer. */
  readonly octets: Buffer;
}

/** Owner, type, class, TTL and length before some RDATA. */
export function record(owner: Uint8Array, type: number, rdata: Uint8Array): Buffer {
  const out = Buffer.alloc(owner.length + 10 + rdata.length);
  out.set(owner, 0);
  let at = out.writeUInt16BE(type, owner.length);
  at = out.writeUInt16BE(CLASS_IN, at);
  at = out.writeUInt32BE(TTL_SECONDS, at);
  at = out.writeUInt16BE(rdata.length, at);
  out.set(rdata, at);
  return out;
}

/** A pointer to the name of the question. */
export const AT_QUESTION = Uint8Array.of(0xc0, HEADER_OCTETS);

export function wireName(name: string): Uint8Array {
  const encoded = encodeName(name);
  if (encoded === undefined) throw new RangeError(`no name: ${JSON.stringify(name)}`);
  return encoded;
}

/** SOA of the root (RFC 2308 §3), with `ns` and `mbox` at the root, too. */
const SOA = record(Uint8Array.of(0), 6, Buffer.concat([Buffer.alloc(2), Buffer.alloc(20, 1)]));

export const NODATA: LaidOut = { rcode: 0, answerCount: 0, authorityCount: 1, octets: SOA };
export const NXDOMAIN: LaidOut = { ...NODATA, rcode: RCODES.nxdomain };

/**
 * The records of a type at the end of a chain of aliases, which may be empty. Without records the
 * end has none (NODATA), or is not there where `isMissing`.
 */
export function layOut(
  type: number,
  rdata: readonly Uint8Array[],
  aliases: readonly string[] = [],
  isMissing = false,
): LaidOut {
  const parts: Buffer[] = [];
  let owner: Uint8Array = AT_QUESTION;
  for (const alias of aliases) {
    const target = wireName(alias);
    parts.push(record(owner, TYPE_CNAME, target));
    owner = target;
  }
  for (const data of rdata) parts.push(record(owner, type, data));
  if (rdata.length === 0) parts.push(SOA);
  return {
    rcode: isMissing ? RCODES.nxdomain : 0,
    answerCount: aliases.length + rdata.length,
    authorityCount: rdata.length === 0 ? 1 : 0,
    octets: Buffer.concat(parts),
  };
}

/** Header, question, `answer` and OPT, with the flags of a recursive resolver's response. */
export function respond(query: Query, answer: LaidOut): Buffer {
  const { bytes, questionEnd, hasEdns } = query;
  const end = questionEnd + answer.octets.length;
  const out = Buffer.allocUnsafe(end + (hasEdns ? OPT_OCTETS : 0));
  bytes.copy(out, 0, 0, questionEnd);
  out[2] = 0x80 | ((bytes[2] as number) & 1);
  out[3] = 0x80 | answer.rcode;
  out[6] = answer.answerCount >>> 8;
  out[7] = answer.answerCount & 0xff;
  out[8] = 0;
  out[9] = answer.authorityCount;
  out[10] = 0;
  out[11] = hasEdns ? 1 : 0;
  answer.octets.copy(out, questionEnd);
  if (hasEdns) writeOpt(out, end);
  return out;
}

function writeOpt(out: Buffer, at: number): void {
  out.fill(0, at, at + OPT_OCTETS);
  out[at + 2] = TYPE_OPT;
  out.writeUInt16BE(MAX_UDP_OCTETS, at + 3);
}

const NOTHING: LaidOut = {
  rcode: 0,
  answerCount: 0,
  authorityCount: 0,
  octets: Buffer.alloc(0),
};

/** As a response that does not fit (RFC 2181 §9): TC, and no records. */
export function truncated(query: Query, rcode: number): Buffer {
  const out = respond(query, { ...NOTHING, rcode });
  out[2] = (out[2] as number) | 0x02;
  return out;
}

/** The RCODE and the question alone; the OPT carries the extended error where one is given. */
export function bareRcode(query: Query, rcode: RcodeName, extendedError?: number): Buffer {
  const out = respond(query, { ...NOTHING, rcode: RCODES[rcode] });
  if (extendedError === undefined || !query.hasEdns) return out;
  const option = Buffer.alloc(6);
  option.writeUInt16BE(OPTION_EXTENDED_ERROR, 0);
  option.writeUInt16BE(2, 2);
  option.writeUInt16BE(extendedError, 4);
  out.writeUInt16BE(option.length, out.length - 2);
  return Buffer.concat([out, option]);
}

/** FORMERR or NOTIMP as a server writes it that knows no EDNS: without OPT (RFC 6891 §7). */
export function withoutEdns(query: Query, rcode: RcodeName): Buffer {
  return bareRcode({ ...query, hasEdns: false }, rcode);
}

/** BADVERS (RFC 6891 §9): extended RCODE 16, which needs the OPT record. */
export function badVersion(query: Query): Buffer {
  const out = respond({ ...query, hasEdns: true }, NOTHING);
  out[out.length - OPT_OCTETS + 5] = BADVERS_UPPER;
  return out;
}

/** Every second letter of the question in upper case. */
export function mixCase(response: Buffer, { questionEnd }: Query): void {
  for (let at = HEADER_OCTETS + 1; at < questionEnd - 5; at += 2) {
    const octet = response[at] as number;
    if (octet >= 0x61 && octet <= 0x7a) response[at] = octet & 0xdf;
  }
}

/** The response with a question for another name of the same length. */
export function otherQuestion(response: Buffer, { questionEnd }: Query): Buffer {
  const out = Buffer.from(response);
  if (questionEnd > HEADER_OCTETS + 5) {
    const octet = out[HEADER_OCTETS + 1] as number;
    out[HEADER_OCTETS + 1] = (octet | 0x20) === 0x7a ? 0x61 : octet + 1;
  }
  return out;
}

/** The response with another id. */
export function otherId(response: Buffer): Buffer {
  const out = Buffer.from(response);
  out.writeUInt16BE(out.readUInt16BE(0) ^ 0x5a5a, 0);
  return out;
}
