/**
 * What of the DMARC reading is stored, exported and counted: fields in column order, flags in bit
 * order; both append only.
 *
 * A domain without any record has no cell, so that its row stores nothing. Names equal to the domain
 * are left out for the same reason: rows of equal records are equal and are stored once.
 */
import type { DmarcRecord } from '../records/dmarc-record.ts';
import type { Cell, Field, Flag } from './check.ts';
import { isEnforcedStrictly, isWeaker, requestedPolicy } from './dmarc-policy.ts';
import {
  appliedRecord,
  type DmarcPolicy,
  effectiveBelow,
  effectiveOf,
  hasValidOwn,
  isReadOtherwise,
} from './dmarc-reading.ts';

const SINCE = '0.1.0';

type FieldType = Field<DmarcPolicy>['type'];

function field(
  column: string,
  type: FieldType,
  clause: string,
  meaning: string,
  of: (reading: DmarcPolicy) => Cell,
): Field<DmarcPolicy> {
  return { column, type, clause, meaning, since: SINCE, of };
}

/** A field of the record that was retrieved for the domain, own or inherited. */
const ofRecord = (
  column: string,
  type: FieldType,
  clause: string,
  meaning: string,
  of: (record: DmarcRecord) => Cell,
): Field<DmarcPolicy> =>
  field(column, type, clause, meaning, ({ discovery: { record } }) => record && of(record));

const PUBLISHED = 'as published, lower case; "invalid" for any other value; empty without the tag';

export const DMARC_FIELDS: readonly Field<DmarcPolicy>[] = [
  field(
    'dmarc_source',
    'text',
    'RFC 9989 §4.10.1',
    'where the record was found: own name, organizational domain (org) or public suffix (psd)',
    ({ discovery }) => discovery.source,
  ),
  ofRecord('dmarc_p', 'text', 'RFC 9989 §4.7', `p ${PUBLISHED}`, ({ p }) => p),
  ofRecord('dmarc_sp', 'text', 'RFC 9989 §4.7', `sp ${PUBLISHED}`, ({ sp }) => sp),
  ofRecord('dmarc_np', 'text', 'RFC 9989 §4.7', `np ${PUBLISHED}`, ({ np }) => np),
  ofRecord('dmarc_t', 'text', 'RFC 9989 §4.7', `t ${PUBLISHED}`, ({ t }) => t),
  ofRecord('dmarc_psd', 'text', 'RFC 9989 §4.7', `psd ${PUBLISHED}`, ({ psd }) => psd),
  ofRecord(
    'dmarc_pct',
    'number',
    'RFC 7489 §6.3',
    'pct as a receiver by RFC 7489 takes it (100 if invalid); empty without the tag',
    ({ pct }) => pct,
  ),
  ofRecord('dmarc_adkim', 'text', 'RFC 9989 §4.7', `adkim ${PUBLISHED}`, ({ adkim }) => adkim),
  ofRecord('dmarc_aspf', 'text', 'RFC 9989 §4.7', `aspf ${PUBLISHED}`, ({ aspf }) => aspf),
  ofRecord('dmarc_rua_n', 'number', 'RFC 9989 §4.8', 'valid URIs in rua', ({ rua }) => rua.length),
  ofRecord('dmarc_ruf_n', 'number', 'RFC 9989 §4.8', 'valid URIs in ruf', ({ ruf }) => ruf.length),
  field(
    'policy_effective',
    'text',
    'RFC 9989 §4.7',
    'policy that applies to the domain, after test mode',
    effectiveOf,
  ),
  field(
    'policy_effective_sub',
    'text',
    'RFC 9989 §4.10.1',
    'policy that applies to an existing name below without a record, after test mode',
    effectiveBelow,
  ),
  field(
    'enforced_strict',
    'boolean',
    'RFC 9989 §4.7',
    'reject, or quarantine of all mail, for the domain of the record and below, not in test mode',
    (reading) => {
      const record = appliedRecord(reading);
      return record && isEnforcedStrictly(record);
    },
  ),
  field(
    'dmarc_record_domain',
    'text',
    'RFC 9989 §4.10.1',
    'name whose record was retrieved; empty where it is the domain itself or there is none',
    ({ domain, discovery }) =>
      discovery.recordDomain === domain ? undefined : discovery.recordDomain,
  ),
  field(
    'dmarc_org_domain',
    'text',
    'RFC 9989 §4.10.2',
    'organizational domain by tree walk where a record was found; empty where it is the domain' +
      ' itself, "unknown" where the walk failed above the own record',
    ({ domain, discovery: { record, orgDomain } }) => {
      if (record === undefined || orgDomain === domain) return undefined;
      return orgDomain ?? 'unknown';
    },
  ),
  field(
    'dmarc_psl_class',
    'text',
    'RFC 7489 §6.6.3',
    'class by RFC 7489 and the Public Suffix List; empty where neither reading has a record',
    ({ class: own, rfc7489, discovery }) =>
      own === rfc7489.class && discovery.record === undefined && own !== 'invalid'
        ? undefined
        : rfc7489.class,
  ),
];

function flag(
  name: string,
  meaning: string,
  of: (reading: DmarcPolicy) => boolean,
): Flag<DmarcPolicy> {
  return { name, meaning, of };
}

/** A fact of the applied record, own or inherited; false where none applies. */
const ofApplied = (
  name: string,
  meaning: string,
  of: (record: DmarcRecord) => boolean,
): Flag<DmarcPolicy> =>
  flag(name, meaning, (reading) => {
    const record = appliedRecord(reading);
    return record !== undefined && of(record);
  });

const FULL_PCT = 100;

export const DMARC_FLAGS: readonly Flag<DmarcPolicy>[] = [
  flag(
    'any',
    'at least one text at the own name survives the version test',
    ({ walk }) => walk.own.selected.length > 0,
  ),
  flag(
    'own',
    'the applied policy comes from the own record',
    ({ policy, discovery }) => policy !== undefined && discovery.source === 'own',
  ),
  flag('valid_own', 'exactly one usable record at the own name', hasValidOwn),
  ofApplied(
    'p_missing',
    'acts as p=none for want of usable policy tags',
    ({ verdict }) => verdict === 'assumed-none',
  ),
  ofApplied('rua', 'at least one valid rua URI', ({ rua }) => rua.length > 0),
  ofApplied('ruf', 'at least one valid ruf URI', ({ ruf }) => ruf.length > 0),
  ofApplied('pct_partial', 'valid pct below 100', ({ pct }) => (pct ?? FULL_PCT) < FULL_PCT),
  ofApplied('t_y', 'test mode', ({ t }) => t === 'y'),
  ofApplied('sp_weaker', 'sp in effect is weaker than p', (record) => {
    const requested = requestedPolicy(record);
    return requested !== undefined && isWeaker(requested.sp, requested.p);
  }),
  ofApplied('np_set', 'valid np published', ({ np }) => np !== undefined && np !== 'invalid'),
  ofApplied(
    'strict_alignment',
    'adkim=s or aspf=s',
    ({ adkim, aspf }) => adkim === 's' || aspf === 's',
  ),
  ofApplied(
    'enforce_strict',
    'reject or full quarantine, also below, not in test mode',
    isEnforcedStrictly,
  ),
  flag(
    'effective_quarantine',
    'policy after test mode is quarantine',
    (reading) => effectiveOf(reading) === 'quarantine',
  ),
  flag(
    'effective_reject',
    'policy after test mode is reject',
    (reading) => effectiveOf(reading) === 'reject',
  ),
  flag(
    'psl_differs',
    'a receiver by RFC 7489 comes to another class or record domain',
    isReadOtherwise,
  ),
];
