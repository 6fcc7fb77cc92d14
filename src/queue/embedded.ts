/**
 * The queue of a run on one machine: the store's `run_block` table itself. A block is open until the
 * transaction that holds its result is committed, so a kill at any moment loses no block and does
 * none twice. Opens no store; it is given one.
 */
import type { BlockJob, BlockReceipt, BlockResult, JobQueue } from '../survey/ports.ts';

/** What a queue needs of a store. */
export interface BlockStore {
  openBlocks(runId: number): readonly { readonly block: number; readonly pass: number }[];
  loadBlock(runId: number, block: number, pass: number): BlockJob;
  writeBlock(result: BlockResult): BlockReceipt;
}

/** The open blocks of one run, in the store's order; one taker at a time holds each block. */
export function openEmbeddedQueue(store: BlockStore, runId: number): JobQueue {
  const open = [...store.openBlocks(runId)].reverse();
  return {
    take: async () => {
      const next = open.pop();
      return next === undefined ? undefined : store.loadBlock(runId, next.block, next.pass);
    },
    complete: async (result) => store.writeBlock(result),
    // The process is the queue: what fails here fails again at every other taker.
    fail: async (_, error) => {
      throw error;
    },
    release: async (job) => {
      open.push({ block: job.block, pass: job.pass });
    },
    close: async () => {
      open.length = 0;
    },
  };
}
