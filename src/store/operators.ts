/**
 * Who runs the mail exchanges and takes the DMARC reports that a stored body names: organizational
 * domains by the Public Suffix List (RFC 7489 §3.2), which is what a reader takes for a company. Pure.
 * It is a fingerprint of names, not a market share: a customer's own name in front of a service hides
 * the service.
 */
import type { DomainName } from '../names/domain-name.ts';
import { operatorOf } from '../names/operator.ts';
import { isDmarcRecord, parseDmarcRecord } from '../records/dmarc-record.ts';

const ROOT = '.';
const NONE: readonly DomainName[] = [];

/**
 * Of the MX check's records, `"<preference> <exchange>"` by preference and then by name: the operator
 * of the first exchange that is a host name. Several of one preference are one operator's as a rule;
 * the first by name is taken, so that rotation is no change.
 */
export function mxOperators(records: readonly string[]): readonly DomainName[] {
  for (const record of records) {
    const exchange = record.slice(record.indexOf(' ') + 1);
    const operator = exchange === ROOT ? undefined : operatorOf(exchange);
    if (operator !== undefined) return [operator];
  }
  return NONE;
}

/**
 * Of the DMARC check's records: the operators of the valid `rua` destinations, each once, in the order
 * of the record. Several records are discarded by every receiver (RFC 9989 §4.10), and so they are here.
 */
export function ruaOperators(records: readonly string[]): readonly DomainName[] {
  const [text, ...others] = records.filter(isDmarcRecord);
  if (text === undefined || others.length > 0) return NONE;
  const operators = new Set<DomainName>();
  for (const uri of parseDmarcRecord(text).rua) {
    const host = destinationHost(uri);
    const operator = host === undefined ? undefined : operatorOf(host);
    if (operator !== undefined) operators.add(operator);
  }
  return [...operators];
}

const MAILTO = /^mailto:/iu;

/** The host after the last `@` of a `mailto:`, or of an authority; undefined for any other URI. */
function destinationHost(uri: string): string | undefined {
  if (MAILTO.test(uri)) {
    const address = uri.slice('mailto:'.length).split(/[?#]/u, 1)[0] ?? '';
    const at = address.lastIndexOf('@');
    return at < 0 ? undefined : address.slice(at + 1);
  }
  const authority = /^[^:]*:\/\/([^/?#]*)/u.exec(uri)?.[1];
  return authority?.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/u, '');
}
