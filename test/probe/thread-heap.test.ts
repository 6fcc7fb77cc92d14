import { once } from 'node:events';
import type { HeapSpaceInfo } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { semiSpaceMb, setSemiSpace } from '../../src/probe/thread-heap.ts';

const MB = 1024 * 1024;

describe('the young generation of threads', () => {
  it('follows the window by powers of two, within bounds', () => {
    expect([1, 128, 129, 500, 512, 513, 1_000, 2_000, 32_768].map(semiSpaceMb)).toEqual([
      8, 8, 16, 32, 32, 32, 32, 32, 32,
    ]);
  });

  it('has its size from the start', async () => {
    setSemiSpace(32);
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       parentPort.postMessage(require('node:v8').getHeapSpaceStatistics());`,
      { eval: true },
    );
    const [spaces] = (await once(worker, 'message')) as [HeapSpaceInfo[]];
    await worker.terminate();
    const young = spaces.find((space) => space.space_name === 'new_space');
    expect(young?.space_size).toBeGreaterThanOrEqual(32 * MB);
  });
});
