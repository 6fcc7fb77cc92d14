/** The embedded queue for the conformance suite: takers of one process, and its death. */
import { openEmbeddedQueue } from '../../src/queue/embedded.ts';
import type { JobQueue } from '../../src/survey/ports.ts';
import type { OpenQueue, QueueHarness } from './harness.ts';

export const EMBEDDED: QueueHarness = {
  name: 'embedded',
  problem: undefined,
  hasLeases: false,
  open: async (store, run): Promise<OpenQueue> => {
    let queue: JobQueue = openEmbeddedQueue(store, run.id);
    return {
      taker: async () => ({
        queue,
        // Its process is the queue's: what it held is open in the store.
        die: async () => {
          queue = openEmbeddedQueue(store, run.id);
        },
      }),
      committed: async (blocks) => {
        if (store.run(run.id).blocksDone < blocks) throw new Error('not committed');
      },
      complaint: async () => undefined,
      close: async () => undefined,
    };
  },
};
