/**
 * Stored counters of many runs for a few segments. Only the rows of those segments are read, and only
 * the counters that are wanted become an object: a year of nights has half a million rows.
 */
import type { Database } from 'better-sqlite3';
import { SurveyError } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';
import type { Counts, SegmentCounts } from './figures.ts';
import { addPackedCounts } from './pack.ts';
import { readRun } from './run-rows.ts';
import { TOTAL_SEGMENT_ID } from './schema.ts';

export interface RunCounters {
  readonly runId: number;
  /** In the order of the names asked for, else by code unit; a segment that the run has not is left out. */
  readonly segments: readonly SegmentCounts[];
}

export interface WantedCounters {
  readonly segmentType: 'total' | 'tld' | 'registry';
  /** Undefined for all of the type; of no meaning for `total`. */
  readonly names?: readonly string[] | undefined;
  /** Ids of counters, as `dmarc.valid@mail`; undefined for all. Others are left out, as zeros are. */
  readonly counters?: Iterable<string> | undefined;
}

/**
 * In the order of `runIds`. A TLD is the sum of its registries. Throws SurveyError for a name that the
 * store does not have in any run.
 */
export function countersOfRuns(
  db: Database,
  runIds: readonly number[],
  wanted: WantedCounters,
): RunCounters[] {
  return db.transaction(() => {
    const segments = segmentsOf(db, wanted);
    const reader = new CounterRows(db, segments, wanted.counters);
    return runIds.map((runId) => ({ runId, segments: reader.of(runId) }));
  })();
}

/** A segment that is wanted, and the stored ones that it is the sum of. */
interface WantedSegment {
  readonly segmentType: WantedCounters['segmentType'];
  readonly segment: string;
  readonly ids: readonly number[];
}

function segmentsOf(db: Database, { segmentType, names }: WantedCounters): WantedSegment[] {
  if (segmentType === 'total') return [{ segmentType, segment: 'all', ids: [TOTAL_SEGMENT_ID] }];
  const rows = db
    .prepare<[], [id: number, name: string]>(
      segmentType === 'tld'
        ? `SELECT r.id, t.name FROM segment r JOIN segment t ON t.id = r.parent_id
           WHERE r.type = 'registry' ORDER BY r.id`
        : "SELECT id, name FROM segment WHERE type = 'registry' ORDER BY id",
    )
    .raw()
    .all();
  const byName = new Map<string, number[]>();
  for (const [id, name] of rows) {
    const ids = byName.get(name) ?? [];
    byName.set(name, ids);
    ids.push(id);
  }
  return [...new Set(names ?? [...byName.keys()].sort())].map((segment) => {
    const ids = byName.get(segment);
    if (ids === undefined) {
      throw new SurveyError(
        'usage',
        `the store has no ${segmentType} ${JSON.stringify(segment)}${suggestion(segment, byName.keys())}`,
      );
    }
    return { segmentType, segment, ids };
  });
}

/** Names of a layout's counters by position; undefined for one that is not wanted. */
type WantedNames = readonly (string | undefined)[];

class CounterRows {
  readonly #segments: readonly WantedSegment[];
  readonly #rows: (runId: number) => [segmentId: number, counts: Buffer][];
  readonly #layout: (runId: number) => [id: number, names: string];
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #layouts = new Map<number, WantedNames>();

  constructor(
    db: Database,
    segments: readonly WantedSegment[],
    counters: Iterable<string> | undefined,
  ) {
    this.#segments = segments;
    this.#wanted = counters === undefined ? undefined : new Set(counters);
    const ids = JSON.stringify(segments.flatMap((segment) => segment.ids));
    const rows = db
      .prepare<[number, string], [segmentId: number, counts: Buffer]>(
        `SELECT segment_id, counts FROM counter
         WHERE run_id = ? AND segment_id IN (SELECT value FROM json_each(?))`,
      )
      .raw();
    this.#rows = (runId) => rows.all(runId, ids);
    const layout = db
      .prepare<[number], [id: number, names: string]>(
        `SELECT l.id, l.names FROM run JOIN counter_layout l ON l.id = run.layout_id
         WHERE run.id = ?`,
      )
      .raw();
    this.#layout = (runId) => layout.get(runId) ?? this.#refuse(db, runId);
  }

  of(runId: number): SegmentCounts[] {
    const names = this.#namesOf(runId);
    const packed = new Map(this.#rows(runId));
    const sum = new Float64Array(names.length);
    const found: SegmentCounts[] = [];
    for (const { segmentType, segment, ids } of this.#segments) {
      const parts = ids.flatMap((id) => packed.get(id) ?? []);
      if (parts.length === 0) continue;
      sum.fill(0);
      for (const counts of parts) addPackedCounts(counts, sum);
      found.push({ segmentType, segment, counts: named(names, sum) });
    }
    return found;
  }

  #namesOf(runId: number): WantedNames {
    const [layoutId, text] = this.#layout(runId);
    const known = this.#layouts.get(layoutId);
    if (known !== undefined) return known;
    const all = JSON.parse(text) as string[];
    const wanted = this.#wanted;
    const names = all.map((name) => (wanted?.has(name) === false ? undefined : name));
    this.#layouts.set(layoutId, names);
    return names;
  }

  /** With the words of `readRun` for a run that does not exist. */
  #refuse(db: Database, runId: number): never {
    readRun(db, runId);
    throw new RangeError(`run ${runId} has no layout of its counters`);
  }
}

function named(names: WantedNames, counts: Float64Array): Counts {
  const byName: Record<string, number> = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const count = counts[i] as number;
    if (count !== 0 && name !== undefined) byName[name] = count;
  }
  return byName;
}
