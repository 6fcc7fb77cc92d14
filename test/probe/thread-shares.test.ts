import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf, usefulThreads } from '../../src/probe/thread-shares.ts';

const RUN = { window: 500, rate: 0, domains: 1_000_000, blockSize: 1024 };

describe('usefulThreads', () => {
  it('gives what was wanted to a long list and a wide window', () => {
    expect(usefulThreads(8, RUN)).toBe(8);
  });

  it('gives no thread that would have no query in flight, no rate or no block', () => {
    expect(usefulThreads(8, { ...RUN, window: 3 })).toBe(3);
    expect(usefulThreads(8, { ...RUN, rate: 2 })).toBe(2);
    expect(usefulThreads(8, { ...RUN, domains: 1025 })).toBe(2);
  });

  it('gives one thread to an empty list', () => {
    expect(usefulThreads(8, { ...RUN, domains: 0 })).toBe(1);
  });
});

describe('shareOf', () => {
  it('divides the whole and not one more, and gives nobody nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(40_000), (parts, more) => {
        const total = parts + more;
        const shares = Array.from({ length: parts }, (_, index) => shareOf(total, parts, index));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        expect(Math.min(...shares)).toBeGreaterThan(0);
      }),
    );
  });

  it('divides no cap into no cap', () => {
    expect([shareOf(0, 3, 0), shareOf(0, 3, 2)]).toEqual([0, 0]);
  });
});
