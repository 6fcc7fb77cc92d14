/** What a worker does with blocks that it cannot or must not ask, between a coordinator and real Redis. */
import { Queue } from 'bullmq';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BlockOutput } from '../../src/probe/block-prober.ts';
import type { RunTerms } from '../../src/queue/job-payload.ts';
import { type RunProber, serveQueue } from '../../src/queue/serve-queue.ts';
import { NoticePoster, readNotices } from '../../src/queue/worker-board.ts';
import {
  addList,
  config,
  NOTHING_FOUND,
  plan,
  resultOf,
  SHAPES,
  temporaryWriter,
} from '../store/fixture.ts';
import { REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';
import {
  coordinateInBackground,
  ORIGIN,
  openWorker as openWorkerQueue,
  placeOf,
  until,
} from './redis-harness.ts';

if (REDIS_PROBLEM !== undefined) saySkipped('what a worker does with its queue', REDIS_PROBLEM);

let server: RedisServer | undefined;
let opened = 0;
afterAll(() => server?.stop());

const OWN = { checkVersions: { mx: 1, spf: 1, dmarc: 1 }, pslVersion: '7' };
const NAMES = Array.from({ length: 1_500 }, (_, i) => `name-${i}.example`);

/** A run of two blocks over a prefix of its own. */
async function newRun() {
  server ??= await startRedis();
  const place = placeOf(server.url, `serve-${++opened}`);
  const store = temporaryWriter();
  const list = addList(store, NAMES);
  const run = store.planRun(plan(1, config([list.id])));
  const coordinator = coordinateInBackground(store, run, place);
  onTestFinished(() => coordinator.stop());
  return { place, store, run, coordinator };
}

const output = (names: readonly string[]): BlockOutput => {
  const job = { runId: 1, block: 0, pass: 1, ids: names.map((_, i) => i), names } as never;
  const checks = SHAPES.map(({ name }) => name);
  const {
    existence,
    existenceReasons,
    attempts,
    checks: columns,
  } = resultOf(job, checks, () => NOTHING_FOUND);
  return { existence, existenceReasons, attempts, checks: columns, queries: 3 } as BlockOutput;
};

/** A prober that finds nothing anywhere, or does what it is told. */
function proberOf(more: Partial<RunProber> = {}, probe = output): RunProber {
  return {
    prober: {
      probe: async ({ names }) => probe(names),
      hasRoom: async () => undefined,
      stop: () => undefined,
    },
    takeSharedAnswers: () => [],
    silence: () => undefined,
    isAnyoneThere: async () => true,
    silenceLine: () => 'the resolver is silent',
    close: async () => undefined,
    ...more,
  };
}

interface WorkerKind {
  readonly name?: string;
  readonly own?: { readonly checkVersions: Record<string, number>; readonly pslVersion: string };
  readonly openProber?: (run: RunTerms) => Promise<RunProber | { readonly problem: string }>;
}

/** Serves until the test ends. */
async function startWorker(place: ReturnType<typeof placeOf>, kind: WorkerKind = {}) {
  const queue = await openWorkerQueue(place);
  const name = kind.name ?? 'worker';
  const about = { name, threads: 1, resolvers: ORIGIN.resolvers };
  const board = new NoticePoster(queue.client, place.prefix, about, () => queue.held);
  const controller = new AbortController();
  const notes: string[] = [];
  const served = serveQueue({
    queue,
    board,
    origin: { ...ORIGIN, name },
    own: kind.own ?? OWN,
    openProber: kind.openProber ?? (async () => proberOf()),
    onBlock: () => undefined,
    note: (line) => notes.push(line),
    clock: { now: () => 1_000 },
    signal: controller.signal,
    pauses: { idleMs: 300, refusalMs: 100, silenceMs: 100, longestMs: 200 },
  });
  const ended = served.then(
    () => 'stopped',
    (error: unknown) => String(error),
  );
  onTestFinished(async () => {
    controller.abort();
    await ended;
    await board.takeDown();
    await queue.close();
  });
  return { queue, notes, ended };
}

describe.skipIf(REDIS_PROBLEM !== undefined)('a worker', () => {
  it('asks a run’s blocks to their end, and the next run’s with a prober of its own', async () => {
    const first = await newRun();
    const asked: string[] = [];
    await startWorker(first.place, {
      openProber: async ({ key }) => {
        asked.push(key);
        return proberOf();
      },
    });
    expect(await first.coordinator.ended).toBe('complete');
    first.store.finishRun(first.run.id, 5_000);
    const [list] = first.run.config.listIds;
    const run = first.store.planRun(plan(2, config([list ?? 0])));
    const second = coordinateInBackground(first.store, run, first.place);
    expect(await second.ended).toBe('complete');
    expect(first.store.run(run.id).domainsDone).toBe(NAMES.length);
    expect(asked).toHaveLength(2);
    expect(new Set(asked).size).toBe(2);
  });

  it('of another version refuses, and the run ends with its reason when there is no other', async () => {
    const { place, coordinator, store, run } = await newRun();
    const { notes } = await startWorker(place, {
      own: { ...OWN, checkVersions: { mx: 1, spf: 9, dmarc: 1 } },
    });
    expect(await coordinator.ended).toContain(
      'no worker takes this run’s blocks: the run asks spf version 1, this worker has version 9',
    );
    expect(notes).toEqual(['the run asks spf version 1, this worker has version 9']);
    expect(store.run(run.id).blocksDone).toBe(0);
  });

  it('of another version is no obstacle where another can ask', async () => {
    const { place, coordinator, store, run } = await newRun();
    await startWorker(place, { name: 'old', own: { ...OWN, pslVersion: '6' } });
    await startWorker(place, { name: 'new' });
    expect(await coordinator.ended).toBe('complete');
    expect(store.workersOfRun(run.id)).toMatchObject([
      { origin: { name: 'new' }, blocks: 2, domains: NAMES.length, failed: 0 },
    ]);
  });

  it('whose resolvers are silent gives its blocks back, says so, and goes on once they answer', async () => {
    const { place, coordinator, store, run } = await newRun();
    let isDead = true;
    const timeouts = (names: readonly string[]): BlockOutput => {
      const seen = output(names);
      return {
        ...seen,
        existence: seen.existence.map(() => 2),
        existenceReasons: names.map(() => 4),
      };
    };
    const { queue } = await startWorker(place, {
      openProber: async () =>
        proberOf({ isAnyoneThere: async () => !isDead }, isDead ? timeouts : output),
    });
    const notices = () => readNotices(queue.client, place.prefix);
    await until(async () => (await notices())[0]?.state === 'silent');
    expect((await notices())[0]?.reason).toBe('the resolver is silent');
    expect(store.run(run.id).blocksDone).toBe(0);
    isDead = false;
    expect(await coordinator.ended).toBe('complete');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
  });

  it('whose resolvers do not answer at the start waits for them', async () => {
    const { place, coordinator } = await newRun();
    let tries = 0;
    const { notes } = await startWorker(place, {
      openProber: async () => (++tries < 3 ? { problem: 'nobody answers' } : proberOf()),
    });
    expect(await coordinator.ended).toBe('complete');
    expect(notes).toContain('nobody answers');
  });

  it('fails a block for a fault of ours, and the run ends when that block fails everywhere', async () => {
    const { place, coordinator } = await newRun();
    const openProber = async () =>
      proberOf({}, () => {
        throw new Error('a check has a fault');
      });
    const { ended } = await startWorker(place, { openProber });
    expect(await ended).toContain('a check has a fault');
    // Three faults end a worker, and no block has failed so often yet.
    await startWorker(place, { openProber });
    await startWorker(place, { openProber });
    expect(await coordinator.ended).toMatch(
      /failed at workers 3 times \(worker: a check has a fault\)/u,
    );
  });

  it('gives a block that it cannot read back, and the coordinator takes out what is not of its run', async () => {
    const { place, coordinator, store, run } = await newRun();
    const reader = await openWorkerQueue({ ...place, prefix: `${place.prefix}-odd` });
    onTestFinished(() => reader.close());
    const odd = new Queue('probe', {
      connection: reader.client,
      prefix: `${place.prefix}-odd`,
      skipMetasUpdate: true,
    });
    await odd.add('block', { format: 99 }, { jobId: 'p-odd' });
    expect(await reader.lease(5_000)).toMatchObject({
      kind: 'unreadable',
      problem: expect.stringContaining('format 99') as string,
    });
    expect(await odd.getJobState('p-odd')).toBe('waiting');
    expect(reader.held).toBe(0);
    const same = new Queue('probe', {
      connection: reader.client,
      prefix: place.prefix,
      skipMetasUpdate: true,
    });
    await same.add('block', { format: 99 }, { jobId: 'p-odd' });
    await until(async () => (await same.getJobState('p-odd')) === 'unknown');
    await startWorker(place);
    expect(await coordinator.ended).toBe('complete');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
  });

  it('hands in nothing that does not fit its plan: the block is asked again', async () => {
    const { place, coordinator, store, run } = await newRun();
    let isBad = true;
    await startWorker(place, {
      openProber: async () =>
        proberOf({}, (names) => {
          const seen = output(names);
          if (isBad) (seen.checks[0]?.classes as number[])[0] = 999;
          isBad = false;
          return seen;
        }),
    });
    expect(await coordinator.ended).toBe('complete');
    expect(coordinator.notes.join('\n')).toContain('out of range');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
  });
});
