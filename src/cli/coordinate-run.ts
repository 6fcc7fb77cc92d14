/** The probing part of a survey over workers: this process lays blocks out and commits, and asks nothing. */
import { PSL_VERSION } from '../names/organizational-domain.ts';
import { coordinate, type QueueView } from '../queue/coordinate.ts';
import type { RedisPlace } from '../queue/redis-connection.ts';
import { count } from '../report/text/numbers.ts';
import type { StoreWriter } from '../store/store.ts';
import type { RunProvenance, RunRow } from '../survey/ports.ts';
import { type CliIo, note } from './io.ts';
import { watchRun } from './run-watch.ts';

export interface CoordinateRunParts {
  readonly io: CliIo;
  readonly place: RedisPlace;
  readonly store: StoreWriter;
  readonly run: RunRow;
  /** Of this call. */
  readonly provenance: RunProvenance;
  readonly isQuiet: boolean;
}

export async function coordinateRun({
  io,
  place,
  store,
  run,
  provenance,
  isQuiet,
}: CoordinateRunParts): Promise<{ readonly run: RunRow; readonly isComplete: boolean }> {
  const { checks, isSpfVoids, isNxdomainCut } = run.config;
  let queries = 0;
  let view: QueueView | undefined;
  const watch = await watchRun({
    io,
    store,
    run,
    checks: checks.length,
    isQuiet,
    queries: () => queries,
    workers: () => view && workersLine(view),
  });
  try {
    const end = await coordinate({
      place,
      store,
      storeId: store.storeId(),
      runId: run.id,
      terms: {
        key: `${store.storeId()}-${run.id}-${run.startedAtMs.toString(36)}`,
        checkVersions: Object.fromEntries(
          checks.map((name) => [name, provenance.checkVersions[name] ?? 0]),
        ),
        pslVersion: PSL_VERSION,
        isSpfVoids,
        isNxdomainCut,
      },
      onBlock: (result, receipt) => {
        if (receipt.written) queries += result.queries;
        watch.blockDone(receipt);
      },
      isEnough: watch.isEnough,
      note: (line) => note(io, line),
      onView: (seen) => {
        view = seen;
      },
      signal: io.signal,
    });
    return watch.finish(end);
  } finally {
    watch.end();
  }
}

/** Who asks, in one line: what a person must know first stands first. */
export function workersLine({ workers, awayMs }: QueueView): string {
  if (awayMs >= 2_000) return `Redis has not answered for ${Math.round(awayMs / 1_000)} s`;
  if (workers.length === 0) return 'no worker: start one with mailcensus worker --redis URL';
  const asking = workers.filter(({ state }) => state === 'asking' || state === 'waiting').length;
  const noun = workers.length === 1 ? 'worker' : 'workers';
  const held = workers.reduce((sum, worker) => sum + worker.held, 0);
  const halted = workers
    .filter(({ state }) => state === 'silent' || state === 'refusing')
    .map(
      ({ name, state, reason }) =>
        `${name} ${state === 'silent' ? 'halted' : 'refuses'}: ${reason}`,
    );
  const healthy =
    asking === workers.length ? `${asking} ${noun}` : `${asking} of ${workers.length} ${noun}`;
  return [`${healthy}, ${count(held)} blocks held`, ...halted].join('; ');
}
