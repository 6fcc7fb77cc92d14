/** The BullMQ queue for the conformance suite: a coordinator and workers over a real redis-server. */
import { setTimeout as delay } from 'node:timers/promises';
import { type CoordinatorTiming, coordinate } from '../../src/queue/coordinate.ts';
import type { RunTerms } from '../../src/queue/job-payload.ts';
import { type RedisPlace, redisPlace } from '../../src/queue/redis-connection.ts';
import { parseRedisUrl } from '../../src/queue/redis-url.ts';
import { RunBlocks } from '../../src/queue/run-blocks.ts';
import { WorkerQueue } from '../../src/queue/worker-queue.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { RunRow, WorkerOrigin } from '../../src/survey/ports.ts';
import { REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import type { OpenQueue, QueueHarness } from './harness.ts';

export const LEASE_MS = 600;
export const TIMING: Partial<CoordinatorTiming> = {
  pollMs: 20,
  viewMs: 50,
  watchMs: 150,
  refusalMs: 300,
};

export const ORIGIN: WorkerOrigin = {
  name: 'worker',
  toolVersion: '0.1.0',
  resolvers: ['127.0.0.1:53'],
  transport: 'dgram',
  threads: 1,
  timeoutMs: 1000,
  attempts: 3,
  window: 100,
  rate: 0,
};

export const termsOf = (store: StoreWriter, run: RunRow): RunTerms => ({
  key: `${store.storeId()}-${run.id}`,
  checkVersions: Object.fromEntries(run.config.checks.map((name) => [name, 1])),
  pslVersion: '7',
  isSpfVoids: false,
  isNxdomainCut: true,
});

export function placeOf(url: string, prefix?: string): RedisPlace {
  const parsed = parseRedisUrl(url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return redisPlace(parsed.target, { prefix });
}

export interface Coordinated {
  readonly place: RedisPlace;
  readonly notes: readonly string[];
  /** How it ended: `complete`, `stopped`, or the message of its error. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** A coordinator in the background. */
export function coordinateInBackground(
  store: StoreWriter,
  run: RunRow,
  place: RedisPlace,
): Coordinated {
  const controller = new AbortController();
  const notes: string[] = [];
  const ended = coordinate({
    place,
    store,
    storeId: store.storeId(),
    runId: run.id,
    terms: termsOf(store, run),
    onBlock: () => undefined,
    note: (line) => notes.push(line),
    signal: controller.signal,
    timing: TIMING,
  }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return {
    place,
    notes,
    ended,
    stop: async () => {
      controller.abort();
      await ended;
    },
  };
}

export async function openWorker(place: RedisPlace, name = ORIGIN.name): Promise<WorkerQueue> {
  const queue = new WorkerQueue(place, { leaseMs: LEASE_MS, name, onError: () => undefined });
  await queue.start();
  return queue;
}

let server: RedisServer | undefined;
let opened = 0;

export const BULLMQ: QueueHarness & { stop(): Promise<void> } = {
  name: 'bullmq',
  problem: REDIS_PROBLEM,
  hasLeases: true,
  open: async (store, run): Promise<OpenQueue> => {
    server ??= await startRedis();
    const place = placeOf(server.url, `suite-${++opened}`);
    const coordinator = coordinateInBackground(store, run, place);
    const workers: WorkerQueue[] = [];
    return {
      taker: async () => {
        const queue = await openWorker(place);
        workers.push(queue);
        const parts = { queue, origin: ORIGIN, run: termsOf(store, run) };
        return {
          queue: new RunBlocks({ ...parts, first: undefined, idleMs: 1_500 }),
          die: async () => queue.client.disconnect(),
        };
      },
      committed: (blocks) => until(() => store.run(run.id).blocksDone >= blocks),
      complaint: async () => {
        await until(() => coordinator.notes.length > 0);
        return coordinator.notes[0];
      },
      close: async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        await coordinator.stop();
      },
    };
  },
  stop: async () => server?.stop(),
};

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (await isSo()) return;
    await delay(20);
  }
  throw new Error('it did not come to pass within 10 seconds');
}
