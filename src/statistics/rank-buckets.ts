/**
 * Ranks of a popularity list in disjoint buckets. Pure. It must not guess a rank: a name without one
 * is in the bucket `none`.
 */

export const RANK_BUCKETS = ['1-1k', '1k-10k', '10k-100k', '100k-1M', '>1M', 'none'] as const;

export type RankBucket = (typeof RANK_BUCKETS)[number];

/** Last rank of each bucket but the last two. */
const LIMITS: readonly (readonly [number, RankBucket])[] = [
  [1000, '1-1k'],
  [10_000, '1k-10k'],
  [100_000, '10k-100k'],
  [1_000_000, '100k-1M'],
];

/** A bucket holds its upper limit: rank 1,000 is in `1-1k`. What is no rank from 1 up is `none`. */
export function rankBucket(rank: number | undefined): RankBucket {
  if (rank === undefined || !(rank >= 1)) return 'none';
  for (const [limit, bucket] of LIMITS) if (rank <= limit) return bucket;
  return '>1M';
}

/** Names up to a rank, as top 1k, 10k, 100k and 1M are published (SANS ISC). */
export const TOPS = ['1k', '10k', '100k', '1M'] as const;

export type Top = (typeof TOPS)[number];

/**
 * Sums of a number that buckets have each, from the top down. A name beyond a million or without a rank
 * is in none of them; a bucket that is missing counts nothing.
 */
export function cumulativeTop(
  counts: Readonly<Partial<Record<RankBucket, number>>>,
): Readonly<Record<Top, number>> {
  let sum = 0;
  const upTo = LIMITS.map(([, bucket], i) => {
    sum += counts[bucket] ?? 0;
    return [TOPS[i] as Top, sum] as const;
  });
  return Object.fromEntries(upTo) as Record<Top, number>;
}

const ORDER: ReadonlyMap<string, number> = new Map(RANK_BUCKETS.map((name, i) => [name, i]));

/** Place of a bucket in a report; a name that is no bucket comes after all of them. */
export function rankBucketOrder(bucket: string): number {
  return ORDER.get(bucket) ?? RANK_BUCKETS.length;
}
