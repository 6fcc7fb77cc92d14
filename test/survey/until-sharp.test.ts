import { describe, expect, it } from 'vitest';
import { halfWidthOf, type RunBlocks, Sharpness } from '../../src/survey/until-sharp.ts';

/** Blocks of 1,000 existing names, of which `valid` publish DMARC. */
const blocksOf = (valid: readonly number[], totalBlocks: number): RunBlocks => ({
  blockHeadlines: () =>
    valid.map((count) => ({
      counts: { 'domains@mail': 1000, 'dmarc.valid@mail': count, 'spf.valid@mail': 900 },
    })),
  totalBlocks,
});

const rule = (halfWidth: number) => ({ metric: 'dmarc.adoption', halfWidth });

function looksUntil(halfWidth: number, limit: number, doneBefore = 0): number {
  const valid: number[] = Array.from({ length: doneBefore }, () => 300);
  const blocks = { ...blocksOf(valid, 100_000) };
  const sharpness = new Sharpness(rule(halfWidth), blocks, doneBefore);
  while (!sharpness.isReached && valid.length < limit) {
    valid.push(300);
    sharpness.blockDone();
  }
  return valid.length;
}

describe('the end of a run by the width of its interval', () => {
  it('comes when the interval of a proportion of that many names is as narrow as asked', () => {
    // 1.96 * sqrt(0.3 * 0.7 / n) = 0.005 at n = 32,269 names, a little more by Student's quantile.
    const blocks = looksUntil(0.005, 1000);
    expect(blocks).toBeGreaterThanOrEqual(33);
    expect(blocks).toBeLessThanOrEqual(37);
  });

  it('does not come before twenty blocks, however sure the first ones look', () => {
    expect(looksUntil(0.4, 1000)).toBe(20);
  });

  it('does not come while blocks that disagree keep the interval wide', () => {
    const uneven = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 0 : 600));
    const even = Array.from({ length: 60 }, () => 300);
    const width = (valid: number[]) => halfWidthOf(rule(0.005), blocksOf(valid, 100_000)) ?? 1;
    expect(width(even)).toBeLessThan(0.005);
    expect(width(uneven)).toBeGreaterThan(0.05);
  });

  it('is looked for at once in a run that is taken up again', () => {
    expect(looksUntil(0.005, 1000, 200)).toBe(201);
  });

  it('does not come by names of which nothing is known', () => {
    const silent = {
      blockHeadlines: () =>
        Array.from({ length: 50 }, () => ({ counts: { 'domains@existence_unknown': 1000 } })),
      totalBlocks: 100,
    };
    expect(halfWidthOf(rule(0.01), silent)).toBeUndefined();
  });
});
