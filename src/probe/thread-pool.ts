/**
 * The probe threads of one run as one prober: hands blocks to threads that have room, gathers what
 * they came to, restarts a thread that dies and has its blocks asked again. Engine, cache and checks
 * run in the threads; here is only what they share (`thread-claims.ts`).
 *
 * A little over 300 lines: blocks, deaths and what waits for room concern every seat at once.
 */
import type { ResourceLimits } from 'node:worker_threads';
import type { CachedAnswer } from '../dns/client/cache.ts';
import { type EngineCounters, newCounters } from '../dns/client/engine-options.ts';
import type { Answer } from '../dns/talk.ts';
import type { BlockInput, BlockOutput } from './block-prober.ts';
import { unpackBlock } from './packed-block.ts';
import { SharedClaims } from './thread-claims.ts';
import { fromPlainFault } from './thread-fault.ts';
import { ThreadLink } from './thread-link.ts';
import type { FromThread, ThreadSetup } from './thread-messages.ts';

export interface ThreadPoolOptions {
  /** The thread's module, built; see `workers/`. */
  readonly entry: URL;
  /** One a thread. All have the same checks. */
  readonly setups: readonly ThreadSetup[];
  /** Of each thread; Node's own by default. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * The shared answers of the run so far. Read as the pool begins, and again for the only thread when
   * it is restarted, since its cache died with it.
   */
  readonly knownAnswers: () => Iterable<CachedAnswer>;
  /** Shared answers kept here for several threads. */
  readonly cacheCapacity: number;
}

/** A thread died too often: over the same block, or without ending any. */
export class ThreadDeathError extends Error {
  override readonly name = 'ThreadDeathError';
  /** Why it died the last time. */
  readonly reason: string;

  constructor(reason: string) {
    super(`a probe thread died ${MAX_DEATHS} times: ${reason}`);
    this.reason = reason;
  }
}

type Status = Answer['status'];

interface Job {
  readonly id: number;
  readonly input: BlockInput;
  deaths: number;
  readonly resolve: (output: BlockOutput) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread's place, which outlives the thread. */
interface Seat {
  readonly setup: ThreadSetup;
  readonly name: string;
  link: ThreadLink;
  /** Blocks that may be sent; below 0 after a restart with many open ones. */
  room: number;
  readonly jobs: Map<number, Job>;
  readonly canaries: Map<number, (status: Status) => void>;
  /** Deaths since the last block that came to an end here. */
  deaths: number;
  counters: EngineCounters;
}

/** Blocks that lie ready in a thread, so that it never waits for the main thread. */
const READY_BLOCKS = 1;
const MAX_DEATHS = 3;
const PRELOAD_ANSWERS = 1_000;

export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #checks: readonly string[];
  readonly #seats: readonly Seat[];
  /** Undefined with one thread. */
  readonly #claims: SharedClaims | undefined;
  /** Of threads that died. */
  readonly #pastCounters = newCounters();
  #newAnswers: CachedAnswer[] = [];
  #nextId = 0;
  #restarts = 0;
  #isStopped = false;
  #failure: Error | undefined;
  #wakeUp: (() => void) | undefined;
  /** Canaries that must end when the pool fails. */
  readonly #canaryFailures = new Set<(error: Error) => void>();

  /** Starts the threads at once. */
  constructor(options: ThreadPoolOptions) {
    const { setups, cacheCapacity, knownAnswers } = options;
    this.#options = options;
    this.#checks = setups[0]?.checks ?? [];
    if (setups.length > 1) {
      this.#claims = new SharedClaims({
        capacity: cacheCapacity,
        onFirst: (answer) => this.#newAnswers.push(answer),
        anyLink: () => this.#seats[0]?.link,
      });
      this.#claims.preload(knownAnswers());
    }
    this.#seats = setups.map((setup, index) => this.#newSeat(setup, `probe-${index + 1}`));
  }

  /** Threads that were restarted after their death. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Of all threads, at most some 200 ms old. */
  get counters(): EngineCounters {
    const sum = { ...this.#pastCounters };
    for (const { counters } of this.#seats) addCounters(sum, counters);
    return sum;
  }

  /** Resolves with what the block came to; rejects on a fault of ours or with ThreadDeathError. */
  probe(input: BlockInput): Promise<BlockOutput> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
      } else if (input.names.length === 0) {
        resolve(emptyOutput(this.#checks));
      } else {
        const job = { id: this.#nextId++, input, deaths: 0, resolve, reject };
        this.#give(this.#roomiest(), job);
      }
    });
  }

  /** Resolves when a thread wants another block. */
  async hasRoom(): Promise<void> {
    while (this.#roomiest().room <= 0 && !this.#isStopped && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
    }
  }

  /** Begins no further domain. Blocks that are not done never resolve. */
  stop(): void {
    this.#isStopped = true;
    for (const { link } of this.#seats) link.post({ kind: 'stop' });
    this.#wakeUp?.();
  }

  /**
   * Sends one question that every resolver can answer through each thread. True at the first status
   * that `isResponse` takes for one, false when all threads have come to another.
   */
  canary(isResponse: (status: Status) => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      let open = this.#seats.length;
      const hear = (status: Status): void => {
        open -= 1;
        const isAnswered = isResponse(status);
        if (!isAnswered && open > 0) return;
        this.#canaryFailures.delete(reject);
        resolve(isAnswered);
      };
      this.#canaryFailures.add(reject);
      const canary = this.#nextId++;
      for (const seat of this.#seats) {
        seat.canaries.set(canary, hear);
        seat.link.post({ kind: 'canary', canary });
      }
    });
  }

  /** Shared answers seen definitively since the last call. */
  takeSharedAnswers(): CachedAnswer[] {
    const taken = this.#newAnswers;
    this.#newAnswers = [];
    return taken;
  }

  /** Resolves once every thread is gone. */
  async close(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#seats.map(({ link }) => link.close()));
  }

  #newSeat(setup: ThreadSetup, name: string): Seat {
    return {
      setup,
      name,
      link: this.#start(setup, name),
      room: READY_BLOCKS,
      jobs: new Map(),
      canaries: new Map(),
      deaths: 0,
      counters: newCounters(),
    };
  }

  #start(setup: ThreadSetup, name: string): ThreadLink {
    const { entry, resourceLimits = {} } = this.#options;
    const link = new ThreadLink({
      entry,
      name,
      setup,
      resourceLimits,
      onMessage: (from, message) => this.#hear(this.#seatOf(from), message),
      onDeath: (dead, reason) => this.#bury(this.#seatOf(dead), reason),
    });
    if (this.#claims === undefined) this.#preload(link);
    return link;
  }

  #preload(link: ThreadLink): void {
    let answers: CachedAnswer[] = [];
    for (const answer of this.#options.knownAnswers()) {
      if (answers.push(answer) < PRELOAD_ANSWERS) continue;
      link.post({ kind: 'preload', answers });
      answers = [];
    }
    // Seen, and not yet with the store.
    answers.push(...this.#newAnswers);
    if (answers.length > 0) link.post({ kind: 'preload', answers });
  }

  #seatOf(link: ThreadLink): Seat {
    return this.#seats.find((seat) => seat.link === link) as Seat;
  }

  #roomiest(): Seat {
    return this.#seats.reduce((best, seat) => (seat.room > best.room ? seat : best));
  }

  #give(seat: Seat, job: Job): void {
    seat.jobs.set(job.id, job);
    seat.room -= 1;
    seat.link.post({ kind: 'probe', job: job.id, names: job.input.names.join('\n') });
  }

  #hear(seat: Seat, message: FromThread): void {
    switch (message.kind) {
      case 'room':
        seat.room += 1;
        this.#wakeUp?.();
        return;
      case 'result':
        this.#newAnswers.push(...message.sharedAnswers);
        seat.deaths = 0;
        this.#takeJob(seat, message.job)?.resolve(unpackBlock(message.block, this.#checks));
        return;
      case 'fault':
        this.#takeJob(seat, message.job)?.reject(fromPlainFault(message.fault));
        return;
      case 'counters':
        seat.counters = message.counters;
        return;
      case 'canary':
        seat.canaries.get(message.canary)?.(message.status);
        seat.canaries.delete(message.canary);
        return;
      case 'shared':
        this.#claims?.take(seat.link, message.items);
    }
  }

  #takeJob(seat: Seat, id: number): Job | undefined {
    const job = seat.jobs.get(id);
    seat.jobs.delete(id);
    return job;
  }

  /** Restarts the thread with all that it had open, unless that has killed it too often. */
  #bury(seat: Seat, reason: string): void {
    addCounters(this.#pastCounters, seat.counters);
    seat.counters = newCounters();
    seat.deaths += 1;
    let deaths = seat.deaths;
    for (const job of seat.jobs.values()) {
      job.deaths += 1;
      deaths = Math.max(deaths, job.deaths);
    }
    if (this.#isStopped || this.#failure !== undefined) return;
    if (deaths >= MAX_DEATHS) {
      this.#fail(new ThreadDeathError(reason));
      return;
    }
    this.#restarts += 1;
    const dead = seat.link;
    seat.link = this.#start(seat.setup, seat.name);
    seat.room = READY_BLOCKS;
    for (const job of seat.jobs.values()) this.#give(seat, job);
    for (const canary of seat.canaries.keys()) seat.link.post({ kind: 'canary', canary });
    this.#claims?.drop(dead);
    this.#wakeUp?.();
  }

  #fail(failure: Error): void {
    this.#failure = failure;
    for (const { jobs } of this.#seats) for (const job of jobs.values()) job.reject(failure);
    for (const reject of this.#canaryFailures) reject(failure);
    this.#wakeUp?.();
  }
}

function addCounters(
  sum: { -readonly [Name in keyof EngineCounters]: number },
  counters: EngineCounters,
): void {
  for (const name of Object.keys(sum) as (keyof EngineCounters)[]) sum[name] += counters[name];
}

function emptyOutput(checks: readonly string[]): BlockOutput {
  return unpackBlock({ numbers: new ArrayBuffer(0), bodies: [], queries: 0 }, checks);
}
