/** The probing part of a survey: engine, cache, prober, queue and progress around one run. */
import type { Check } from '../checks/check.ts';
import { createCachedLookup } from '../dns/client/cache.ts';
import { createEngine, type Engine } from '../dns/client/engine.ts';
import type { EngineCounters } from '../dns/client/engine-options.ts';
import type { Outcome } from '../dns/client/lookup.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import type { Question } from '../dns/talk.ts';
import { BlockProber } from '../probe/block-prober.ts';
import { openEmbeddedQueue } from '../queue/embedded.ts';
import { runningEstimate } from '../report/running-estimate.ts';
import type { StoreWriter } from '../store/store.ts';
import type { RunRow, SharedAnswer } from '../survey/ports.ts';
import { Progress } from '../survey/progress.ts';
import { runSurvey } from '../survey/run.ts';
import { isSilent, silenceLine, watchSilence } from '../survey/silence.ts';
import type { CliIo } from './io.ts';
import { openProgressView, type ProgressMode } from './progress-view.ts';
import type { SurveyOptions } from './survey-options.ts';

export interface ProbeRunParts {
  readonly io: CliIo;
  readonly checks: readonly Check[];
  readonly options: SurveyOptions;
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

export async function probeRun(
  parts: ProbeRunParts,
): Promise<{ readonly run: RunRow; readonly isComplete: boolean }> {
  const { io, options, store, run, checks } = parts;
  const engine = createEngine({
    resolvers: parts.resolvers,
    timeoutMs: options.timeout,
    attempts: options.attempts,
    window: options.window,
    rate: options.rate,
  });
  const shared = new SharedAnswerBox();
  const lookup = createCachedLookup(engine, {
    capacity: CACHE_CAPACITY,
    onFirst: (question, answer) => shared.put({ ...question, answer }),
  });
  if (run.blocksDone > 0) lookup.preload(preloadable(store.sharedAnswers(run.id)));
  const prober = new BlockProber(
    {
      checks,
      isInDepth: options.spfVoids,
      isNxdomainCut: options.nxdomainCut,
      domainTimeoutMs: options.timeout * options.attempts * DOMAIN_QUESTIONS_IN_A_ROW,
      maxQuestions: MAX_QUESTIONS,
    },
    lookup,
    options.window,
    () => performance.now(),
  );
  const progress = new Progress(run.targets, run.domainsDone, io.now);
  const showing = showProgress(parts, progress, engine);
  try {
    const end = await runSurvey({
      queue: openEmbeddedQueue(store, run.id),
      prober,
      clock: io,
      takeSharedAnswers: () => shared.takeAll(),
      silence: silenceOf(parts, engine),
      isAnyoneThere: () => isAnyoneThere(engine),
      silenceLine: () => silenceLine(parts.resolvers.map(formatResolver)),
      onBlock: (_, receipt) => {
        progress.addBlock(receipt.domains, receipt.domains * checks.length, receipt.failed);
      },
      signal: io.signal,
    });
    showing.end();
    if (end === 'stopped') return { run: store.run(run.id), isComplete: false };
    return { run: store.finishRun(run.id, io.now()), isComplete: true };
  } finally {
    showing.end();
    await engine.close();
  }
}

function silenceOf({ options, resolvers }: ProbeRunParts, engine: Engine) {
  return watchSilence({
    counters: () => ({ queries: engine.counters.queries, responses: responsesOf(engine.counters) }),
    askCanary: () => {
      askCanary(engine, () => undefined);
    },
    questionTimeoutMs: options.timeout * options.attempts,
    resolvers: resolvers.map(formatResolver),
    now: () => performance.now(),
  });
}

/** The NS of the root: whoever serves names can say something to it, be it REFUSED. */
function askCanary(engine: Engine, done: (outcome: Outcome) => void): void {
  const known = engine.ask(CANARY, Number.POSITIVE_INFINITY, done);
  if (known !== undefined) done(known);
}

const CANARY: Question = { qname: '', qtype: 'NS', shared: false };
const CANARIES = 3;

async function isAnyoneThere(engine: Engine): Promise<boolean> {
  for (let asked = 0; asked < CANARIES; asked++) {
    const outcome = await new Promise<Outcome>((resolve) => askCanary(engine, resolve));
    if (!isSilent(outcome.answer.status)) return true;
  }
  return false;
}

function responsesOf(counters: EngineCounters): number {
  const { answered, servfail, refused, otherRcode, malformed, truncated } = counters;
  return answered + servfail + refused + otherRcode + malformed + truncated;
}

function showProgress(
  { io, options, store, run }: ProbeRunParts,
  progress: Progress,
  engine: Engine,
): { end(): void } {
  const mode: ProgressMode = options.quiet ? 'quiet' : io.stderr.isTTY ? 'live' : 'plain';
  const view = openProgressView(mode, io.stderr);
  let estimate: string | undefined;
  let estimatedAtMs = 0;
  const show = () => {
    if (mode === 'live' && io.now() - estimatedAtMs >= ESTIMATE_INTERVAL_MS) {
      estimatedAtMs = io.now();
      estimate = runningEstimate(store.blockHeadlines(run.id), run.blocks);
    }
    view.show(progress.figures(engine.counters.queries), estimate);
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

function* preloadable(answers: Iterable<SharedAnswer>) {
  for (const { qname, qtype, answer } of answers) {
    yield { qname, qtype: qtype as 'TXT', answer };
  }
}

/** Shared answers on their way to the store. */
class SharedAnswerBox {
  #waiting: SharedAnswer[] = [];

  put(answer: SharedAnswer): void {
    this.#waiting.push(answer);
  }

  takeAll(): SharedAnswer[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
