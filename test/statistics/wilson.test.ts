import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawsFrom } from '../../scripts/seeded-draws.ts';
import { clusterEstimate } from '../../src/statistics/cluster.ts';
import { largestRemainder, percentLabels } from '../../src/statistics/rounding.ts';
import { shareOf } from '../../src/statistics/shares.ts';
import { wilson } from '../../src/statistics/wilson.ts';

const rounded = (interval: { low: number; high: number } | undefined): number[] =>
  interval === undefined ? [] : [interval.low, interval.high].map((v) => Number(v.toFixed(4)));

describe('wilson', () => {
  it('gives the published values (Newcombe 1998)', () => {
    expect(rounded(wilson(81, 263))).toEqual([0.2553, 0.3662]);
    expect(rounded(wilson(0, 20))).toEqual([0, 0.1611]);
  });

  it('is narrower for a large part of a finite population', () => {
    expect(rounded(wilson(10, 25, { populationSize: 100 }))).toEqual([0.2519, 0.569]);
  });

  it('has no width when the whole population was asked', () => {
    expect(wilson(3, 10, { populationSize: 10 })).toEqual({ low: 0.3, high: 0.3 });
  });

  it('says nothing without a trial', () => {
    expect(wilson(0, 0)).toBeUndefined();
    expect(wilson(Number.NaN, Number.NaN)).toBeUndefined();
  });

  it('contains the share and stays between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(5000), (x, rest, more) => {
        const n = x + rest;
        fc.pre(n > 0);
        const { low, high } = wilson(x, n, { populationSize: n + more }) ?? { low: 2, high: -1 };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(x / n);
        expect(high).toBeGreaterThanOrEqual(x / n);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('clusterEstimate', () => {
  it('says nothing of fewer than five blocks or of an empty denominator', () => {
    const block = { numerator: 3, denominator: 10 };
    expect(clusterEstimate([block, block, block, block], 100)).toBeUndefined();
    expect(
      clusterEstimate(
        [1, 2, 3, 4, 5].map(() => ({ numerator: 0, denominator: 0 })),
        9,
      ),
    ).toBeUndefined();
  });

  it('has no width when every block is done', () => {
    const blocks = [1, 2, 3, 4, 5].map((numerator) => ({ numerator, denominator: 10 }));
    expect(clusterEstimate(blocks, 5)).toMatchObject({ share: 0.3, low: 0.3, high: 0.3 });
  });

  it('is wider when the blocks differ among themselves than when domains are independent', () => {
    const even = [30, 31, 29, 30, 30, 31].map((numerator) => ({ numerator, denominator: 100 }));
    const uneven = [0, 60, 0, 60, 0, 61].map((numerator) => ({ numerator, denominator: 100 }));
    const width = (e: { low: number; high: number } | undefined) => (e ? e.high - e.low : 0);
    expect(width(clusterEstimate(uneven))).toBeGreaterThan(5 * width(clusterEstimate(even)));
  });

  it('covers the true share in about 95 % of surveys with clustered blocks', () => {
    const next = drawsFrom(7);
    let covered = 0;
    const surveys = 600;
    for (let survey = 0; survey < surveys; survey++) {
      const population = Array.from({ length: 60 }, () => {
        const level = 0.2 + 0.3 * next();
        const denominator = 60 + Math.floor(40 * next());
        let numerator = 0;
        for (let i = 0; i < denominator; i++) if (next() < level) numerator++;
        return { numerator, denominator };
      });
      const sum = (key: 'numerator' | 'denominator') =>
        population.reduce((total, block) => total + block[key], 0);
      const truth = sum('numerator') / sum('denominator');
      const estimate = clusterEstimate(population.slice(0, 12), population.length);
      if (estimate && estimate.low <= truth && truth <= estimate.high) covered++;
    }
    expect(covered / surveys).toBeGreaterThan(0.93);
    expect(covered / surveys).toBeLessThan(0.98);
  });
});

describe('largestRemainder', () => {
  it('gives the tenths that sum to 100.0 (IIR Vol. 35 Fig. 6)', () => {
    expect(percentLabels([764, 65, 110, 61])).toEqual(['76.4', '6.5', '11.0', '6.1']);
    expect(percentLabels([1, 1, 1])).toEqual(['33.4', '33.3', '33.3']);
    expect(percentLabels([0, 0])).toEqual(['0.0', '0.0']);
    expect(largestRemainder([])).toEqual([]);
  });

  it('always sums to the units and is within one unit of the exact share', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 }), (counts) => {
        const total = counts.reduce((a, b) => a + b, 0);
        fc.pre(total > 0);
        const parts = largestRemainder(counts);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(1000);
        parts.forEach((part, i) => {
          expect(Math.abs(part - ((counts[i] ?? 0) * 1000) / total)).toBeLessThan(1);
        });
      }),
    );
  });
});

describe('shareOf', () => {
  it('gives the worst-case bounds of the .ch census: 36.8 to 42.6 %', () => {
    const ch = shareOf({
      numerator: 904_516,
      denominator: 2_316_512,
      unknownOutside: 2_459_127 - 2_316_512,
    });
    expect([ch.share, ch.boundLow, ch.boundHigh].map((v) => v?.toFixed(4))).toEqual([
      '0.3905',
      '0.3678',
      '0.4258',
    ]);
  });

  it('leaves a share over nothing empty, and its bounds open when something may belong', () => {
    expect(shareOf({ numerator: 0, denominator: 0 })).toMatchObject({
      share: undefined,
      boundLow: undefined,
    });
    expect(shareOf({ numerator: 0, denominator: 0, unknownOutside: 2 })).toMatchObject({
      share: undefined,
      boundLow: 0,
      boundHigh: 1,
    });
  });
});
