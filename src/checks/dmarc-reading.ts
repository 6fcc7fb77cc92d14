/**
 * The observation's policy of the DMARC check: one domain read by RFC 9989, with the reading by RFC
 * 7489 beside it. Plain data, and the facts that fields and flags take from it.
 */
import type { DomainName } from '../names/domain-name.ts';
import type { DmarcRecord, PolicyValue } from '../records/dmarc-record.ts';
import { type DmarcClass, effectivePolicy, requestedPolicy } from './dmarc-policy.ts';
import type { Reading7489 } from './dmarc-rfc7489.ts';
import type { DmarcSet } from './dmarc-set.ts';
import type { Discovery, TreeWalk } from './dmarc-walk.ts';

export interface DmarcPolicy {
  readonly domain: DomainName;
  readonly class: DmarcClass;
  readonly walk: TreeWalk;
  readonly discovery: Discovery;
  /** The policy applied to the domain, before test mode; undefined where none applies. */
  readonly policy: PolicyValue | undefined;
  readonly rfc7489: Reading7489;
}

/** The record whose policy is applied; undefined where nothing is (`not-applied` included). */
export function appliedRecord(reading: DmarcPolicy): DmarcRecord | undefined {
  return reading.policy === undefined ? undefined : reading.discovery.record;
}

/** The applied policy after test mode. */
export function effectiveOf({ discovery, policy }: DmarcPolicy): PolicyValue | undefined {
  if (policy === undefined || discovery.record === undefined) return undefined;
  return effectivePolicy(discovery.record, policy);
}

/** What applies, after test mode, to an existing name below the domain that has no record. */
export function effectiveBelow({ discovery }: DmarcPolicy): PolicyValue | undefined {
  const record = discovery.inheritable;
  const requested = record && requestedPolicy(record);
  return record && requested && effectivePolicy(record, requested.sp);
}

/** Whether one record alone stands at the own name and can be used: member of `dmarc_valid`. */
export function hasValidOwn({ walk }: DmarcPolicy): boolean {
  const verdict = walk.own.record?.verdict;
  return verdict === 'valid' || verdict === 'assumed-none';
}

/**
 * Whether a receiver by RFC 7489 comes to another policy or takes it from another name. Several
 * records are `multiple` in one reading and "none" in the other, which is no difference by itself;
 * a failed look-up on either side is not known to be one.
 */
export function isReadOtherwise(reading: DmarcPolicy): boolean {
  const { rfc7489, discovery } = reading;
  if (isError(reading.class) || isError(rfc7489.class)) return false;
  return (
    outcome(reading.class) !== outcome(rfc7489.class) ||
    discovery.recordDomain !== rfc7489.recordDomain
  );
}

const isError = (name: DmarcClass): boolean => name.startsWith('error_');

const outcome = (name: DmarcClass): DmarcClass =>
  name === 'multiple' || name === 'nxdomain' ? 'absent' : name;

/** Texts kept of the own name; a parent's are kept as answers that many domains share. */
export function keptTexts(own: DmarcSet): readonly string[] {
  return own.nearMisses.length === 0 ? own.selected : [...own.selected, ...own.nearMisses];
}
