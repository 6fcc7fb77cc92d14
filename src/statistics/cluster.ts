/**
 * Estimates of a share from whole blocks of domains, as long as a run is not finished. Pure.
 *
 * Blocks are asked in random order, so the finished ones are a simple random sample of clusters:
 * ratio estimator p = Σy/Σm with the linearized variance C/(C−1) · Σ(y−pm)² / (Σm)² (Cochran 1977,
 * §6.3 and §9A), times 1−C/N; the interval is Wilson's on the effective sample size p(1−p)/v. Blocks
 * that happen to agree do not make it narrower than a simple random sample of the same size. With few
 * blocks the normal quantile is too short, so Student's is taken.
 */
import { type Interval, wilson, Z95 } from './wilson.ts';

export interface Cluster {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Estimate extends Interval {
  readonly numerator: number;
  readonly denominator: number;
  readonly share: number;
  readonly clusters: number;
}

/** Fewer blocks than this say too little of their own spread. */
export const MIN_CLUSTERS = 5;

/**
 * The share over all clusters with its 95 % interval; undefined for fewer than `MIN_CLUSTERS` or an
 * empty denominator. `totalClusters` are those of the whole run; without it the run has no end.
 */
export function clusterEstimate(
  clusters: readonly Cluster[],
  totalClusters: number = Number.POSITIVE_INFINITY,
): Estimate | undefined {
  const count = clusters.length;
  let numerator = 0;
  let denominator = 0;
  for (const cluster of clusters) {
    numerator += cluster.numerator;
    denominator += cluster.denominator;
  }
  if (count < MIN_CLUSTERS || !(denominator > 0)) return undefined;
  const share = numerator / denominator;
  let squares = 0;
  for (const cluster of clusters) squares += (cluster.numerator - share * cluster.denominator) ** 2;
  const remaining = Math.max(0, 1 - count / totalClusters);
  const ofClusters = ((count / (count - 1)) * squares * remaining) / denominator ** 2;
  const ofDomains = (share * (1 - share) * remaining) / Math.max(1, denominator - 1);
  const interval =
    remaining === 0
      ? { low: share, high: share }
      : intervalOf(share, denominator, Math.max(ofClusters, ofDomains), studentQuantile(count - 1));
  return { numerator, denominator, share, clusters: count, ...interval };
}

function intervalOf(share: number, denominator: number, variance: number, z: number): Interval {
  const effective = variance > 0 ? (share * (1 - share)) / variance : denominator;
  return wilson(share * effective, effective, { z }) ?? { low: 0, high: 1 };
}

/** Cornish–Fisher expansion of Student's 97.5 % quantile, good to 1 % from 4 degrees of freedom. */
function studentQuantile(degrees: number): number {
  const z = Z95;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
