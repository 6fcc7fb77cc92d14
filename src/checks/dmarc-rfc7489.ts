/**
 * The same domain as a receiver reads it that still goes by RFC 7489: one fallback to the
 * organizational domain of the Public Suffix List (§3.2, §6.6.3), no tree walk, no `np`, `t`, `psd`.
 * It asks only what the tree walk has not asked already.
 */
import { errorClass } from '../dns/talk.ts';
import { type DomainName, labelCount } from '../names/domain-name.ts';
import { organizationalDomainPsl } from '../names/organizational-domain.ts';
import type { DmarcRecord, PolicyValue } from '../records/dmarc-record.ts';
import { type DmarcClass, requestedPolicy7489 } from './dmarc-policy.ts';
import type { DmarcSet } from './dmarc-set.ts';
import type { TreeWalk } from './dmarc-walk.ts';

export interface Reading7489 {
  /** `absent` also for several records: discovery ends and nothing is applied (§6.6.3 step 5). */
  readonly class: DmarcClass;
  readonly source: 'own' | 'org' | undefined;
  readonly record: DmarcRecord | undefined;
  readonly recordDomain: DomainName | undefined;
  /** As published for this name: `pct` and test mode lower nothing here. */
  readonly policy: PolicyValue | undefined;
}

const ABSENT: Reading7489 = {
  class: 'absent',
  source: undefined,
  record: undefined,
  recordDomain: undefined,
  policy: undefined,
};

/**
 * The name whose records the fallback wants and the tree walk has not asked; undefined without one.
 * The fallback is for an empty set only; several records end discovery (§6.6.3 steps 3 and 5).
 */
export function unaskedBy7489({ domain, own, parents }: TreeWalk): DomainName | undefined {
  if (own.failure !== undefined || own.selected.length > 0) return undefined;
  const orgDomain = orgDomain7489(domain);
  return orgDomain === domain || setOf(parents, orgDomain) !== undefined ? undefined : orgDomain;
}

/** `unasked` is the set at the name that `unaskedBy7489` gave. */
export function readBy7489(walk: TreeWalk, unasked: DmarcSet | undefined): Reading7489 {
  const { domain, own, parents } = walk;
  if (own.failure !== undefined || own.selected.length > 0) return readingOf(own, 'own');
  const set = unasked ?? setOf(parents, orgDomain7489(domain));
  return set === undefined ? ABSENT : readingOf(set, 'org');
}

function setOf(parents: readonly DmarcSet[], domain: DomainName): DmarcSet | undefined {
  for (const set of parents) if (set.domain === domain) return set;
  return undefined;
}

/** Two labels are a registered name or a public suffix: their own organizational domain either way. */
export function orgDomain7489(domain: DomainName): DomainName {
  return labelCount(domain) <= 2 ? domain : organizationalDomainPsl(domain);
}

function readingOf(set: DmarcSet, source: 'own' | 'org'): Reading7489 {
  if (set.failure !== undefined)
    return { ...ABSENT, class: errorClass(set.failure.reason, set.failure.lame) };
  const { record } = set;
  if (record === undefined) return ABSENT;
  if (record.verdict === 'malformed') return { ...ABSENT, class: 'invalid' };
  const requested = requestedPolicy7489(record);
  const policy = source === 'own' ? requested?.p : requested?.sp;
  return { class: policy ?? 'invalid', source, record, recordDomain: set.domain, policy };
}
