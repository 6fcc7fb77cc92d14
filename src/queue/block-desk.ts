/**
 * The coordinator's end of the queue: blocks are laid out as jobs, a finished job waits with its value
 * until it has been committed and is then removed. Every call may be repeated: job ids are
 * deterministic, and what is already there is left as it is.
 */
import { Queue } from 'bullmq';
import type { BlockJob } from '../survey/ports.ts';
import { encodeJob, type JobPayload, jobIdOf, type RunTerms } from './job-payload.ts';
import type { RedisClient, RedisPlace } from './redis-connection.ts';
import { QUEUE_NAME } from './worker-queue.ts';

/** As BullMQ names them; `unknown` is a job that Redis does not have. */
export type JobState = Awaited<ReturnType<Queue['getJobState']>>;

export interface FinishedJob {
  readonly id: string;
  /** As it came; undefined when the job is gone meanwhile. */
  readonly value: unknown;
}

/** `completed` events carry the whole value, so the stream is what would fill Redis (286 MB measured). */
const MAX_EVENTS = 10;
const MAX_REASON = 300;

export class BlockDesk {
  readonly #client: RedisClient;
  readonly #queue: Queue<JobPayload, unknown>;
  readonly #terms: RunTerms;

  constructor(client: RedisClient, place: RedisPlace, terms: RunTerms) {
    this.#client = client;
    this.#terms = terms;
    this.#queue = new Queue(QUEUE_NAME, {
      connection: client,
      prefix: place.prefix,
      streams: { events: { maxLen: MAX_EVENTS } },
      defaultJobOptions: {
        attempts: 1,
        removeOnComplete: false,
        removeOnFail: false,
        stackTraceLimit: 1,
      },
    });
    this.#queue.on('error', () => undefined);
  }

  async start(): Promise<void> {
    await this.#queue.waitUntilReady();
    await this.keepEventsFew();
  }

  idOf({ block, pass }: Pick<BlockJob, 'block' | 'pass'>): string {
    return jobIdOf(this.#terms.key, block, pass);
  }

  /** The block that an id of this run names; undefined for another run's. */
  blockOf(id: string): Pick<BlockJob, 'block' | 'pass'> | undefined {
    const [, block, pass] = /-(\d{1,13})-(\d{1,6})$/u.exec(id) ?? [];
    const named = { block: Number(block), pass: Number(pass) };
    return this.idOf(named) === id ? named : undefined;
  }

  /** A block that is there already stays as it is, whatever its state. */
  async layOut(jobs: readonly BlockJob[]): Promise<void> {
    await this.#queue.addBulk(
      jobs.map((job) => ({
        name: 'block',
        data: encodeJob(job, this.#terms),
        opts: { jobId: this.idOf(job) },
      })),
    );
  }

  /** Finished jobs with their values, the oldest first. */
  async finished(limit: number): Promise<FinishedJob[]> {
    const ids = await this.#queue.getRanges(['completed'], 0, limit - 1, true);
    return Promise.all(
      ids.map(async (id) => ({ id, value: (await this.#queue.getJob(id))?.returnvalue })),
    );
  }

  /** Gives whether each is gone; one that a worker holds stays. */
  async remove(ids: readonly string[]): Promise<boolean[]> {
    const removed = await Promise.all(ids.map((id) => this.#queue.remove(id)));
    return removed.map((count) => count > 0);
  }

  /** The state of each job, in the order of the ids. */
  async states(ids: readonly string[]): Promise<JobState[]> {
    return Promise.all(ids.map((id) => this.#queue.getJobState(id)));
  }

  async failedReason(id: string): Promise<string> {
    const reason = (await this.#queue.getJob(id))?.failedReason;
    return typeof reason === 'string'
      ? reason.slice(0, MAX_REASON).replaceAll(/\p{C}/gu, ' ')
      : 'no reason given';
  }

  /** Takes out what other runs have left on this prefix. */
  async sweep(): Promise<void> {
    const ids = await this.#queue.getRanges(
      ['waiting', 'delayed', 'prioritized', 'completed', 'failed'],
      0,
      -1,
    );
    const foreign = ids.filter((id) => !id.startsWith(`p-${this.#terms.key}-`));
    await this.remove(foreign);
  }

  /** Also after Redis has lost its memory, and with it the limit. */
  async keepEventsFew(): Promise<void> {
    await this.#client.hset(this.#queue.toKey('meta'), 'opts.maxLenEvents', MAX_EVENTS);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
