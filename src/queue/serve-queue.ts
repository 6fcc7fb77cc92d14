/**
 * What a worker does with its queue: takes blocks of one run after the other and has them asked, each
 * run with a prober of its own. It refuses blocks whose terms it cannot meet, and stops taking while
 * its resolvers are silent; both are said on the board, and the blocks go back to the others.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SurveyError } from '../survey/errors.ts';
import type { Clock, WorkerOrigin } from '../survey/ports.ts';
import { type RunParts, runSurvey } from '../survey/run.ts';
import { type RunTerms, refusalOf } from './job-payload.ts';
import { RunBlocks } from './run-blocks.ts';
import type { NoticePoster, WorkerState } from './worker-board.ts';
import type { LeasedBlock, WorkerQueue } from './worker-queue.ts';

/** What a run is asked with; closed when the run has no more blocks here. */
export interface RunProber
  extends Pick<
    RunParts,
    'prober' | 'takeSharedAnswers' | 'silence' | 'isAnyoneThere' | 'silenceLine'
  > {
  close(): Promise<void>;
}

export interface ServeParts {
  readonly queue: WorkerQueue;
  readonly board: NoticePoster;
  readonly origin: WorkerOrigin;
  /** Versions of what this program reads with. */
  readonly own: {
    readonly checkVersions: Readonly<Record<string, number>>;
    readonly pslVersion: string;
  };
  /** `names` are some of the run's. Gives a line for the person when no resolver can be used. */
  readonly openProber: (
    run: RunTerms,
    names: readonly string[],
  ) => Promise<RunProber | { readonly problem: string }>;
  readonly onBlock: (domains: number, queries: number) => void;
  readonly note: (line: string) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pauses?: Partial<ServePauses>;
}

/** In milliseconds; other values are for tests. */
export interface ServePauses {
  /** A run without a block for so long is over here. */
  readonly idleMs: number;
  /** After a refusal. */
  readonly refusalMs: number;
  /** After the first silence; doubled up to `longestMs`. */
  readonly silenceMs: number;
  readonly longestMs: number;
}

const PAUSES: ServePauses = {
  idleMs: 60_000,
  refusalMs: 5_000,
  silenceMs: 2_000,
  longestMs: 30_000,
};

/** Faults of ours one after the other, without a block that went well. */
const MAX_FAULTS = 3;
const SAMPLE_NAMES = 3;

/** Resolves when the signal fires, with every block handed in or given back. Throws a fault that stays. */
export async function serveQueue(parts: ServeParts): Promise<void> {
  await new QueueServer(parts).serve();
}

class QueueServer {
  readonly #parts: ServeParts;
  readonly #pauses: ServePauses;
  /** A block that came while another run was asked. */
  #next: LeasedBlock | undefined;
  /** One that came so and cannot be read. */
  #unreadable: string | undefined;
  #silenceMs: number;
  #faults = 0;

  constructor(parts: ServeParts) {
    this.#parts = parts;
    this.#pauses = { ...PAUSES, ...parts.pauses };
    this.#silenceMs = this.#pauses.silenceMs;
  }

  async serve(): Promise<void> {
    const { queue, signal } = this.#parts;
    while (!signal.aborted) {
      const problem = this.#takeUnreadable();
      if (problem !== undefined) {
        await this.#refuse('', problem);
        continue;
      }
      const leased = this.#takeNext() ?? (await this.#lease());
      if (leased === undefined) continue;
      const refusal = refusalOf(leased.run, this.#parts.own);
      if (refusal === undefined) {
        await this.#ask(leased);
      } else {
        await queue.release(leased);
        await this.#refuse(leased.run.key, refusal);
      }
    }
  }

  async #lease(): Promise<LeasedBlock | undefined> {
    const { queue, board, signal } = this.#parts;
    const lease = await unlessAborted(queue.lease(this.#pauses.idleMs), signal);
    // Said only now: between two refusals of the same blocks it is no news.
    if (lease === undefined) board.say('waiting');
    if (lease?.kind === 'unreadable') this.#unreadable = lease.problem;
    return lease?.kind === 'block' ? lease.leased : undefined;
  }

  #takeNext(): LeasedBlock | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  #takeUnreadable(): string | undefined {
    const problem = this.#unreadable;
    this.#unreadable = undefined;
    return problem;
  }

  async #refuse(runKey: string, reason: string): Promise<void> {
    await this.#halt('refusing', reason, runKey, this.#pauses.refusalMs);
  }

  async #halt(state: WorkerState, reason: string, runKey: string, ms: number): Promise<void> {
    const { board, note, signal } = this.#parts;
    if (board.say(state, reason, runKey)) note(reason);
    await unlessAborted(
      delay(ms, undefined, { signal }).catch(() => undefined),
      signal,
    );
  }

  /** Asks blocks of the leased block's run until none comes, or the resolvers are silent. */
  async #ask(first: LeasedBlock): Promise<void> {
    const { queue, board, origin, clock, signal, openProber } = this.#parts;
    const { run, job } = first;
    const opened = await openProber(run, job.names.slice(0, SAMPLE_NAMES));
    if ('problem' in opened) {
      await queue.release(first);
      await this.#haltForSilence(run.key, opened.problem);
      return;
    }
    board.say('asking', '', run.key);
    const { idleMs } = this.#pauses;
    const blocks = new RunBlocks({ queue, origin, run, first, idleMs });
    let error: unknown;
    try {
      const { close: _, ...asking } = opened;
      const onBlock: RunParts['onBlock'] = ({ ids, queries }) => {
        this.#faults = 0;
        this.#silenceMs = this.#pauses.silenceMs;
        this.#parts.onBlock(ids.length, queries);
      };
      await runSurvey({ ...asking, queue: blocks, clock, onBlock, signal });
    } catch (cause) {
      error = cause;
    } finally {
      await blocks.close();
      await opened.close();
    }
    this.#next = blocks.next;
    this.#unreadable = blocks.unreadable;
    if (error !== undefined) await this.#recover(run.key, error);
  }

  async #recover(runKey: string, error: unknown): Promise<void> {
    if (error instanceof SurveyError && error.code === 'stopped') {
      await this.#haltForSilence(runKey, error.message);
      return;
    }
    this.#faults += 1;
    if (this.#faults >= MAX_FAULTS || error instanceof SurveyError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await this.#halt('waiting', `a block failed: ${reason}`, runKey, this.#pauses.silenceMs);
  }

  async #haltForSilence(runKey: string, reason: string): Promise<void> {
    const ms = this.#silenceMs;
    this.#silenceMs = Math.min(2 * ms, this.#pauses.longestMs);
    await this.#halt('silent', reason, runKey, ms);
  }
}

/** Undefined once the signal has fired; the work goes on unseen. */
async function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  if (signal.aborted) return undefined;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
