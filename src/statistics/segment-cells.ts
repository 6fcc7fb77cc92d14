/**
 * Names of each segment by what they were on two nights. Pure. One pass over the names for each segment
 * type; afterwards there are only counts of pairs, some thousand a segment.
 */
import { NO_VALUE, visitGroups } from './group-counts.ts';
import { type NightPairs, pairNumbers } from './night-pairs.ts';
import { NO_TARGET, type SegmentKeys } from './night-profiles.ts';

/** The same segment type on both nights. */
export interface KeyPair {
  readonly from: SegmentKeys;
  readonly to: SegmentKeys;
}

/** `counts[i]` names have the pair `pairs[i]`; a side is `NO_TARGET` where they were not in it. */
export interface SegmentCells {
  readonly segmentType: string;
  readonly segment: string;
  readonly pairs: readonly number[];
  readonly counts: readonly number[];
}

/** All names; take it before `cellsOf` adds pairs that only segments have. */
export function totalCells(nights: NightPairs): SegmentCells {
  const names = new Float64Array(nights.from.length);
  for (let id = 0; id < nights.ofDomain.length; id++) {
    const pair = nights.ofDomain[id] as number;
    names[pair] = (names[pair] as number) + 1;
  }
  const pairs = nights.from.map((_, pair) => pair).slice(1);
  return { segmentType: 'total', segment: 'all', pairs, counts: [...names.subarray(1)] };
}

/** The segments of one type with a target on either night, in order of appearance. */
export function cellsOf(nights: NightPairs, keys: KeyPair): readonly SegmentCells[] {
  const { sets, ofDomain } = setsOf(nights, keys);
  const segments = new Map<string, Map<number, number>>();
  visitGroups(ofDomain, sets.length, nights.ofDomain, nights.from.length, (at, pairs, counts) => {
    const { left, right } = sets[at] as SegmentSets;
    for (const segment of new Set([...right, ...left])) {
      const sides = { isBefore: left.includes(segment), isAfter: right.includes(segment) };
      const cells = cellsIn(segments, segment);
      for (const pair of pairs) {
        const cell = cellOf(nights, pair, sides);
        if (cell !== NO_VALUE) cells.set(cell, (cells.get(cell) ?? 0) + (counts[pair] as number));
      }
    }
  });
  return [...segments]
    .filter(([, cells]) => cells.size > 0)
    .map(([segment, cells]) => ({
      segmentType: keys.to.type,
      segment,
      pairs: [...cells.keys()],
      counts: [...cells.values()],
    }));
}

function cellsIn(segments: Map<string, Map<number, number>>, name: string): Map<number, number> {
  let cells = segments.get(name);
  if (cells === undefined) {
    cells = new Map();
    segments.set(name, cells);
  }
  return cells;
}

interface Sides {
  readonly isBefore: boolean;
  readonly isAfter: boolean;
}

/** The pair as the segment sees it: a name that was not in it that night is no target there. */
function cellOf(nights: NightPairs, pair: number, { isBefore, isAfter }: Sides): number {
  if (isBefore && isAfter) return pair;
  return nights.numberOf(
    isBefore ? (nights.from[pair] as number) : NO_TARGET,
    isAfter ? (nights.to[pair] as number) : NO_TARGET,
  );
}

/** Segments of the first night and of the second. */
interface SegmentSets {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/** Distinct combinations of both nights' segments, and which one each name has. */
function setsOf({ ofDomain }: NightPairs, { from, to }: KeyPair) {
  const width = to.groups.length + 1;
  const numbers = pairNumbers((from.groups.length + 1) * width);
  const sets: SegmentSets[] = [];
  const setOf = new Uint32Array(ofDomain.length);
  for (let id = 0; id < ofDomain.length; id++) {
    if (ofDomain[id] === NO_VALUE) continue;
    const before = from.ofDomain[id] ?? from.groups.length;
    const after = to.ofDomain[id] ?? to.groups.length;
    let set = numbers.get(before * width + after);
    if (set === undefined) {
      set = sets.length;
      numbers.set(before * width + after, set);
      sets.push({ left: from.groups[before] ?? [], right: to.groups[after] ?? [] });
    }
    setOf[id] = set;
  }
  return { sets, ofDomain: setOf };
}
