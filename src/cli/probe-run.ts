/** The probing part of a survey on one machine: probe threads and the embedded queue around one run. */
import type { Check } from '../checks/check.ts';
import type { ChosenTransport } from '../dns/client/choose-transport.ts';
import type { ResolverAddress } from '../dns/client/resolvers.ts';
import { ThreadDeathError } from '../probe/thread-pool.ts';
import { openEmbeddedQueue } from '../queue/embedded.ts';
import type { StoreWriter } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { runSurvey } from '../survey/run.ts';
import type { CliIo } from './io.ts';
import { machineError, noteRestarts, openProbePool, silenceParts } from './probe-pool.ts';
import { watchRun } from './run-watch.ts';
import type { SurveyOptions } from './survey-options.ts';

export interface ProbeRunParts {
  readonly io: CliIo;
  readonly checks: readonly Check[];
  readonly options: SurveyOptions;
  readonly transport: ChosenTransport;
  readonly resolvers: readonly ResolverAddress[];
  readonly threads: number;
  readonly store: StoreWriter;
  readonly run: RunRow;
}

export async function probeRun(
  parts: ProbeRunParts,
): Promise<{ readonly run: RunRow; readonly isComplete: boolean }> {
  const { io, store, run, checks, options } = parts;
  const pool = openProbePool({
    checks: checks.map((check) => check.name),
    isSpfVoids: options.spfVoids,
    isNxdomainCut: options.nxdomainCut,
    options,
    threads: parts.threads,
    transport: parts.transport,
    resolvers: parts.resolvers,
    knownAnswers: () => store.sharedAnswers(run.id),
  });
  const watch = await watchRun({
    io,
    store,
    run,
    checks: checks.length,
    isQuiet: options.quiet,
    queries: () => pool.counters.queries,
  });
  try {
    const end = await runSurvey({
      queue: openEmbeddedQueue(store, run.id),
      prober: pool,
      clock: io,
      takeSharedAnswers: () => pool.takeSharedAnswers(),
      ...silenceParts(parts, pool),
      onBlock: (_, receipt) => {
        if (receipt !== undefined) watch.blockDone(receipt);
      },
      isEnough: watch.isEnough,
      signal: io.signal,
    });
    return watch.finish(end);
  } catch (error) {
    throw error instanceof ThreadDeathError ? machineError(error) : error;
  } finally {
    watch.end();
    await pool.close();
    noteRestarts(io, pool.restarts);
  }
}
