/**
 * Counters of segments that are not kept by the store: ranks, labels, lists, operators, and two of
 * them together. Pure. Each distinct profile is tallied once, by the same rules as the stored
 * counters, and weighed with the names that have it.
 */
import { COUNTERS, tally } from './counters.ts';
import type { CounterMap, SegmentCounts } from './counts.ts';
import { visitGroups } from './group-counts.ts';
import { pairNumbers } from './night-pairs.ts';
import { FIRST_PROFILE, type NightProfiles, type SegmentKeys } from './night-profiles.ts';
import type { Profile } from './profile.ts';
import { crossName, crossType } from './segment-name.ts';
import { compareSegments } from './segment-order.ts';

/** What one domain of a profile counts for: the positions in `COUNTERS` that it adds one to. */
export type ProfileTally = readonly number[];

export function talliesOf(profiles: readonly Profile[]): readonly ProfileTally[] {
  const counts = new Float64Array(COUNTERS.length);
  return profiles.map((profile) => {
    counts.fill(0);
    tally(profile, counts);
    const at: number[] = [];
    for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) at.push(i);
    return at;
  });
}

/**
 * The segments of one type with a target of the night, in the order of reports. A name in several
 * segments counts in each; `targets` are asked or not.
 */
export function countsBySegment(night: NightProfiles, keys: SegmentKeys): readonly SegmentCounts[] {
  const tallies = talliesOf(night.profiles);
  const segments = new Map<string, SegmentSums>();
  const groupOf = groupsOf(night, keys);
  const values = FIRST_PROFILE + night.profiles.length;
  visitGroups(groupOf, keys.groups.length + 1, night.ofDomain, values, (group, seen, names) => {
    for (const segment of new Set(keys.groups[group])) {
      const sums = sumsIn(segments, segment);
      for (const value of seen) addNames(sums, tallies[value - FIRST_PROFILE], names[value] ?? 0);
    }
  });
  return [...segments]
    .map(([segment, { targets, counts }]) => ({
      segmentType: keys.type,
      segment,
      targets,
      counts: counterMap(counts),
    }))
    .sort(compareSegments);
}

interface SegmentSums {
  targets: number;
  readonly counts: Float64Array;
}

function sumsIn(segments: Map<string, SegmentSums>, name: string): SegmentSums {
  let sums = segments.get(name);
  if (sums === undefined) {
    sums = { targets: 0, counts: new Float64Array(COUNTERS.length) };
    segments.set(name, sums);
  }
  return sums;
}

/** Without a tally: names that were not asked. */
function addNames(sums: SegmentSums, tally: ProfileTally | undefined, count: number): void {
  sums.targets += count;
  if (tally === undefined) return;
  for (const at of tally) sums.counts[at] = (sums.counts[at] as number) + count;
}

function counterMap(counts: Float64Array): CounterMap {
  const map: Record<string, number> = {};
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] as number;
    if (count !== 0) map[COUNTERS[at] as string] = count;
  }
  return map;
}

/** A name of which the keys know nothing is in no segment. */
function groupsOf({ ofDomain }: NightProfiles, keys: SegmentKeys): Uint32Array {
  if (keys.ofDomain.length >= ofDomain.length) return keys.ofDomain;
  const groups = new Uint32Array(ofDomain.length).fill(keys.groups.length);
  groups.set(keys.ofDomain);
  return groups;
}

/**
 * `--by a,b`: a name is in each pair of a segment of the one and a segment of the other. Names as in
 * `segment-name.ts`.
 */
export function crossKeys(a: SegmentKeys, b: SegmentKeys): SegmentKeys {
  const size = Math.min(a.ofDomain.length, b.ofDomain.length);
  const ofDomain = new Uint32Array(size);
  const groups: (readonly string[])[] = [];
  const width = b.groups.length;
  const known = pairNumbers(a.groups.length * width);
  for (let id = 0; id < size; id++) {
    const left = a.ofDomain[id] as number;
    const right = b.ofDomain[id] as number;
    let group = known.get(left * width + right);
    if (group === undefined) {
      group = groups.length;
      known.set(left * width + right, group);
      groups.push(crossed(a.groups[left] ?? [], b.groups[right] ?? []));
    }
    ofDomain[id] = group;
  }
  return { type: crossType(a.type, b.type), groups, ofDomain };
}

function crossed(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.flatMap((one) => right.map((other) => crossName(one, other)));
}
