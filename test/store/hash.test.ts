import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, hash53 } from '../../src/store/hash.ts';
import { SmallestNumbers, sampleHash } from '../../src/store/sample.ts';

describe('hash53', () => {
  it('keeps its values for ever: they are in every stored file', () => {
    expect(hash53('')).toBe(3338908027751811);
    expect(hash53('a')).toBe(7929297801672961);
    expect(hash53('example.com', 1)).toBe(hash53('example.com', 1));
    expect(hash53('example.com', 1)).not.toBe(hash53('example.com', 2));
    expect(hash53('example.com', 1)).not.toBe(hash53('example.com', 1 + 2 ** 32));
  });

  it('spreads names evenly under any seed', () => {
    for (const seed of [0, 1, 12345]) {
      const buckets = new Array(16).fill(0);
      for (let i = 0; i < 16_000; i++) {
        buckets[Math.floor(hash53(`shop-${i}.example`, seed) / 2 ** 49)]++;
      }
      for (const size of buckets) expect(Math.abs(size - 1000)).toBeLessThan(160);
    }
  });
});

describe('fingerprint', () => {
  it('tells class, reason, flags and body apart, and is never the default 0', () => {
    const body = fc.option(fc.string({ maxLength: 20 }), { nil: null });
    const outcome = fc.tuple(fc.nat(30), fc.nat(8), fc.nat(2 ** 30 - 1), body);
    fc.assert(
      fc.property(outcome, outcome, (a, b) => {
        expect(fingerprint(...a)).toBeGreaterThan(0);
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(fingerprint(...a) === fingerprint(...b)).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
    expect(fingerprint(1, 0, 0, null)).not.toBe(fingerprint(1, 0, 0, ''));
    expect(fingerprint(1, 0, 2, null)).not.toBe(fingerprint(2, 0, 1, null));
  });
});

describe('SmallestNumbers', () => {
  it('keeps the smallest, as sorting would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (all, size) => {
          const smallest = new SmallestNumbers(size);
          for (const value of all) smallest.add(value);
          const kept = [...all].sort((a, b) => a - b).slice(0, size);
          expect(smallest.largest).toBe(kept.at(-1));
          expect(smallest.largestCount).toBe(kept.filter((v) => v === kept.at(-1)).length);
        },
      ),
    );
  });

  it('orders the sample otherwise than the ids under the same seed', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `d${i}.example`);
    const byId = new Set([...names].sort((a, b) => hash53(a, 1) - hash53(b, 1)).slice(0, 100));
    const sample = [...names].sort((a, b) => sampleHash(a, 1) - sampleHash(b, 1)).slice(0, 100);
    expect(sample.filter((name) => byId.has(name)).length).toBeLessThan(30);
  });
});
