import { describe, expect, it } from 'vitest';
import { COUNTERS, tally } from '../../src/statistics/counters.ts';
import type { SegmentCounts } from '../../src/statistics/counts.ts';
import { failureRows } from '../../src/statistics/failure-rows.ts';
import type { Profile } from '../../src/statistics/profile.ts';

function segment(segmentType: string, name: string, profiles: readonly Profile[]): SegmentCounts {
  const counts = new Float64Array(COUNTERS.length);
  for (const profile of profiles) tally(profile, counts);
  const entries = COUNTERS.map((id, i) => [id, counts[i] ?? 0] as const).filter(([, n]) => n > 0);
  return { segmentType, segment: name, counts: Object.fromEntries(entries) };
}

const known = (of: string) => ({ class: of, isKnown: true, flags: 0 });
const unknown = (of: string) => ({ class: of, isKnown: false, flags: 0 });

const PROFILES: readonly Profile[] = [
  { existence: 'exists', checks: { mx: known('present'), spf: unknown('temperror') } },
  { existence: 'unknown', checks: { mx: unknown('error_timeout'), spf: unknown('error_timeout') } },
  { existence: 'exists', checks: { mx: known('none'), spf: known('absent') } },
];

const rows = (segments: readonly SegmentCounts[], checks: readonly string[]) => [
  ...failureRows(segments, { wave: '2026-01-01', checks }),
];

describe('rows of failed look-ups', () => {
  it('count each kind of each check that was asked, over all that were asked', () => {
    const found = rows([segment('total', 'all', PROFILES)], ['mx', 'spf']);
    const failed = found.filter(({ final }) => final > 0);
    expect(failed.map(({ query, errorClass, final }) => [query, errorClass, final])).toEqual([
      ['mx', 'error_timeout', 1],
      ['spf', 'temperror', 1],
      ['spf', 'error_timeout', 1],
    ]);
    expect(new Set(found.map(({ query }) => query))).toEqual(new Set(['mx', 'spf']));
    for (const { firstPass, final, denominator } of found) {
      expect(firstPass).toBe(final);
      expect(denominator).toBe(3);
    }
  });

  it('have every kind, zeros too, and temperror for SPF alone', () => {
    const found = rows([segment('total', 'all', [])], ['dmarc', 'mx', 'spf']);
    const kinds = (check: string) => found.filter(({ query }) => query === check).length;
    expect([kinds('mx'), kinds('spf'), kinds('dmarc')]).toEqual([6, 7, 6]);
    expect(found.map(({ denominator, final }) => denominator + final)).toEqual(found.map(() => 0));
  });

  it('are in the order of segments whatever order they came in', () => {
    const segments = ['b', 'a'].map((name) => segment('tld', name, PROFILES));
    const total = segment('total', 'all', PROFILES);
    const found = rows([...segments, total], ['mx']);
    expect(found).toEqual(rows([total, ...segments.reverse()], ['mx']));
    expect([...new Set(found.map((row) => row.segment))]).toEqual(['all', 'a', 'b']);
  });
});
