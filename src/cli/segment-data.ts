/**
 * Segments that a verb is asked for with `--by`: one type, or two with a comma (`tld,rank`). TLDs and
 * registries of one night stand as counters in the store; everything else is counted from its names.
 */
import type { SegmentCounts } from '../statistics/counts.ts';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import { countsBySegment, crossKeys } from '../statistics/segment-counts.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';

/** Segment types whose counters the store keeps. */
export const STORED_TYPES: readonly string[] = ['tld', 'registry'];

/** Keys of each run, in the order of `runIds`. */
export function keysOfRuns(
  store: StoreReader,
  runIds: readonly number[],
  by: string,
): readonly SegmentKeys[] {
  const types = by.split(',').map((type) => type.trim());
  const [first = '', second, third] = types;
  if (third !== undefined || types.includes('') || first === second) {
    throw new SurveyError(
      'usage',
      `--by ${JSON.stringify(by)}: it takes one segment type, or two different ones as tld,rank`,
    );
  }
  const keys = store.segmentKeys(runIds, first);
  if (second === undefined) return keys;
  const others = store.segmentKeys(runIds, second);
  return keys.map((key, i) => crossKeys(key, others[i] as SegmentKeys));
}

/** Counters of the segment types that the store does not keep, of one night. */
export function extraSegmentsOf(
  store: StoreReader,
  run: RunRow,
  by: readonly string[],
): readonly SegmentCounts[] {
  const types = by.filter((type) => !STORED_TYPES.includes(type));
  if (types.length === 0) return [];
  const keys = types.map((type) => keysOfRuns(store, [run.id], type)[0] as SegmentKeys);
  const [night] = store.nightProfiles([run.id]);
  if (night === undefined) return [];
  return keys.flatMap((key) => {
    const segments = countsBySegment(night, key);
    if (segments.length > 0) return segments;
    throw new SurveyError(
      'usage',
      `night ${run.night} has no name in any segment of ${key.type}; leave it out`,
    );
  });
}
