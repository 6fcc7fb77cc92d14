/**
 * What a resolver answers a second at the size its window is held at, at one that is tried, and at
 * best. Pure; beside `window.ts`.
 */

/** The least rise that makes a larger size worth to be kept. */
const LEAST_GAIN = 0.03;
/** A rise counts from this many times the usual difference between two periods. */
const NOISE_MULTIPLE = 2;
/** Supposed at first, until a dozen periods have shown it. */
const FIRST_NOISE = 0.15;
/** A period's; the best is half forgotten in a minute or two. */
const BEST_FADES = 0.999;
/** Less than this share of the best of late is little. */
const BUSY_SHARE = 0.25;

/** So many times what it was means that the resolver can do more than then. */
const RISE = 1.2;

export class Throughput {
  /** At the size held; 0 where that is not known. */
  held = 0;
  /** Of the trial that waits to be compared. */
  tried = 0;
  #best = 0;
  #before = 0;
  /** Usual difference between two periods at one size, as a share of their throughput. */
  #noise = FIRST_NOISE;

  /** Of each period, whatever its size. */
  note(perSecond: number): void {
    this.#best = Math.max(perSecond, this.#best * BEST_FADES);
  }

  /** Of a further period at the size held. */
  noteHeld(perSecond: number): void {
    if (this.held === 0) this.held = perSecond;
    const difference = perSecond / this.held - 1;
    this.#noise += (Math.abs(difference) - this.#noise) / 8;
    this.held *= 1 + difference / 2;
  }

  /** What `hasRisen` compares with. */
  mark(): void {
    this.#before = this.held;
  }

  /** Whether more is answered at the size held than at the last mark. */
  get hasRisen(): boolean {
    return this.#before > 0 && this.held > RISE * this.#before;
  }

  isBusy(perSecond: number): boolean {
    return perSecond > this.#best * BUSY_SHARE;
  }

  /** How much more it is than at the size held, as a share of that. */
  gainOf(perSecond: number): number {
    return this.held === 0 ? 1 : perSecond / this.held - 1;
  }

  /**
   * The gain of the trial over the size held before it and, `after`, behind it: a drift of the
   * resolver's cancels out.
   */
  gainOfTried(after: number): number {
    return (2 * this.tried) / (this.held + after) - 1;
  }

  /** Whether a gain between two periods is more than chance. */
  isGain(gain: number): boolean {
    return gain > Math.max(LEAST_GAIN, NOISE_MULTIPLE * this.#noise);
  }
}
