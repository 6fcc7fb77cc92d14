/**
 * One resolver as the engine asks it: what is under way there, first to expire first, how many may be,
 * and what came of it. Pure: it sends nothing and knows no clock; the engine tells it both.
 *
 * An attempt that is late no longer fills the window: it waits for its time-out, and neither our
 * socket nor the resolver's queue has anything of it any more. A younger one that was answered proves
 * it. Without that the resolver may stand still, with everything in its buffer, or everything under
 * way may be for dead names; lateness then takes longer.
 */
import { EdnsMemory } from './edns-memory.ts';
import { type OpenQuestion, QuestionList } from './open-question.ts';
import { AdaptiveWindow, type WindowOptions } from './window.ts';
import type { WindowGauge } from './window-gauge.ts';

/** So many times the time of lateness, where nothing proves it. */
const UNPROVEN_PATIENCE = 10;

/** Responses that a resolver gives when it is pressed, too. */
export type Refusal = 'servfail' | 'refused';

/** Totals of one resolver since the engine was made, and its window. */
export interface ResolverCounters {
  /** `address:port`. */
  readonly resolver: string;
  readonly queries: number;
  /** Responses that matched a query, errors included. */
  readonly responses: number;
  readonly timeouts: number;
  readonly servfail: number;
  readonly refused: number;
  /** Attempts that may be under way, now and at the extremes. */
  readonly window: number;
  readonly smallestWindow: number;
  readonly largestWindow: number;
}

export interface LaneOptions extends WindowOptions {
  readonly resolver: string;
  readonly isWindowFixed: boolean;
}

export class Lane implements ResolverCounters {
  readonly resolver: string;
  queries = 0;
  responses = 0;
  timeouts = 0;
  servfail = 0;
  refused = 0;
  smallestWindow: number;
  largestWindow: number;
  /** Exchanges over TCP under way: they fill the window too. */
  overTcp = 0;
  readonly edns = new EdnsMemory();
  /** An attempt had no response, and none that went out after it had one since. */
  isSilent = false;
  readonly #timeoutMs: number;
  /** Both undefined where the size is fixed. */
  readonly #adaptive: AdaptiveWindow | undefined;
  readonly #gauge: WindowGauge | undefined;
  readonly #most: number;
  readonly #onTime = new QuestionList();
  readonly #late = new QuestionList();
  /** Expiry of the youngest attempt that had a response. */
  #youngestAnswered = 0;

  constructor(options: LaneOptions, nowMs: number) {
    this.resolver = options.resolver;
    this.#timeoutMs = options.timeoutMs;
    this.#most = options.most;
    this.#adaptive = options.isWindowFixed ? undefined : new AdaptiveWindow(options, nowMs);
    this.#gauge = this.#adaptive?.gauge;
    this.smallestWindow = this.window;
    this.largestWindow = this.window;
  }

  get window(): number {
    return this.#gauge === undefined ? this.#most : this.#gauge.size;
  }

  /** Attempts that may be begun; 0 or less for none. */
  get room(): number {
    const late = this.#late.size;
    return Math.min(this.window, this.#most - late) - this.#onTime.size - this.overTcp;
  }

  sent(question: OpenQuestion, nowMs: number): void {
    question.expiresAtMs = nowMs + this.#timeoutMs;
    question.isLate = false;
    question.trial = question.tries === 1 ? this.#gauge?.trial : undefined;
    this.#onTime.push(question);
    this.queries++;
  }

  /** Takes the attempt out. */
  end(question: OpenQuestion): void {
    if (question.isLate) this.#late.remove(question);
    else this.#onTime.remove(question);
  }

  /** A matching response came to an attempt that was taken out. */
  responded(question: OpenQuestion, refusal: Refusal | undefined): void {
    this.responses++;
    this.isSilent = false;
    this.edns.responded(question.hasEdns);
    if (question.expiresAtMs > this.#youngestAnswered) {
      this.#youngestAnswered = question.expiresAtMs;
    }
    if (refusal !== undefined) {
      this[refusal]++;
      if (!question.isLate) question.trial?.missed();
      return;
    }
    this.#gauge?.onAnswer();
    if (question.isLate) question.trial?.redeemed();
    else question.trial?.answered();
  }

  /** No response came to an attempt that was taken out, and none will. */
  missed(question: OpenQuestion): void {
    if (question.expiresAtMs > this.#youngestAnswered) this.isSilent = true;
    if (!question.isLate) question.trial?.missed();
  }

  /** A sample of response times; one of each batch of responses is enough. */
  timed(question: OpenQuestion, nowMs: number): void {
    this.#gauge?.responseTime.sample(nowMs - (question.expiresAtMs - this.#timeoutMs));
  }

  /** Questions were sent as far as they go; `isFull` when more would have gone with more room. */
  pumped(isFull: boolean): void {
    this.#gauge?.onPump(isFull, this.#onTime.size + this.overTcp);
  }

  tick(nowMs: number): void {
    if (this.#adaptive === undefined) return;
    this.#adaptive.evaluate(nowMs);
    const { gauge } = this.#adaptive;
    if (gauge.size < this.smallestWindow) this.smallestWindow = gauge.size;
    if (gauge.size > this.largestWindow) this.largestWindow = gauge.size;
    this.#noteLate(nowMs + this.#timeoutMs, gauge.responseTime.lateAfterMs);
  }

  #noteLate(expiryMs: number, lateAfterMs: number): void {
    const unprovenMs = expiryMs - UNPROVEN_PATIENCE * lateAfterMs;
    const provenMs = Math.min(expiryMs - lateAfterMs, this.#youngestAnswered);
    const lastMs = Math.max(unprovenMs, provenMs);
    for (
      let question = this.#onTime.first;
      question !== undefined && question.expiresAtMs <= lastMs;
      question = this.#onTime.first
    ) {
      this.#onTime.remove(question);
      question.isLate = true;
      question.trial?.missed();
      this.#late.push(question);
    }
  }

  /** The attempt to expire next, if its time is over. */
  expired(nowMs: number): OpenQuestion | undefined {
    // Late ones were sent before all others.
    const first = this.#late.first ?? this.#onTime.first;
    return first !== undefined && first.expiresAtMs <= nowMs ? first : undefined;
  }

  /** As `QuestionList.takeOverdue`, of all attempts. */
  takeOverdue(nowMs: number, overdue: OpenQuestion[]): number {
    return Math.min(
      this.#late.takeOverdue(nowMs, overdue),
      this.#onTime.takeOverdue(nowMs, overdue),
    );
  }
}
