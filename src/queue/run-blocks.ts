/**
 * The blocks of one run as they come to one worker: the port that `runSurvey` takes from, over a queue
 * that may hold blocks of several runs.
 */
import type { BlockJob, BlockResult, JobQueue, WorkerOrigin } from '../survey/ports.ts';
import type { RunTerms } from './job-payload.ts';
import type { LeasedBlock, WorkerQueue } from './worker-queue.ts';

export interface RunBlocksParts {
  readonly queue: WorkerQueue;
  /** Who asks; goes with every result. */
  readonly origin: WorkerOrigin;
  readonly run: RunTerms;
  /** In hand already. */
  readonly first: LeasedBlock | undefined;
  /** None of the run's blocks for so long: it is over here. In milliseconds. */
  readonly idleMs: number;
}

/** One worker's view of one run. */
export class RunBlocks implements JobQueue {
  readonly #parts: RunBlocksParts;
  #first: LeasedBlock | undefined;
  #isClosed = false;
  #next: LeasedBlock | undefined;
  #unreadable: string | undefined;

  constructor(parts: RunBlocksParts) {
    this.#parts = parts;
    this.#first = parts.first;
  }

  /** A block of another run that came instead; it is held. */
  get next(): LeasedBlock | undefined {
    return this.#next;
  }

  /** Why a block that came instead cannot be read; it has gone back. */
  get unreadable(): string | undefined {
    return this.#unreadable;
  }

  async take(): Promise<BlockJob | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first.job;
    const lease = await this.#parts.queue.lease(this.#parts.idleMs);
    if (lease?.kind === 'unreadable') this.#unreadable = lease.problem;
    if (lease?.kind !== 'block') return undefined;
    const { leased } = lease;
    if (this.#isClosed) {
      await this.#parts.queue.release(leased);
      return undefined;
    }
    if (leased.run.key === this.#parts.run.key) return leased.job;
    this.#next = leased;
    return undefined;
  }

  async complete(result: BlockResult): Promise<undefined> {
    const { queue, origin, run } = this.#parts;
    await queue.complete(run.key, result, origin);
    return undefined;
  }

  async fail(job: BlockJob, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    await this.#parts.queue.fail(
      { job, run: this.#parts.run },
      `${this.#parts.origin.name}: ${reason}`,
    );
  }

  async release(job: BlockJob): Promise<void> {
    await this.#parts.queue.release({ job, run: this.#parts.run });
  }

  /** What is held goes back; a block of another run stays in hand. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#parts.queue.releaseAll(this.#next);
  }
}
