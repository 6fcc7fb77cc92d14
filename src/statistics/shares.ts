/**
 * A share with what it needs to be judged: numerator, denominator, and the bounds that domains
 * without an answer leave open. Pure. It does no sampling inference (`wilson.ts`, `cluster.ts`).
 *
 * A domain whose look-up failed is never counted as one without a record: it leaves the denominator,
 * and the bounds say what the share could be if it were known (worst case, Manski 1989).
 */

export interface ShareParts {
  readonly numerator: number;
  readonly denominator: number;
  /** Members of the denominator whose class is not known. */
  readonly unknownInside?: number;
  /** Domains outside the denominator that might belong to it. */
  readonly unknownOutside?: number;
}

export interface Share {
  readonly numerator: number;
  readonly denominator: number;
  /** Domains that could change the share. */
  readonly unknown: number;
  /** Fraction 0 to 1; undefined, never 0, over an empty denominator. */
  readonly share: number | undefined;
  /** Lowest and highest value the share can have; undefined when no domain could belong to it. */
  readonly boundLow: number | undefined;
  readonly boundHigh: number | undefined;
}

/**
 * With x of D and u domains that might belong to D, the true share is in [x/(D+u), (x+u)/(D+u)];
 * members of D of unknown class count for the upper bound only. The bounds contain the share.
 */
export function shareOf(parts: ShareParts): Share {
  const { numerator, denominator, unknownInside = 0, unknownOutside = 0 } = parts;
  const widest = denominator + unknownOutside;
  const unknown = unknownInside + unknownOutside;
  return {
    numerator,
    denominator,
    unknown,
    share: denominator > 0 ? numerator / denominator : undefined,
    boundLow: widest > 0 ? numerator / widest : undefined,
    boundHigh: widest > 0 ? Math.min(1, (numerator + unknown) / widest) : undefined,
  };
}

/** Below this denominator a share is flagged and ranked last. */
export const LOW_N = 30;
