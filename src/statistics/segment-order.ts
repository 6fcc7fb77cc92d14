/**
 * In which order segments stand in every report and file, whatever the order of the input. Pure; no
 * locale has a say, so that rows sort alike on every machine.
 */
import type { SegmentCounts } from './counts.ts';
import { rankBucketOrder } from './rank-buckets.ts';
import { crossedNames, crossedTypes } from './segment-name.ts';

/** Order in which segment types are reported; others follow by name. */
export const SEGMENT_TYPES: readonly string[] = ['total', 'tld', 'registry', 'rank', 'list'];

/** What places a segment among others. */
export type SegmentName = Pick<SegmentCounts, 'segmentType' | 'segment'>;

/** By declared type, then name; rank buckets in rank order. Crossed segments follow single ones. */
export function compareSegments(a: SegmentName, b: SegmentName): number {
  return (
    typeRank(a.segmentType) - typeRank(b.segmentType) ||
    compareText(a.segmentType, b.segmentType) ||
    compareNames(a.segmentType, a.segment, b.segment)
  );
}

function compareNames(segmentType: string, a: string, b: string): number {
  if (segmentType === 'rank') return rankBucketOrder(a) - rankBucketOrder(b) || compareText(a, b);
  const types = crossedTypes(segmentType);
  const left = types && crossedNames(a);
  const right = types && crossedNames(b);
  if (types === undefined || left === undefined || right === undefined) return compareText(a, b);
  return (
    compareNames(types[0], left[0], right[0]) ||
    compareNames(types[1], left[1], right[1]) ||
    compareText(a, b)
  );
}

function typeRank(segmentType: string): number {
  const [kind = ''] = segmentType.split(':', 1);
  const rank = SEGMENT_TYPES.indexOf(kind);
  return rank < 0 ? SEGMENT_TYPES.length : rank;
}

/** By code point, which is the byte order of UTF-8, so that rows sort alike on every machine. */
export function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
