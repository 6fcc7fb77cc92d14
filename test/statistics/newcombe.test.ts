import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newcombeDifference, newcombePaired } from '../../src/statistics/newcombe.ts';

const rounded = (interval: { low: number; high: number } | undefined, digits = 4): number[] =>
  interval === undefined ? [] : [interval.low, interval.high].map((v) => Number(v.toFixed(digits)));

const count = fc.nat(200);

describe('newcombeDifference', () => {
  it('gives the published values (Newcombe 1998, method 10)', () => {
    expect(rounded(newcombeDifference({ x: 56, n: 70 }, { x: 48, n: 80 }))).toEqual([
      0.0524, 0.3339,
    ]);
    expect(rounded(newcombeDifference({ x: 9, n: 10 }, { x: 3, n: 10 }))).toEqual([0.1705, 0.809]);
  });

  it('holds at the edges as statsmodels 0.15 gives them', () => {
    expect(rounded(newcombeDifference({ x: 0, n: 20 }, { x: 0, n: 10 }))).toEqual([
      -0.2775, 0.1611,
    ]);
    expect(rounded(newcombeDifference({ x: 10, n: 10 }, { x: 0, n: 20 }))).toEqual([0.6791, 1]);
  });

  it('says nothing where one of them has no denominator', () => {
    expect(newcombeDifference({ x: 0, n: 0 }, { x: 3, n: 10 })).toBeUndefined();
    expect(newcombeDifference({ x: 3, n: 10 }, { x: 0, n: 0 })).toBeUndefined();
  });

  it('has no width when both populations were asked completely', () => {
    const interval = newcombeDifference(
      { x: 3, n: 10, populationSize: 10 },
      { x: 1, n: 20, populationSize: 20 },
    );
    expect(rounded(interval)).toEqual([0.25, 0.25]);
  });

  it('contains the difference, turns over with it, and stays between -1 and 1', () => {
    fc.assert(
      fc.property(count, count, count, count, (x, notX, y, notY) => {
        fc.pre(x + notX > 0 && y + notY > 0);
        const [a, b] = [
          { x, n: x + notX },
          { x: y, n: y + notY },
        ];
        const { low, high } = newcombeDifference(a, b) ?? { low: 2, high: -2 };
        const turned = newcombeDifference(b, a);
        const difference = a.x / a.n - b.x / b.n;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(turned?.low).toBeCloseTo(-high, 12);
        expect(turned?.high).toBeCloseTo(-low, 12);
      }),
    );
  });
});

describe('newcombePaired', () => {
  it('gives the reference value of the design: 19 of 41 before, 14 of 41 after', () => {
    const table = { both: 14, lost: 5, gained: 0, neither: 22 };
    expect(rounded(newcombePaired(table))).toEqual([-0.2265, -0.0115]);
  });

  it('is not without width when nobody moved', () => {
    expect(rounded(newcombePaired({ both: 50, lost: 0, gained: 0, neither: 50 }))).toEqual([
      -0.0192, 0.0192,
    ]);
  });

  it('says nothing of an empty table, and has no width for a complete count', () => {
    expect(newcombePaired({ both: 0, lost: 0, gained: 0, neither: 0 })).toBeUndefined();
    const table = { both: 4, lost: 1, gained: 3, neither: 2 };
    expect(rounded(newcombePaired(table, 10))).toEqual([0.2, 0.2]);
  });

  it('is narrower for a large part of a finite population', () => {
    const table = { both: 40, lost: 5, gained: 9, neither: 46 };
    const width = (i: { low: number; high: number } | undefined) => (i ? i.high - i.low : 0);
    expect(width(newcombePaired(table, 200))).toBeLessThan(0.8 * width(newcombePaired(table)));
  });

  it('contains the difference and turns over with the nights', () => {
    fc.assert(
      fc.property(count, count, count, count, (both, lost, gained, neither) => {
        const n = both + lost + gained + neither;
        fc.pre(n > 0);
        const { low, high } = newcombePaired({ both, lost, gained, neither }) ?? {
          low: 2,
          high: -2,
        };
        const turned = newcombePaired({ both, lost: gained, gained: lost, neither });
        expect(low).toBeLessThanOrEqual((gained - lost) / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual((gained - lost) / n - 1e-12);
        expect(turned?.low).toBeCloseTo(-high, 12);
      }),
    );
  });
});
