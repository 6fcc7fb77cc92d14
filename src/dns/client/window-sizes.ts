/** The sizes that a window may have, and the steps between them. Pure; beside `window.ts`. */

export interface SizeLimits {
  /** Attempts under way that any resolver bears; throughput alone never makes the window smaller. */
  readonly start: number;
  readonly most: number;
}

/** No resolver is asked with less, so that it shows when it has recovered. */
const LEAST = 8;
const WIDE_STEP = Math.SQRT2;
const SMALL_STEP = 2 ** 0.25;
const CUT = Math.SQRT1_2;

export class WindowSizes {
  readonly start: number;
  readonly most: number;
  readonly least: number;

  constructor({ start, most }: SizeLimits) {
    this.most = most;
    this.start = Math.min(start, most);
    this.least = Math.min(LEAST, most);
  }

  /** Half the start size, so that there is something to compare it with. */
  get first(): number {
    return Math.max(this.least, this.start >> 1);
  }

  /** The next step of a climb: to the start size, then by half an octave. */
  climb(size: number): number {
    if (size < this.start) return Math.min(2 * size, this.start);
    return this.#within(size * WIDE_STEP);
  }

  up(size: number): number {
    return this.#within(size * (size < this.start ? WIDE_STEP : SMALL_STEP));
  }

  half(size: number): number {
    return this.#within(size / 2);
  }

  /** Where half of the size is borne. */
  cut(size: number): number {
    return this.#within(size * CUT);
  }

  #within(size: number): number {
    return Math.min(this.most, Math.max(this.least, Math.round(size)));
  }
}
