/**
 * The SPF check (RFC 7208): the record at the domain, the tree that its includes and redirects span,
 * and what that comes to without a message. A survey asks TXT alone; in depth the targets of a, mx
 * and exists are asked as well. `ptr` needs a client's address and is never asked.
 *
 * The class is an upper bound of trouble: a real check stops at its first match and may pass for
 * some senders where the whole tree is over a limit.
 */
import { type Answer, type Conversation, ERROR_CLASSES, type Question } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { defineCheck, type Field, type Flag, type Observation, onlyAnswer } from './check.ts';
import type { RecordReading } from './spf-child.ts';
import { MX_LIMIT_CLASS, SPF_RESULT_CLASSES } from './spf-fault.ts';
import { isPlain, noteRecord, noteTexts } from './spf-notes.ts';
import {
  observationOfBroken,
  observationOfFailure,
  observationOfNone,
  observationOfSingleLabel,
  observationOfWalk,
  type SpfPolicy,
} from './spf-observation.ts';
import { readSpf, type SpfReading } from './spf-reading.ts';
import { areSame, isAsked, traceOf } from './spf-trace.ts';
import { walkRecord } from './spf-walk.ts';
import { beginWalk, note } from './spf-walk-state.ts';

/** Half of the IPv4 addresses. */
const OPEN_ADDRESSES = 2 ** 31;
/** More than this is lax: the threshold of Czybik et al., "Lazy Gatekeepers", IMC 2023. */
const LAX_ADDRESSES = 100_000;

function* observeTree(
  domain: DomainName,
  isInDepth: boolean,
): Conversation<Observation<SpfPolicy>> {
  if (!domain.includes('.')) return observationOfSingleLabel();
  const answer = onlyAnswer(yield [{ qname: domain, qtype: 'TXT', shared: false }]);
  const reading = readSpf(answer);
  if (reading.kind === 'failed') return observationOfFailure(reading);
  if (reading.kind === 'none') return observationOfNone(reading);
  if (reading.kind !== 'record') return observationOfTexts(domain, isInDepth, answer, reading);
  const { sightings, trace } = reading.known;
  // A trace is made for a text that has come again: most never do.
  if (isInDepth || sightings < 2 || !isPlain(domain, answer, reading))
    return yield* observeRecord(domain, isInDepth, answer, reading);
  if (trace === undefined || isAsked(trace, domain))
    return yield* observeAnew(domain, answer, reading, NOT_ASKED);
  for (let i = 0; i < trace.questions.length; i++) {
    const answers = yield trace.questions[i] as readonly Question[];
    if (areSame(answers, trace.answers[i] as readonly Answer[])) continue;
    const given = [...trace.answers.slice(0, i), answers];
    return yield* observeAnew(domain, answer, reading, given);
  }
  return trace.observation;
}

type Given = readonly (readonly Answer[])[];

const NOT_ASKED: Given = [];

/** Walks, with the answers to the first steps in hand, and keeps the trace. */
function* observeAnew(
  domain: DomainName,
  answer: Answer,
  reading: RecordReading,
  given: Given,
): Conversation<Observation<SpfPolicy>> {
  const questions: (readonly Question[])[] = [];
  const answers: (readonly Answer[])[] = [];
  const walking = observeRecord(domain, false, answer, reading);
  let step = walking.next(NO_ANSWERS);
  while (!step.done) {
    const told: readonly Answer[] = given[questions.length] ?? (yield step.value);
    questions.push(step.value);
    answers.push(told);
    step = walking.next(told);
  }
  reading.known.trace = traceOf(domain, questions, answers, step.value);
  return step.value;
}

const NO_ANSWERS: readonly Answer[] = [];

function* observeRecord(
  domain: DomainName,
  isInDepth: boolean,
  answer: Answer,
  reading: RecordReading,
): Conversation<Observation<SpfPolicy>> {
  const walk = beginWalk(domain, isInDepth);
  noteTexts(walk, answer, reading);
  noteRecord(walk, reading.record);
  const place = { domain, path: [domain], isPassing: true };
  const ending = yield* walkRecord(walk, reading.record, place);
  if (ending.isImplicit) note(walk, 'no-all', 'RFC 7208 §4.7');
  return observationOfWalk(reading, walk, ending);
}

function observationOfTexts(
  domain: DomainName,
  isInDepth: boolean,
  answer: Answer,
  reading: Extract<SpfReading, { kind: 'multiple' | 'syntax' }>,
): Observation<SpfPolicy> {
  const walk = beginWalk(domain, isInDepth);
  noteTexts(walk, answer, reading);
  return observationOfBroken(reading, walk);
}

const isOpen = (policy: SpfPolicy): boolean =>
  policy.isPlusAllReached || policy.ipv4Addresses >= OPEN_ADDRESSES;

const FIELDS: readonly Field<SpfPolicy>[] = [
  {
    column: 'spf_all',
    type: 'text',
    meaning: 'the all that ends the record, after redirect: -all, ~all, ?all, +all or empty',
    clause: 'RFC 7208 §5.1',
    since: '0.1.0',
    of: (policy) => policy.terminal,
  },
  {
    column: 'spf_lookups',
    type: 'number',
    meaning: 'terms of the whole tree that count against the limit of 10, 100 at most',
    clause: 'RFC 7208 §4.6.4',
    since: '0.1.0',
    of: (policy) => policy.lookups,
  },
  {
    column: 'spf_error',
    type: 'text',
    meaning: 'why the record is a permerror; child- before what lies in an included record',
    clause: 'RFC 7208 §4.6',
    since: '0.1.0',
    of: (policy) => policy.error,
  },
  {
    column: 'spf_class_full',
    type: 'text',
    meaning: 'class with the targets of a, mx and exists asked (as from IPv4); empty if not asked',
    clause: 'RFC 7208 §4.6.4',
    since: '0.1.0',
    of: (policy) => policy.classFull,
  },
  {
    column: 'spf_voids_ipv4',
    type: 'number',
    meaning: 'void look-ups that a client on IPv4 meets; empty if not asked',
    clause: 'RFC 7208 §4.6.4',
    since: '0.1.0',
    of: (policy) => policy.voidLookups?.ipv4,
  },
  {
    column: 'spf_voids_ipv6',
    type: 'number',
    meaning: 'void look-ups that a client on IPv6 meets; empty if not asked',
    clause: 'RFC 7208 §4.6.4',
    since: '0.1.0',
    of: (policy) => policy.voidLookups?.ipv6,
  },
  {
    column: 'spf_ipv4_addresses',
    type: 'number',
    meaning: 'IPv4 addresses that ip4 terms of the tree let pass: a lower bound',
    clause: 'RFC 7208 §5.6',
    since: '0.1.0',
    of: (policy) => policy.ipv4Addresses,
  },
];

const FLAGS: readonly Flag<SpfPolicy>[] = [
  { name: 'any', meaning: 'at least one v=spf1 record', of: () => true },
  {
    name: 'exact_deny',
    meaning: 'the record is exactly v=spf1 -all',
    of: (policy) => policy.isExactDeny,
  },
  {
    name: 'open',
    meaning: '+all is reached, or ip4 terms cover half of IPv4 or more',
    of: isOpen,
  },
  {
    name: 'lax',
    meaning: 'more than 100,000 IPv4 addresses pass, open records included',
    of: (policy) => isOpen(policy) || policy.ipv4Addresses > LAX_ADDRESSES,
  },
];

export const spf = defineCheck<SpfPolicy>({
  name: 'spf',
  specs: ['RFC 7208'],
  version: 1,
  classes: [...SPF_RESULT_CLASSES, ...ERROR_CLASSES, MX_LIMIT_CLASS],
  observe: (domain) => observeTree(domain, false),
  observeInDepth: (domain) => observeTree(domain, true),
  fields: FIELDS,
  flags: FLAGS,
  detail: (policy) => ({
    class_full: policy?.classFull ?? null,
    lookups: policy?.lookups ?? 0,
    void_lookups: policy?.voidLookups ?? null,
    terminal: policy?.terminal ?? null,
    includes: policy?.includes ?? [],
  }),
});
