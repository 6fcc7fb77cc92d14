/**
 * The window of one resolver as it stands: its size on the way to a goal, the trial that sends belong
 * to, and what is measured meanwhile. It decides nothing; that is done in `window.ts`. Pure.
 */
import { type Measured, Period } from './period.ts';
import { ResponseTime } from './response-time.ts';
import { type Tally, type Trial, Trials } from './trial.ts';

export class WindowGauge {
  readonly responseTime = new ResponseTime();
  /** Attempts that may be under way now. */
  size: number;
  /** Where `size` is going, by one for each answer. */
  #goal: number;
  readonly #timeoutMs: number;
  readonly #period: Period;
  readonly #trials: Trials;

  constructor(tally: Tally, timeoutMs: number, nowMs: number) {
    this.size = tally.size;
    this.#goal = tally.size;
    this.#timeoutMs = timeoutMs;
    this.#period = new Period(this.responseTime, nowMs);
    this.#trials = new Trials(tally);
  }

  /** What the first tries sent now belong to. */
  get trial(): Trial {
    return this.#trials.open;
  }

  /** After twice the time of lateness: what was only slow has mostly been answered by then. */
  get settlingMs(): number {
    return 2 * Math.min(this.responseTime.lateAfterMs, this.#timeoutMs);
  }

  /** A response that answers came. Growth goes by one an answer, so that no burst fills a buffer. */
  onAnswer(): void {
    this.#period.onAnswer();
    if (this.size < this.#goal) this.size++;
  }

  /**
   * Questions were sent as far as they go; `isFull` when more would have gone with more room, here or
   * over all resolvers. `underWay` counts what fills this window.
   */
  onPump(isFull: boolean, underWay: number): void {
    this.#period.onPump(isFull, underWay);
  }

  /** Sends at the tally's size from now on. */
  turnTo(tally: Tally, nowMs: number): void {
    this.#trials.turnTo(tally, nowMs);
    if (this.#goal === tally.size) return;
    this.#goal = tally.size;
    this.size = Math.min(this.size, this.#goal);
    this.#period.restart(nowMs);
  }

  /** What was measured, when a period is over. */
  read(nowMs: number): Measured | undefined {
    if (!this.#period.isSettled(nowMs)) return undefined;
    this.size = this.#goal;
    const measured = this.#period.end(nowMs);
    if (measured !== undefined) this.#trials.turn(nowMs, this.settlingMs);
    return measured;
  }
}
