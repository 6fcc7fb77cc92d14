import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../src/dns/client/rate.ts';

/** Tokens that can be taken at once. */
function drain(bucket: TokenBucket, nowMs: number): number {
  let taken = 0;
  while (taken < 10_000 && bucket.take(nowMs)) taken++;
  return taken;
}

describe('TokenBucket', () => {
  it('gives one token at the start, then the rate', () => {
    const bucket = new TokenBucket(1000, 0);
    expect(drain(bucket, 0)).toBe(1);
    expect(drain(bucket, 20)).toBe(20);
    expect(drain(bucket, 20)).toBe(0);
  });

  it('gives at most a tenth of a second at once, and at least one', () => {
    const bucket = new TokenBucket(1000, 0);
    expect(drain(bucket, 60_000)).toBe(100);
    const slow = new TokenBucket(2, 0);
    expect(drain(slow, 60_000)).toBe(1);
    expect(drain(slow, 60_499)).toBe(0);
    expect(drain(slow, 60_500)).toBe(1);
  });

  it('lets a debt delay what follows', () => {
    const bucket = new TokenBucket(100, 0);
    expect(bucket.take(0)).toBe(true);
    bucket.borrow();
    expect(drain(bucket, 10)).toBe(0);
    expect(drain(bucket, 20)).toBe(1);
  });

  it('never says no without a cap', () => {
    const bucket = new TokenBucket(0, 0);
    bucket.borrow();
    expect(drain(bucket, 0)).toBe(10_000);
  });
});
