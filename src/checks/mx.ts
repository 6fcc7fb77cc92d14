/**
 * MX records of the domain: exchanges, null MX (RFC 7505) and its mixtures. No address is asked, so
 * `present` says what is published, not that mail can be delivered, and `none` may still mean an
 * implicit MX (RFC 5321 §5.1).
 */
import {
  type Answer,
  type Conversation,
  ERROR_CLASSES,
  errorClass,
  nameExists,
  recordSet,
} from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { type Check, defineCheck, type Finding, type Observation, onlyAnswer } from './check.ts';

export interface MailExchange {
  readonly preference: number;
  /** Lower case, no final dot; `.` for the root. */
  readonly exchange: string;
}

export interface MxPolicy {
  /** By preference, then by name bytewise: a rotated answer is the same answer. At most MAX_KEPT. */
  readonly exchanges: readonly MailExchange[];
  /** Exchanges other than the root, kept or not. */
  readonly hosts: number;
}

/** Report order; the index is what the store keeps, so the list is append only. */
export const MX_CLASSES = [
  'present',
  'null',
  'null_mixed',
  'none',
  'nxdomain',
  ...ERROR_CLASSES,
] as const;

/** Exchanges kept of one answer, so that a hostile zone cannot fill the store. */
const MAX_KEPT = 100;

const ROOT = '.';
const SPACE = 0x20;
const MAX_PREFERENCE = 0xffff;
/** Up to this many exchanges are sorted by insertion. */
const FEW = 8;

const NO_RECORDS: readonly string[] = [];
const NO_FINDINGS: readonly Finding[] = [];

function* observe(domain: DomainName): Conversation<Observation<MxPolicy>> {
  return observationOf(onlyAnswer(yield [{ qname: domain, qtype: 'MX', shared: false }]));
}

function observationOf(answer: Answer): Observation<MxPolicy> {
  const set = recordSet(answer);
  switch (set.state) {
    case 'records':
      return readMx(set.records, set.aliases);
    case 'absent':
      return {
        state: 'absent',
        reason: undefined,
        class: nameExists(answer) === false ? 'nxdomain' : 'none',
        records: NO_RECORDS,
        findings: aliasFindings(set.aliases, set.nxdomain),
        policy: undefined,
      };
    default:
      return {
        state: 'unknown',
        reason: set.reason,
        class: errorClass(set.reason, set.lame),
        records: NO_RECORDS,
        findings: NO_FINDINGS,
        policy: undefined,
      };
  }
}

/**
 * Reads an MX record set, each record `"<preference> <exchange>"`.
 *
 * RFC 7505 §3: a null MX is a single MX with preference 0 and the root as exchange, and a domain
 * with one must not advertise any other. So the root beside other records is `null_mixed`. The root
 * alone with another preference is not the null MX as defined, nor is it an ordinary MX, "." being
 * no host name: it too is `null_mixed`, invalid, and neither counted as "takes no mail" nor as
 * "takes mail"; the finding `null-mx-preference` tells the two apart.
 */
export function readMx(
  records: readonly string[],
  aliases: readonly string[] = [],
): Observation<MxPolicy> {
  const parsed = records.map(parseExchange);
  const all = parsed.length === 1 ? parsed : sortedExchanges(parsed);
  let hosts = 0;
  for (const { exchange } of all) if (exchange !== ROOT) hosts++;
  const exchanges = all.length > MAX_KEPT ? all.slice(0, MAX_KEPT) : all;
  const isNull = all.length === 1 && hosts === 0 && all[0]?.preference === 0;
  const isOrdinary = hosts === all.length;
  const findings = mxFindings(all, hosts);
  return {
    state: isNull || isOrdinary ? 'present' : 'invalid',
    reason: undefined,
    class: classOf(isNull, isOrdinary),
    records: keptRecords(records, exchanges),
    findings: aliases.length === 0 ? findings : [...aliasFindings(aliases, false), ...findings],
    policy: { exchanges, hosts },
  };
}

/** The texts as they came, where they are those that would be written of the exchanges. */
function keptRecords(
  records: readonly string[],
  exchanges: readonly MailExchange[],
): readonly string[] {
  for (let i = 0; i < exchanges.length; i++)
    if (!isWritten(records[i] as string, exchanges[i] as MailExchange))
      return exchanges.map(recordOf);
  return records.length === exchanges.length ? records : exchanges.map(recordOf);
}

const recordOf = ({ preference, exchange }: MailExchange): string => `${preference} ${exchange}`;

/** Whether `recordOf` would write this very text; without writing it. */
function isWritten(record: string, { preference, exchange }: MailExchange): boolean {
  const { length } = exchange;
  const space = record.length - length - 1;
  return (
    preference <= MAX_PREFERENCE &&
    space === digitsOf(preference) &&
    record.charCodeAt(space) === SPACE &&
    record.startsWith(exchange, space + 1) &&
    Number.parseInt(record, 10) === preference
  );
}

function digitsOf(preference: number): number {
  let digits = 1;
  for (let rest = preference; rest >= 10; rest /= 10) digits++;
  return digits;
}

/** Few are sorted by insertion: servers give them in order or nearly so, and `sort` sets up much. */
function sortedExchanges(all: MailExchange[]): readonly MailExchange[] {
  if (all.length > FEW) return all.sort(compareExchanges);
  for (let i = 1; i < all.length; i++) {
    const moved = all[i] as MailExchange;
    let at = i;
    for (; at > 0 && compareExchanges(all[at - 1] as MailExchange, moved) > 0; at--)
      all[at] = all[at - 1] as MailExchange;
    all[at] = moved;
  }
  return all;
}

function classOf(isNull: boolean, isOrdinary: boolean): (typeof MX_CLASSES)[number] {
  if (isNull) return 'null';
  return isOrdinary ? 'present' : 'null_mixed';
}

function parseExchange(record: string): MailExchange {
  const space = record.indexOf(' ');
  return {
    preference: Number.parseInt(record, 10) || 0,
    exchange: record.slice(space + 1) || ROOT,
  };
}

function compareExchanges(left: MailExchange, right: MailExchange): number {
  if (left.preference !== right.preference) return left.preference - right.preference;
  if (left.exchange === right.exchange) return 0;
  return left.exchange < right.exchange ? -1 : 1;
}

function aliasFindings(aliases: readonly string[], isDangling: boolean): readonly Finding[] {
  const [target] = aliases;
  if (target === undefined) return NO_FINDINGS;
  const alias: Finding = { code: 'cname-at-apex', clause: 'RFC 1034 §3.6.2', detail: target };
  return isDangling ? [alias, { code: 'cname-dangling', clause: 'RFC 6604 §3' }] : [alias];
}

function mxFindings(all: readonly MailExchange[], hosts: number): readonly Finding[] {
  let hasAddress = false;
  for (const { exchange } of all) hasAddress ||= isAddress(exchange);
  if (hosts === all.length && !hasAddress && all.length <= MAX_KEPT) return NO_FINDINGS;
  const findings: Finding[] = [];
  if (hosts < all.length && all.length > 1)
    findings.push({ code: 'null-mx-mixed', clause: 'RFC 7505 §3' });
  if (all.some(({ exchange, preference }) => exchange === ROOT && preference !== 0))
    findings.push({ code: 'null-mx-preference', clause: 'RFC 7505 §3' });
  if (hasAddress) findings.push({ code: 'exchange-is-address', clause: 'RFC 1035 §3.3.9' });
  if (all.length > MAX_KEPT)
    findings.push({ code: 'exchanges-cut', clause: 'RFC 5321 §5.1', detail: String(all.length) });
  return findings;
}

/** An IPv4 address written where a host name belongs: its last label is a number. */
function isAddress(exchange: string): boolean {
  const last = exchange.charCodeAt(exchange.length - 1);
  return last >= 0x30 && last <= 0x39 && /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/u.test(exchange);
}

const SINCE = '0.1.0';

export const mx: Check = defineCheck<MxPolicy>({
  name: 'mx',
  specs: ['RFC 5321 §5.1', 'RFC 7505'],
  version: 1,
  classes: MX_CLASSES,
  observe,
  fields: [
    {
      column: 'mx_n',
      type: 'number',
      meaning: 'MX records whose exchange is not the root',
      clause: 'RFC 5321 §5.1',
      since: SINCE,
      of: ({ hosts }) => hosts,
    },
    {
      column: 'mx_hosts',
      type: 'text',
      meaning: `exchanges by preference, then name, at most ${MAX_KEPT}, separated by spaces`,
      clause: 'RFC 5321 §5.1',
      since: SINCE,
      of: ({ exchanges }) => hostNames(exchanges),
    },
  ],
  flags: [],
  detail: (policy) => ({
    exchanges: (policy?.exchanges ?? []).map(({ preference, exchange }) => ({
      preference,
      exchange,
    })),
  }),
});

function hostNames(exchanges: readonly MailExchange[]): string | undefined {
  let names: string | undefined;
  for (const { exchange } of exchanges) {
    if (exchange === ROOT) continue;
    names = names === undefined ? exchange : `${names} ${exchange}`;
  }
  return names;
}
