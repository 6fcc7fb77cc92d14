/**
 * The names that SPF records point at by `include:` and `redirect=`, so that a name server made from
 * records alone can answer them. Pure. It reads a record only as far as that: targets with a macro
 * depend on the sender and are left out, syntax is the checks' business.
 */

/**
 * What stands at a target whose record is in no copyable source: an address of TEST-NET-1 (RFC 5737),
 * so that no real network is named, and no further look-up.
 */
export const PLACEHOLDER_SPF = 'v=spf1 ip4:192.0.2.0/24 ~all';

const VERSION = /^v=spf1(?: |$)/iu;
const TARGET = /^(?:[+?~-]?include:|redirect=)([A-Za-z0-9_.-]{1,254})$/iu;
const LABEL = /^[A-Za-z0-9_-]{1,63}$/u;
const TOP_LABEL = /^[A-Za-z]/u;

function isTargetName(name: string): boolean {
  const labels = name.split('.');
  return (
    labels.length > 1 &&
    name.length <= 253 &&
    labels.every((label) => LABEL.test(label)) &&
    TOP_LABEL.test(labels.at(-1) ?? '')
  );
}

/** Static targets of one TXT record, lower case without the final dot; none for another record. */
export function spfTargets(text: string): string[] {
  if (!VERSION.test(text)) return [];
  const names = text.split(' ').flatMap((term) => TARGET.exec(term)?.[1] ?? []);
  return names
    .map((name) => (name.endsWith('.') ? name.slice(0, -1) : name))
    .filter(isTargetName)
    .map((name) => name.toLowerCase());
}
