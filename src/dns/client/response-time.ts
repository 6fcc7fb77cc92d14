/** The usual response time of one resolver, and from when on an attempt is late. Pure. */

/** Weight of one sample in the running means. */
const WEIGHT = 1 / 16;
/** Before it no attempt is late: an event loop, ours or the resolver's, may stand still so long. */
const MIN_LATE_MS = 50;
/** A recursor's times are spread wide: a few in a thousand are beyond. */
const LATE_DEVIATIONS = 8;

export class ResponseTime {
  /** 0 before the first sample. */
  meanMs = 0;
  lateAfterMs = Number.POSITIVE_INFINITY;
  #deviationMs = 0;

  /** One of each batch of responses is enough. */
  sample(tookMs: number): void {
    if (this.meanMs === 0) {
      this.meanMs = tookMs;
      this.#deviationMs = tookMs / 2;
    } else {
      const differenceMs = tookMs - this.meanMs;
      this.meanMs += WEIGHT * differenceMs;
      this.#deviationMs += WEIGHT * (Math.abs(differenceMs) - this.#deviationMs);
    }
    this.lateAfterMs = Math.max(MIN_LATE_MS, this.meanMs + LATE_DEVIATIONS * this.#deviationMs);
  }
}
