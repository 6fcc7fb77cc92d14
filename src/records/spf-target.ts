/**
 * From the domain-spec of a term to the name that a check would ask (RFC 7208 §4.3, §7.3). Pure; gives
 * a value for any spec.
 */
import { expandDomainSpec, type MacroContext } from './spf-macro.ts';

const MAX_NAME_OCTETS = 253;
const MAX_LABEL_OCTETS = 63;

export type SpfTarget =
  /** `name`: lower case, no final dot, one char an octet. */
  | { readonly kind: 'name'; readonly name: string }
  /** It depends on the message (RFC 7208 §7.2). */
  | { readonly kind: 'dynamic' }
  /** Not a name that can be asked: an empty label or one over 63 octets (RFC 7208 §4.3). */
  | { readonly kind: 'malformed'; readonly name: string };

/** The name a spec means in `context`; undefined is the context's own domain. */
export function spfTarget(spec: string | undefined, context: MacroContext): SpfTarget {
  if (spec === undefined) return { kind: 'name', name: context.domain };
  const expanded = expandDomainSpec(spec, context);
  if (expanded === undefined) return { kind: 'dynamic' };
  const lower = expanded.toLowerCase();
  const name = cutToLength(lower.endsWith('.') ? lower.slice(0, -1) : lower);
  return hasGoodLabels(name) ? { kind: 'name', name } : { kind: 'malformed', name };
}

/** Drops labels from the left until 253 octets hold the name (RFC 7208 §7.3). */
function cutToLength(name: string): string {
  if (name.length <= MAX_NAME_OCTETS) return name;
  const dot = name.indexOf('.', name.length - MAX_NAME_OCTETS - 1);
  return dot === -1 ? name : name.slice(dot + 1);
}

/** Two labels or more, each of 1 to 63 octets: with one label alone a check gives none (§4.3). */
function hasGoodLabels(name: string): boolean {
  if (name.length > MAX_NAME_OCTETS) return false;
  let from = 0;
  let labels = 0;
  for (let dot = name.indexOf('.'); ; dot = name.indexOf('.', from)) {
    const end = dot === -1 ? name.length : dot;
    if (end === from || end - from > MAX_LABEL_OCTETS) return false;
    labels++;
    if (dot === -1) return labels > 1;
    from = dot + 1;
  }
}

const PLAIN_NAME = /^[a-z0-9._-]*$/u;

/** The name as a question writes it: octets beyond letters, digits, `-` and `_` as `\DDD`. */
export function questionName(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  let text = '';
  for (const char of name) text += PLAIN_NAME.test(char) ? char : escapeOctet(char.charCodeAt(0));
  return text;
}

const escapeOctet = (octet: number): string => `\\${String(octet).padStart(3, '0')}`;
