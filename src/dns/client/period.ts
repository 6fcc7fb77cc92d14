/**
 * What one resolver answered a second while one size of its window held, period by period. Pure.
 * Beside `window.ts`, which decides what follows.
 */
import type { ResponseTime } from './response-time.ts';

const MIN_PERIOD_MS = 80;
/** Periods are at least so many response times. */
const RESPONSE_TIMES = 4;
const MIN_ANSWERS = 512;
/** A period that had too few answers ends all the same. */
const MAX_PERIOD_MS = 2000;
/** From a change of size until responses show it: this, or two response times. */
const MIN_SETTLING_MS = 20;

export interface Measured {
  /** Answers a second. */
  readonly throughput: number;
  /** More questions would have gone out with more room, here or over all resolvers. */
  readonly isLimited: boolean;
  /** Most attempts that filled the window. */
  readonly peak: number;
}

export class Period {
  readonly #responseTime: ResponseTime;
  #isSettling = false;
  /** When it began, or while it settles, when it may begin. */
  #atMs: number;
  #answers = 0;
  #pumps = 0;
  #fullPumps = 0;
  #peak = 0;

  constructor(responseTime: ResponseTime, nowMs: number) {
    this.#responseTime = responseTime;
    this.#atMs = nowMs;
  }

  onAnswer(): void {
    this.#answers++;
  }

  onPump(isFull: boolean, underWay: number): void {
    this.#pumps++;
    if (isFull) this.#fullPumps++;
    if (underWay > this.#peak) this.#peak = underWay;
  }

  /** What went before counts no more, nor what comes until the size has settled. */
  restart(nowMs: number): void {
    const settlingMs = Math.max(MIN_SETTLING_MS, 2 * this.#responseTime.meanMs);
    this.#isSettling = true;
    this.#atMs = nowMs + Math.min(MAX_PERIOD_MS, settlingMs);
  }

  /** Whether the size has settled. */
  isSettled(nowMs: number): boolean {
    if (!this.#isSettling) return true;
    if (nowMs >= this.#atMs) {
      this.#isSettling = false;
      this.#begin(nowMs);
    }
    return false;
  }

  /** Ends the period when it is long enough, and begins the next. */
  end(nowMs: number): Measured | undefined {
    const elapsedMs = nowMs - this.#atMs;
    const leastMs = Math.max(MIN_PERIOD_MS, RESPONSE_TIMES * this.#responseTime.meanMs);
    const isShort = elapsedMs < leastMs || this.#answers < MIN_ANSWERS;
    if (isShort && elapsedMs < MAX_PERIOD_MS) return undefined;
    const measured = {
      throughput: (this.#answers * 1000) / elapsedMs,
      isLimited:
        this.#fullPumps > 0 &&
        this.#fullPumps * 2 >= this.#pumps &&
        // Otherwise there was nothing to ask, and nobody looked.
        elapsedMs < 2 * MAX_PERIOD_MS,
      peak: this.#peak,
    };
    this.#begin(nowMs);
    return measured;
  }

  #begin(nowMs: number): void {
    this.#atMs = nowMs;
    this.#answers = 0;
    this.#pumps = 0;
    this.#fullPumps = 0;
    this.#peak = 0;
  }
}
