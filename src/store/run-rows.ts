/**
 * Runs as they stand in the file, read. What a run was planned with is kept complete, so that any of
 * its figures can be defended later.
 */
import type { Database } from 'better-sqlite3';
import { SurveyError } from '../survey/errors.ts';
import type { RunConfig, RunProvenance, RunRow, RunStatus } from '../survey/ports.ts';
import { readChecks, type StoredCheck } from './check-catalog.ts';

interface StoredRun {
  readonly id: number;
  readonly night: string;
  readonly status: RunStatus;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly resumes: number;
  readonly targets: number;
  readonly blocks: number;
  readonly blocks_done: number;
  readonly domains_done: number;
  readonly queries: number;
  readonly config: string;
  readonly provenance: string;
}

const SELECT_RUN = `SELECT id, night, status, started_at, finished_at, resumes, targets, blocks,
  blocks_done, domains_done, queries, config, provenance FROM run`;

function toRunRow(row: StoredRun): RunRow {
  return {
    id: row.id,
    night: row.night,
    status: row.status,
    startedAtMs: row.started_at,
    finishedAtMs: row.finished_at ?? undefined,
    config: JSON.parse(row.config) as RunConfig,
    provenance: toProvenance(row.provenance),
    resumes: row.resumes,
    blocks: row.blocks,
    blocksDone: row.blocks_done,
    targets: row.targets,
    domainsDone: row.domains_done,
    queries: row.queries,
  };
}

/** A run that names no threads was made before there were any: it asked on one. */
function toProvenance(json: string): RunProvenance {
  return { threads: 1, ...(JSON.parse(json) as Omit<RunProvenance, 'threads'>) };
}

/** Every run in the order of nights; ids rise with them. */
export function readRuns(db: Database): RunRow[] {
  return db.prepare<[], StoredRun>(`${SELECT_RUN} ORDER BY id`).all().map(toRunRow);
}

export function readOpenRun(db: Database): RunRow | undefined {
  const row = db.prepare<[], StoredRun>(`${SELECT_RUN} WHERE status = 'running'`).get();
  return row && toRunRow(row);
}

/** The newest run, whatever its status. */
export function readLastRun(db: Database): RunRow | undefined {
  const row = db.prepare<[], StoredRun>(`${SELECT_RUN} ORDER BY id DESC LIMIT 1`).get();
  return row && toRunRow(row);
}

/** The run of a night; an aborted one only where there is no other. */
export function readRunOfNight(db: Database, night: string): RunRow | undefined {
  const row = db
    .prepare<[string], StoredRun>(
      `${SELECT_RUN} WHERE night = ? ORDER BY status = 'aborted', id DESC LIMIT 1`,
    )
    .get(night);
  return row && toRunRow(row);
}

/** Throws SurveyError when the store has no such run. */
export function readRun(db: Database, runId: number): RunRow {
  const row = db.prepare<[number], StoredRun>(`${SELECT_RUN} WHERE id = ?`).get(runId);
  if (row === undefined) {
    throw new SurveyError('usage', `the store has no run ${runId}; \`runs\` lists those it has`);
  }
  return toRunRow(row);
}

/** The checks a run asks, by name, in the order of its configuration. */
export function checksOfRun(db: Database, runId: number): Map<string, StoredCheck> {
  return checksNamed(db, readRun(db, runId).config.checks);
}

/** Throws RangeError on a check that the store does not know: the writer is opened with all of them. */
export function checksNamed(db: Database, names: readonly string[]): Map<string, StoredCheck> {
  const known = readChecks(db);
  return new Map(
    names.map((name) => {
      const check = known.get(name);
      if (check === undefined) throw new RangeError(`the store knows no check ${name}`);
      return [name, check];
    }),
  );
}

const asSet = <Value>(values: readonly Value[]): string =>
  JSON.stringify([...new Set(values)].sort());

/** Whether two runs would ask the same: the order of lists and checks does not matter. */
export function isSameConfig(a: RunConfig, b: RunConfig): boolean {
  return (
    asSet(a.listIds) === asSet(b.listIds) &&
    asSet(a.checks) === asSet(b.checks) &&
    a.sample === b.sample &&
    (a.sample === 0 || a.seed === b.seed) &&
    a.design === b.design &&
    a.isSpfVoids === b.isSpfVoids &&
    a.isNxdomainCut === b.isNxdomainCut &&
    a.until?.metric === b.until?.metric &&
    a.until?.halfWidth === b.until?.halfWidth
  );
}
