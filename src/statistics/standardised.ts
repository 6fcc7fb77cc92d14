/**
 * Difference of two segments as if both had the same mix of ranks: direct standardization, with the
 * names of both segments together as the standard. Lists of different top-level domains differ in rank,
 * and popular names adopt first, so a plain difference mixes the two. Pure.
 */
import { differenceOf } from './newcombe.ts';
import { RANK_BUCKETS, type RankBucket } from './rank-buckets.ts';
import { type Interval, wilson } from './wilson.ts';

/** Numerator and denominator of a share in one rank bucket. */
export interface BucketShare {
  readonly bucket: RankBucket;
  readonly numerator: number;
  readonly denominator: number;
}

export interface StandardisedDifference {
  /** Shares of the two segments at the common mix; undefined where no bucket is in both. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** a - b. */
  readonly difference: number | undefined;
  /** Of simple random samples; ignore it for a census. */
  readonly interval: Interval | undefined;
  /** Buckets in which both have names, in rank order; only these count. */
  readonly buckets: readonly RankBucket[];
  /** Names of each segment that are in no such bucket, and so left out. */
  readonly leftOutA: number;
  readonly leftOutB: number;
}

/** Names without a rank are a bucket of their own. `isSample` asks for the interval. */
export function standardisedDifference(
  a: readonly BucketShare[],
  b: readonly BucketShare[],
  isSample = false,
): StandardisedDifference {
  const cells = RANK_BUCKETS.map((bucket) => ({ bucket, a: cell(a, bucket), b: cell(b, bucket) }));
  const shared = cells.filter((of) => of.a.denominator > 0 && of.b.denominator > 0);
  const standard = shared.reduce((sum, of) => sum + of.a.denominator + of.b.denominator, 0);
  const buckets = shared.map(({ bucket }) => bucket);
  const leftOut = (side: 'a' | 'b'): number =>
    cells.reduce((sum, of) => sum + (shared.includes(of) ? 0 : of[side].denominator), 0);
  const rest = { buckets, leftOutA: leftOut('a'), leftOutB: leftOut('b') };
  if (shared.length === 0)
    return { a: undefined, b: undefined, difference: undefined, interval: undefined, ...rest };
  const weights = shared.map((of) => (of.a.denominator + of.b.denominator) / standard);
  const ofA = weighted(
    shared.map((of) => of.a),
    weights,
  );
  const ofB = weighted(
    shared.map((of) => of.b),
    weights,
  );
  return {
    a: ofA.share,
    b: ofB.share,
    difference: ofA.share - ofB.share,
    interval: isSample ? differenceOf(ofA, ofB) : undefined,
    ...rest,
  };
}

interface Cell {
  readonly numerator: number;
  readonly denominator: number;
}

function cell(shares: readonly BucketShare[], bucket: RankBucket): Cell {
  let numerator = 0;
  let denominator = 0;
  for (const share of shares)
    if (share.bucket === bucket) {
      numerator += share.numerator;
      denominator += share.denominator;
    }
  return { numerator, denominator };
}

/** Weighted share with Wilson's interval on the sample size that its variance comes to. */
function weighted(cells: readonly Cell[], weights: readonly number[]) {
  let share = 0;
  let variance = 0;
  let atWorst = 0;
  cells.forEach(({ numerator, denominator }, i) => {
    const weight = weights[i] ?? 0;
    const p = numerator / denominator;
    share += weight * p;
    variance += (weight ** 2 * p * (1 - p)) / denominator;
    atWorst += weight ** 2 / denominator;
  });
  const effective = variance > 0 ? (share * (1 - share)) / variance : 1 / atWorst;
  return { share, ...(wilson(share * effective, effective) ?? { low: 0, high: 1 }) };
}
