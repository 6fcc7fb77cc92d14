/**
 * Who asked the blocks of a run: each vantage point once a run, with what it has done. A worker that
 * joins widens the run's provenance too, so that a report names every resolver that was asked.
 */
import type { Database, Statement } from 'better-sqlite3';
import { FAILURES, type FailureReason } from '../dns/talk.ts';
import type { BlockResult, RunProvenance, RunWorkerRow, WorkerOrigin } from '../survey/ports.ts';

type Failed = Partial<Record<FailureReason, number>>;

interface StoredWorker {
  readonly id: number;
  readonly failed: string;
}

/** To be called within a block's transaction. */
export class RunWorkerWriter {
  readonly #db: Database;
  readonly #find: Statement<[number, string], StoredWorker>;
  readonly #insert: Statement<[number, string]>;
  readonly #add: Statement<[number, number, string, number]>;

  constructor(db: Database) {
    this.#db = db;
    this.#find = db.prepare('SELECT id, failed FROM run_worker WHERE run_id = ? AND origin = ?');
    this.#insert = db.prepare('INSERT INTO run_worker(run_id, origin) VALUES(?, ?)');
    this.#add = db.prepare(
      `UPDATE run_worker SET blocks = blocks + 1, domains = domains + ?, queries = queries + ?,
         failed = ? WHERE id = ?`,
    );
  }

  /** Gives the worker's id; null for a block that the survey asked itself. */
  add(result: BlockResult): number | null {
    const { runId, worker } = result;
    if (worker === undefined) return null;
    const origin = JSON.stringify(worker);
    const found = this.#find.get(runId, origin) ?? this.#join(runId, worker, origin);
    const failed = JSON.stringify(addFailed(JSON.parse(found.failed) as Failed, result));
    this.#add.run(result.ids.length, result.queries, failed, found.id);
    return found.id;
  }

  #join(runId: number, worker: WorkerOrigin, origin: string): StoredWorker {
    const names = this.#db
      .prepare<[number], string>("SELECT origin ->> '$.name' FROM run_worker WHERE run_id = ?")
      .pluck()
      .all(runId);
    const provenance = this.#db
      .prepare<[number], string>('SELECT provenance FROM run WHERE id = ?')
      .pluck()
      .get(runId) as string;
    const joined = withWorker(
      JSON.parse(provenance) as RunProvenance,
      worker,
      !names.includes(worker.name),
    );
    this.#db
      .prepare('UPDATE run SET provenance = ? WHERE id = ?')
      .run(JSON.stringify(joined), runId);
    const { lastInsertRowid } = this.#insert.run(runId, origin);
    return { id: Number(lastInsertRowid), failed: '{}' };
  }
}

/** A run whose provenance has no threads was asked by nobody so far, and takes what the worker has. */
function withWorker(run: RunProvenance, worker: WorkerOrigin, isNewName: boolean): RunProvenance {
  const { resolvers, transport, threads, timeoutMs, attempts, window, rate } = worker;
  if (run.threads === 0) {
    return { ...run, resolvers, transport, threads, timeoutMs, attempts, window, rate };
  }
  const transports = new Set([...run.transport.split(', '), transport]);
  return {
    ...run,
    resolvers: [...new Set([...run.resolvers, ...resolvers])],
    transport: [...transports].join(', '),
    timeoutMs: Math.max(run.timeoutMs, timeoutMs),
    attempts: Math.max(run.attempts, attempts),
    threads: run.threads + (isNewName ? threads : 0),
    window: run.window + (isNewName ? window : 0),
    rate: run.rate === 0 || rate === 0 ? 0 : run.rate + (isNewName ? rate : 0),
  };
}

function addFailed(failed: Failed, { existenceReasons, checks }: BlockResult): Failed {
  const counts = new Float64Array(FAILURES.length + 1);
  for (const reasons of [existenceReasons, ...checks.map((check) => check.reasons)]) {
    for (let i = 0; i < reasons.length; i++) {
      const reason = reasons[i] as number;
      counts[reason] = (counts[reason] as number) + 1;
    }
  }
  for (const [i, reason] of FAILURES.entries()) {
    const count = counts[i + 1] as number;
    if (count > 0) failed[reason] = (failed[reason] ?? 0) + count;
  }
  return failed;
}

interface WorkerRow {
  readonly origin: string;
  readonly blocks: number;
  readonly domains: number;
  readonly queries: number;
  readonly failed: string;
}

/** The survey's own blocks first, then workers by name. */
export function workersOfRun(db: Database, runId: number): RunWorkerRow[] {
  const own = db
    .prepare<[number], Omit<RunWorkerRow, 'origin' | 'failedByReason'>>(
      `SELECT count(*) AS blocks, total(n) AS domains, total(queries) AS queries,
         total(failed) AS failed
       FROM run_block WHERE run_id = ? AND done_at IS NOT NULL AND worker_id IS NULL`,
    )
    .get(runId);
  const rows = db
    .prepare<[number], WorkerRow>(
      `SELECT origin, blocks, domains, queries, failed FROM run_worker
       WHERE run_id = ? ORDER BY origin ->> '$.name', id`,
    )
    .all(runId);
  return [
    ...(own === undefined || own.blocks === 0
      ? []
      : [{ origin: undefined, ...own, failedByReason: undefined }]),
    ...rows.map(({ origin, blocks, domains, queries, failed }) => {
      const failedByReason = JSON.parse(failed) as Failed;
      const sum = Object.values(failedByReason).reduce((a, b) => a + b, 0);
      const known = JSON.parse(origin) as WorkerOrigin;
      return { origin: known, blocks, domains, queries, failed: sum, failedByReason };
    }),
  ];
}
