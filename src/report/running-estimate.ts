/**
 * What a run's figures look like so far: finished blocks are a random sample of blocks, so the share
 * is a ratio estimate and the interval uses the spread between them (statistics: cluster estimator).
 * One short line; the report prints the same with its denominators.
 */
import { clusterEstimate } from '../statistics/cluster.ts';
import type { CounterMap } from '../statistics/counts.ts';
import { EXISTING_BASES } from '../statistics/layout.ts';

/** Undefined while too few blocks are done to tell. `totalBlocks` is the run's. */
export function runningEstimate(
  blocks: Iterable<{ readonly counts: CounterMap }>,
  totalBlocks: number,
): string | undefined {
  const clusters: { numerator: number; denominator: number }[] = [];
  for (const { counts } of blocks) {
    const sum = (row: string) =>
      EXISTING_BASES.reduce((total, base) => total + (counts[`${row}@${base}`] ?? 0), 0);
    clusters.push({
      numerator: sum('dmarc.valid'),
      denominator: sum('domains') - sum('dmarc.unknown'),
    });
  }
  const estimate = clusterEstimate(clusters, totalBlocks);
  if (estimate === undefined) return undefined;
  const points = ((estimate.high - estimate.low) / 2) * 100;
  return `DMARC about ${(estimate.share * 100).toFixed(1)} % ± ${points.toFixed(1)} of existing domains`;
}
