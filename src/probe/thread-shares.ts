/** How a run's window and rate are divided over its threads. Pure. */

export interface WholeRun {
  /** Queries in flight at most, over all threads. */
  readonly window: number;
  /** Queries per second at most, over all threads; 0 for no cap. */
  readonly rate: number;
  /** Domains to ask; a thread takes them by blocks. */
  readonly domains: number;
  readonly blockSize: number;
}

/**
 * Threads that have something to do, at most `wanted` and at least 1: each needs a query in flight, a
 * query a second and a block, or it would only take its part of the window from the others.
 */
export function usefulThreads(wanted: number, run: WholeRun): number {
  const blocks = Math.ceil(run.domains / run.blockSize);
  const byRate = run.rate === 0 ? wanted : run.rate;
  return Math.max(1, Math.min(wanted, run.window, byRate, blocks));
}

/** Part `index` of `total` in `parts` whole parts that differ by one at most; their sum is `total`. */
export function shareOf(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}
