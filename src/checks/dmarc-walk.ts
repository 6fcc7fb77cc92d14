/**
 * The DNS tree walk of RFC 9989 §4.10 and what follows from it: the organizational domain (§4.10.2)
 * and the record that applies (§4.10.1). No Public Suffix List, no opinion on what the record says.
 */
import type { Conversation } from '../dns/talk.ts';
import { type DomainName, labelCount, parentOf } from '../names/domain-name.ts';
import type { DmarcRecord } from '../records/dmarc-record.ts';
import { onlyAnswer } from './check.ts';
import {
  type DmarcSet,
  dmarcQuestion,
  emptySet,
  type LookupFailure,
  readDmarcAnswer,
  usableRecord,
} from './dmarc-set.ts';

export interface TreeWalk {
  readonly domain: DomainName;
  readonly own: DmarcSet;
  /** Parents as asked, longest name first. */
  readonly parents: readonly DmarcSet[];
  /** The walk ended here because the question failed; what stands higher up is not known. */
  readonly failed: DmarcSet | undefined;
}

/** A longer name is cut to this many labels after the first question: never more than 8 in all. */
const LONGEST_PARENT = 7;

const NO_SETS: readonly DmarcSet[] = [];

/**
 * Asks the name, then its parents up to the top-level domain, also after a record was found, and
 * stops at `psd=y` or `psd=n`. A failed question ends the walk: with an own record the policy stands
 * and only the organizational domain is unknown; without one nothing above may be borrowed
 * (RFC 9989 §4.10.1, §5.3.6).
 */
export function* walkTree(domain: DomainName): Conversation<TreeWalk> {
  const asked = dmarcQuestion(domain, false);
  const own =
    asked === undefined
      ? emptySet(domain, false)
      : readDmarcAnswer(domain, onlyAnswer(yield [asked]));
  let parents: DmarcSet[] | undefined;
  let set = own;
  let next = firstParent(domain);
  while (set.failure === undefined && !isBoundary(set) && next !== undefined) {
    const question = dmarcQuestion(next, true);
    set =
      question === undefined
        ? emptySet(next, false)
        : readDmarcAnswer(next, onlyAnswer(yield [question]));
    if (parents === undefined) parents = [set];
    else parents.push(set);
    next = parentOf(next);
  }
  const failed = set.failure === undefined ? undefined : set;
  return { domain, own, parents: parents ?? NO_SETS, failed };
}

function firstParent(domain: DomainName): DomainName | undefined {
  let next = parentOf(domain);
  for (let labels = labelCount(domain) - 1; labels > LONGEST_PARENT; labels--)
    next = next === undefined ? undefined : parentOf(next);
  return next;
}

/** RFC 9989 §4.10 steps 2 and 6: a single record with `psd=n` or `psd=y` stops the walk. */
function isBoundary(set: DmarcSet): boolean {
  const psd = usableRecord(set)?.psd;
  return psd === 'y' || psd === 'n';
}

/** Whence the applied record comes (RFC 9989 §4.10.1, highest preference first). */
export type PolicySource = 'own' | 'org' | 'psd';

export interface Discovery {
  /** Undefined when the walk failed before it could be told. */
  readonly orgDomain: DomainName | undefined;
  /** Undefined when no record applies, or none can be told to. */
  readonly source: PolicySource | undefined;
  readonly record: DmarcRecord | undefined;
  readonly recordDomain: DomainName | undefined;
  /** The record that a name below the domain would inherit. */
  readonly inheritable: DmarcRecord | undefined;
  /** Why it cannot be told which record applies. */
  readonly failure: LookupFailure | undefined;
}

/**
 * Selects from the sets of a walk. Several records at one name, and a list with a repeated tag, are
 * no record wherever they stand: at the organizational domain too they leave the walk with what is
 * found above, or with the start as its own organizational domain. A record that ends as
 * `not-applied` is a record: it is retrieved, applies nothing, and hides those above it (§4.10.1).
 */
export function discover(walk: TreeWalk): Discovery {
  const { domain, own } = walk;
  const ownRecord = usableRecord(own);
  if (walk.failed !== undefined)
    return {
      orgDomain: undefined,
      source: ownRecord && 'own',
      record: ownRecord,
      recordDomain: ownRecord && domain,
      inheritable: undefined,
      failure: ownRecord === undefined ? walk.failed.failure : undefined,
    };
  const orgDomain = organizationalDomain(walk);
  const { set, source } = inherited(walk, orgDomain);
  const inheritable = usableRecord(set);
  if (ownRecord !== undefined)
    return {
      orgDomain,
      source: 'own',
      record: ownRecord,
      recordDomain: domain,
      inheritable,
      failure: undefined,
    };
  return {
    orgDomain,
    source,
    record: inheritable,
    recordDomain: set?.domain,
    inheritable,
    failure: undefined,
  };
}

/** RFC 9989 §4.10.2: from the longest name with a record to the shortest. */
function organizationalDomain({ domain, own, parents }: TreeWalk): DomainName {
  let shortest = usableRecord(own) === undefined ? undefined : domain;
  if (usableRecord(own)?.psd === 'n') return domain;
  for (const set of parents) {
    const record = usableRecord(set);
    if (record?.psd === 'n') return set.domain;
    if (record?.psd === 'y') return oneBelow(domain, set.domain);
    if (record !== undefined) shortest = set.domain;
  }
  return shortest ?? domain;
}

const NOTHING_INHERITED = { set: undefined, source: undefined } as const;

/** The record of the organizational domain, else that of the public suffix domain (`psd=y`). */
function inherited(
  { own, parents }: TreeWalk,
  orgDomain: DomainName,
): { readonly set: DmarcSet | undefined; readonly source: PolicySource | undefined } {
  if (own.domain === orgDomain && usableRecord(own) !== undefined)
    return { set: own, source: 'org' };
  for (const set of parents)
    if (set.domain === orgDomain && usableRecord(set) !== undefined) return { set, source: 'org' };
  const last = parents.at(-1);
  return usableRecord(last)?.psd === 'y' ? { set: last, source: 'psd' } : NOTHING_INHERITED;
}

/** The name one label below `ancestor` on the way to `domain`, which the walk may have skipped. */
function oneBelow(domain: DomainName, ancestor: DomainName): DomainName {
  const end = domain.length - ancestor.length - 1;
  const start = end <= 0 ? 0 : domain.lastIndexOf('.', end - 1) + 1;
  return domain.slice(start) as DomainName;
}
