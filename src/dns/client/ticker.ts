/**
 * The engine's one timer, running only while it has questions. It tells when a tick came late.
 */

/** How late a time-out may be noticed, in milliseconds. */
export const TICK_MS = 20;

/** So often in a row a tick is called late: a loop that is always late has to give up something too. */
const MAX_LATE_TICKS = 3;

export class Ticker {
  readonly #onTick: (nowMs: number, isLate: boolean) => void;
  #timer: NodeJS.Timeout | undefined;
  #tickedAtMs = 0;
  #lateTicks = 0;

  /**
   * `isLate` means that the event loop stood still: answers may wait in the sockets, so nothing should
   * expire before they had a turn.
   */
  constructor(onTick: (nowMs: number, isLate: boolean) => void) {
    this.#onTick = onTick;
  }

  /** Does nothing when it runs already. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#tickedAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    const isLate = nowMs - this.#tickedAtMs > 2 * TICK_MS && this.#lateTicks < MAX_LATE_TICKS;
    this.#lateTicks = isLate ? this.#lateTicks + 1 : 0;
    this.#tickedAtMs = nowMs;
    this.#onTick(nowMs, isLate);
  }
}
