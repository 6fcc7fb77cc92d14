/**
 * What a walk of an SPF tree asked and was told, kept with the record that it began at: thousands of
 * domains publish the same text, and a walk is a function of the text and the answers alone. Where the
 * same questions are answered by the very same answers, which is so for those that a run shares, the
 * walk comes to the same observation and need not be taken again.
 *
 * Nothing is taken on trust: the questions are asked, in the same steps, for each domain.
 */
import type { Answer, Question } from '../dns/talk.ts';
import type { Observation } from './check.ts';
import type { SpfPolicy } from './spf-observation.ts';

export interface WalkTrace {
  /** Side by side in one step, then the next. */
  readonly questions: readonly (readonly Question[])[];
  readonly answers: readonly (readonly Answer[])[];
  readonly observation: Observation<SpfPolicy>;
}

/** A trace with longer answers is not kept, so that all of them have a bound. */
const MAX_OCTETS = 8192;

/**
 * The trace of a finished walk from `domain`; undefined where another domain with the same text could
 * come to something else: a macro expands to the domain, a loop may lead through it, and a fault is
 * rare enough.
 */
export function traceOf(
  domain: string,
  questions: readonly (readonly Question[])[],
  answers: readonly (readonly Answer[])[],
  observation: Observation<SpfPolicy>,
): WalkTrace | undefined {
  if (observation.state !== 'present') return undefined;
  let octets = octetsWithoutMacro(observation.records);
  for (const together of answers)
    for (const answer of together)
      if (answer.status === 'noerror') octets += octetsWithoutMacro(answer.records);
  if (octets > MAX_OCTETS) return undefined;
  const trace = { questions, answers, observation: { ...observation, kept: {} } };
  return isAsked(trace, domain) ? undefined : trace;
}

/** Octets of the texts; Infinity where one may hold a macro. */
function octetsWithoutMacro(texts: readonly string[]): number {
  let octets = 0;
  for (const text of texts) octets += text.includes('%') ? Number.POSITIVE_INFINITY : text.length;
  return octets;
}

/** Whether the walk asks about `domain`: from there it would be a loop. */
export function isAsked({ questions }: WalkTrace, domain: string): boolean {
  for (const together of questions)
    for (const { qname } of together) if (qname === domain) return true;
  return false;
}

export function areSame(answers: readonly Answer[], before: readonly Answer[]): boolean {
  if (answers.length !== before.length) return false;
  for (let i = 0; i < answers.length; i++) if (answers[i] !== before[i]) return false;
  return true;
}
