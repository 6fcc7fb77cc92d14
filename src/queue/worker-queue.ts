/**
 * A worker's end of the queue: blocks are fetched by hand (BullMQ's pattern for that), held under a
 * lock that is renewed while the process lives, and handed in or given back. A process that dies lets
 * its locks run out, and another worker's check for stalled jobs hands its blocks out again.
 *
 * Nothing heavy may run on the thread that holds it: a lock that is not renewed in time is lost.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { BlockJob, BlockResult, WorkerOrigin } from '../survey/ports.ts';
import { decodeJob, type JobPayload, jobIdOf, type RunTerms } from './job-payload.ts';
import { connectRedis, type RedisClient, type RedisPlace } from './redis-connection.ts';
import { encodeResult, type ResultPayload } from './result-payload.ts';

/** The one queue of a prefix. */
export const QUEUE_NAME = 'probe';

/** A block in hand. */
export interface LeasedBlock {
  readonly job: BlockJob;
  readonly run: RunTerms;
}

export type Lease =
  | { readonly kind: 'block'; readonly leased: LeasedBlock }
  /** A block that this worker cannot read; it has been given back. */
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface WorkerQueueOptions {
  /** A block whose worker has died is handed out again after at most 4/3 of it, in milliseconds. */
  readonly leaseMs: number;
  readonly name: string;
  /** Faults of the connection, which mends itself, and of BullMQ. */
  readonly onError: (error: Error) => void;
}

export const DEFAULT_LEASE_MS = 30_000;
/** Between looks at an empty queue. */
const POLL_MS = 100;
/** Dying that often over one block is the block's fault. */
const MAX_STALLS = 10;

type BullJob = Job<JobPayload, ResultPayload>;

export class WorkerQueue {
  readonly client: RedisClient;
  readonly #worker: Worker<JobPayload, ResultPayload>;
  readonly #token = randomUUID();
  readonly #leaseMs: number;
  readonly #onError: (error: Error) => void;
  /** By job id. */
  readonly #held = new Map<string, BullJob>();
  readonly #renewal: NodeJS.Timeout;
  #fetching: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #losses = 0;

  constructor(place: RedisPlace, { leaseMs, name, onError }: WorkerQueueOptions) {
    this.#leaseMs = leaseMs;
    this.#onError = onError;
    this.client = connectRedis(place);
    this.client.on('error', onError);
    this.#worker = new Worker(QUEUE_NAME, undefined, {
      connection: this.client,
      prefix: place.prefix,
      name,
      lockDuration: leaseMs,
      stalledInterval: Math.ceil(leaseMs / 3),
      maxStalledCount: MAX_STALLS,
    });
    this.#worker.on('error', onError);
    this.#renewal = setInterval(() => void this.#renew(), Math.ceil(leaseMs / 3));
  }

  /** Blocks held. */
  get held(): number {
    return this.#held.size;
  }

  /** Results that came too late: the block had been given to another, or Redis had lost it. */
  get losses(): number {
    return this.#losses;
  }

  /** Resolves once Redis can be asked. */
  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
  }

  /** The next block; undefined when none came for `patienceMs` or the queue is closed. */
  async lease(patienceMs: number): Promise<Lease | undefined> {
    const untilMs = performance.now() + patienceMs;
    while (!this.#isClosed) {
      const fetching = this.#fetch();
      this.#fetching = fetching;
      const lease = await fetching;
      if (lease !== undefined) return lease;
      if (performance.now() >= untilMs) return undefined;
      await delay(POLL_MS);
    }
    return undefined;
  }

  async #fetch(): Promise<Lease | undefined> {
    let bull: BullJob | undefined;
    try {
      bull = await this.#worker.getNextJob(this.#token, { block: false });
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
    if (bull?.id === undefined) return undefined;
    const decoded = decodeJob(bull.data);
    if (this.#isClosed || 'problem' in decoded) {
      await this.#giveBack(bull);
      return 'problem' in decoded ? { kind: 'unreadable', problem: decoded.problem } : undefined;
    }
    this.#held.set(bull.id, bull);
    return { kind: 'block', leased: decoded };
  }

  /** A result that comes too late is dropped: another worker has the block. */
  async complete(runKey: string, result: BlockResult, worker: WorkerOrigin): Promise<void> {
    await this.#handIn(jobIdOf(runKey, result.block, result.pass), (bull) =>
      bull.moveToCompleted(encodeResult(result, worker), this.#token, false),
    );
  }

  /** The coordinator is told why, and decides whether the block is asked again. */
  async fail({ job, run }: LeasedBlock, reason: string): Promise<void> {
    await this.#handIn(jobIdOf(run.key, job.block, job.pass), (bull) =>
      bull.moveToFailed(new Error(reason), this.#token, false),
    );
  }

  async release({ job, run }: LeasedBlock): Promise<void> {
    const id = jobIdOf(run.key, job.block, job.pass);
    const bull = this.#held.get(id);
    this.#held.delete(id);
    if (bull !== undefined) await this.#giveBack(bull);
  }

  /** `kept` stays in hand. */
  async releaseAll(kept?: LeasedBlock): Promise<void> {
    const keptId = kept && jobIdOf(kept.run.key, kept.job.block, kept.job.pass);
    const held = [...this.#held.values()].filter(({ id }) => id !== keptId);
    for (const { id } of held) this.#held.delete(id as string);
    await Promise.all(held.map((bull) => this.#giveBack(bull)));
  }

  /** Gives every block back and closes the connection; within a second where Redis answers. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#renewal);
    const giveBack = this.#fetching.then(() => this.releaseAll());
    await Promise.race([giveBack, delay(CLOSE_PATIENCE_MS, undefined, { ref: false })]);
    await Promise.race([
      this.#worker.close(true),
      delay(CLOSE_PATIENCE_MS, undefined, { ref: false }),
    ]);
    this.client.disconnect();
  }

  async #handIn(id: string, hand: (bull: BullJob) => Promise<unknown>): Promise<void> {
    const bull = this.#held.get(id);
    if (bull === undefined) return;
    try {
      await hand(bull);
    } catch (error) {
      this.#losses += 1;
      this.#tell(error);
    } finally {
      if (this.#held.get(id) === bull) this.#held.delete(id);
    }
  }

  async #giveBack(bull: BullJob): Promise<void> {
    try {
      await bull.moveToWait(this.#token);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #renew(): Promise<void> {
    const ids = [...this.#held.keys()];
    if (ids.length === 0) return;
    try {
      const tokens = ids.map(() => this.#token);
      await this.#worker.extendJobLocks(ids, tokens, this.#leaseMs);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    if (!this.#isClosed) this.#onError(error instanceof Error ? error : new Error(String(error)));
  }
}

const CLOSE_PATIENCE_MS = 800;
