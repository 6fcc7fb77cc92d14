/**
 * The engine's record of a question from `ask` to `done`, and the lists it stands in: the queue, or
 * the attempts under way in the order of their expiry. The links are in the record itself, so that
 * taking one out of the middle costs nothing and no ring can overflow.
 */
import type { Answer, Question } from '../talk.ts';
import { QTYPES } from '../wire/registry.ts';
import type { Done } from './lookup.ts';
import type { Exchange } from './transport.ts';
import type { Trial } from './trial.ts';

/** An answer that is none. */
export type Failure = Extract<Answer, { readonly extendedError: number | undefined }>;

export class OpenQuestion implements Exchange {
  readonly qname: string;
  readonly type: number;
  readonly deadlineAtMs: number;
  readonly done: Done;
  /** Set by the engine when an attempt begins; -1 before the first. */
  resolver = -1;
  hasEdns = true;
  channel = 0;
  id = 0;
  /** Attempts begun, of those that the engine allows. */
  tries = 0;
  /** Datagrams sent and TCP exchanges begun. */
  queries = 0;
  /** The next datagram repeats the attempt without EDNS. */
  isPlainRepeat = false;
  /** When the attempt under way is given up, on the clock of `performance.now()`. */
  expiresAtMs = 0;
  /** The attempt under way no longer fills the window. */
  isLate = false;
  /** What the attempt under way is judged with; undefined for one that nothing is judged by. */
  trial: Trial | undefined = undefined;
  /** What the last finished attempt came to. */
  failure: Failure | undefined = undefined;
  previous: OpenQuestion | undefined = undefined;
  next: OpenQuestion | undefined = undefined;

  constructor(question: Question, deadlineAtMs: number, done: Done) {
    this.qname = question.qname;
    this.type = QTYPES[question.qtype];
    this.deadlineAtMs = deadlineAtMs;
    this.done = done;
  }
}

/** Doubly linked through the records; a record stands in one list at a time. */
export class QuestionList {
  first: OpenQuestion | undefined = undefined;
  #last: OpenQuestion | undefined = undefined;
  size = 0;

  push(question: OpenQuestion): void {
    const last = this.#last;
    question.previous = last;
    question.next = undefined;
    if (last === undefined) this.first = question;
    else last.next = question;
    this.#last = question;
    this.size++;
  }

  unshift(question: OpenQuestion): void {
    const first = this.first;
    question.previous = undefined;
    question.next = first;
    if (first === undefined) this.#last = question;
    else first.previous = question;
    this.first = question;
    this.size++;
  }

  remove(question: OpenQuestion): void {
    const { previous, next } = question;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    question.previous = undefined;
    question.next = undefined;
    this.size--;
  }

  /**
   * Takes out, in order, the questions whose deadline is not after `nowMs`; gives the earliest
   * deadline that stays, Infinity without one.
   */
  takeOverdue(nowMs: number, overdue: OpenQuestion[]): number {
    let earliest = Number.POSITIVE_INFINITY;
    let question = this.first;
    while (question !== undefined) {
      const { next } = question;
      if (question.deadlineAtMs <= nowMs) {
        this.remove(question);
        overdue.push(question);
      } else if (question.deadlineAtMs < earliest) {
        earliest = question.deadlineAtMs;
      }
      question = next;
    }
    return earliest;
  }
}
