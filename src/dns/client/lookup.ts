/**
 * Question in, outcome out: what the probe knows of the DNS. The engine and the cache before it are
 * both a Lookup. Callbacks, not promises: a survey asks three questions a domain, and a promise costs
 * more than the question's bookkeeping.
 */
import type { Answer, Question } from '../talk.ts';

export interface Outcome {
  readonly answer: Answer;
  /**
   * Datagrams sent and TCP exchanges begun for this question, so that a sum over questions is what
   * they cost the resolvers; 0 when it came from the cache or from a question another asker caused.
   */
  readonly attempts: number;
  /** This asker did not cause the query. */
  readonly isCached: boolean;
  /** No resolver was asked: it follows from another answer (RFC 8020). */
  readonly isInferred: boolean;
  /** `address:port` of the resolver that answered, or was asked last; undefined when none was. */
  readonly resolver: string | undefined;
}

/** A question that nobody was asked, for its domain had no time or no question left. */
export const OVER_BUDGET: Outcome = Object.freeze({
  answer: Object.freeze({ status: 'over_budget', extendedError: undefined }),
  attempts: 0,
  isCached: false,
  isInferred: false,
  resolver: undefined,
});

export type Done = (outcome: Outcome) => void;

export interface Lookup {
  /**
   * Gives the outcome at once where it is known. Otherwise gives undefined and calls `done` exactly
   * once, later, never from within this call.
   *
   * `deadlineAtMs` is on the clock of `performance.now()`. No attempt is begun after it, and a
   * question still open at it ends as `over_budget`, or as its last failure when no attempt was under
   * way. It is kept to about 20 ms.
   */
  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined;
}
