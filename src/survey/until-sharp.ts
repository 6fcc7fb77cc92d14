/**
 * Whether a run may end because its estimate is sharp enough (`--until-ci`). Blocks are asked in
 * random order, so those done are a simple random sample of blocks; the width of an interval, unlike
 * a test, may be looked at again and again without bias to speak of (Chow and Robbins 1965), as long
 * as the first look is not too early. Knows no store: it is given the blocks' headline counters.
 */
import type { CounterMap } from '../statistics/counts.ts';
import { headlineEstimate } from '../statistics/metrics.ts';
import type { StopRule } from './ports.ts';

/** Fewer blocks tell too little of their own spread to end a run by. */
const LEAST_BLOCKS = 20;
/** Blocks between two looks, as a part of those done: reading them all each time would be square. */
const LOOK_EVERY = 0.02;

export interface RunBlocks {
  readonly blockHeadlines: () => Iterable<{ readonly counts: CounterMap }>;
  /** Of the whole run. */
  readonly totalBlocks: number;
}

/** Half the width of the interval now; undefined while there is none. */
export function halfWidthOf({ metric }: StopRule, blocks: RunBlocks): number | undefined {
  const counts = Array.from(blocks.blockHeadlines(), (block) => block.counts);
  const estimate = headlineEstimate(counts, blocks.totalBlocks, metric, 'existing');
  return estimate === undefined ? undefined : (estimate.high - estimate.low) / 2;
}

/** Is told of each committed block, and knows whether the estimate has become sharp enough. */
export class Sharpness {
  readonly #rule: StopRule;
  readonly #blocks: RunBlocks;
  #done: number;
  #lookAt: number;
  #isReached = false;

  /** `blocksDone` of a run that is taken up again: it is looked at with the next block. */
  constructor(rule: StopRule, blocks: RunBlocks, blocksDone: number) {
    this.#rule = rule;
    this.#blocks = blocks;
    this.#done = blocksDone;
    this.#lookAt = Math.max(LEAST_BLOCKS, blocksDone + 1);
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  blockDone(): void {
    this.#done++;
    if (this.#isReached || this.#done < this.#lookAt) return;
    this.#lookAt = this.#done + Math.ceil(this.#done * LOOK_EVERY);
    const halfWidth = halfWidthOf(this.#rule, this.#blocks) ?? Number.POSITIVE_INFINITY;
    this.#isReached = halfWidth <= this.#rule.halfWidth;
  }
}
