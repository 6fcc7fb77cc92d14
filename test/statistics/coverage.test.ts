/**
 * Whether intervals of 95 % hold what they say: forty simulated surveys of a made-up population in which
 * names of one block are alike, ranks differ, and shares lie between 2 and 90 %. Each interval is
 * checked against the true share, which a survey never knows.
 */

import { describe, expect, it } from 'vitest';
import { drawsFrom } from '../../scripts/seeded-draws.ts';
import { clusterEstimate } from '../../src/statistics/cluster.ts';
import {
  newcombeDifference,
  newcombePaired,
  type PairedTable,
} from '../../src/statistics/newcombe.ts';
import { stratifiedEstimate } from '../../src/statistics/stratified.ts';
import { type Interval, wilson } from '../../src/statistics/wilson.ts';

const SURVEYS = 40;
const SHARES = 25;
const NAMES = 6000;
const SAMPLE = 2400;
const BLOCKS = 120;
const STRATA = 5;

/** One property of each name, on two nights. */
interface Property {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Levels differ between blocks (operators) and fall with the stratum (rank). */
function population(next: () => number): Property[] {
  return Array.from({ length: SHARES }, (_, i) => {
    const level = 0.02 + (0.88 * i) / (SHARES - 1);
    const ofBlock = Array.from({ length: BLOCKS }, () => (next() - 0.5) * level * (1 - level));
    const before = new Uint8Array(NAMES);
    const after = new Uint8Array(NAMES);
    for (let name = 0; name < NAMES; name++) {
      const rank = (2 - stratumOf(name)) * 0.15 * level * (1 - level);
      const p = level + (ofBlock[blockOf(name)] ?? 0) + rank;
      before[name] = next() < p ? 1 : 0;
      const isChanging = next() < 0.08;
      after[name] = isChanging ? (next() < 0.7 ? 1 : 0) : (before[name] ?? 0);
    }
    return { before, after };
  });
}

const stratumOf = (name: number): number => name % STRATA;
const blockOf = (name: number): number => Math.floor((name * BLOCKS) / NAMES);

/** `count` of the numbers below `size`, each set as likely. */
function draw(size: number, count: number, next: () => number): number[] {
  const numbers = Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(next() * (size - i));
    [numbers[i], numbers[j]] = [numbers[j] ?? 0, numbers[i] ?? 0];
  }
  return numbers.slice(0, count);
}

const countOf = (values: Uint8Array, names: readonly number[]): number =>
  names.reduce((sum, name) => sum + (values[name] ?? 0), 0);

const ALL = Array.from({ length: NAMES }, (_, i) => i);
const NAMES_OF_STRATUM = Array.from({ length: STRATA }, (_, stratum) =>
  ALL.filter((name) => stratumOf(name) === stratum),
);
const NAMES_OF_BLOCK = Array.from({ length: BLOCKS }, (_, block) =>
  ALL.filter((name) => blockOf(name) === block),
);

/** Part of all intervals of forty surveys that hold the truth. */
function coverage(
  seed: number,
  truth: (of: Property) => number,
  survey: (of: readonly Property[], next: () => number) => readonly (Interval | undefined)[],
): number {
  const next = drawsFrom(seed);
  const properties = population(next);
  const truths = properties.map(truth);
  let covered = 0;
  for (let i = 0; i < SURVEYS; i++) {
    for (const [at, interval] of survey(properties, next).entries()) {
      const value = truths[at] ?? Number.NaN;
      if (interval !== undefined && interval.low <= value && value <= interval.high) covered++;
    }
  }
  return covered / (SURVEYS * SHARES);
}

const shareBefore = ({ before }: Property): number => countOf(before, ALL) / NAMES;
const change = ({ before, after }: Property): number =>
  (countOf(after, ALL) - countOf(before, ALL)) / NAMES;

function pairedTable({ before, after }: Property, names: readonly number[]): PairedTable {
  const count = (was: number, is: number) =>
    names.filter((name) => before[name] === was && after[name] === is).length;
  return { both: count(1, 1), lost: count(1, 0), gained: count(0, 1), neither: count(0, 0) };
}

const expectNear95 = (found: number): void => {
  expect(found).toBeGreaterThan(0.925);
  expect(found).toBeLessThan(0.975);
};

describe('intervals of forty simulated surveys hold the truth in about 95 of 100', () => {
  it('Wilson with the finite population, where 40 % were asked', () => {
    const found = coverage(11, shareBefore, (properties, next) => {
      const names = draw(NAMES, SAMPLE, next);
      return properties.map(({ before }) =>
        wilson(countOf(before, names), SAMPLE, { populationSize: NAMES }),
      );
    });
    expectNear95(found);
  });

  it('is sharp: without the finite population Wilson is seen to be too wide', () => {
    const found = coverage(11, shareBefore, (properties, next) => {
      const names = draw(NAMES, SAMPLE, next);
      return properties.map(({ before }) => wilson(countOf(before, names), SAMPLE));
    });
    expect(found).toBeGreaterThan(0.98);
  });

  it('stratified, at rates of 5 to 80 %', () => {
    const rates = [0.8, 0.4, 0.2, 0.1, 0.05];
    const found = coverage(12, shareBefore, (properties, next) => {
      const samples = NAMES_OF_STRATUM.map((names, stratum) => {
        const count = Math.round(names.length * (rates[stratum] ?? 1));
        return draw(names.length, count, next).map((i) => names[i] ?? 0);
      });
      return properties.map(({ before }) =>
        stratifiedEstimate(
          samples.map((names, stratum) => ({
            populationSize: NAMES_OF_STRATUM[stratum]?.length ?? 0,
            trials: names.length,
            successes: countOf(before, names),
          })),
        ),
      );
    });
    expectNear95(found);
  });

  it('cluster, from a quarter of the blocks', () => {
    const found = coverage(13, shareBefore, (properties, next) => {
      const blocks = draw(BLOCKS, BLOCKS / 4, next);
      return properties.map(({ before }) =>
        clusterEstimate(
          blocks.map((block) => {
            const names = NAMES_OF_BLOCK[block] ?? [];
            return { numerator: countOf(before, names), denominator: names.length };
          }),
          BLOCKS,
        ),
      );
    });
    expectNear95(found);
  });

  it('paired Newcombe, the same names on two nights', () => {
    const found = coverage(14, change, (properties, next) => {
      const names = draw(NAMES, SAMPLE / 4, next);
      return properties.map((of) => newcombePaired(pairedTable(of, names), NAMES));
    });
    expectNear95(found);
  });

  it('Newcombe of two independent samples', () => {
    const found = coverage(15, change, (properties, next) => {
      const first = draw(NAMES, SAMPLE / 2, next);
      const second = draw(NAMES, SAMPLE / 3, next);
      return properties.map(({ before, after }) =>
        newcombeDifference(
          { x: countOf(after, second), n: second.length, populationSize: NAMES },
          { x: countOf(before, first), n: first.length, populationSize: NAMES },
        ),
      );
    });
    expectNear95(found);
  });
});
