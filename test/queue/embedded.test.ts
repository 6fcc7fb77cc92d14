import { describe, expect, it } from 'vitest';
import { openEmbeddedQueue } from '../../src/queue/embedded.ts';
import type { BlockJob, BlockResult } from '../../src/survey/ports.ts';

const store = {
  openBlocks: () => [
    { block: 7, pass: 1 },
    { block: 3, pass: 1 },
  ],
  loadBlock: (runId: number, block: number, pass: number): BlockJob => ({
    runId,
    block,
    pass,
    ids: [],
    names: [],
  }),
  writeBlock: (_: BlockResult) => ({ written: true, domains: 0, changed: 0, failed: 0 }),
};

describe('the embedded queue', () => {
  it('hands out the open blocks in the store’s order, each to one taker', async () => {
    const queue = openEmbeddedQueue(store, 1);
    expect((await queue.take())?.block).toBe(7);
    expect((await queue.take())?.block).toBe(3);
    expect(await queue.take()).toBeUndefined();
  });

  it('hands a released block out again', async () => {
    const queue = openEmbeddedQueue(store, 1);
    const job = await queue.take();
    if (job === undefined) expect.fail('no job');
    await queue.release(job);
    expect((await queue.take())?.block).toBe(7);
  });

  it('hands out nothing once closed', async () => {
    const queue = openEmbeddedQueue(store, 1);
    await queue.close();
    expect(await queue.take()).toBeUndefined();
  });
});
