/**
 * Who asks a run's questions, and what the run keeps of that: this process with its own resolvers, or
 * workers over Redis. The rest of a survey is the same for both.
 */
import type { Check } from '../checks/check.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import { PSL_VERSION } from '../names/organizational-domain.ts';
import { usefulThreads } from '../probe/thread-shares.ts';
import type { RedisPlace } from '../queue/redis-connection.ts';
import { withoutRedisPasswords } from '../queue/redis-url.ts';
import type { StoreWriter } from '../store/store.ts';
import { BLOCK_SIZE, type ListRow, type RunProvenance, type RunRow } from '../survey/ports.ts';
import { transportOf } from './dns-options.ts';
import { type CliIo, note } from './io.ts';
import { probeRun } from './probe-run.ts';
import { usableResolvers } from './resolver-check.ts';
import type { SurveyOptions } from './survey-options.ts';
import { TOOL_VERSION } from './version.ts';

export type Asking =
  | { readonly resolvers: readonly ResolverAddress[] }
  /** Workers ask, over the queue there. */
  | { readonly place: RedisPlace };

/** The run that was shown, finished or taken as far as it went. */
export interface SurveyEnd {
  readonly run: RunRow;
  readonly isComplete: boolean;
}

export interface AskingPlan {
  readonly provenance: RunProvenance;
  readonly ask: (run: RunRow) => Promise<SurveyEnd>;
}

interface AskingParts {
  readonly io: CliIo;
  readonly checks: readonly Check[];
  readonly options: SurveyOptions;
  readonly store: StoreWriter;
}

/** What is wrong with the options is said here; what it gives looks at the resolvers, once there are names. */
export async function asker(
  parts: AskingParts,
  asking: Asking,
): Promise<(lists: readonly ListRow[]) => Promise<AskingPlan>> {
  if ('place' in asking) return async () => planForWorkers(parts, asking.place);
  const { io, options, store } = parts;
  const transport = await transportOf(options);
  return async (lists) => {
    const resolvers = await usableResolvers(io, asking.resolvers, sampleNames(lists, store));
    if (transport.reason !== undefined) note(io, `transport dgram: ${transport.reason}`);
    const threads = threadsOf(options, lists);
    const provenance = {
      ...provenanceOf(parts),
      resolvers: resolvers.map(formatResolver),
      transport: transport.name,
      threads,
      timeoutMs: options.timeout,
      attempts: options.attempts,
      window: options.window,
      rate: options.rate,
    };
    return {
      provenance,
      ask: (run) => probeRun({ ...parts, transport, resolvers, threads, run }),
    };
  };
}

/** How the workers ask they tell with what they found; see `store/run-workers.ts`. */
function planForWorkers(parts: AskingParts, place: RedisPlace): AskingPlan {
  const { io, options, store } = parts;
  const provenance = {
    ...provenanceOf(parts),
    resolvers: [],
    transport: '',
    threads: 0,
    timeoutMs: 0,
    attempts: 0,
    window: 0,
    rate: 0,
  };
  return {
    provenance,
    ask: async (run) => {
      const { coordinateRun } = await import('./coordinate-run.ts');
      return coordinateRun({ io, place, store, run, provenance, isQuiet: options.quiet });
    },
  };
}

/** A short list or a narrow window needs fewer threads than the machine has. */
function threadsOf({ threads, window, rate, sample }: SurveyOptions, lists: readonly ListRow[]) {
  const names = lists.reduce((sum, { accounting }) => sum + accounting.targets, 0);
  const domains = sample > 0 ? Math.min(sample, names) : names;
  return usefulThreads(threads, { window, rate, domains, blockSize: BLOCK_SIZE });
}

function provenanceOf({ io, checks, options }: AskingParts) {
  return {
    toolVersion: TOOL_VERSION,
    nodeVersion: process.versions.node,
    checkVersions: Object.fromEntries(checks.map((check) => [check.name, check.version])),
    pslVersion: PSL_VERSION,
    timeZone: options.tz,
    commandLine: withoutRedisPasswords(io.commandLine),
  };
}

function sampleNames(lists: readonly ListRow[], store: StoreWriter): readonly string[] {
  const [first] = lists;
  return first === undefined ? [] : store.someNames(first.id, 3);
}
