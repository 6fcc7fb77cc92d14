/**
 * DMARC by RFC 9989: discovery by tree walk (§4.10), the policy that applies to the domain, and the
 * reading by RFC 7489 (Public Suffix List, one fallback, `pct`) beside it, because receivers of both
 * kinds exist. The class is the applied policy before test mode. No report is sent or authorized
 * here.
 */
import {
  type Answer,
  type Conversation,
  errorClass,
  type FailureReason,
  nameExists,
  recordSet,
} from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import type { PolicyValue } from '../records/dmarc-record.ts';
import {
  type Check,
  defineCheck,
  type Json,
  type KeptRow,
  type Observation,
  onlyAnswer,
  type State,
} from './check.ts';
import { DMARC_FIELDS, DMARC_FLAGS } from './dmarc-columns.ts';
import { dmarcFindings } from './dmarc-findings.ts';
import {
  DMARC_CLASSES,
  type DmarcClass,
  policyDetail,
  policyDetail7489,
  requestedPolicy,
  requestedPolicy7489,
} from './dmarc-policy.ts';
import { type DmarcPolicy, effectiveOf, keptTexts } from './dmarc-reading.ts';
import { orgDomain7489, type Reading7489, readBy7489, unaskedBy7489 } from './dmarc-rfc7489.ts';
import { askDmarcSet, type LookupFailure } from './dmarc-set.ts';
import { type Discovery, discover, type TreeWalk, walkTree } from './dmarc-walk.ts';

/** What the discovery comes to for the domain. */
interface Outcome {
  readonly class: DmarcClass;
  readonly policy: PolicyValue | undefined;
  readonly reason: FailureReason | undefined;
}

/** Whether the domain exists, or why that is not known; undefined where nothing turns on it. */
type Existence = boolean | LookupFailure | undefined;

function* observe(domain: DomainName): Conversation<Observation<DmarcPolicy>> {
  const walk = yield* walkTree(domain);
  const discovery = discover(walk);
  const unasked = unaskedBy7489(walk);
  const read7489 = readBy7489(walk, unasked && (yield* askDmarcSet(unasked)));
  let existence: Existence;
  if (turnsOnExistence(walk, discovery, read7489)) {
    existence = existenceFrom(onlyAnswer(yield [{ qname: domain, qtype: 'MX', shared: false }]));
    // The MX and SPF checks ask both, so that neither costs a query here.
    if (existence !== true) {
      const second = onlyAnswer(yield [{ qname: domain, qtype: 'TXT', shared: false }]);
      existence = nameExists(second) ?? existence;
    }
  }
  const kept = unasked === undefined ? keptRow(walk, existence) : undefined;
  return observationOf(walk, discovery, withExistence(read7489, walk, existence), existence, kept);
}

function observationOf(
  walk: TreeWalk,
  discovery: Discovery,
  rfc7489: Reading7489,
  existence: Existence,
  kept: KeptRow | undefined,
): Observation<DmarcPolicy> {
  const outcome = decide(walk, discovery, existence);
  const reading: DmarcPolicy = {
    domain: walk.domain,
    class: outcome.class,
    walk,
    discovery,
    policy: outcome.policy,
    rfc7489,
  };
  return {
    state: stateOf(outcome.class),
    reason: outcome.reason,
    class: outcome.class,
    records: keptTexts(walk.own),
    findings: dmarcFindings(reading),
    policy: reading,
    kept,
  };
}

/** Where nothing stands at the name and above it, fields and flags turn on existence alone. */
function keptRow({ own, parents, failed }: TreeWalk, existence: Existence): KeptRow | undefined {
  if (typeof existence !== 'boolean' || failed !== undefined || keptTexts(own).length > 0)
    return undefined;
  for (const { selected } of parents) if (selected.length > 0) return undefined;
  return existence ? ABSENT_ROW : NXDOMAIN_ROW;
}

const NXDOMAIN_ROW: KeptRow = {};
const ABSENT_ROW: KeptRow = {};

/**
 * Only two things turn on whether the domain exists: `np` against `sp` of an inherited record, and
 * `nxdomain` against `absent` where nothing was found, in either reading.
 */
function turnsOnExistence(
  walk: TreeWalk,
  { failure, record, source }: Discovery,
  read7489: Reading7489,
): boolean {
  if (isAbsent7489(read7489, walk)) return true;
  if (failure !== undefined || source === 'own') return false;
  if (record === undefined) return walk.own.selected.length === 0;
  const requested = requestedPolicy(record);
  return requested !== undefined && requested.sp !== requested.np;
}

/** No record for RFC 7489, rather than several, which are there. */
const isAbsent7489 = (reading: Reading7489, { own }: TreeWalk): boolean =>
  reading.class === 'absent' && own.selected.length === 0;

/** RFC 9989 §3.2.13 and §A.4: NXDOMAIN alone is non-existence. */
function existenceFrom(answer: Answer): Existence {
  const set = recordSet(answer);
  if (set.state === 'unknown') return { reason: set.reason, lame: set.lame };
  return nameExists(answer);
}

function decide(walk: TreeWalk, discovery: Discovery, existence: Existence): Outcome {
  const { record, source, failure } = discovery;
  if (failure !== undefined) return failed(failure);
  if (record === undefined) return nothingApplies(walk, existence);
  const requested = requestedPolicy(record);
  if (requested === undefined) return outcomeOf('invalid');
  if (source === 'own') return applied(requested.p);
  if (requested.sp === requested.np) return applied(requested.sp);
  if (typeof existence === 'object') return failed(existence);
  return applied(existence === false ? requested.np : requested.sp);
}

/**
 * No usable record anywhere: what stands at the own name decides, then existence. Where that is not
 * known neither `absent` nor `nxdomain` can be said, of which the one is among existing names.
 */
function nothingApplies({ own }: TreeWalk, existence: Existence): Outcome {
  if (own.selected.length > 1) return outcomeOf('multiple');
  if (own.selected.length === 1) return outcomeOf('invalid');
  if (typeof existence === 'object') return failed(existence);
  return outcomeOf(existence === false ? 'nxdomain' : 'absent');
}

const applied = (policy: PolicyValue): Outcome => ({ class: policy, policy, reason: undefined });

const outcomeOf = (name: DmarcClass): Outcome => ({
  class: name,
  policy: undefined,
  reason: undefined,
});

const failed = ({ reason, lame }: LookupFailure): Outcome => ({
  class: errorClass(reason, lame),
  policy: undefined,
  reason,
});

function withExistence(reading: Reading7489, walk: TreeWalk, existence: Existence): Reading7489 {
  if (existence === true || existence === undefined || !isAbsent7489(reading, walk)) return reading;
  if (existence === false) return { ...reading, class: 'nxdomain' };
  return { ...reading, class: errorClass(existence.reason, existence.lame) };
}

function stateOf(name: DmarcClass): State {
  switch (name) {
    case 'absent':
    case 'nxdomain':
      return 'absent';
    case 'none':
    case 'quarantine':
    case 'reject':
      return 'present';
    case 'invalid':
    case 'multiple':
      return 'invalid';
    default:
      return 'unknown';
  }
}

function detail(reading: DmarcPolicy | undefined): { readonly [key: string]: Json } {
  const record = reading?.discovery.record;
  const requested = record && requestedPolicy(record);
  const isApplied = reading?.policy !== undefined;
  return {
    record_domain: reading?.discovery.recordDomain ?? null,
    org_domain: reading?.discovery.orgDomain ?? null,
    source: reading?.discovery.source ?? null,
    policy: record && requested && isApplied ? policyDetail(record, requested) : null,
    effective_policy: (reading && effectiveOf(reading)) ?? null,
    rfc7489: reading === undefined ? null : detail7489(reading),
  };
}

function detail7489({ domain, rfc7489 }: DmarcPolicy): Json {
  const { record } = rfc7489;
  const requested = record && requestedPolicy7489(record);
  return {
    class: rfc7489.class,
    record_domain: rfc7489.recordDomain ?? null,
    org_domain: orgDomain7489(domain),
    source: rfc7489.source ?? null,
    policy: record && requested ? policyDetail7489(record, requested) : null,
    effective_policy: rfc7489.policy ?? null,
  };
}

export const dmarc: Check = defineCheck<DmarcPolicy>({
  name: 'dmarc',
  specs: ['RFC 9989', 'RFC 7489', 'RFC 6376 §3.2'],
  version: 2,
  classes: DMARC_CLASSES,
  observe,
  fields: DMARC_FIELDS,
  flags: DMARC_FLAGS,
  detail,
});
