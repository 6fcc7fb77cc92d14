/**
 * Messages that break the protocol, one form a function: loops, lying counts, names that are too
 * long. Pure. Each carries records that would mislead a reader who took what he could get
 * (`v=spf1 +all`, an exchange named `evil`), or leaves out what there is.
 */
import { encodeMx, encodeTxt } from '../src/loopback/rdata.ts';
import {
  AT_QUESTION,
  HEADER_OCTETS,
  type LaidOut,
  layOut,
  type Query,
  record,
  respond,
  wireName,
} from './fault-server-message.ts';

export const HOSTILE_FORMS = [
  /** The owner of the answer points at itself. */
  'compression-loop',
  /** Two names point at each other. */
  'compression-loop-of-two',
  /** The owner points forward, at a name that is sound. */
  'forward-pointer',
  /** The owner points beyond the message. */
  'pointer-outside',
  /** The true answer, with three records more announced than are there. */
  'counts-high',
  /** The true answer, with one record less announced. */
  'counts-one-low',
  /** The true answer, announced as none: no answer, no authority, no additional. */
  'counts-zero',
  /** Every section has 65,535 records. */
  'counts-huge',
  /** A label of 127 octets. */
  'label-over-63',
  /** A name of five labels of 63 octets. */
  'name-over-255',
  /** RDLENGTH beyond the end of the message. */
  'rdlength-over',
  /** A character-string beyond its RDATA; an MX without an exchange. */
  'rdata-short',
  /** The true answer cut in half, without TC. */
  'cut-off',
  /** Two names that are aliases of each other. */
  'cname-loop',
  /** A chain of twenty aliases. */
  'cname-long',
  /** A name with two aliases. */
  'cname-two',
  /** Records of the asked type, all at another name. */
  'other-owner',
  /** Records of the asked type at the asked name, in class CH. */
  'other-class',
  /** NXDOMAIN with records. */
  'nxdomain-with-records',
  /** Two OPT records. */
  'two-opt',
  /** A header alone: NOERROR, no question. */
  'header-only',
  /** The query itself. */
  'echo',
  /** Octets of no meaning behind the id. */
  'garbage',
] as const;
export type HostileForm = (typeof HOSTILE_FORMS)[number];

const TXT = 16;
const MX = 15;

/** RDATA that would make a wrong class. */
function evilRdata(type: number): Uint8Array {
  if (type === MX) return encodeMx(0, 'evil.fault-server.test') ?? new Uint8Array();
  return encodeTxt(Buffer.from(type === TXT ? 'v=spf1 +all' : 'evil'));
}

const evil = (owner: Uint8Array, type: number, count = 1, more: Uint8Array = NONE): LaidOut => ({
  rcode: 0,
  answerCount: count,
  authorityCount: 0,
  octets: Buffer.concat([record(owner, type, evilRdata(type)), more]),
});

const NONE = new Uint8Array();

/** A pointer to an offset of the message. */
const pointer = (offset: number): Uint8Array =>
  Uint8Array.of(0xc0 | ((offset >> 8) & 0x3f), offset & 0xff);

type Deform = (query: Query, honest: LaidOut) => Buffer;

const longLabels = (length: number, count: number): Uint8Array =>
  Buffer.concat([
    ...Array.from({ length: count }, () =>
      Buffer.concat([Uint8Array.of(length), Buffer.alloc(length, 0x61)]),
    ),
    Uint8Array.of(0),
  ]);

function withCounts(query: Query, honest: LaidOut, change: (answers: number) => number): Buffer {
  const out = respond(query, honest);
  out.writeUInt16BE(change(honest.answerCount), 6);
  return out;
}

/** Aliases `from` by number, and at the end a record of the asked type at the last. */
function chain(query: Query, length: number): LaidOut {
  const aliases = Array.from({ length }, (_, i) => `hop${i}.fault-server.test`);
  return layOut(query.type, [evilRdata(query.type)], aliases);
}

function loopOfAliases(): LaidOut {
  const there = wireName('there.fault-server.test');
  const octets = Buffer.concat([record(AT_QUESTION, 5, there), record(there, 5, AT_QUESTION)]);
  return { rcode: 0, answerCount: 2, authorityCount: 0, octets };
}

function cutRdata(query: Query): Buffer {
  const rdata = query.type === MX ? Uint8Array.of(0, 10) : Uint8Array.of(200, 0x76, 0x3d);
  return respond(query, {
    rcode: 0,
    answerCount: 1,
    authorityCount: 0,
    octets: record(AT_QUESTION, query.type, rdata),
  });
}

/** The RDLENGTH of the first record says 4,000 octets more. */
function longRdata(query: Query): Buffer {
  const out = respond({ ...query, hasEdns: false }, evil(AT_QUESTION, query.type));
  const at = query.questionEnd + AT_QUESTION.length + 8;
  out.writeUInt16BE(out.readUInt16BE(at) + 4000, at);
  return out;
}

function otherClass(query: Query): Buffer {
  const out = respond(query, evil(AT_QUESTION, query.type));
  out.writeUInt16BE(3, query.questionEnd + AT_QUESTION.length + 2);
  return out;
}

function twoOpts(query: Query): Buffer {
  const out = respond({ ...query, hasEdns: true }, evil(AT_QUESTION, query.type));
  out.writeUInt16BE(2, 10);
  return Buffer.concat([out, out.subarray(-11)]);
}

const DEFORM: Readonly<Record<HostileForm, Deform>> = {
  'compression-loop': (query) => respond(query, evil(pointer(query.questionEnd), query.type)),
  'compression-loop-of-two': (query) => {
    const first = pointer(query.questionEnd + 12 + evilRdata(query.type).length);
    const second = record(pointer(query.questionEnd), query.type, evilRdata(query.type));
    return respond(query, evil(first, query.type, 2, second));
  },
  'forward-pointer': (query) => {
    const nameAt = query.questionEnd + 2 + 10 + evilRdata(query.type).length;
    const second = record(wireName(query.name), query.type, evilRdata(query.type));
    return respond(query, evil(pointer(nameAt), query.type, 2, second));
  },
  'pointer-outside': (query) => respond(query, evil(pointer(0x3fff), query.type)),
  'counts-high': (query, honest) => withCounts(query, honest, (count) => count + 3),
  'counts-one-low': (query, honest) => withCounts(query, honest, (count) => Math.max(0, count - 1)),
  'counts-zero': (query, honest) => {
    const out = respond(query, honest);
    out.fill(0, 6, HEADER_OCTETS);
    return out;
  },
  'counts-huge': (query, honest) => {
    const out = respond(query, honest);
    out.fill(0xff, 6, HEADER_OCTETS);
    return out;
  },
  'label-over-63': (query) => respond(query, evil(longLabels(127, 1), query.type)),
  'name-over-255': (query) => respond(query, evil(longLabels(63, 5), query.type)),
  'rdlength-over': longRdata,
  'rdata-short': cutRdata,
  'cut-off': (query, honest) => {
    const out = respond({ ...query, hasEdns: false }, honest);
    return out.subarray(0, query.questionEnd + Math.ceil(honest.octets.length / 2));
  },
  'cname-loop': (query) => respond(query, loopOfAliases()),
  'cname-long': (query) => respond(query, chain(query, 20)),
  'cname-two': (query) => {
    const one = record(AT_QUESTION, 5, wireName('one.fault-server.test'));
    const two = record(AT_QUESTION, 5, wireName('two.fault-server.test'));
    const octets = Buffer.concat([one, two]);
    return respond(query, { rcode: 0, answerCount: 2, authorityCount: 0, octets });
  },
  'other-owner': (query) => respond(query, evil(wireName('other.fault-server.test'), query.type)),
  'other-class': otherClass,
  'nxdomain-with-records': (query) =>
    respond(query, { ...evil(AT_QUESTION, query.type), rcode: 3 }),
  'two-opt': twoOpts,
  'header-only': (query) => {
    const out = Buffer.alloc(HEADER_OCTETS);
    query.bytes.copy(out, 0, 0, 2);
    out[2] = 0x80;
    out[3] = 0x80;
    return out;
  },
  echo: (query) => query.bytes,
  garbage: (query) => {
    const out = Buffer.alloc(200, 0xa7);
    query.bytes.copy(out, 0, 0, 2);
    return out;
  },
};

/** The message of a form; `honest` is what stands at the name. Over UDP it may be too long. */
export function deform(form: HostileForm, query: Query, honest: LaidOut): Buffer {
  return DEFORM[form](query, honest);
}
