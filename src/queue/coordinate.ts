/**
 * One run over workers: lays blocks out, commits what they came to, and looks after what was lost. The
 * store alone says what is done; Redis holds at most a few hundred blocks and may lose them all.
 *
 * Polling, not events: a trimmed event stream drops events, and a poll finds what a killed coordinator
 * has left.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SurveyError } from '../survey/errors.ts';
import type { BlockReceipt, BlockResult } from '../survey/ports.ts';
import type { RunEnd } from '../survey/run.ts';
import { StopState } from '../survey/stop-state.ts';
import { BlockDesk } from './block-desk.ts';
import type { BlockStore } from './embedded.ts';
import type { RunTerms } from './job-payload.ts';
import { OpenBlocks } from './open-blocks.ts';
import { type OwnerKey, takeOwnerKey } from './owner-key.ts';
import {
  connectRedis,
  isRedisFault,
  type RedisClient,
  type RedisPlace,
} from './redis-connection.ts';
import { readNotices, type WorkerNotice } from './worker-board.ts';

export interface CoordinatorParts {
  readonly place: RedisPlace;
  readonly store: BlockStore;
  /** Of the store file, unlike any other: who holds the prefix. */
  readonly storeId: string;
  readonly runId: number;
  readonly terms: RunTerms;
  readonly onBlock: (result: BlockResult, receipt: BlockReceipt) => void;
  /** No further block is laid out once it says true; those that workers hold are waited for. */
  readonly isEnough?: () => boolean;
  /** Something that a person should read, one line. */
  readonly note: (line: string) => void;
  /** Called about once a second. */
  readonly onView?: (view: QueueView) => void;
  readonly signal: AbortSignal;
  readonly timing?: Partial<CoordinatorTiming>;
}

/** What can be seen of the queue from here. */
export interface QueueView {
  readonly workers: readonly WorkerNotice[];
  /** Blocks with the queue: waiting, asked, or finished and not yet committed. */
  readonly open: number;
  /** Since when Redis has not been reached, in milliseconds; 0 while it answers. */
  readonly awayMs: number;
}

/** In milliseconds; other values are for tests. */
export interface CoordinatorTiming {
  /** Between looks for finished blocks while there are none. */
  readonly pollMs: number;
  /** Between looks at the workers' notices. */
  readonly viewMs: number;
  /** Between looks for lost blocks; a block is that old before it is looked for. */
  readonly watchMs: number;
  /** Redis may be away for so long. */
  readonly patienceMs: number;
  /** All workers refuse for so long before the run gives up. */
  readonly refusalMs: number;
}

const TIMING: CoordinatorTiming = {
  pollMs: 100,
  viewMs: 1_000,
  watchMs: 5_000,
  patienceMs: 15 * 60_000,
  refusalMs: 10_000,
};

const LEAST_OPEN = 8;
/** Some 20 KB of Redis each. */
const MOST_OPEN = 1_024;
/** Blocks that lie ready for each thread of a worker, beside those it holds. */
const READY_PER_THREAD = 4;
const GOODBYE_MS = 2_000;

/**
 * Runs until every block is committed, or until the signal. Throws SurveyError: when another survey
 * holds the prefix, no worker can take the run's blocks, a block fails again and again, or Redis is
 * away for too long.
 */
export async function coordinate(parts: CoordinatorParts): Promise<RunEnd> {
  const client = connectRedis(parts.place);
  client.on('error', () => undefined);
  const stop = new StopState();
  const onAbort = () => stop.end(undefined);
  if (parts.signal.aborted) onAbort();
  parts.signal.addEventListener('abort', onAbort, { once: true });
  const coordinator = new Coordinator(parts, client, stop);
  try {
    return await coordinator.run();
  } finally {
    parts.signal.removeEventListener('abort', onAbort);
    await Promise.race([coordinator.leave(), delay(GOODBYE_MS, undefined, { ref: false })]);
    client.disconnect();
  }
}

class Coordinator {
  readonly #parts: CoordinatorParts;
  readonly #timing: CoordinatorTiming;
  readonly #client: RedisClient;
  readonly #desk: BlockDesk;
  readonly #stop: StopState;
  readonly #blocks: OpenBlocks;
  #owner: OwnerKey | undefined;
  #workers: readonly WorkerNotice[] = [];
  #watchedAtMs = performance.now();
  #viewedAtMs = Number.NEGATIVE_INFINITY;
  #refusedSinceMs: number | undefined;
  #awaySinceMs: number | undefined = performance.now();
  #troubledSinceMs: number | undefined;
  readonly #awayTimer: NodeJS.Timeout;

  constructor(parts: CoordinatorParts, client: RedisClient, stop: StopState) {
    this.#parts = parts;
    this.#timing = { ...TIMING, ...parts.timing };
    this.#client = client;
    this.#stop = stop;
    this.#desk = new BlockDesk(client, parts.place, parts.terms);
    const checks = Object.keys(parts.terms.checkVersions);
    this.#blocks = new OpenBlocks({ ...parts, desk: this.#desk, checks });
    client.on('close', () => {
      this.#awaySinceMs ??= performance.now();
    });
    client.on('ready', () => {
      this.#awaySinceMs = undefined;
    });
    this.#awayTimer = setInterval(() => this.#lookForRedis(), this.#timing.viewMs);
  }

  async run(): Promise<RunEnd> {
    while (!this.#stop.isEnded) {
      const taken = await this.#unlessStopped(this.#turn());
      if (this.#blocks.open === 0 && (this.#blocks.pending === 0 || this.#isEnough)) break;
      if (taken === 0) await this.#unlessStopped(delay(this.#timing.pollMs));
    }
    if (this.#stop.error !== undefined) throw this.#stop.error;
    return this.#stop.isEnded ? 'stopped' : 'complete';
  }

  /** Gives how many finished jobs there were. What Redis refuses (no memory left) is tried again. */
  async #turn(): Promise<number> {
    try {
      if (this.#owner === undefined) await this.#begin();
      const isStopped = () => this.#stop.isEnded;
      const taken = await this.#blocks.takeIn(isStopped);
      if (this.#isEnough) await this.#blocks.takeBack();
      else await this.#blocks.refill(openLimit(this.#workers), isStopped);
      await this.#lookAfter();
      this.#troubledSinceMs = undefined;
      return taken;
    } catch (error) {
      if (!isRedisFault(error)) throw error;
      this.#complain(error.message);
      await delay(this.#timing.viewMs);
      return 0;
    }
  }

  #complain(message: string): void {
    const { note, place } = this.#parts;
    const nowMs = performance.now();
    if (this.#troubledSinceMs === undefined) {
      this.#troubledSinceMs = nowMs;
      note(`${place.target.shown}: ${message}`);
    }
    if (nowMs - this.#troubledSinceMs < this.#timing.patienceMs) return;
    throw new SurveyError(
      'stopped',
      `${place.target.shown} refuses commands (${message}); every committed block is kept, and the same command goes on`,
    );
  }

  /** Blocks that no worker holds are taken back, so that an ended run asks nothing more. */
  async leave(): Promise<void> {
    clearInterval(this.#awayTimer);
    if (this.#owner !== undefined) {
      await this.#blocks.takeBack();
      await this.#owner.release();
    }
    await this.#desk.close();
  }

  get #isEnough(): boolean {
    return this.#parts.isEnough?.() === true;
  }

  /** Undefined once the run is to end, whatever Redis does. */
  async #unlessStopped<Value>(work: Promise<Value>): Promise<Value | undefined> {
    if (this.#stop.isEnded) {
      work.catch(() => undefined);
      return undefined;
    }
    return Promise.race([work, this.#stop.ended]);
  }

  async #begin(): Promise<void> {
    await this.#desk.start();
    this.#owner = await takeOwnerKey(this.#client, this.#parts.place, {
      storeId: this.#parts.storeId,
      onLost: (error) => this.#stop.end(error),
    });
    await this.#desk.sweep();
  }

  async #lookAfter(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#viewedAtMs >= this.#timing.viewMs) {
      this.#viewedAtMs = nowMs;
      this.#workers = await readNotices(this.#client, this.#parts.place.prefix);
      this.#show();
      this.#lookForRefusals(nowMs);
    }
    if (nowMs - this.#watchedAtMs >= this.#timing.watchMs) {
      this.#watchedAtMs = nowMs;
      await this.#desk.keepEventsFew();
      await this.#desk.sweep();
      await this.#blocks.watch(this.#timing.watchMs);
    }
  }

  #show(): void {
    this.#parts.onView?.({
      workers: this.#workers,
      open: this.#blocks.open,
      awayMs: this.#awaySinceMs === undefined ? 0 : performance.now() - this.#awaySinceMs,
    });
  }

  /** Versions do not mend themselves: a run that every worker refuses ends with their reason. */
  #lookForRefusals(nowMs: number): void {
    const { key } = this.#parts.terms;
    const refusing = this.#workers.filter(
      ({ state, runKey }) => state === 'refusing' && (runKey === key || runKey === ''),
    );
    if (refusing.length === 0 || refusing.length < this.#workers.length) {
      this.#refusedSinceMs = undefined;
      return;
    }
    this.#refusedSinceMs ??= nowMs;
    if (nowMs - this.#refusedSinceMs < this.#timing.refusalMs) return;
    this.#stop.end(
      new SurveyError(
        'stopped',
        `no worker takes this run’s blocks: ${refusing[0]?.reason}; bring the workers to this version, and the same command goes on`,
      ),
    );
  }

  #lookForRedis(): void {
    if (this.#awaySinceMs === undefined) return;
    this.#show();
    const awayMs = performance.now() - this.#awaySinceMs;
    if (awayMs < this.#timing.patienceMs) return;
    this.#stop.end(
      new SurveyError(
        'stopped',
        `${this.#parts.place.target.shown} has not answered for ${Math.round(awayMs / 60_000)} minutes; every committed block is kept, and the same command goes on`,
      ),
    );
  }
}

/** Enough that no worker waits between two polls, little enough for Redis's memory. */
function openLimit(workers: readonly WorkerNotice[]): number {
  let limit = 0;
  for (const { state, held, threads } of workers) {
    if (state === 'waiting' || state === 'asking') limit += held + READY_PER_THREAD * threads;
  }
  return Math.min(MOST_OPEN, Math.max(LEAST_OPEN, limit));
}
