/**
 * One run: takes blocks from the queue, has them probed, hands what they came to back. Keeps the
 * prober fed, stops cleanly on a signal and refuses to write down a dead resolver's silence as the
 * state of the world. Knows no SQLite, no socket and no terminal.
 */
import { FAILURES } from '../dns/talk.ts';
import type { BlockInput, BlockOutput } from '../probe/block-prober.ts';
import { SurveyError } from './errors.ts';
import type {
  BlockJob,
  BlockReceipt,
  BlockResult,
  Clock,
  JobQueue,
  SharedAnswer,
} from './ports.ts';
import { isSilent } from './silence.ts';
import { StopState } from './stop-state.ts';

/** What a run needs of `probe/`: the block prober, or a pool of threads that holds several. */
export interface Prober {
  probe(input: BlockInput): Promise<BlockOutput>;
  hasRoom(): Promise<void>;
  stop(): void;
}

export interface RunParts {
  readonly queue: JobQueue;
  readonly prober: Prober;
  readonly clock: Clock;
  /** Shared answers seen definitively since the last call; they go with the next block. */
  readonly takeSharedAnswers: () => SharedAnswer[];
  /** A line for the person when the resolvers have gone silent; undefined while they answer. */
  readonly silence: () => string | undefined;
  /**
   * Asks a canary question until it has a response, a few times at most. False: no resolver answers,
   * so what the block under hand came to may be the resolvers' failure and not its domains'.
   */
  readonly isAnyoneThere: () => Promise<boolean>;
  readonly silenceLine: () => string;
  /** Called with each block that was handed in; without a receipt where another process commits it. */
  readonly onBlock: (result: BlockResult, receipt: BlockReceipt | undefined) => void;
  /** No further block is taken once it says true; those under way are still waited for. */
  readonly isEnough?: () => boolean;
  /** Aborted on Ctrl-C, SIGTERM and by limits; the reason is a SurveyError or a signal name. */
  readonly signal: AbortSignal;
}

/** `complete`: no block is left, or `isEnough` said so. `stopped` leaves open blocks in the queue: the same command goes on from there. */
export type RunEnd = 'complete' | 'stopped';

/** How often silence is looked for, in milliseconds. */
const SILENCE_CHECK_MS = 500;

/** Runs until no block is left or the signal fires. Throws the first fault of ours or of the machine. */
export async function runSurvey(parts: RunParts): Promise<RunEnd> {
  const { queue, prober, signal } = parts;
  const open = new Set<Promise<void>>();
  const stop = new StopState();
  const onAbort = () => stop.end(undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const silenceTimer = setInterval(() => {
    const line = parts.silence();
    if (line !== undefined) stop.end(new SurveyError('stopped', line));
  }, SILENCE_CHECK_MS);
  try {
    while (!stop.isEnded && parts.isEnough?.() !== true) {
      // A queue may have none for long; what it takes after the end it gives back when it is closed.
      const job = await Promise.race([queue.take(), stop.ended]);
      if (job === undefined) break;
      const task = probeAndComplete(parts, job, stop).catch((error: unknown) => stop.end(error));
      const tracked = task.finally(() => open.delete(tracked));
      open.add(tracked);
      await Promise.race([prober.hasRoom(), stop.ended]);
    }
    await Promise.race([Promise.all(open), stop.ended]);
  } finally {
    clearInterval(silenceTimer);
    signal.removeEventListener('abort', onAbort);
    prober.stop();
  }
  if (stop.error !== undefined) throw stop.error;
  return stop.isEnded ? 'stopped' : 'complete';
}

async function probeAndComplete(parts: RunParts, job: BlockJob, stop: StopState): Promise<void> {
  const startedAtMs = parts.clock.now();
  const output = await probed(parts, job);
  if (stop.isEnded) return;
  if (hasSilentDomains(output) && !(await parts.isAnyoneThere())) {
    // What the block came to during a dead resolver's silence says nothing of its domains.
    stop.end(new SurveyError('stopped', parts.silenceLine()));
  }
  if (stop.isEnded) return;
  const measuredAtMs = parts.clock.now();
  const result: BlockResult = {
    runId: job.runId,
    block: job.block,
    pass: job.pass,
    ids: job.ids,
    ...output,
    sharedAnswers: parts.takeSharedAnswers(),
    measuredAtMs,
    durationMs: measuredAtMs - startedAtMs,
  };
  parts.onBlock(result, await parts.queue.complete(result));
}

/** A fault of ours is the block's: it is handed in as such, and ends the run here. */
async function probed({ prober, queue }: RunParts, job: BlockJob): Promise<BlockOutput> {
  try {
    return await prober.probe(job);
  } catch (error) {
    await queue.fail(job, error);
    throw error;
  }
}

/** Some domain of the block got no response at all: it is dead, or the resolver is. */
function hasSilentDomains({ existenceReasons, checks }: BlockOutput): boolean {
  return existenceReasons.some(isSilence) || checks.some(({ reasons }) => reasons.some(isSilence));
}

/** By code: 0 for none, then 1 + index into FAILURES. */
const SILENT_CODES: readonly boolean[] = [false, ...FAILURES.map(isSilent)];

const isSilence = (code: number): boolean => SILENT_CODES[code] === true;
