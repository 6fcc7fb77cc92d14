import { describe, expect, it } from 'vitest';
import {
  cumulativeTop,
  RANK_BUCKETS,
  rankBucket,
  rankBucketOrder,
} from '../../src/statistics/rank-buckets.ts';
import { crossName, crossType } from '../../src/statistics/segment-name.ts';
import { compareSegments } from '../../src/statistics/segment-order.ts';

describe('rankBucket', () => {
  it.each([
    [1, '1-1k'],
    [1000, '1-1k'],
    [1001, '1k-10k'],
    [10_000, '1k-10k'],
    [10_001, '10k-100k'],
    [100_000, '10k-100k'],
    [100_001, '100k-1M'],
    [1_000_000, '100k-1M'],
    [1_000_001, '>1M'],
    [undefined, 'none'],
    [0, 'none'],
    [-5, 'none'],
    [Number.NaN, 'none'],
  ] as const)('puts rank %s into %s', (rank, bucket) => {
    expect(rankBucket(rank)).toBe(bucket);
  });
});

describe('cumulativeTop', () => {
  it('adds up from the top and leaves out what is beyond a million', () => {
    const counts = { '1-1k': 5, '1k-10k': 10, '100k-1M': 100, '>1M': 1000, none: 7 };
    expect(cumulativeTop(counts)).toEqual({ '1k': 5, '10k': 15, '100k': 15, '1M': 115 });
  });
});

describe('order of rank segments', () => {
  const shuffled = ['none', '1k-10k', '>1M', '1-1k', 'other', '100k-1M', '10k-100k'];

  it('is that of ranks, not of text; a name that is no bucket comes last', () => {
    const sorted = shuffled
      .map((segment) => ({ segmentType: 'rank', segment }))
      .sort(compareSegments)
      .map(({ segment }) => segment);
    expect(sorted).toEqual([...RANK_BUCKETS, 'other']);
    expect(rankBucketOrder('other')).toBe(RANK_BUCKETS.length);
  });

  it('holds inside a crossed type, whichever side the rank is on', () => {
    const sortedBy = (type: string, name: (bucket: string) => string) =>
      shuffled
        .map((bucket) => ({ segmentType: type, segment: name(bucket) }))
        .sort(compareSegments)
        .map(({ segment }) => segment);
    const order = [...RANK_BUCKETS, 'other'];
    expect(sortedBy(crossType('tld', 'rank'), (of) => crossName('jp', of))).toEqual(
      order.map((of) => crossName('jp', of)),
    );
    expect(sortedBy(crossType('rank', 'label:a,b'), (of) => crossName(of, 'x / y'))).toEqual(
      order.map((of) => crossName(of, 'x / y')),
    );
  });
});
