/**
 * The records of one domain's probe: a check's conversation under way, and a question that it asked.
 * Plain state; `domain-probe.ts` moves it.
 */
import type { Observation } from '../checks/check.ts';
import type { Outcome } from '../dns/client/lookup.ts';
import type { Answer, Conversation, Question } from '../dns/talk.ts';

const NO_ASKED: readonly Asked[] = [];
const NO_QUESTIONS: readonly Question[] = [];

/** A question of the domain and who waits for its outcome: nearly always one conversation. */
export class Asked {
  readonly question: Question;
  outcome: Outcome | undefined = undefined;
  waiting: Talk | undefined = undefined;
  /** Those behind `waiting`, in order. */
  others: Talk[] | undefined = undefined;
  /** The question that was asked next. */
  next: Asked | undefined = undefined;

  constructor(question: Question) {
    this.question = question;
  }

  addWaiting(talk: Talk): void {
    if (this.waiting === undefined) this.waiting = talk;
    else if (this.others === undefined) this.others = [talk];
    else this.others.push(talk);
  }
}

/** A conversation under way. */
export class Talk {
  readonly conversation: Conversation<Observation<unknown>>;
  /** What it asked last; until the apex is answered the questions are only held. */
  questions: readonly Question[] = NO_QUESTIONS;
  asked: readonly Asked[] = NO_ASKED;
  missing = 0;
  observation: Observation<unknown> | undefined = undefined;

  constructor(conversation: Conversation<Observation<unknown>>) {
    this.conversation = conversation;
  }
}

/** What a conversation is handed: the answers to what it asked last, all of which are there. */
export function answersOf(asked: readonly Asked[]): Answer[] {
  const answers = asked.length === 0 ? [] : [answerOf(asked[0] as Asked)];
  for (let i = 1; i < asked.length; i++) answers.push(answerOf(asked[i] as Asked));
  return answers;
}

const answerOf = (asked: Asked): Answer => (asked.outcome as Outcome).answer;
