import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountingProblems,
  counterProblems,
  namesToAsk,
} from '../../src/statistics/accounting.ts';
import { readCounts } from '../../src/statistics/counts.ts';
import { BASES } from '../../src/statistics/layout.ts';
import { ALL_CHECKS, countsOf, profiles, readerOf } from './profiles.ts';

const ACCOUNTING = {
  lines: 100,
  blank: 5,
  refused: { url: 1, public_suffix: 2 },
  duplicates: 12,
  targets: 80,
  notSampled: 20,
  attempted: 55,
  open: 5,
};

describe('accountingProblems', () => {
  it('is empty when lines, names and targets reconcile', () => {
    expect(accountingProblems(ACCOUNTING)).toEqual([]);
    expect(namesToAsk(ACCOUNTING)).toBe(60);
  });

  it('names each identity that does not hold, with both sides', () => {
    expect(accountingProblems({ ...ACCOUNTING, lines: 101, open: 4 })).toEqual([
      'lines is 101, but blank + refused + duplicates + targets come to 100',
      'targets is 80, but not sampled + attempted + open come to 79',
    ]);
  });
});

describe('counterProblems', () => {
  it('finds none in what tally counted, whatever the domains', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const counts = readerOf(list);
        expect(counterProblems(counts, ALL_CHECKS)).toEqual([]);
        expect(counts.sum(['domains'], BASES)).toBe(list.length);
      }),
    );
  });

  it('finds a counter that was lost or added twice', () => {
    fc.assert(
      fc.property(profiles, fc.constantFrom('mx', 'spf', 'dmarc'), (list, check) => {
        fc.pre(list.length > 0);
        const counts = countsOf(list);
        const id = Object.keys(counts).find(
          (key) => key.startsWith(`${check}.class.`) && counts[key],
        );
        const broken = { ...counts, [id ?? '']: (counts[id ?? ''] ?? 0) + 1 };
        expect(counterProblems(readCounts(broken), ALL_CHECKS)).not.toEqual([]);
      }),
    );
  });
});

describe('readCounts', () => {
  it('takes a counter that an older tool did not write as zero, and refuses a row that is none', () => {
    expect(readCounts({}).sum(['domains'], BASES)).toBe(0);
    expect(() => readCounts({}).sum(['domain'], BASES)).toThrow(RangeError);
  });
});
