/**
 * Segments that a verb is asked for with `--by`: one type, or two with a comma (`tld,rank`). TLDs and
 * registries of one night stand as counters in the store; everything else is counted from its names.
 */
import type { SegmentCounts } from '../statistics/counts.ts';
import type { NightProfiles, SegmentKeys } from '../statistics/night-profiles.ts';
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

/** Nights read at once: each costs four octets a domain, and a scan of the store costs a third of a second. */
const NIGHTS_AT_ONCE = 16;

/** Counters of the segments of one type, counted from the names of each night. */
export function segmentsOfRuns(
  store: StoreReader,
  runs: readonly RunRow[],
  by: string,
): readonly (readonly SegmentCounts[])[] {
  const all: (readonly SegmentCounts[])[] = [];
  for (let at = 0; at < runs.length; at += NIGHTS_AT_ONCE) {
    const runIds = runs.slice(at, at + NIGHTS_AT_ONCE).map(({ id }) => id);
    const keys = keysOfRuns(store, runIds, by);
    const nights = store.nightProfiles(runIds);
    all.push(...nights.map((night, i) => segmentsIn(night, keys[i] as SegmentKeys)));
  }
  return all;
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
  return night === undefined ? [] : keys.flatMap((key) => segmentsIn(night, key));
}

function segmentsIn(night: NightProfiles, keys: SegmentKeys): readonly SegmentCounts[] {
  const segments = countsBySegment(night, keys);
  if (segments.length > 0) return segments;
  throw new SurveyError(
    'usage',
    `night ${night.night} has no name in any segment of ${keys.type}; leave it out`,
  );
}
