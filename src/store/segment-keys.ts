/**
 * Which segments each domain is in, for segments that are not kept as counters. One of a few types by
 * name; whatever else is asked for is refused with what there is.
 */
import type { Database } from 'better-sqlite3';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import { SurveyError } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';
import type { RunRow } from '../survey/ports.ts';
import { labelKeys, listKeys, rankKeys, registrationKeys } from './list-keys.ts';
import { listsOfRun } from './lists.ts';
import { CHECK_OF_ROLE, type OperatorRole, operatorKeys } from './operator-keys.ts';
import { readRun } from './run-rows.ts';

const LABEL = 'label:';

/** Label columns that a complaint names: a hostile list may have thousands. */
const MAX_NAMED = 20;

/** The types of segment that a run has: the fixed ones, then its lists' label columns. */
export function segmentTypes(db: Database, runId: number): string[] {
  const { checks } = readRun(db, runId).config;
  const roles = Object.entries(CHECK_OF_ROLE).flatMap(([role, check]) =>
    checks.includes(check) ? [role] : [],
  );
  const columns = listsOfRun(db, runId).flatMap(({ labelColumns }) => labelColumns);
  return [
    ...['tld', 'registry', 'rank', 'list'],
    ...roles,
    ...[...new Set(columns)].map((column) => LABEL + column),
  ];
}

/**
 * Keys of one run. Throws SurveyError for a type that the run does not have; `label:<column>` is one
 * for each column of its lists. `mx` and `rua` are as of the run, the rest follows from its lists.
 */
export function segmentKeys(db: Database, runId: number, type: string): SegmentKeys {
  return segmentKeysOfRuns(db, [runId], type)[0] as SegmentKeys;
}

/**
 * Keys of several runs, in the order of `runIds`, for less than each alone: what is the same in two
 * runs is one object, and `mx` and `rua` come from one scan with one table of groups. `only` (not 0 by
 * domain id) leaves all other domains without an operator, at a fraction of the cost; it does nothing
 * for other types.
 */
export function segmentKeysOfRuns(
  db: Database,
  runIds: readonly number[],
  type: string,
  only?: Uint8Array,
): SegmentKeys[] {
  return db.transaction(() => readKeys(db, runIds, type, only))();
}

function readKeys(
  db: Database,
  runIds: readonly number[],
  type: string,
  only: Uint8Array | undefined,
): SegmentKeys[] {
  for (const runId of runIds) refuseUnknown(type, segmentTypes(db, runId), readRun(db, runId));
  switch (type) {
    case 'tld':
    case 'registry': {
      const keys = registrationKeys(db, type);
      return runIds.map(() => keys);
    }
    case 'mx':
    case 'rua':
      return operatorKeysInOrder(db, runIds, type, only);
    default:
      return keysByLists(db, runIds, type);
  }
}

function operatorKeysInOrder(
  db: Database,
  runIds: readonly number[],
  role: OperatorRole,
  only: Uint8Array | undefined,
): SegmentKeys[] {
  const ascending = [...new Set(runIds)].sort((a, b) => a - b);
  const keys = operatorKeys(db, ascending, role, only);
  return runIds.map((runId) => keys[ascending.indexOf(runId)] as SegmentKeys);
}

/** Once for all runs of the same lists in the same order. */
function keysByLists(db: Database, runIds: readonly number[], type: string): SegmentKeys[] {
  const known = new Map<string, SegmentKeys>();
  return runIds.map((runId) => {
    const lists = listsOfRun(db, runId);
    const listIds = lists.map(({ id }) => id).join();
    let keys = known.get(listIds);
    if (keys === undefined) {
      if (type === 'rank') keys = rankKeys(db, lists);
      else if (type === 'list') keys = listKeys(db, lists);
      else keys = labelKeys(db, lists, type.slice(LABEL.length));
      known.set(listIds, keys);
    }
    return keys;
  });
}

function refuseUnknown(type: string, types: readonly string[], { night }: RunRow): void {
  if (types.includes(type)) return;
  const labels = types.filter((one) => one.startsWith(LABEL));
  const named = types.filter((one) => !one.startsWith(LABEL)).concat(labels.slice(0, MAX_NAMED));
  const more = labels.length > MAX_NAMED ? ` and ${labels.length - MAX_NAMED} more labels` : '';
  const without = labels.length === 0 ? '; its lists have no label columns' : '';
  throw new SurveyError(
    'usage',
    `night ${night} has no segments by ${JSON.stringify(type)}${suggestion(type, types)}; it has ${named.join(', ')}${more}${without}`,
  );
}
