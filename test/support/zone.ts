/**
 * A written-down zone that answers a Conversation synchronously, so that a check's test needs no
 * socket and no `await`. The format is that of `test/fixtures/records.json`: a name that is not
 * written is NXDOMAIN, a name with descendants only or without the asked type is NODATA (RFC 8020,
 * RFC 2308 §2.2), `*.x` is a wildcard (RFC 4592), `rcode` replaces every answer at the name.
 */
import type { Answer, Conversation, FailureReason, Question } from '../../src/dns/talk.ts';
import type { Case } from './cases.ts';

/** What stands at one name. TXT: character-strings of each RR (a lone string is an RR of one). */
export interface ZoneNode {
  readonly TXT?: readonly (string | readonly string[])[];
  readonly MX?: readonly (readonly [number, string])[];
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly CNAME?: string;
  /** Type 99, which nobody asks (RFC 7208 §3.1). */
  readonly SPF?: readonly (readonly string[])[];
  /** SERVFAIL, REFUSED, TIMEOUT, TRUNCATED, MALFORMED, NETWORK, OVER_BUDGET; another is other_rcode. */
  readonly rcode?: string;
  /** INFO-CODE that comes with `rcode` (RFC 8914). */
  readonly extendedError?: number;
}

export type ZoneNames = Readonly<Record<string, ZoneNode>>;

export interface Zone {
  readonly answer: (question: Question) => Answer;
}

const MAX_CHAIN = 16;
const MAX_QUESTIONS = 10_000;

const FAILURE_OF: Readonly<Record<string, FailureReason>> = {
  SERVFAIL: 'servfail',
  REFUSED: 'refused',
  TIMEOUT: 'timeout',
  TRUNCATED: 'truncated',
  MALFORMED: 'malformed',
  NETWORK: 'network',
  OVER_BUDGET: 'over_budget',
};

/** Lower case without the final dot; the root stays `.`. */
const normalize = (name: string): string =>
  name === '.' ? name : name.toLowerCase().replace(/\.$/u, '');

function recordsOf(node: ZoneNode, qtype: string): readonly string[] {
  switch (qtype) {
    case 'TXT': {
      // RRs are told apart by their character-strings, then joined (RFC 2181 §5, RFC 7208 §3.3).
      const rdata = new Map<string, string>();
      for (const rr of node.TXT ?? []) {
        const strings = typeof rr === 'string' ? [rr] : rr;
        rdata.set(JSON.stringify(strings), strings.join(''));
      }
      return [...rdata.values()];
    }
    case 'MX':
      return [...new Set((node.MX ?? []).map(([pref, host]) => `${pref} ${normalize(host)}`))];
    case 'A':
      return [...new Set(node.A ?? [])];
    case 'AAAA':
      return [...new Set(node.AAAA ?? [])];
    default:
      return [];
  }
}

const parentOf = (name: string): string =>
  name.includes('.') ? name.slice(name.indexOf('.') + 1) : '';

/** A zone of the names as written. */
export function zoneOf(names: ZoneNames): Zone {
  const nodes = new Map(Object.entries(names).map(([name, node]) => [normalize(name), node]));
  const existing = new Set<string>();
  for (const name of nodes.keys())
    for (let at = name; at !== ''; at = parentOf(at)) existing.add(at);

  /** The node that answers for a name: its own, an empty non-terminal, a wildcard's, or none. */
  const find = (name: string): ZoneNode | undefined => {
    if (existing.has(name)) return nodes.get(name) ?? {};
    let encloser = name;
    while (encloser !== '' && !existing.has(encloser)) encloser = parentOf(encloser);
    return nodes.get(encloser === '' ? '*' : `*.${encloser}`);
  };
  return { answer: (question) => follow(find, question, normalize(question.qname), []) };
}

/** Follows the CNAME chain from `name`; the outcome is that of its last name (RFC 6604 §3). */
function follow(
  find: (name: string) => ZoneNode | undefined,
  question: Question,
  name: string,
  aliases: readonly string[],
): Answer {
  const node = find(name);
  if (node === undefined || node.rcode === 'NXDOMAIN') return { status: 'nxdomain', aliases };
  if (node.rcode !== undefined) {
    const status = FAILURE_OF[node.rcode] ?? 'other_rcode';
    return { status, extendedError: node.extendedError };
  }
  if (node.CNAME === undefined) {
    const records = recordsOf(node, question.qtype);
    if (records.length === 0) return { status: 'nodata', aliases };
    return { status: 'noerror', records, aliases };
  }
  const target = normalize(node.CNAME);
  if (question.qtype === 'CNAME') return { status: 'noerror', records: [target], aliases };
  if (aliases.includes(target) || aliases.length >= MAX_CHAIN)
    return { status: 'malformed', extendedError: undefined };
  return follow(find, question, target, [...aliases, target]);
}

/** The zone of a case: `records` stand at the domain (spf) or at its `_dmarc` name (dmarc). */
export function buildZone(written: Pick<Case, 'kind' | 'domain' | 'records' | 'zone'>): Zone {
  if (written.zone !== undefined) return zoneOf(written.zone);
  const owner = written.kind === 'dmarc' ? `_dmarc.${written.domain}` : written.domain;
  return zoneOf({ [owner]: { TXT: written.records ?? [] } });
}

/** Carries a conversation to its end; `asked` has every question in order, asked again or not. */
export function holdAgainst<Result>(
  zone: Zone,
  conversation: Conversation<Result>,
): { result: Result; asked: Question[] } {
  const asked: Question[] = [];
  let step = conversation.next([]);
  while (!step.done) {
    asked.push(...step.value);
    if (asked.length > MAX_QUESTIONS) throw new Error('the conversation does not end');
    step = conversation.next(step.value.map(zone.answer));
  }
  return { result: step.value, asked };
}
