/**
 * Carries all conversations of one domain to their end over a Lookup: asks each question of the
 * domain once, holds the domain to its budget, and tells from the apex answers whether it exists.
 * Callbacks rather than promises: a survey asks hundreds of thousands of questions a minute.
 *
 * It judges no record and retries nothing; the checks do the one, the client the other.
 */
import type { Check, Observation } from '../checks/check.ts';
import { type Lookup, type Outcome, OVER_BUDGET } from '../dns/client/lookup.ts';
import { type Answer, type FailureReason, nameExists, type Question } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { Asked, answersOf, Talk } from './conversation.ts';
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

const NO_ANSWERS: readonly Answer[] = [];
const INFERRED_NXDOMAIN: Outcome = {
  answer: { status: 'nxdomain', aliases: [] },
  attempts: 0,
  isCached: false,
  isInferred: true,
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
  /** Questions in the order in which they were asked. */
  #firstAsked: Asked | undefined;
  #lastAsked: Asked | undefined;
  #askedCount = 0;
  /** One a check; the first `#begunTalks` are there. */
  readonly #talks: Talk[];
  #begunTalks = 0;
  #openTalks: number;
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
    this.#openTalks = options.checks.length;
    this.#talks = new Array<Talk>(options.checks.length);
  }

  start(): void {
    try {
      if (this.#options.isNxdomainCut) this.#askApexFirst();
      else this.#goOn();
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

  /** Begins the next check's conversation and gives what it asks; none where it has no question. */
  #begin(): readonly Question[] {
    const check = this.#options.checks[this.#begunTalks] as Check;
    const talk = new Talk(
      this.#options.isInDepth ? check.observeInDepth(this.#domain) : check.observe(this.#domain),
    );
    this.#talks[this.#begunTalks++] = talk;
    const step = talk.conversation.next(NO_ANSWERS);
    if (step.done) this.#close(talk, step.value);
    else talk.questions = step.value;
    return talk.questions;
  }

  /**
   * Asks one apex question, and leaves everything else until it is answered. Conversations begin in
   * order until one wants the apex; those after it can wait, and so cost no memory meanwhile.
   */
  #askApexFirst(): void {
    this.#isApexPending = true;
    let question: Question | undefined;
    while (question === undefined && this.#begunTalks < this.#talks.length) {
      question = apexQuestionOf(this.#begin(), this.#domain);
    }
    const asked = this.#ask(question ?? { qname: this.#domain, qtype: 'MX', shared: false });
    if (asked.outcome !== undefined) this.#release(asked.outcome.answer);
  }

  #release(apexAnswer: Answer): void {
    this.#isApexPending = false;
    this.#isNonexistent = nameExists(apexAnswer) === false;
    this.#goOn();
  }

  /** Puts what the conversations hold, and begins those that have not begun. */
  #goOn(): void {
    for (let i = 0; i < this.#talks.length; i++) {
      if (i === this.#begunTalks) this.#begin();
      const talk = this.#talks[i] as Talk;
      if (talk.observation === undefined) this.#put(talk, talk.questions);
    }
  }

  #step(talk: Talk): void {
    const step = talk.conversation.next(answersOf(talk.asked));
    if (step.done) this.#close(talk, step.value);
    else this.#put(talk, step.value);
  }

  #close(talk: Talk, observation: Observation<unknown>): void {
    talk.observation = observation;
    this.#openTalks -= 1;
  }

  /** Puts a talk's questions; where all are known at once it goes on by itself, without recursion. */
  #put(talk: Talk, questions: readonly Question[]): void {
    let next = questions;
    for (;;) {
      this.#askAll(talk, next);
      if (talk.missing > 0) return;
      const step = talk.conversation.next(answersOf(talk.asked));
      if (step.done) {
        this.#close(talk, step.value);
        return;
      }
      next = step.value;
    }
  }

  #askAll(talk: Talk, questions: readonly Question[]): void {
    talk.missing = 0;
    const asked: Asked[] = questions.length === 0 ? [] : [this.#ask(questions[0] as Question)];
    for (let i = 1; i < questions.length; i++) asked.push(this.#ask(questions[i] as Question));
    talk.asked = asked;
    for (let i = 0; i < asked.length; i++) {
      const one = asked[i] as Asked;
      if (one.outcome !== undefined) continue;
      talk.missing += 1;
      one.addWaiting(talk);
    }
  }
  #ask(question: Question): Asked {
    const { qname, qtype } = question;
    for (let asked = this.#firstAsked; asked !== undefined; asked = asked.next) {
      if (asked.question.qname === qname && asked.question.qtype === qtype) return asked;
    }
    const asked = new Asked(question);
    if (this.#lastAsked === undefined) this.#firstAsked = asked;
    else this.#lastAsked.next = asked;
    this.#lastAsked = asked;
    this.#askedCount += 1;
    if (this.#isNonexistent && isAtOrBelow(qname, this.#domain)) {
      asked.outcome = INFERRED_NXDOMAIN;
    } else if (this.#askedCount > this.#options.maxQuestions) {
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
      if (this.#isApexPending) this.#release(outcome.answer);
      else this.#tell(asked);
      this.#finishIfDone();
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(asked: Asked): void {
    const { waiting, others } = asked;
    asked.waiting = undefined;
    asked.others = undefined;
    if (waiting !== undefined) this.#count(waiting);
    if (others !== undefined) for (const talk of others) this.#count(talk);
  }

  /** One answer more for the talk; with the last it goes on. */
  #count(talk: Talk): void {
    talk.missing -= 1;
    if (talk.missing === 0) this.#step(talk);
  }

  #finishIfDone(): void {
    if (this.#openTalks > 0 || this.#isOver) return;
    let isApexAsked = false;
    for (let asked = this.#firstAsked; asked !== undefined; asked = asked.next) {
      if (asked.question.qname !== this.#domain) continue;
      if (asked.outcome === undefined) return;
      isApexAsked = true;
    }
    if (!isApexAsked) {
      // No check looked at the domain itself (`--checks` without MX and SPF): existence still counts.
      const asked = this.#ask({ qname: this.#domain, qtype: 'MX', shared: false });
      if (asked.outcome === undefined) return;
    }
    this.#isOver = true;
    const exchanges = this.#exchanges();
    const { exists, existenceReason } = existenceOf(exchanges, this.#domain);
    this.#done(undefined, {
      observations: this.#observations(),
      exists,
      existenceReason,
      exchanges,
    });
  }

  #exchanges(): Exchange[] {
    const exchanges = new Array<Exchange>(this.#askedCount);
    let index = 0;
    for (let asked = this.#firstAsked; asked !== undefined; asked = asked.next) {
      exchanges[index++] = asked as Exchange;
    }
    return exchanges;
  }

  #observations(): Observation<unknown>[] {
    const observations = new Array<Observation<unknown>>(this.#talks.length);
    for (let i = 0; i < this.#talks.length; i++) {
      observations[i] = this.#talks[i]?.observation as Observation<unknown>;
    }
    return observations;
  }
}

function apexQuestionOf(questions: readonly Question[], domain: string): Question | undefined {
  for (const question of questions) if (question.qname === domain) return question;
  return undefined;
}

function isAtOrBelow(qname: string, domain: string): boolean {
  if (!qname.endsWith(domain)) return false;
  return (
    qname.length === domain.length || qname.charCodeAt(qname.length - domain.length - 1) === 46
  );
}
