/**
 * The simple random sample of a list: the `size` names with the smallest seeded hash. Pure. It keeps
 * one number for each sampled name, however long the list is.
 */
import { hash53 } from './hash.ts';

/** Sampling must not follow the order of ids, which is hash order under the store's own seed. */
const SAMPLE_SALT = 0x5a3b1e;

/** Where a name stands in the order of the sample under `seed`. */
export const sampleHash = (name: string, seed: number): number => hash53(name, seed + SAMPLE_SALT);

/** Keeps the `size` smallest numbers it is shown (a max-heap). `size` is at least 1. */
export class SmallestNumbers {
  readonly #size: number;
  readonly #heap: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(value: number): void {
    if (this.#heap.length < this.#size) {
      this.#heap.push(value);
      this.#siftUp(this.#heap.length - 1);
    } else if (value < this.largest) {
      this.#heap[0] = value;
      this.#siftDown();
    }
  }

  /** Largest of the kept numbers; infinite when none was shown. */
  get largest(): number {
    return this.#heap[0] ?? Number.POSITIVE_INFINITY;
  }

  /** How many of the kept numbers equal the largest. */
  get largestCount(): number {
    const { largest } = this;
    return this.#heap.filter((value) => value === largest).length;
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) >= (heap[at] as number)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #siftDown(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const isRightLarger = right < heap.length && (heap[right] as number) > (heap[left] as number);
      const child = isRightLarger ? right : left;
      if ((heap[at] as number) >= (heap[child] as number)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a] as number;
    this.#heap[a] = this.#heap[b] as number;
    this.#heap[b] = kept;
  }
}
