/** The probing part of a survey: probe threads, queue and progress around one run. */
import type { Check } from '../checks/check.ts';
import type { CachedAnswer } from '../dns/client/cache.ts';
import type { ChosenTransport } from '../dns/client/choose-transport.ts';
import type { EngineCounters } from '../dns/client/engine-options.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import { semiSpaceMb, setSemiSpace } from '../probe/thread-heap.ts';
import type { ThreadSetup } from '../probe/thread-messages.ts';
import { ThreadDeathError, ThreadPool } from '../probe/thread-pool.ts';
import { shareOf } from '../probe/thread-shares.ts';
import { openEmbeddedQueue } from '../queue/embedded.ts';
import { runningEstimate } from '../report/running-estimate.ts';
import { count } from '../report/text/numbers.ts';
import type { StoreWriter } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow, SharedAnswer } from '../survey/ports.ts';
import { Progress } from '../survey/progress.ts';
import { runSurvey } from '../survey/run.ts';
import { isSilent, silenceLine, watchSilence } from '../survey/silence.ts';
import { Sharpness } from '../survey/until-sharp.ts';
import { type CliIo, note } from './io.ts';
import { openProgressView, type ProgressMode, type ProgressView } from './progress-view.ts';
import type { SurveyOptions } from './survey-options.ts';

export interface ProbeRunParts {
  readonly io: CliIo;
  readonly checks: readonly Check[];
  readonly options: SurveyOptions;
  readonly transport: ChosenTransport;
  readonly resolvers: readonly ResolverAddress[];
  readonly store: StoreWriter;
  readonly run: RunRow;
}

/** Shared answers kept in memory: SPF targets and parents' DMARC records. */
const CACHE_CAPACITY = 200_000;
/** A domain may take the time of this many questions one after the other, failures included. */
const DOMAIN_QUESTIONS_IN_A_ROW = 12;
const MAX_QUESTIONS = 120;
const PROGRESS_INTERVAL_MS = 250;
/** The estimate reads every finished block's counters: often enough for an eye, seldom enough for CPU. */
const ESTIMATE_INTERVAL_MS = 2_000;
const THREAD_ENTRY = new URL('../../workers/probe-thread.js', import.meta.url);

export async function probeRun(
  parts: ProbeRunParts,
): Promise<{ readonly run: RunRow; readonly isComplete: boolean }> {
  const { io, store, run, checks } = parts;
  const mode: ProgressMode = parts.options.quiet ? 'quiet' : io.stderr.isTTY ? 'live' : 'plain';
  const view = await openProgressView(mode, io.stderr);
  const pool = openPool(parts);
  const progress = new Progress(run.targets, run.domainsDone, io.now);
  const showing = showProgress(parts, progress, pool, mode, view);
  const sharpness = sharpnessOf(parts);
  try {
    const end = await runSurvey({
      queue: openEmbeddedQueue(store, run.id),
      prober: pool,
      clock: io,
      takeSharedAnswers: () => pool.takeSharedAnswers(),
      silence: silenceOf(parts, pool),
      isAnyoneThere: () => isAnyoneThere(pool),
      silenceLine: () => silenceLine(parts.resolvers.map(formatResolver)),
      onBlock: (_, receipt) => {
        progress.addBlock(receipt.domains, receipt.domains * checks.length, receipt.failed);
        if (receipt.written) sharpness?.blockDone();
      },
      isEnough: () => sharpness?.isReached ?? false,
      signal: io.signal,
    });
    showing.end();
    if (sharpness?.isReached === true) noteEnough(parts);
    if (end === 'stopped') return { run: store.run(run.id), isComplete: false };
    return { run: store.finishRun(run.id, io.now()), isComplete: true };
  } catch (error) {
    throw error instanceof ThreadDeathError ? machineError(error) : error;
  } finally {
    showing.end();
    await pool.close();
    noteRestarts(io, pool.restarts);
  }
}

function noteEnough({ io, store, run }: ProbeRunParts): void {
  const { metric, halfWidth } = run.config.until ?? { metric: '', halfWidth: 0 };
  const { domainsDone, targets } = store.run(run.id);
  note(
    io,
    `${metric} is known to ± ${String(Number((halfWidth * 100).toFixed(4)))} points after ${count(domainsDone)} of ${count(targets)} names: the run ends here, as a sample`,
  );
}

function sharpnessOf({ store, run }: ProbeRunParts): Sharpness | undefined {
  const { until } = run.config;
  if (until === undefined) return undefined;
  const blocks = { blockHeadlines: () => store.blockHeadlines(run.id), totalBlocks: run.blocks };
  return new Sharpness(until, blocks, run.blocksDone);
}

function openPool(parts: ProbeRunParts): ThreadPool {
  const { options, store, run } = parts;
  const { threads } = run.provenance;
  const common = {
    checks: parts.checks.map((check) => check.name),
    isInDepth: options.spfVoids,
    isNxdomainCut: options.nxdomainCut,
    domainTimeoutMs: options.timeout * options.attempts * DOMAIN_QUESTIONS_IN_A_ROW,
    maxQuestions: MAX_QUESTIONS,
    resolvers: parts.resolvers,
    transport: parts.transport.name,
    timeoutMs: options.timeout,
    attempts: options.attempts,
    cacheCapacity: Math.ceil(CACHE_CAPACITY / threads),
    isOneOfSeveral: threads > 1,
  };
  setSemiSpace(semiSpaceMb(shareOf(options.window, threads, 0)));
  return new ThreadPool({
    entry: THREAD_ENTRY,
    setups: Array.from(
      { length: threads },
      (_, index): ThreadSetup => ({
        ...common,
        window: shareOf(options.window, threads, index),
        rate: shareOf(options.rate, threads, index),
      }),
    ),
    knownAnswers: () => preloadable(store.sharedAnswers(run.id)),
    cacheCapacity: CACHE_CAPACITY,
  });
}

function machineError(error: ThreadDeathError): SurveyError {
  const reason = error.reason.split('\n', 1)[0];
  return new SurveyError(
    'machine',
    `a probe thread died again and again (${reason}); every committed block is kept, and the same command goes on from there, perhaps with a smaller --window`,
    { cause: error },
  );
}

function noteRestarts(io: CliIo, restarts: number): void {
  if (restarts === 0) return;
  const died =
    restarts === 1 ? '1 probe thread died and was' : `${restarts} probe threads died and were`;
  note(io, `${died} restarted; what was open was asked again`);
}

function silenceOf({ options, resolvers }: ProbeRunParts, pool: ThreadPool) {
  return watchSilence({
    counters: () => {
      const { counters } = pool;
      return { queries: counters.queries, responses: responsesOf(counters) };
    },
    askCanary: () => {
      // Its response is seen in the counters, a failure of the threads where blocks wait for them.
      pool.canary(isResponse).catch(() => undefined);
    },
    questionTimeoutMs: options.timeout * options.attempts,
    resolvers: resolvers.map(formatResolver),
    now: () => performance.now(),
  });
}

const CANARIES = 3;

const isResponse = (status: string): boolean => !isSilent(status);

async function isAnyoneThere(pool: ThreadPool): Promise<boolean> {
  for (let asked = 0; asked < CANARIES; asked++) {
    if (await pool.canary(isResponse)) return true;
  }
  return false;
}

function responsesOf(counters: EngineCounters): number {
  const { answered, servfail, refused, otherRcode, malformed, truncated } = counters;
  return answered + servfail + refused + otherRcode + malformed + truncated;
}

function showProgress(
  { io, store, run }: ProbeRunParts,
  progress: Progress,
  pool: ThreadPool,
  mode: ProgressMode,
  view: ProgressView,
): { end(): void } {
  let estimate: string | undefined;
  let estimatedAtMs = 0;
  const show = () => {
    if (mode === 'live' && io.now() - estimatedAtMs >= ESTIMATE_INTERVAL_MS) {
      estimatedAtMs = io.now();
      estimate = runningEstimate(store.blockHeadlines(run.id), run.blocks);
    }
    view.show(progress.figures(pool.counters.queries), estimate);
  };
  const timer = mode === 'quiet' ? undefined : setInterval(show, PROGRESS_INTERVAL_MS);
  let isOver = false;
  return {
    end: () => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      show();
      view.end();
    },
  };
}

function* preloadable(answers: Iterable<SharedAnswer>): Generator<CachedAnswer> {
  for (const { qname, qtype, answer } of answers) {
    yield { qname, qtype: qtype as 'TXT', answer };
  }
}
