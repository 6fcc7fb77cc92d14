/**
 * What a DMARC record asks for: the policy for the name itself, for existing and for missing names
 * below it (RFC 9989 §4.10.1), before and after test mode (§4.7 `t`). Pure functions of one record.
 */

import { ERROR_CLASSES } from '../dns/talk.ts';
import { DMARC_POLICIES, type DmarcRecord, type PolicyValue } from '../records/dmarc-record.ts';
import type { Json } from './check.ts';

/** Report order; the index is what the store keeps, so the list is append only. */
export const DMARC_CLASSES = [
  'absent',
  ...DMARC_POLICIES,
  'invalid',
  'multiple',
  'nxdomain',
  ...ERROR_CLASSES,
] as const;

export type DmarcClass = (typeof DMARC_CLASSES)[number];

/** What the record asks for each kind of name; undefined where it asks for nothing. */
export interface RequestedPolicy {
  readonly p: PolicyValue;
  /** For existing names below the record's. */
  readonly sp: PolicyValue;
  /** For names below that do not exist. */
  readonly np: PolicyValue;
}

const ASSUMED: RequestedPolicy = { p: 'none', sp: 'none', np: 'none' };

/** RFC 9989 §4.7: `sp` defaults to `p`, `np` to `sp`; §4.10.1 for a record without a usable `p`. */
export function requestedPolicy(record: DmarcRecord): RequestedPolicy | undefined {
  if (record.verdict === 'assumed-none') return ASSUMED;
  if (record.verdict !== 'valid') return undefined;
  const p = valid(record.p) ?? 'none';
  const sp = valid(record.sp) ?? p;
  return { p, sp, np: valid(record.np) ?? sp };
}

/**
 * RFC 7489 §6.6.3: no `np`; an invalid one is an unknown tag that spoils nothing. The clause makes
 * "p=none with a usable rua" a SHOULD where RFC 9989 has a MUST; it is taken as followed.
 */
export function requestedPolicy7489(record: DmarcRecord): RequestedPolicy | undefined {
  if (record.verdict === 'malformed') return undefined;
  const p = valid(record.p);
  if (p === undefined || record.sp === 'invalid')
    return record.rua.length > 0 ? ASSUMED : undefined;
  const sp = valid(record.sp) ?? p;
  return { p, sp, np: sp };
}

const valid = <Value extends string>(published: Value | 'invalid' | undefined) =>
  published === 'invalid' ? undefined : published;

/** Test mode asks for one level less (RFC 9989 §4.7 `t`). */
export function effectivePolicy(record: DmarcRecord, policy: PolicyValue): PolicyValue {
  if (record.t !== 'y') return policy;
  return policy === 'reject' ? 'quarantine' : 'none';
}

export function isWeaker(policy: PolicyValue, than: PolicyValue): boolean {
  return DMARC_POLICIES.indexOf(policy) < DMARC_POLICIES.indexOf(than);
}

const FULL_PCT = 100;

/**
 * Enforced whichever way a receiver reads it: `p=reject`, or `p=quarantine` for all mail; names
 * below no weaker than quarantine; not in test mode. The `pct` of a reject record is not asked for,
 * because RFC 7489 §6.6.4 quarantines what it leaves out.
 */
export function isEnforcedStrictly(record: DmarcRecord): boolean {
  const requested = requestedPolicy(record);
  if (requested === undefined || record.t === 'y') return false;
  const { p, sp, np } = requested;
  if (p === 'none' || sp === 'none' || np === 'none') return false;
  return p === 'reject' || (record.pct ?? FULL_PCT) === FULL_PCT;
}

/** The `policy` of `inspect --json`: each tag with the default of its RFC where it is not set. */
export function policyDetail(
  record: DmarcRecord,
  requested: RequestedPolicy,
): { readonly [key: string]: Json } {
  return {
    p: requested.p,
    sp: requested.sp,
    np: requested.np,
    t: valid(record.t) ?? 'n',
    psd: valid(record.psd) ?? 'u',
    ...commonDetail(record),
  };
}

/** The same in the reading by RFC 7489, which knows no `np`, `t` and `psd`. */
export function policyDetail7489(
  record: DmarcRecord,
  requested: RequestedPolicy,
): { readonly [key: string]: Json } {
  return {
    p: requested.p,
    sp: requested.sp,
    np: null,
    t: null,
    psd: null,
    ...commonDetail(record),
  };
}

function commonDetail(record: DmarcRecord): { readonly [key: string]: Json } {
  return {
    pct: record.pct ?? null,
    adkim: valid(record.adkim) ?? 'r',
    aspf: valid(record.aspf) ?? 'r',
    rua: record.rua,
    ruf: record.ruf,
    // "Must be ignored" without ruf (RFC 9989 §4.7 `fo`).
    fo: record.ruf.length > 0 ? (record.fo ?? '0') : '0',
  };
}
