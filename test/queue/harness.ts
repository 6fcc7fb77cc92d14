/** What the conformance suite needs of a queue, whichever it is. */
import type { StoreWriter } from '../../src/store/store.ts';
import type { JobQueue, RunRow } from '../../src/survey/ports.ts';

/** A process that takes blocks. */
export interface Taker {
  readonly queue: JobQueue;
  /** As `kill -9` does. */
  die(): Promise<void>;
}

export interface OpenQueue {
  taker(): Promise<Taker>;
  /** Resolves once that many blocks of the run are committed. */
  committed(blocks: number): Promise<void>;
  /** What the side that commits says of a block that failed; undefined where the taker itself ends. */
  complaint(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface QueueHarness {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly problem: string | undefined;
  /** Takers are other processes, which may stop without dying. */
  readonly hasLeases: boolean;
  open(store: StoreWriter, run: RunRow): Promise<OpenQueue>;
}
