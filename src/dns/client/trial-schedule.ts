/**
 * When a window is tried at another size. A trial that brings nothing makes the next of its kind wait
 * twice as long; one that brings something, half as long. Pure; beside `window.ts`.
 */

const MIN_UP_PAUSE_MS = 250;
const MAX_UP_PAUSE_MS = 32_000;
/** After a trial, or a climb's last step, that brought nothing: a small buffer lost something by it. */
const FLAT_PAUSE_MS = 3000;
const MIN_DOWN_PAUSE_MS = 8000;
const MAX_DOWN_PAUSE_MS = 64_000;
/** After an overload, and near one. */
const OVERLOAD_PAUSE_MS = 4000;
/** Sizes near one that was too large are approached slowly for so long, ... */
const CEILING_MS = 30_000;
/** ... which are those from this share of it on. */
const NEAR_CEILING = Math.SQRT1_2;

export class TrialSchedule {
  #upPauseMs = MIN_UP_PAUSE_MS;
  #upAtMs = 0;
  #downPauseMs = MIN_DOWN_PAUSE_MS;
  #downAtMs = 0;
  #ceiling = 0;
  #ceilingUntilMs = 0;

  isUpDue(nowMs: number): boolean {
    return nowMs >= this.#upAtMs;
  }

  isDownDue(nowMs: number): boolean {
    return nowMs >= this.#downAtMs;
  }

  /** Whether an overload of late tells against more than `size`. */
  isNearCeiling(size: number, nowMs: number): boolean {
    return nowMs < this.#ceilingUntilMs && size > this.#ceiling * NEAR_CEILING;
  }

  /**
   * `isFlat`: the last step brought nothing. `isUrgent`: so much fails that half the size is to be
   * tried at once.
   */
  climbed(nowMs: number, isFlat: boolean, isUrgent: boolean): void {
    if (isFlat) this.#upPauseMs = Math.max(FLAT_PAUSE_MS, this.#upPauseMs);
    this.#upAtMs = nowMs + this.#upPauseMs;
    this.#downPauseMs = MIN_DOWN_PAUSE_MS;
    this.#downAtMs = nowMs + (isUrgent ? 0 : MIN_DOWN_PAUSE_MS);
  }

  upFailed(nowMs: number): void {
    const pauseMs = Math.max(FLAT_PAUSE_MS, 2 * this.#upPauseMs);
    this.#upPauseMs = Math.min(MAX_UP_PAUSE_MS, pauseMs);
    this.#upAtMs = nowMs + this.#upPauseMs;
  }

  /** What was seen has to be seen again before it is believed, or the resolver answers more by itself. */
  upSoon(nowMs: number): void {
    this.#upAtMs = nowMs;
  }

  upKept(nowMs: number, size: number): void {
    this.#upPauseMs = Math.max(MIN_UP_PAUSE_MS, this.#upPauseMs / 2);
    const pauseMs = Math.max(OVERLOAD_PAUSE_MS, this.#upPauseMs);
    this.#upAtMs = nowMs + (this.isNearCeiling(size, nowMs) ? pauseMs : 0);
  }

  downBroughtNothing(nowMs: number): void {
    this.#downPauseMs = Math.min(MAX_DOWN_PAUSE_MS, 2 * this.#downPauseMs);
    this.#downAtMs = nowMs + this.#downPauseMs;
  }

  /** `size` was too large; `isUrgent` as for `climbed`. */
  overloaded(nowMs: number, size: number, isUrgent: boolean): void {
    this.#upPauseMs = Math.min(MAX_UP_PAUSE_MS, Math.max(OVERLOAD_PAUSE_MS, 2 * this.#upPauseMs));
    this.#upAtMs = nowMs + this.#upPauseMs;
    this.#downPauseMs = MIN_DOWN_PAUSE_MS;
    this.#downAtMs = nowMs + (isUrgent ? 0 : MIN_DOWN_PAUSE_MS);
    this.#ceiling = size;
    this.#ceilingUntilMs = nowMs + CEILING_MS;
  }
}
