/**
 * Who runs the host that a domain's record names: the host's organizational domain by the Public
 * Suffix List (RFC 7489 §3.2), or `self`. Pure. A host name is hostile text; what is no host name has
 * no operator. A fingerprint of names, not of companies: one of them may run many domains.
 */
import { type DomainName, parseDomainName } from './domain-name.ts';
import { organizationalDomainPsl } from './organizational-domain.ts';

/** The operator of a host below the domain's own organizational domain. */
export const SELF = 'self';

/** Undefined where the host is no domain name of two labels: an address, the root, other text. */
export function operatorOf(host: string): DomainName | undefined {
  const parsed = parseDomainName(host);
  if (!parsed.ok) return undefined;
  const operator = organizationalDomainPsl(parsed.name);
  // A single label is nobody's domain, and could be taken for SELF.
  return operator.includes('.') ? operator : undefined;
}

/** Whether an operator is the domain's own organizational domain. */
export function isSelf(domain: string, operator: DomainName): boolean {
  // The suffix first: the list is asked of few names so.
  if (!domain.endsWith(operator)) return false;
  return domain === operator || organizationalDomainPsl(domain as DomainName) === operator;
}

/**
 * The operator of the first exchange that is a host name, of the exchanges by preference and then by
 * name, as the MX check keeps them. Several of one preference are one operator's as a rule; the first
 * by name is taken, so that rotation is no change.
 */
export function mxOperator(exchanges: readonly string[], domain: string): string | undefined {
  for (const exchange of exchanges) {
    const operator = operatorOf(exchange);
    if (operator !== undefined) return isSelf(domain, operator) ? SELF : operator;
  }
  return undefined;
}
