import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCounts } from '../../src/statistics/counts.ts';
import { BASES } from '../../src/statistics/layout.ts';
import { countsBySegment, crossKeys } from '../../src/statistics/segment-counts.ts';
import {
  crossedNames,
  crossedTypes,
  crossName,
  crossType,
} from '../../src/statistics/segment-name.ts';
import { keysOf, nightOf, type Seen, seenTwice } from './nights.ts';
import { countsOf, dmarcFlags, domain, outcome } from './profiles.ts';

const REJECT = domain(
  'exists',
  'present',
  outcome('absent'),
  outcome('reject', dmarcFlags('any', 'own', 'valid_own')),
);
const ABSENT = domain('exists', 'present', outcome('absent'), outcome('absent'));

describe('countsBySegment', () => {
  it('equals counting each segment name by name, whatever the names', () => {
    fc.assert(
      fc.property(seenTwice, (names) => {
        const night = nightOf(names.map(({ from }) => from));
        const keys = keysOf(
          'label:x',
          names.map(({ segmentsFrom }) => segmentsFrom),
        );
        const found = countsBySegment(night, keys);
        const expected = ['a', 'b', 'c'].flatMap((segment) => {
          const targets = names.filter(
            ({ from, segmentsFrom }) => from !== 'gone' && segmentsFrom.includes(segment),
          );
          if (targets.length === 0) return [];
          const asked = targets.flatMap(({ from }) => (typeof from === 'string' ? [] : [from]));
          const counts = Object.entries(countsOf(asked)).filter(([, count]) => count > 0);
          return [
            {
              segmentType: 'label:x',
              segment,
              targets: targets.length,
              counts: Object.fromEntries(counts),
            },
          ];
        });
        expect(found).toEqual(expected);
      }),
    );
  });

  it('counts a target that was not asked as a target only', () => {
    const seen: Seen[] = [REJECT, 'waiting', 'gone'];
    const [jp] = countsBySegment(nightOf(seen), keysOf('tld', [['jp'], ['jp'], ['jp']]));
    expect(jp?.targets).toBe(2);
    expect(readCounts(jp?.counts ?? {}).sum(['domains'], BASES)).toBe(1);
  });

  it('puts a name of which the keys know nothing into no segment', () => {
    const found = countsBySegment(nightOf([REJECT, REJECT]), keysOf('tld', [['jp']]));
    expect(found.map(({ segment, targets }) => [segment, targets])).toEqual([['jp', 1]]);
  });

  it('sorts ranks as ranks', () => {
    const keys = keysOf('rank', [['none'], ['1k-10k'], ['1-1k']]);
    const found = countsBySegment(nightOf([REJECT, ABSENT, REJECT]), keys);
    expect(found.map(({ segment }) => segment)).toEqual(['1-1k', '1k-10k', 'none']);
  });
});

describe('crossKeys', () => {
  it('puts a name into every pair of its segments, and into none without one of the two', () => {
    const a = keysOf('tld', [['jp'], ['jp'], ['de']]);
    const b = keysOf('label:sector', [['bank', 'isp'], [], ['bank']]);
    const crossed = crossKeys(a, b);
    const found = countsBySegment(nightOf([REJECT, REJECT, ABSENT]), crossed);
    expect(crossed.type).toBe('tld,label:sector');
    expect(found.map(({ segment, targets }) => [segment, targets])).toEqual([
      ['de / bank', 1],
      ['jp / bank', 1],
      ['jp / isp', 1],
    ]);
  });
});

describe('names of crossed segments', () => {
  it('leave ordinary slashes alone', () => {
    expect(crossName('IT/通信', '1-1k')).toBe('IT/通信 / 1-1k');
  });

  const text = fc.string({
    unit: fc.constantFrom('/', ' ', '\\', 'a', ',', '\t', '\n'),
    maxLength: 7,
  });

  it('are never the same for two pairs, however hostile the text', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(crossedNames(crossName(a, b))).toEqual([a, b]);
        expect(crossedTypes(crossType(a, b))).toEqual([a, b]);
      }),
      { numRuns: 3000 },
    );
  });

  it('are told from single ones', () => {
    expect(crossedNames('jp')).toBeUndefined();
    expect(crossedTypes('tld')).toBeUndefined();
  });
});
