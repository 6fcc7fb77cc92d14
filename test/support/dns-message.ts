/** Builds DNS messages octet by octet for tests, valid and broken ones; shares only encodeName with src. */
import { encodeName } from '../../src/dns/wire/name.ts';

export interface Record {
  /** `@` is the pointer to the question's name. */
  readonly owner: string;
  readonly type: number;
  readonly rdata: Buffer;
  readonly class?: number;
  readonly ttl?: number;
}

export interface Message {
  readonly id?: number;
  /** Second header word; 0x8180 is QR, RD, RA and NOERROR. */
  readonly flags?: number;
  /** Undefined leaves the question section out. */
  readonly qname?: string;
  readonly qtype?: number;
  readonly answers?: readonly Record[];
  readonly authorities?: readonly Record[];
  readonly additionals?: readonly Record[];
  /** What the header claims instead of the truth: QD, AN, NS, AR. */
  readonly counts?: readonly [number, number, number, number];
}

export const RECURSIVE = 0x8180;
export const AUTHORITATIVE = 0x8500;

export function name(text: string): Buffer {
  const target = Buffer.alloc(256);
  const end = encodeName(target, 0, text);
  if (end < 0) throw new Error(`not a name: ${text}`);
  return target.subarray(0, end);
}

export const pointer = (offset: number): Buffer => word(0xc000 | offset);

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function message(parts: Message): Buffer {
  const { answers = [], authorities = [], additionals = [] } = parts;
  const questions = parts.qname === undefined ? 0 : 1;
  const counts = parts.counts ?? [
    questions,
    answers.length,
    authorities.length,
    additionals.length,
  ];
  const question =
    parts.qname === undefined ? [] : [name(parts.qname), word(parts.qtype ?? 16), word(1)];
  return Buffer.concat([
    word(parts.id ?? 0),
    word(parts.flags ?? RECURSIVE),
    ...counts.map(word),
    ...question,
    ...[...answers, ...authorities, ...additionals].flatMap(record),
  ]);
}

function record({ owner, type, rdata, class: klass = 1, ttl = 300 }: Record): Buffer[] {
  const ttlBytes = Buffer.alloc(4);
  ttlBytes.writeUInt32BE(ttl);
  const ownerBytes = owner === '@' ? pointer(12) : name(owner);
  return [ownerBytes, word(type), word(klass), ttlBytes, word(rdata.length), rdata];
}

/** RDATA of a TXT: each text one character-string. */
export const txtData = (...texts: readonly string[]): Buffer =>
  Buffer.concat(texts.flatMap((text) => [Buffer.from([text.length]), Buffer.from(text, 'latin1')]));

export const txt = (owner: string, ...texts: readonly string[]): Record => ({
  owner,
  type: 16,
  rdata: txtData(...texts),
});

export const mx = (owner: string, preference: number, exchange: string): Record => ({
  owner,
  type: 15,
  rdata: Buffer.concat([word(preference), name(exchange)]),
});

export const cname = (owner: string, target: string): Record => ({
  owner,
  type: 5,
  rdata: name(target),
});

export const dname = (owner: string, target: string): Record => ({
  owner,
  type: 39,
  rdata: name(target),
});

export const ns = (owner: string, target: string): Record => ({
  owner,
  type: 2,
  rdata: name(target),
});

export const soa = (owner: string): Record => ({
  owner,
  type: 6,
  rdata: Buffer.concat([name('ns.invalid'), name('host.invalid'), Buffer.alloc(20)]),
});

/** An OPT record with the upper bits of the RCODE and Extended DNS Errors (RFC 6891, RFC 8914). */
export function opt(upperRcode: number, ...extendedErrors: readonly number[]): Record {
  const rdata = Buffer.concat(
    extendedErrors.map((code) =>
      Buffer.concat([word(15), word(5), word(code), Buffer.from('why')]),
    ),
  );
  return { owner: '', type: 41, class: 1232, ttl: upperRcode * 0x1000000, rdata };
}
