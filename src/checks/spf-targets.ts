/**
 * What the targets of `a`, `mx` and `exists` tell: void look-ups, more exchanges than allowed, failed
 * look-ups (RFC 7208 §4.6.4, §5). A real check asks addresses in the client's family alone: the two
 * are counted apart, and the faults are those that an IPv4 client meets.
 */
import { type Conversation, type QType, type RecordSet, recordSet } from '../dns/talk.ts';
import type { Directive } from '../records/spf-term.ts';
import {
  answerOf,
  failPermanently,
  failTemporarily,
  note,
  type Place,
  QuestionBatch,
  type Walk,
} from './spf-walk-state.ts';

/** Void look-ups that are allowed; the next one is a permerror (RFC 7208 §4.6.4, §11.1). */
const MAX_VOIDS = 2;
/** Exchanges of one `mx` whose addresses may be asked (RFC 7208 §4.6.4). */
const MAX_EXCHANGES = 10;

export type TargetKind = Extract<Directive['kind'], 'a' | 'mx' | 'exists'>;

/** First questions of a term; `exists` asks A whatever the client's family (RFC 7208 §5.7). */
export const TARGET_QTYPES: Readonly<Record<TargetKind, readonly QType[]>> = {
  a: ['A', 'AAAA'],
  mx: ['MX'],
  exists: ['A'],
};

type Family = 'ipv4' | 'ipv6';

const BOTH: readonly Family[] = ['ipv4', 'ipv6'];
const IPV4_ONLY: readonly Family[] = ['ipv4'];
const IPV6_ONLY: readonly Family[] = ['ipv6'];

/** Judges the answers at the target of one term; its first questions have been asked. */
export function* judgeTarget(
  walk: Walk,
  kind: TargetKind,
  name: string,
  place: Place,
): Conversation<void> {
  switch (kind) {
    case 'a':
      judge(walk, 'A', name, IPV4_ONLY);
      judge(walk, 'AAAA', name, IPV6_ONLY);
      return;
    case 'exists':
      judge(walk, 'A', name, BOTH);
      return;
    case 'mx': {
      const set = judge(walk, 'MX', name, BOTH);
      if (set?.state === 'records') yield* judgeExchanges(walk, set.records, name, place);
      return;
    }
    default:
      return kind satisfies never;
  }
}

/** Counts a void look-up or a failure in the families that would ask this question. */
function judge(
  walk: Walk,
  qtype: QType,
  name: string,
  families: readonly Family[],
): RecordSet | undefined {
  const answer = answerOf(walk, qtype, name);
  if (answer === undefined) return undefined;
  const set = recordSet(answer);
  if (set.state === 'absent') countVoid(walk, `${qtype} ${name}`, families);
  if (set.state === 'unknown') judgeFailure(walk, set.reason, `${qtype} ${name}`, families);
  return set;
}

function countVoid(walk: Walk, question: string, families: readonly Family[]): void {
  note(walk, 'void-lookup', 'RFC 7208 §4.6.4', question);
  for (const family of families) {
    walk.voids[family]++;
    if (walk.voids[family] !== MAX_VOIDS + 1) continue;
    if (family === 'ipv4') failPermanently(walk, 'targets', 'void-limit', 0, question);
    else note(walk, 'void-limit-ipv6', 'RFC 7208 §4.6.4', question);
  }
}

function judgeFailure(
  walk: Walk,
  reason: Extract<RecordSet, { state: 'unknown' }>['reason'],
  question: string,
  families: readonly Family[],
): void {
  if (families.includes('ipv4')) failTemporarily(walk, 'targets', reason, question);
  else note(walk, 'temperror-ipv6', 'RFC 7208 §4.4', `${question}: ${reason}`);
}

/**
 * The addresses of exchanges are outside the ten look-ups, and whether an empty one is void is
 * disputed among implementations: noted, but kept out of the count and so out of the class.
 */
function* judgeExchanges(
  walk: Walk,
  records: readonly string[],
  name: string,
  place: Place,
): Conversation<void> {
  const exchanges = new Set(records.map((record) => record.slice(record.indexOf(' ') + 1)));
  if (exchanges.delete('.')) note(walk, 'null-mx', 'RFC 7505 §3', name);
  if (exchanges.size > MAX_EXCHANGES) {
    const detail = `${name}: ${exchanges.size} exchanges`;
    failPermanently(walk, 'targets', 'mx-limit', place.path.length - 1, detail);
    return;
  }
  const batch = new QuestionBatch(walk);
  for (const exchange of exchanges) {
    batch.addTarget('A', exchange);
    batch.addTarget('AAAA', exchange);
  }
  if (batch.questions.length > 0) batch.take(yield batch.questions);
  for (const exchange of exchanges) {
    judgeExchange(walk, 'A', exchange, IPV4_ONLY);
    judgeExchange(walk, 'AAAA', exchange, IPV6_ONLY);
  }
}

function judgeExchange(
  walk: Walk,
  qtype: QType,
  exchange: string,
  families: readonly Family[],
): void {
  const answer = answerOf(walk, qtype, exchange);
  if (answer === undefined) return;
  const set = recordSet(answer);
  const question = `${qtype} ${exchange}`;
  if (set.state === 'absent') note(walk, 'mx-host-void', 'RFC 7208 §4.6.4', question);
  if (set.state === 'unknown') judgeFailure(walk, set.reason, question, families);
}
