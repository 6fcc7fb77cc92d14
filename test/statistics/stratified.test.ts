import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardisedDifference } from '../../src/statistics/standardised.ts';
import { stratifiedEstimate } from '../../src/statistics/stratified.ts';

const stratum = (populationSize: number, trials: number, successes: number) => ({
  populationSize,
  trials,
  successes,
});

describe('stratifiedEstimate', () => {
  it('gives the reference values of the design', () => {
    const estimate = stratifiedEstimate([stratum(1000, 1000, 700), stratum(99_000, 2000, 500)]);
    expect(estimate?.share).toBeCloseTo(0.2545, 10);
    expect([estimate?.low, estimate?.high].map((v) => v?.toFixed(4))).toEqual(['0.2364', '0.2735']);
    expect(estimate?.designEffect).toBeCloseTo(1.4242, 4);
  });

  it('merges a stratum of one name with its neighbor, the last one with the one before', () => {
    const apart = [stratum(100, 1, 1), stratum(300, 20, 5), stratum(500, 30, 6), stratum(9, 1, 0)];
    const merged = [stratum(400, 21, 6), stratum(509, 31, 6)];
    expect(stratifiedEstimate(apart)).toEqual(stratifiedEstimate(merged));
    expect(stratifiedEstimate(apart)?.strata).toBe(2);
  });

  it('merges a stratum that was not sampled at all, and drops one that has no names', () => {
    const estimate = stratifiedEstimate([
      stratum(100, 0, 0),
      stratum(0, 0, 0),
      stratum(300, 30, 6),
    ]);
    expect(estimate).toEqual(stratifiedEstimate([stratum(400, 30, 6)]));
  });

  it('leaves a stratum of one name that was asked by itself', () => {
    expect(stratifiedEstimate([stratum(1, 1, 1), stratum(100, 50, 10)])?.strata).toBe(2);
  });

  it('has no width for a complete count, and says nothing of too few names', () => {
    expect(stratifiedEstimate([stratum(10, 10, 4), stratum(5, 5, 5)])).toMatchObject({
      share: 0.6,
      low: 0.6,
      high: 0.6,
    });
    expect(stratifiedEstimate([stratum(10, 1, 1)])).toBeUndefined();
    expect(stratifiedEstimate([])).toBeUndefined();
  });

  it('is not certain because each stratum agrees within itself', () => {
    const { low, high } = stratifiedEstimate([stratum(500, 20, 20), stratum(500, 20, 0)]) ?? {
      low: 0.5,
      high: 0.5,
    };
    expect(low).toBeLessThan(0.4);
    expect(high).toBeGreaterThan(0.6);
  });

  it('contains the share and stays between 0 and 1', () => {
    const strata = fc.array(
      fc
        .tuple(fc.nat(30), fc.nat(30), fc.nat(30))
        .map(([x, rest, more]) => stratum(x + rest + more, x + rest, x)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(strata, (list) => {
        const estimate = stratifiedEstimate(list);
        if (estimate === undefined) return;
        expect(estimate.low).toBeGreaterThanOrEqual(0);
        expect(estimate.low).toBeLessThanOrEqual(estimate.share + 1e-12);
        expect(estimate.high).toBeGreaterThanOrEqual(estimate.share - 1e-12);
        expect(estimate.high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('standardisedDifference', () => {
  const a = [
    { bucket: '1-1k', numerator: 8, denominator: 10 },
    { bucket: '>1M', numerator: 9, denominator: 90 },
  ] as const;
  const b = [
    { bucket: '1-1k', numerator: 72, denominator: 90 },
    { bucket: '>1M', numerator: 1, denominator: 10 },
  ] as const;

  it('finds no difference where only the mix of ranks differs', () => {
    expect(17 / 100).not.toBe(73 / 100);
    const found = standardisedDifference(a, b);
    expect(found.difference).toBeCloseTo(0, 12);
    expect(found.a).toBeCloseTo(0.45, 12);
    expect(found.interval).toBeUndefined();
  });

  it('weighs the buckets with the names of both segments', () => {
    const better = [{ ...a[0], numerator: 10 }, a[1]];
    const found = standardisedDifference(better, b, true);
    expect(found.difference).toBeCloseTo(0.5 * 0.2, 12);
    expect(found.interval?.low).toBeLessThan(0.1);
    expect(found.interval?.high).toBeGreaterThan(0.1);
  });

  it('leaves out buckets that only one of them has, and says how many names those are', () => {
    const found = standardisedDifference(
      [...a, { bucket: 'none', numerator: 1, denominator: 7 }],
      [...b, { bucket: '1k-10k', numerator: 2, denominator: 4 }],
    );
    expect(found.buckets).toEqual(['1-1k', '>1M']);
    expect([found.leftOutA, found.leftOutB]).toEqual([7, 4]);
    expect(found.difference).toBeCloseTo(0, 12);
  });

  it('says nothing where no bucket is in both', () => {
    const found = standardisedDifference([a[0]], [b[1]], true);
    expect(found).toMatchObject({ a: undefined, difference: undefined, interval: undefined });
  });
});
