/** What every queue must do, over a real store: the embedded one and BullMQ on a real redis-server. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StoreWriter } from '../../src/store/store.ts';
import type { BlockJob, RunRow } from '../../src/survey/ports.ts';
import {
  addList,
  config,
  contentOf,
  NOTHING_FOUND,
  plan,
  resultOf,
  SPF_RECORD,
  surveyAll,
  temporaryPath,
  temporaryWriter,
} from '../store/fixture.ts';
import { saySkipped } from '../support/skipped.ts';
import { EMBEDDED } from './embedded-harness.ts';
import type { OpenQueue, Taker } from './harness.ts';
import { BULLMQ, LEASE_MS } from './redis-harness.ts';

/** Two whole blocks and a part of one. */
const NAMES = Array.from({ length: 2_148 }, (_, i) => `name-${i}.example`);
const BLOCKS = 3;

const stateOf = (name: string) =>
  name.length % 2 === 0
    ? NOTHING_FOUND
    : { ...NOTHING_FOUND, checks: { ...NOTHING_FOUND.checks, spf: SPF_RECORD } };

interface World {
  readonly store: StoreWriter;
  readonly path: string;
  readonly run: RunRow;
}

function newWorld(): World {
  const path = temporaryPath();
  const store = temporaryWriter(path);
  const list = addList(store, NAMES);
  return { store, path, run: store.planRun(plan(1, config([list.id]))) };
}

/** The store as it stands when nothing ever went wrong. */
function undisturbed(): string[] {
  const { store, path, run } = newWorld();
  surveyAll(store, run, stateOf);
  store.finishRun(run.id, 5_000);
  store.close();
  return contentOf(path);
}

function contentAfter({ store, path, run }: World): string[] {
  store.finishRun(run.id, 5_000);
  store.close();
  return contentOf(path);
}

const answer = (job: BlockJob, run: RunRow) => resultOf(job, run.config.checks, stateOf);

async function taken({ queue }: Taker): Promise<BlockJob> {
  const job = await queue.take();
  if (job === undefined) throw new Error('there was no block');
  return job;
}

async function finish(taker: Taker, run: RunRow, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) await taker.queue.complete(answer(await taken(taker), run));
}

if (BULLMQ.problem !== undefined) saySkipped('the BullMQ queue', BULLMQ.problem);
afterAll(() => BULLMQ.stop());

describe.each([EMBEDDED, BULLMQ])('the $name queue', (harness) => {
  const isSkipped = harness.problem !== undefined;

  async function opened(world: World): Promise<OpenQueue> {
    const queue = await harness.open(world.store, world.run);
    onTestFinished(() => queue.close());
    return queue;
  }

  it.skipIf(isSkipped)('hands out each block once, with its ids and names', async () => {
    const world = newWorld();
    const queue = await opened(world);
    const taker = await queue.taker();
    const jobs = [await taken(taker), await taken(taker), await taken(taker)];
    const planned = world.store
      .openBlocks(world.run.id)
      .map(({ block, pass }) => world.store.loadBlock(world.run.id, block, pass));
    const inOrder = (list: readonly BlockJob[]) => [...list].sort((a, b) => a.block - b.block);
    expect(inOrder(jobs)).toEqual(inOrder(planned));
    expect(jobs.reduce((sum, { names }) => sum + names.length, 0)).toBe(NAMES.length);
    expect(await taker.queue.take()).toBeUndefined();
  });

  it.skipIf(isSkipped)('leaves the store as an undisturbed run does', async () => {
    const world = newWorld();
    const queue = await opened(world);
    await finish(await queue.taker(), world.run, BLOCKS);
    await queue.committed(BLOCKS);
    expect(contentAfter(world)).toEqual(undisturbed());
  });

  it.skipIf(isSkipped)('hands a released block out again', async () => {
    const world = newWorld();
    const queue = await opened(world);
    const taker = await queue.taker();
    const job = await taken(taker);
    await taker.queue.release(job);
    const again = new Set([
      (await taken(taker)).block,
      (await taken(taker)).block,
      (await taken(taker)).block,
    ]);
    expect(again.size).toBe(BLOCKS);
    expect(again).toContain(job.block);
  });

  it.skipIf(isSkipped)('hands the blocks of a taker that died out again', async () => {
    const world = newWorld();
    const queue = await opened(world);
    const mortal = await queue.taker();
    await mortal.queue.complete(answer(await taken(mortal), world.run));
    await queue.committed(1);
    await taken(mortal);
    await mortal.die();
    await finish(await queue.taker(), world.run, BLOCKS - 1);
    await queue.committed(BLOCKS);
    expect(contentAfter(world)).toEqual(undisturbed());
  });

  it.skipIf(isSkipped)('takes a block that is handed in twice once', async () => {
    const world = newWorld();
    const queue = await opened(world);
    const taker = await queue.taker();
    const job = await taken(taker);
    await taker.queue.complete(answer(job, world.run));
    await queue.committed(1);
    await taker.queue.complete(answer(job, world.run));
    await finish(taker, world.run, BLOCKS - 1);
    await queue.committed(BLOCKS);
    expect(contentAfter(world)).toEqual(undisturbed());
  });

  it.skipIf(isSkipped)('never counts a block that failed as done, and says why', async () => {
    const world = newWorld();
    const queue = await opened(world);
    const taker = await queue.taker();
    const job = await taken(taker);
    const failed = taker.queue.fail(job, new Error('a check has a fault'));
    if (harness.hasLeases) {
      await failed;
      expect(await queue.complaint()).toContain('a check has a fault');
      await finish(taker, world.run, BLOCKS);
      await queue.committed(BLOCKS);
      expect(contentAfter(world)).toEqual(undisturbed());
    } else {
      await expect(failed).rejects.toThrow('a check has a fault');
      expect(world.store.run(world.run.id).blocksDone).toBe(0);
    }
  });

  it.skipIf(isSkipped)(
    'gives everything back when it is closed, and hands out nothing more',
    async () => {
      const world = newWorld();
      const queue = await opened(world);
      const leaver = await queue.taker();
      await taken(leaver);
      await leaver.queue.close();
      if (!harness.hasLeases) expect(await leaver.queue.take()).toBeUndefined();
      await leaver.die();
      await finish(await queue.taker(), world.run, BLOCKS);
      await queue.committed(BLOCKS);
      expect(contentAfter(world)).toEqual(undisturbed());
    },
  );

  it.skipIf(isSkipped || !harness.hasLeases)(
    'gives a block to another while its taker hangs, and drops what that hands in late',
    async () => {
      const world = newWorld();
      const queue = await opened(world);
      const hanging = await queue.taker();
      const job = await taken(hanging);
      // As a process that is stopped: its locks are not renewed, and it goes on later.
      const { queue: other } = await queue.taker();
      const seen: number[] = [];
      await hanging.die();
      for (let i = 0; i < BLOCKS; i++) {
        const next = await other.take();
        if (next === undefined) throw new Error('there was no block');
        seen.push(next.block);
        await other.complete(answer(next, world.run));
      }
      expect(new Set(seen).size).toBe(BLOCKS);
      expect(seen).toContain(job.block);
      await queue.committed(BLOCKS);
      expect(contentAfter(world)).toEqual(undisturbed());
    },
  );

  it.skipIf(isSkipped || !harness.hasLeases)(
    'holds a block for longer than its lease',
    async () => {
      const world = newWorld();
      const queue = await opened(world);
      const slow = await queue.taker();
      const job = await taken(slow);
      await delay(3 * LEASE_MS);
      const others = await queue.taker();
      const seen = [(await taken(others)).block, (await taken(others)).block];
      expect(seen).not.toContain(job.block);
      await slow.queue.complete(answer(job, world.run));
      await queue.committed(1);
    },
  );
});
