/**
 * Wilson score interval of a proportion, 95 %, with finite-population correction. Pure.
 * Wilson 1927; finite populations by score inversion with z² scaled by (N−n)/(N−1) (cf. O'Neill
 * 2021). Wald intervals are not used: they fail for the small shares a survey is full of.
 */

/** Two-sided 95 % quantile of the normal distribution. */
export const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface WilsonOptions {
  /** Size of the population that was sampled without replacement; infinite when left out. */
  readonly populationSize?: number;
  readonly z?: number;
}

/**
 * Interval of `successes` of `trials`; undefined without a trial. `trials` may be an effective sample
 * size, so neither needs to be whole. A sample that is the whole population has no width.
 */
export function wilson(
  successes: number,
  trials: number,
  options: WilsonOptions = {},
): Interval | undefined {
  const { populationSize = Number.POSITIVE_INFINITY, z = Z95 } = options;
  if (!(trials > 0)) return undefined;
  const share = successes / trials;
  if (trials >= populationSize) return { low: share, high: share };
  const correction = Number.isFinite(populationSize)
    ? (populationSize - trials) / (populationSize - 1)
    : 1;
  const k = z * z * correction;
  const center = (successes + k / 2) / (trials + k);
  const half =
    (Math.sqrt(k) / (trials + k)) * Math.sqrt((successes * (trials - successes)) / trials + k / 4);
  return {
    low: successes <= 0 ? 0 : Math.max(0, Math.min(share, center - half)),
    high: successes >= trials ? 1 : Math.min(1, Math.max(share, center + half)),
  };
}
