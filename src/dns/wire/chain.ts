/**
 * The CNAME and DNAME chain of one answer section, from the name that was asked (RFC 1034 §3.6.2,
 * RFC 6672). Pure. The plain case of records at the asked name never comes here.
 *
 * Records that are not on the chain are ignored: whoever sent them may have put in what he likes. That
 * there are some of the asked type while the chain has none is told, since it is no absence.
 */
import { encodeName, MAX_NAME_OCTETS, readName, skipName } from './name.ts';
import { readWholeName } from './rdata.ts';
import { RecordSetBuilder } from './record-set.ts';
import { CLASS_IN, QTYPES, TYPE_DNAME } from './registry.ts';

/** Targets followed in one answer; more is taken as malformed, and so is a loop. */
export const MAX_ALIASES = 16;

export interface Chain {
  readonly records: readonly string[];
  readonly aliases: readonly string[];
  /** There are no records, but some of the asked type at names that the chain does not come to. */
  readonly hasOthers: boolean;
}

interface ChainRecord {
  readonly owner: string;
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The message, what was asked, and the octets its answer section starts at. */
export interface ChainInput {
  readonly bytes: Buffer;
  readonly length: number;
  readonly qtype: number;
  readonly questionAt: number;
  readonly answersAt: number;
  readonly answerCount: number;
}

/** Undefined for a malformed section, a loop, more than MAX_ALIASES, or two targets of one name. */
export function followChain(input: ChainInput): Chain | undefined {
  const recordsOfInterest = collect(input);
  const qname = readName(input.bytes, input.questionAt, input.length);
  if (recordsOfInterest === undefined || qname === undefined) return undefined;
  const aliases: string[] = [];
  let current = qname;
  for (;;) {
    const records = recordsAt(input, recordsOfInterest, current);
    if (records === undefined) return undefined;
    if (records.length > 0) return { records, aliases, hasOthers: false };
    const target = targetOf(input, recordsOfInterest, current);
    if (target === undefined) {
      const hasOthers = recordsOfInterest.some(({ type }) => type === input.qtype);
      return { records, aliases, hasOthers };
    }
    // A loop ends here too: it has no records, or it would have ended at them.
    if (target === MALFORMED || aliases.length === MAX_ALIASES) return undefined;
    aliases.push(target === '' ? '.' : target);
    current = target;
  }
}

/** Walks the answer section once; every record must be whole, of whatever type it is. */
function collect(input: ChainInput): ChainRecord[] | undefined {
  const { bytes, length, qtype } = input;
  const records: ChainRecord[] = [];
  let position = input.answersAt;
  for (let i = 0; i < input.answerCount; i++) {
    const ownerAt = position;
    position = skipName(bytes, position, length);
    if (position < 0 || position + 10 > length) return undefined;
    const type = bytes.readUInt16BE(position);
    const start = position + 10;
    const end = start + bytes.readUInt16BE(position + 8);
    if (end > length) return undefined;
    const isOfInterest = type === qtype || type === QTYPES.CNAME || type === TYPE_DNAME;
    if (isOfInterest && bytes.readUInt16BE(position + 2) === CLASS_IN) {
      const owner = readName(bytes, ownerAt, length);
      if (owner === undefined) return undefined;
      records.push({ owner, type, start, end });
    }
    position = end;
  }
  return records;
}

/** Records of the asked type at `owner`, before any CNAME there: a zone that has both breaks RFC 1034. */
function recordsAt(
  input: ChainInput,
  records: readonly ChainRecord[],
  owner: string,
): string[] | undefined {
  const found = new RecordSetBuilder(input.bytes, input.length, input.qtype);
  for (const record of records) {
    if (record.type !== input.qtype || record.owner !== owner) continue;
    if (!found.add(record.start, record.end)) return undefined;
  }
  return found.records;
}

/** No presentation form has a space, so it cannot be a name. */
const MALFORMED = ' ';

/** Where `owner` leads by a CNAME of its own, else by a DNAME above it; undefined for nowhere. */
function targetOf(
  input: ChainInput,
  records: readonly ChainRecord[],
  owner: string,
): string | undefined {
  const targets = new RecordSetBuilder(input.bytes, input.length, QTYPES.CNAME);
  let delegated: string | undefined;
  for (const record of records) {
    if (record.type === QTYPES.CNAME && record.owner === owner) {
      if (!targets.add(record.start, record.end)) return MALFORMED;
    } else if (record.type === TYPE_DNAME && isBelow(owner, record.owner)) {
      delegated ??= substitute(input, record, owner);
    }
  }
  const [target] = targets.records;
  if (targets.records.length > 1) return MALFORMED;
  return target === undefined ? delegated : asInner(target);
}

/** False for the root as ancestor: no presentation form ends in a dot. */
const isBelow = (name: string, ancestor: string): boolean => name.endsWith(`.${ancestor}`);

/** RFC 6672 §2.2: the suffix that is the DNAME's owner becomes its target. */
function substitute(input: ChainInput, record: ChainRecord, name: string): string {
  const target = readWholeName(input.bytes, record.start, record.end, input.length);
  if (target === undefined) return MALFORMED;
  const prefix = name.slice(0, -record.owner.length - 1);
  const substituted = target === '.' ? prefix : `${prefix}.${target}`;
  const isName = encodeName(new Uint8Array(MAX_NAME_OCTETS), 0, substituted) > 0;
  return isName ? substituted : MALFORMED;
}

/** The root is the empty text while names are compared, `.` in an answer. */
const asInner = (name: string): string => (name === '.' ? '' : name);
