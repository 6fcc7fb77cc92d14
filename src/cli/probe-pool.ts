/**
 * The probe threads of one run as `survey` and `worker` both need them: opened for the run's terms and
 * this machine's way of asking, watched for resolvers that fall silent, closed with a word on deaths.
 */
import type { CachedAnswer } from '../dns/client/cache.ts';
import type { ChosenTransport } from '../dns/client/choose-transport.ts';
import type { EngineCounters } from '../dns/client/engine-options.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import { semiSpaceMb, setSemiSpace } from '../probe/thread-heap.ts';
import type { ThreadSetup } from '../probe/thread-messages.ts';
import { type ThreadDeathError, ThreadPool } from '../probe/thread-pool.ts';
import { shareOf } from '../probe/thread-shares.ts';
import { SurveyError } from '../survey/errors.ts';
import type { SharedAnswer } from '../survey/ports.ts';
import { isSilent, silenceLine, watchSilence } from '../survey/silence.ts';
import type { DnsOptions } from './dns-options.ts';
import { type CliIo, note } from './io.ts';

export interface ProbePoolParts {
  /** Names, in the order of the results. */
  readonly checks: readonly string[];
  readonly isSpfVoids: boolean;
  readonly isNxdomainCut: boolean;
  readonly options: Pick<DnsOptions, 'timeout' | 'attempts' | 'window' | 'rate'>;
  readonly threads: number;
  readonly transport: ChosenTransport;
  readonly resolvers: readonly ResolverAddress[];
  /** The shared answers of the run so far. */
  readonly knownAnswers: () => Iterable<SharedAnswer>;
}

/** Shared answers kept in memory: SPF targets and parents' DMARC records. */
const CACHE_CAPACITY = 200_000;
/** A domain may take the time of this many questions one after the other, failures included. */
const DOMAIN_QUESTIONS_IN_A_ROW = 12;
const MAX_QUESTIONS = 120;
const THREAD_ENTRY = new URL('../../workers/probe-thread.js', import.meta.url);

export function openProbePool(parts: ProbePoolParts): ThreadPool {
  const { options, threads } = parts;
  const common = {
    checks: parts.checks,
    isInDepth: parts.isSpfVoids,
    isNxdomainCut: parts.isNxdomainCut,
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
    knownAnswers: () => preloadable(parts.knownAnswers()),
    cacheCapacity: CACHE_CAPACITY,
  });
}

export function machineError(error: ThreadDeathError): SurveyError {
  const reason = error.reason.split('\n', 1)[0];
  return new SurveyError(
    'machine',
    `a probe thread died again and again (${reason}); every committed block is kept, and the same command goes on from there, perhaps with a smaller --window`,
    { cause: error },
  );
}

export function noteRestarts(io: CliIo, restarts: number): void {
  if (restarts === 0) return;
  const died =
    restarts === 1 ? '1 probe thread died and was' : `${restarts} probe threads died and were`;
  note(io, `${died} restarted; what was open was asked again`);
}

/** The parts of a run that tell a dead resolver from dead domains. */
export function silenceParts(
  { options, resolvers }: Pick<ProbePoolParts, 'options' | 'resolvers'>,
  pool: ThreadPool,
) {
  const names = resolvers.map(formatResolver);
  return {
    silence: watchSilence({
      counters: () => {
        const { counters } = pool;
        return { queries: counters.queries, responses: responsesOf(counters) };
      },
      askCanary: () => {
        // Its response is seen in the counters, a failure of the threads where blocks wait for them.
        pool.canary(isResponse).catch(() => undefined);
      },
      questionTimeoutMs: options.timeout * options.attempts,
      resolvers: names,
      now: () => performance.now(),
    }),
    isAnyoneThere: () => isAnyoneThere(pool),
    silenceLine: () => silenceLine(names),
  };
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

function* preloadable(answers: Iterable<SharedAnswer>): Generator<CachedAnswer> {
  for (const { qname, qtype, answer } of answers) {
    yield { qname, qtype: qtype as 'TXT', answer };
  }
}
