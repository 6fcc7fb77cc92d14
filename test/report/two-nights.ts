/**
 * Two nights of some two thousand names, written down as groups of equal names: every figure of the
 * comparison can be recounted by hand from the table.
 */
import { compareNights } from '../../src/statistics/compare-nights.ts';
import type { Comparison } from '../../src/statistics/comparison.ts';
import type { Design } from '../../src/statistics/metrics.ts';
import {
  FIRST_PROFILE,
  type NightProfiles,
  NO_TARGET,
  type SegmentKeys,
} from '../../src/statistics/night-profiles.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import { dmarcFlags, domain, outcome, spfFlags } from '../statistics/profiles.ts';

const OWN = ['any', 'own', 'valid_own', 'rua'];
const SPF = outcome('tilde_all', spfFlags('any'));
const mail = (dmarc: Profile['checks'][string]) =>
  domain('exists', 'present', SPF, dmarc ?? outcome('absent'));

/** absent, none, quarantine, reject, unknown; x is not on the list. */
const STATES: Readonly<Record<string, Profile>> = {
  a: mail(outcome('absent')),
  n: mail(outcome('none', dmarcFlags(...OWN))),
  q: mail(outcome('quarantine', dmarcFlags(...OWN, 'enforce_strict', 'effective_quarantine'))),
  r: mail(outcome('reject', dmarcFlags(...OWN, 'enforce_strict', 'effective_reject'))),
  u: mail(outcome('error_timeout')),
};
const LETTERS = Object.keys(STATES);

interface Group {
  readonly names: number;
  readonly from: string;
  readonly to: string;
  readonly registry: string;
  readonly operator: string;
}

const group = (registry: string, move: string, names: number, operator = 'mx.example'): Group => ({
  registry,
  operator,
  names,
  from: move[0] ?? 'x',
  to: move[1] ?? 'x',
});

export const GROUPS: readonly Group[] = [
  group('jp:lg', 'aa', 600),
  group('jp:lg', 'an', 62, 'xx.ne.example'),
  group('jp:lg', 'an', 18),
  group('jp:lg', 'ar', 8),
  group('jp:lg', 'nn', 200),
  group('jp:lg', 'nq', 20),
  group('jp:lg', 'rn', 3),
  group('jp:lg', 'na', 7),
  group('jp:lg', 'rr', 60),
  group('jp:lg', 'au', 12),
  group('jp:lg', 'ax', 30),
  group('jp:lg', 'nx', 20),
  group('jp:lg', 'xn', 10),
  group('jp:co', 'aa', 500),
  group('jp:co', 'nn', 400),
  group('jp:co', 'an', 1),
  group('jp:co', 'na', 2),
  group('jp:co', 'qq', 99),
  group('jp:co', 'ua', 3),
  group('jp:tiny', 'aa', 7),
  group('jp:tiny', 'an', 5),
];

const NAMES: readonly Group[] = GROUPS.flatMap((of) => Array.from({ length: of.names }, () => of));

function nightOf(runId: number, night: string, side: 'from' | 'to'): NightProfiles {
  return {
    runId,
    night,
    profiles: LETTERS.flatMap((letter) => STATES[letter] ?? []),
    ofDomain: Uint32Array.from(NAMES, (of) =>
      of[side] === 'x' ? NO_TARGET : FIRST_PROFILE + LETTERS.indexOf(of[side]),
    ),
  };
}

export function keysOf(type: string, nameOf: (group: Group) => string): SegmentKeys {
  const names = [...new Set(NAMES.map(nameOf))];
  return {
    type,
    groups: [[], ...names.map((name) => [name])],
    ofDomain: Uint32Array.from(NAMES, (of) => 1 + names.indexOf(nameOf(of))),
  };
}

const same = (keys: SegmentKeys) => ({ from: keys, to: keys });

/** From 2026-10-24 to 2026-11-24 unless told otherwise. */
export function twoNights(
  options: {
    readonly design?: Design;
    readonly keys?: readonly SegmentKeys[];
    readonly notes?: readonly string[];
    readonly nights?: readonly [string, string];
  } = {},
): Comparison {
  const [before, after] = options.nights ?? ['2026-10-24', '2026-11-24'];
  const keys = options.keys ?? [keysOf('registry', ({ registry }) => registry)];
  return compareNights(nightOf(3, before, 'from'), nightOf(7, after, 'to'), {
    design: options.design ?? 'census',
    measures: [
      { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' },
      { metric: 'dmarc.adoption', class: '', denominatorId: 'mail' },
      { metric: 'dmarc.enforced_of', class: '', denominatorId: 'existing' },
      { metric: 'spf.adoption', class: '', denominatorId: 'existing' },
    ],
    segments: keys.map(same),
    operators: [{ role: 'mx', ...same(keysOf('mx', ({ operator }) => operator)) }],
    populations: { from: 20_000, to: 20_000 },
    notes: options.notes ?? [],
  });
}
