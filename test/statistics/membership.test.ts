import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IN_DENOMINATOR,
  IN_NUMERATOR,
  membershipOf,
  standingsIn,
  UNKNOWN_INSIDE,
  UNKNOWN_OUTSIDE,
} from '../../src/statistics/membership.ts';
import { figure, measureKeys } from '../../src/statistics/metrics.ts';
import { FIRST_PROFILE, NO_TARGET, NOT_ASKED } from '../../src/statistics/night-profiles.ts';
import { talliesOf } from '../../src/statistics/segment-counts.ts';
import {
  ALL_CHECKS,
  dmarcFlags,
  domain,
  outcome,
  profiles,
  readerOf,
  spfFlags,
} from './profiles.ts';

const EVERY = measureKeys(ALL_CHECKS);

describe('standings of single names', () => {
  it('add up to the figure, for every measure over every denominator', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const counts = readerOf(list);
        const tallies = talliesOf(list);
        for (const key of EVERY) {
          const standings = standingsIn(key).of(tallies).subarray(FIRST_PROFILE);
          const sum = (bit: number) => standings.filter((one) => (one & bit) !== 0).length;
          const { metric, class: of, denominatorId } = key;
          const share = figure(counts, metric, of, denominatorId, list.length);
          expect([key, sum(IN_NUMERATOR)]).toEqual([key, share?.numerator]);
          expect([key, sum(IN_DENOMINATOR)]).toEqual([key, share?.denominator]);
          expect([key, sum(UNKNOWN_INSIDE) + sum(UNKNOWN_OUTSIDE)]).toEqual([key, share?.unknown]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are over all figures that there are', () => {
    expect(EVERY.length).toBeGreaterThan(100);
    expect(new Set(EVERY.map((key) => Object.values(key).join(' '))).size).toBe(EVERY.length);
  });
});

describe('membershipOf', () => {
  const adoption = { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' } as const;
  const valid = dmarcFlags('any', 'own', 'valid_own');
  const spf = outcome('absent');
  const memberships = (measure: Parameters<typeof standingsIn>[0]) =>
    [
      domain('exists', 'present', spf, outcome('reject', valid)),
      domain('exists', 'present', spf, outcome('absent')),
      domain('exists', 'present', spf, outcome('error_timeout')),
      domain('nxdomain', 'nxdomain', outcome('nxdomain'), outcome('nxdomain')),
      domain('unknown', 'error_timeout', spf, outcome('absent')),
    ].map((profile) => {
      const standings = standingsIn(measure).of(talliesOf([profile]));
      return membershipOf(standings[FIRST_PROFILE] ?? 0);
    });

  it('knows a failed look-up from an absent record and from a name that does not exist', () => {
    expect(memberships(adoption)).toEqual(['counted', 'inside', 'unknown', 'outside', 'unknown']);
    expect(memberships({ ...adoption, denominatorId: 'targets' })).toEqual([
      'counted',
      'inside',
      'unknown',
      'inside',
      'inside',
    ]);
  });

  it('takes a record that was seen in a failed evaluation as unknown, though it is counted', () => {
    const open = outcome('temperror', spfFlags('any', 'open'));
    const tallies = talliesOf([domain('exists', 'present', open, outcome('absent'))]);
    const spfOpen = { metric: 'spf.open', class: '', denominatorId: 'spf_any' } as const;
    const standing = standingsIn(spfOpen).of(tallies)[FIRST_PROFILE] ?? 0;
    expect(standing & IN_NUMERATOR).toBe(IN_NUMERATOR);
    expect(membershipOf(standing)).toBe('unknown');
  });

  it('knows nothing of a target that was not asked, and leaves out what is no target', () => {
    const of = (denominatorId: 'existing' | 'targets', value: number) =>
      membershipOf(standingsIn({ ...adoption, denominatorId }).of([])[value] ?? -1);
    expect(of('targets', NOT_ASKED)).toBe('unknown');
    expect(of('existing', NOT_ASKED)).toBe('outside');
    expect(of('targets', NO_TARGET)).toBe('outside');
  });

  it('refuses a measure that does not exist', () => {
    expect(() => standingsIn({ ...adoption, metric: 'dmarc.adoptoin' })).toThrow(RangeError);
  });
});
