/** What a coordinator does when Redis is full, lost its data, or the run has enough. */
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { coordinate } from '../../src/queue/coordinate.ts';
import { connectRedis } from '../../src/queue/redis-connection.ts';
import { RunBlocks } from '../../src/queue/run-blocks.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { BlockJob, RunRow } from '../../src/survey/ports.ts';
import {
  addList,
  config,
  NOTHING_FOUND,
  plan,
  resultOf,
  temporaryWriter,
} from '../store/fixture.ts';
import { REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';
import {
  coordinateInBackground,
  ORIGIN,
  openWorker,
  placeOf,
  TIMING,
  termsOf,
  until,
} from './redis-harness.ts';

if (REDIS_PROBLEM !== undefined) saySkipped('coordinators', REDIS_PROBLEM);

let server: RedisServer | undefined;
let opened = 0;
afterAll(() => server?.stop());

const NAMES = Array.from({ length: 20_000 }, (_, i) => `name-${i}.example`);
const BLOCKS = 20;

async function newRun() {
  server ??= await startRedis();
  const place = placeOf(server.url, `coordinate-${++opened}`);
  const store = temporaryWriter();
  const list = addList(store, NAMES);
  const run = store.planRun(plan(1, config([list.id])));
  const client = connectRedis(place);
  onTestFinished(() => client.disconnect());
  return { place, store, run, client };
}

async function workerOf(place: ReturnType<typeof placeOf>, store: StoreWriter, run: RunRow) {
  const queue = await openWorker(place);
  onTestFinished(() => queue.close());
  const parts = { queue, origin: ORIGIN, run: termsOf(store, run) };
  return new RunBlocks({ ...parts, first: undefined, idleMs: 3_000 });
}

const answer = (job: BlockJob, run: RunRow) =>
  resultOf(job, run.config.checks, () => NOTHING_FOUND);

async function finish(blocks: RunBlocks, run: RunRow, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const job = await blocks.take();
    if (job === undefined) throw new Error(`only ${i} blocks of ${count}`);
    await blocks.complete(answer(job, run));
  }
}

describe.skipIf(REDIS_PROBLEM !== undefined)('a coordinator', () => {
  it('keeps few blocks open while no worker is there', async () => {
    const { place, store, run, client } = await newRun();
    const coordinator = coordinateInBackground(store, run, place);
    onTestFinished(() => coordinator.stop());
    await until(async () => (await client.llen(`${place.prefix}:probe:wait`)) > 0);
    await until(async () => (await client.llen(`${place.prefix}:probe:wait`)) === 8);
    expect(store.openBlocks(run.id)).toHaveLength(BLOCKS);
  });

  it('lays out again what Redis has lost, and keeps the event stream short', async () => {
    const { place, store, run, client } = await newRun();
    const coordinator = coordinateInBackground(store, run, place);
    onTestFinished(() => coordinator.stop());
    await until(async () => (await client.llen(`${place.prefix}:probe:wait`)) === 8);
    await client.flushall();
    const meta = () => client.hget(`${place.prefix}:probe:meta`, 'opts.maxLenEvents');
    await until(async () => (await meta()) === '10');
    await finish(await workerOf(place, store, run), run, BLOCKS);
    expect(await coordinator.ended).toBe('complete');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
    expect(await client.xlen(`${place.prefix}:probe:events`)).toBeLessThan(200);
    expect(await client.keys(`${place.prefix}:probe:p-*`)).toEqual([]);
  });

  it('says that Redis has no memory left, and goes on when it has', async () => {
    const full = await startRedis();
    onTestFinished(() => full.stop());
    const place = placeOf(full.url);
    const { store, run } = await newRun();
    const client = connectRedis(place);
    onTestFinished(() => client.disconnect());
    await client.config('SET', 'maxmemory', '1mb');
    const coordinator = coordinateInBackground(store, run, place);
    onTestFinished(() => coordinator.stop());
    await until(() => coordinator.notes.some((line) => line.includes('OOM')));
    await client.config('SET', 'maxmemory', '0');
    await finish(await workerOf(place, store, run), run, BLOCKS);
    expect(await coordinator.ended).toBe('complete');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
  });

  it('lays out nothing more once the run has enough, and waits for what workers hold', async () => {
    const { place, store, run, client } = await newRun();
    const isEnough = () => store.run(run.id).blocksDone >= 3;
    const ended = coordinate({
      place,
      store,
      storeId: store.storeId(),
      runId: run.id,
      terms: termsOf(store, run),
      onBlock: () => undefined,
      isEnough,
      note: () => undefined,
      signal: new AbortController().signal,
      timing: TIMING,
    });
    const blocks = await workerOf(place, store, run);
    const held = await blocks.take();
    if (held === undefined) throw new Error('there was no block');
    await finish(blocks, run, 3);
    await until(async () => (await client.llen(`${place.prefix}:probe:wait`)) === 0);
    expect(
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200, 'open'))]),
    ).toBe('open');
    await blocks.complete(answer(held, run));
    expect(await ended).toBe('complete');
    expect(store.run(run.id).blocksDone).toBe(4);
  });

  it('takes back what nobody asks when it is stopped, and takes in what came meanwhile when it comes again', async () => {
    const { place, store, run, client } = await newRun();
    const first = coordinateInBackground(store, run, place);
    const blocks = await workerOf(place, store, run);
    const held = await blocks.take();
    if (held === undefined) throw new Error('there was no block');
    await first.stop();
    expect(await first.ended).toBe('stopped');
    expect(await client.llen(`${place.prefix}:probe:wait`)).toBe(0);
    await blocks.complete(answer(held, run));
    expect(store.run(run.id).blocksDone).toBe(0);
    const second = coordinateInBackground(store, run, place);
    onTestFinished(() => second.stop());
    await finish(blocks, run, BLOCKS - 1);
    expect(await second.ended).toBe('complete');
    expect(store.run(run.id).domainsDone).toBe(NAMES.length);
  });

  it('gives up when Redis stays away, with every committed block kept', async () => {
    const mortal = await startRedis();
    onTestFinished(() => mortal.stop());
    const { store, run } = await newRun();
    const ended = coordinate({
      place: placeOf(mortal.url),
      store,
      storeId: store.storeId(),
      runId: run.id,
      terms: termsOf(store, run),
      onBlock: () => undefined,
      note: () => undefined,
      signal: new AbortController().signal,
      timing: { ...TIMING, patienceMs: 500 },
    });
    await mortal.kill();
    await expect(ended).rejects.toMatchObject({ code: 'stopped' });
  });
});
