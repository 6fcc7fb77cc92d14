/**
 * Carries all conversations of one domain to their end over a Lookup: asks each question of the
 * domain once, holds the domain to its budget, and tells from the apex answers whether it exists.
 * Callbacks rather than promises: a survey asks hundreds of thousands of questions a minute.
 *
 * It judges no record and retries nothing; the checks do the one, the client the other.
 */
import type { Check, Observation } from '../checks/check.ts';
import type { Lookup, Outcome } from '../dns/client/lookup.ts';
import {
  type Answer,
  type Conversation,
  type FailureReason,
  nameExists,
  type Question,
} from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { existenceOf } from './existence.ts';

export interface ProbeOptions {
  readonly checks: readonly Check[];
  /** Also ask the targets of SPF `a`, `mx` and `exists`, as `inspect` does. */
  readonly isInDepth: boolean;
  /**
   * Take NXDOMAIN at the domain for every name and type at and below it (RFC 8020). The apex is
   * then asked first and alone, which spares a dead name all but one query.
   */
  readonly isNxdomainCut: boolean;
  /** Time one domain may take in all, in milliseconds. */
  readonly domainTimeoutMs: number;
  /** Questions one domain may ask in all; the rest come back as over_budget. */
  readonly maxQuestions: number;
}

/** One question of a domain and what it came to. */
export interface Exchange {
  readonly question: Question;
  readonly outcome: Outcome;
}

export interface ProbeResult {
  /** One observation a check, in the order of `ProbeOptions.checks`. */
  readonly observations: readonly Observation<unknown>[];
  /** Whether the domain exists; undefined when no apex question was answered. */
  readonly exists: boolean | undefined;
  /** Why existence is unknown. */
  readonly existenceReason: FailureReason | undefined;
  /** Every question once, in the order in which it was asked. */
  readonly exchanges: readonly Exchange[];
}

interface Asked {
  readonly question: Question;
  outcome: Outcome | undefined;
  /** Conversations that wait for the outcome. */
  waiting: Talk[];
}

interface Talk {
  readonly conversation: Conversation<Observation<unknown>>;
  /** What it asked last; until the apex is answered the questions are only held. */
  questions: readonly Question[];
  asked: readonly Asked[];
  missing: number;
  observation: Observation<unknown> | undefined;
}

const NO_ASKED: readonly Asked[] = [];
const NO_QUESTIONS: readonly Question[] = [];
const NO_ANSWERS: readonly Answer[] = [];
const NO_TALKS: Talk[] = [];
const INFERRED_NXDOMAIN: Outcome = {
  answer: { status: 'nxdomain', aliases: [] },
  attempts: 0,
  isCached: false,
  isInferred: true,
  resolver: undefined,
};
const OVER_BUDGET: Outcome = {
  answer: { status: 'over_budget', extendedError: undefined },
  attempts: 0,
  isCached: false,
  isInferred: false,
  resolver: undefined,
};

export type ProbeDone = (error: unknown, result: ProbeResult | undefined) => void;

/** One domain under way. `start` once; `done` is called exactly once, perhaps before `start` returns. */
export class DomainProbe {
  readonly #domain: DomainName;
  readonly #options: ProbeOptions;
  readonly #lookup: Lookup;
  readonly #deadlineAtMs: number;
  readonly #done: ProbeDone;
  readonly #asked: Asked[] = [];
  readonly #talks: Talk[] = [];
  #openTalks = 0;
  #isApexPending = false;
  #isNonexistent = false;
  #isOver = false;

  /** `nowMs` is on the clock of the lookup's deadlines (`performance.now()`). */
  constructor(
    domain: DomainName,
    options: ProbeOptions,
    lookup: Lookup,
    nowMs: number,
    done: ProbeDone,
  ) {
    this.#domain = domain;
    this.#options = options;
    this.#lookup = lookup;
    this.#deadlineAtMs = nowMs + options.domainTimeoutMs;
    this.#done = done;
  }

  start(): void {
    const { checks, isInDepth, isNxdomainCut } = this.#options;
    this.#openTalks = checks.length;
    this.#isApexPending = isNxdomainCut;
    try {
      for (const check of checks) {
        const conversation = isInDepth
          ? check.observeInDepth(this.#domain)
          : check.observe(this.#domain);
        const talk: Talk = {
          conversation,
          questions: NO_QUESTIONS,
          asked: NO_ASKED,
          missing: 0,
          observation: undefined,
        };
        this.#talks.push(talk);
        this.#step(talk, NO_ANSWERS);
      }
      if (this.#isApexPending) this.#askApexFirst();
      this.#finishIfDone();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A fault of a check is a fault of ours: it ends the domain, and with it the run. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done(error, undefined);
  }

  /** Asks one apex question and leaves the rest held until it is answered. */
  #askApexFirst(): void {
    const asked = this.#ask(
      this.#heldApexQuestion() ?? { qname: this.#domain, qtype: 'MX', shared: false },
    );
    if (asked.outcome !== undefined) this.#releaseHeld(asked.outcome.answer);
  }

  #heldApexQuestion(): Question | undefined {
    for (const { questions } of this.#talks) {
      for (const question of questions) if (question.qname === this.#domain) return question;
    }
    return undefined;
  }

  #releaseHeld(apexAnswer: Answer): void {
    this.#isApexPending = false;
    this.#isNonexistent = nameExists(apexAnswer) === false;
    for (const talk of this.#talks) {
      if (talk.observation === undefined) this.#put(talk, talk.questions);
    }
  }

  #step(talk: Talk, answers: readonly Answer[]): void {
    const step = talk.conversation.next(answers);
    if (step.done) {
      talk.observation = step.value;
      this.#openTalks -= 1;
    } else if (this.#isApexPending) {
      talk.questions = step.value;
    } else {
      this.#put(talk, step.value);
    }
  }

  /** Puts a talk's questions; where all are known at once it goes on by itself, without recursion. */
  #put(talk: Talk, questions: readonly Question[]): void {
    let next = questions;
    for (;;) {
      const asked = next.map((question) => this.#ask(question));
      talk.asked = asked;
      talk.missing = 0;
      for (const one of asked) {
        if (one.outcome !== undefined) continue;
        talk.missing += 1;
        one.waiting = one.waiting === NO_TALKS ? [talk] : [...one.waiting, talk];
      }
      if (talk.missing > 0) return;
      const step = talk.conversation.next(answersOf(asked));
      if (step.done) {
        talk.observation = step.value;
        this.#openTalks -= 1;
        return;
      }
      next = step.value;
    }
  }

  #ask(question: Question): Asked {
    for (const asked of this.#asked) {
      if (asked.question.qname === question.qname && asked.question.qtype === question.qtype) {
        return asked;
      }
    }
    const asked: Asked = { question, outcome: undefined, waiting: NO_TALKS };
    this.#asked.push(asked);
    if (this.#isNonexistent && isAtOrBelow(question.qname, this.#domain)) {
      asked.outcome = INFERRED_NXDOMAIN;
    } else if (this.#asked.length > this.#options.maxQuestions) {
      asked.outcome = OVER_BUDGET;
    } else {
      asked.outcome = this.#lookup.ask(question, this.#deadlineAtMs, (outcome) => {
        this.#answered(asked, outcome);
      });
    }
    return asked;
  }

  #answered(asked: Asked, outcome: Outcome): void {
    if (this.#isOver) return;
    asked.outcome = outcome;
    try {
      if (this.#isApexPending) {
        this.#releaseHeld(outcome.answer);
      } else {
        const waiting = asked.waiting;
        asked.waiting = NO_TALKS;
        for (const talk of waiting) {
          talk.missing -= 1;
          if (talk.missing === 0) this.#step(talk, answersOf(talk.asked));
        }
      }
      this.#finishIfDone();
    } catch (error) {
      this.#fail(error);
    }
  }

  #finishIfDone(): void {
    if (this.#openTalks > 0 || this.#isOver) return;
    let apexAsked = 0;
    for (const asked of this.#asked) {
      if (asked.question.qname !== this.#domain) continue;
      if (asked.outcome === undefined) return;
      apexAsked += 1;
    }
    if (apexAsked === 0) {
      // No check looked at the domain itself (`--checks` without MX and SPF): existence still counts.
      const asked = this.#ask({ qname: this.#domain, qtype: 'MX', shared: false });
      if (asked.outcome === undefined) return;
    }
    this.#isOver = true;
    const { exists, existenceReason } = existenceOf(this.#asked, this.#domain);
    this.#done(undefined, {
      observations: this.#talks.map((talk) => talk.observation as Observation<unknown>),
      exists,
      existenceReason,
      exchanges: this.#asked as readonly Exchange[],
    });
  }
}

function answersOf(asked: readonly Asked[]): Answer[] {
  return asked.map((one) => (one.outcome as Outcome).answer);
}

function isAtOrBelow(qname: string, domain: string): boolean {
  if (!qname.endsWith(domain)) return false;
  return (
    qname.length === domain.length || qname.charCodeAt(qname.length - domain.length - 1) === 46
  );
}
