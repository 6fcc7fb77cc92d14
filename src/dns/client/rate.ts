/** A cap on queries per second: token bucket on the caller's clock. It never waits; the engine does. */

/** Unused time that may be spent at once, so that a late timer costs no throughput. */
const BURST_MS = 100;

export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens = 1;
  #refilledAtMs: number;

  /** `perSecond` 0 is no cap. */
  constructor(perSecond: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#capacity = Math.max(1, this.#perMs * BURST_MS);
    this.#refilledAtMs = nowMs;
  }

  /** Takes one token if there is one. */
  take(nowMs: number): boolean {
    if (this.#perMs === 0) return true;
    const refill = (nowMs - this.#refilledAtMs) * this.#perMs;
    this.#tokens = Math.min(this.#capacity, this.#tokens + refill);
    this.#refilledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Takes one token that may not be there yet: the debt delays what follows. */
  borrow(): void {
    if (this.#perMs !== 0) this.#tokens--;
  }
}
