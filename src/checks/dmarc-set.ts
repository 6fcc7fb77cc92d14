/**
 * What stands at one `_dmarc` name: the TXT record set told apart into DMARC records, near misses
 * and others (RFC 9989 §4.10 steps 2 and 6). Pure; it decides nothing about policy.
 */
import {
  type Answer,
  type Conversation,
  type FailureReason,
  type Question,
  recordSet,
} from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import {
  type DmarcRecord,
  isDmarcRecord,
  isNearMiss,
  parseDmarcRecord,
} from '../records/dmarc-record.ts';
import { onlyAnswer } from './check.ts';

/** A question without a definitive answer. */
export interface LookupFailure {
  readonly reason: FailureReason;
  /** The resolver said that no authority works (RFC 8914 §4.23, §4.24). */
  readonly lame: boolean;
}

export interface DmarcSet {
  /** The name below which `_dmarc` was asked. */
  readonly domain: DomainName;
  /** Why the question has no answer; the rest is then empty. */
  readonly failure: LookupFailure | undefined;
  /** Texts that survive the version test, bytewise sorted, so that rotation is no change. */
  readonly selected: readonly string[];
  /** The selected text read, if there is one only; several are all discarded, whatever they say. */
  readonly record: DmarcRecord | undefined;
  /** Texts meant as DMARC that are none, bytewise sorted. */
  readonly nearMisses: readonly string[];
  /** Texts that are neither; they are counted and not kept. */
  readonly unrelated: number;
  /** One of the unrelated is an SPF record (a wildcard's, as a rule). */
  readonly hasSpf: boolean;
  /** The `_dmarc` name is an alias of a name that does not exist (RFC 6604 §3). */
  readonly isDangling: boolean;
}

const NONE: readonly string[] = [];
const DMARC_LABEL = '_dmarc.';
const LONGEST_NAME = 253;

/**
 * The question for the TXT records at `_dmarc.<domain>`; an own name is shared with no other domain.
 * Undefined where such a name cannot exist, hence holds no record (RFC 1035 §2.3.4).
 */
export function dmarcQuestion(domain: DomainName, shared: boolean): Question | undefined {
  if (domain.length > LONGEST_NAME - DMARC_LABEL.length) return undefined;
  return { qname: DMARC_LABEL + domain, qtype: 'TXT', shared };
}

/** Asks for what stands at a parent, or a fallback: names that many domains share. */
export function* askDmarcSet(domain: DomainName): Conversation<DmarcSet> {
  const question = dmarcQuestion(domain, true);
  if (question === undefined) return emptySet(domain, false);
  return readDmarcAnswer(domain, onlyAnswer(yield [question]));
}

export function readDmarcAnswer(domain: DomainName, answer: Answer): DmarcSet {
  const set = recordSet(answer);
  switch (set.state) {
    case 'records':
      return readDmarcSet(domain, set.records);
    case 'absent':
      return emptySet(domain, set.nxdomain && set.aliases.length > 0);
    default:
      return { ...emptySet(domain, false), failure: { reason: set.reason, lame: set.lame } };
  }
}

/** The record that counts in discovery: a single one whose tag list is sound (RFC 6376 §3.2). */
export function usableRecord(set: DmarcSet | undefined): DmarcRecord | undefined {
  const record = set?.record;
  return record === undefined || record.verdict === 'malformed' ? undefined : record;
}

/** Tells joined TXT texts apart. */
export function readDmarcSet(domain: DomainName, texts: readonly string[]): DmarcSet {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined && isDmarcRecord(only))
    return plainSet(domain, texts, parseDmarcRecord(only));
  const selected = texts.filter(isDmarcRecord).sort();
  const nearMisses = texts.filter(isNearMiss).sort();
  const [record] = selected;
  return {
    domain,
    failure: undefined,
    selected,
    record: record !== undefined && selected.length === 1 ? parseDmarcRecord(record) : undefined,
    nearMisses,
    unrelated: texts.length - selected.length - nearMisses.length,
    hasSpf: texts.some((text) => /^v=spf1(?: |$)/iu.test(text)),
    isDangling: false,
  };
}

export const emptySet = (domain: DomainName, isDangling: boolean): DmarcSet =>
  plainSet(domain, NONE, undefined, isDangling);

/** A set of nothing but the selected texts. */
function plainSet(
  domain: DomainName,
  selected: readonly string[],
  record: DmarcRecord | undefined,
  isDangling = false,
): DmarcSet {
  return {
    domain,
    failure: undefined,
    selected,
    record,
    nearMisses: NONE,
    unrelated: 0,
    hasSpf: false,
    isDangling,
  };
}
