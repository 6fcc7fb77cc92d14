import fc from 'fast-check';
import {
  FIRST_PROFILE,
  type NightProfiles,
  type SegmentKeys,
} from '../../src/statistics/night-profiles.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import { profiles } from './profiles.ts';

/** What a name was on one night: no target, a target that was not asked, or a profile. */
export type Seen = 'gone' | 'waiting' | Profile;

export function nightOf(seen: readonly Seen[], night = '2026-11-24'): NightProfiles {
  const table: Profile[] = [];
  const ofDomain = Uint32Array.from(seen, (one) => {
    if (one === 'gone') return 0;
    if (one === 'waiting') return 1;
    const at = table.indexOf(one);
    if (at >= 0) return FIRST_PROFILE + at;
    table.push(one);
    return FIRST_PROFILE + table.length - 1;
  });
  return { runId: 1, night, profiles: table, ofDomain };
}

export function keysOf(type: string, names: readonly (readonly string[])[]): SegmentKeys {
  const groups: (readonly string[])[] = [];
  const ofDomain = Uint32Array.from(names, (set) => {
    const at = groups.findIndex((group) => group.join('\n') === set.join('\n'));
    if (at >= 0) return at;
    groups.push(set);
    return groups.length - 1;
  });
  return { type, groups, ofDomain };
}

/** Names on two nights, each with segments and operators of both. */
export interface Seen2 {
  readonly from: Seen;
  readonly to: Seen;
  readonly segmentsFrom: readonly string[];
  readonly segmentsTo: readonly string[];
  readonly operatorsFrom: readonly string[];
  readonly operatorsTo: readonly string[];
}

/** A few profiles that many names share, as in a real list. */
export const seenTwice: fc.Arbitrary<Seen2[]> = profiles.chain((pool) => {
  const seen: fc.Arbitrary<Seen> = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('gone', 'waiting') as fc.Arbitrary<Seen> },
    { weight: 5, arbitrary: fc.constantFrom<Seen>('gone', ...pool.slice(0, 12)) },
  );
  const some = (names: string[]) => fc.subarray(names, { maxLength: 2 });
  return fc.array(
    fc.record({
      from: seen,
      to: seen,
      segmentsFrom: some(['a', 'b', 'c']),
      segmentsTo: some(['a', 'b', 'c']),
      operatorsFrom: some(['x.example', 'y.example', 'self']),
      operatorsTo: some(['x.example', 'y.example', 'self']),
    }),
    { maxLength: 80 },
  );
});
