/**
 * Share of a population of which each stratum was sampled at a rate of its own: p = ΣW_h p_h with
 * variance ΣW_h²(1−f_h)p_h(1−p_h)/(n_h−1) (Cochran 1977, §5.6), and Wilson's interval on the effective
 * sample size p(1−p)/v. Pure.
 */
import { type Interval, wilson } from './wilson.ts';

export interface Stratum {
  readonly populationSize: number;
  readonly trials: number;
  readonly successes: number;
}

export interface StratifiedEstimate extends Interval {
  readonly share: number;
  /** Names sampled over all strata. */
  readonly trials: number;
  /** Size of the simple random sample that tells as much; infinite for a complete count. */
  readonly effectiveSize: number;
  /** trials / effectiveSize: above 1 the strata cost precision, below they gain it. */
  readonly designEffect: number;
  /** Strata after merging. */
  readonly strata: number;
}

/**
 * Undefined when fewer than two names were sampled in all, unless they are the whole population.
 * Strata of which fewer than two names were sampled say nothing of their own variance and are merged
 * with a neighbour, so give them in an order in which neighbours are alike (ranks ascending). Those
 * that were counted completely stay by themselves.
 */
export function stratifiedEstimate(strata: readonly Stratum[]): StratifiedEstimate | undefined {
  const merged = mergeThin(strata.filter((stratum) => stratum.populationSize > 0));
  const population = sumOf(merged, 'populationSize');
  const trials = sumOf(merged, 'trials');
  if (merged.some(isThin) || !(trials > 0)) return undefined;
  let share = 0;
  let variance = 0;
  let atWorst = 0;
  for (const { populationSize, trials: n, successes } of merged) {
    const weight = populationSize / population;
    const p = successes / n;
    const open = Math.max(0, 1 - n / populationSize);
    share += weight * p;
    if (open === 0) continue;
    const unit = (weight ** 2 * open) / (n - 1);
    variance += unit * p * (1 - p);
    atWorst += unit;
  }
  // Strata that each agree within themselves have no variance, which proves nothing of the names not
  // sampled: such samples are taken as if all strata had the same share.
  const effectiveSize = variance > 0 ? (share * (1 - share)) / variance : 1 / atWorst;
  const interval = Number.isFinite(effectiveSize)
    ? wilson(share * effectiveSize, effectiveSize)
    : undefined;
  return {
    share,
    ...(interval ?? { low: share, high: share }),
    trials,
    effectiveSize,
    designEffect: trials / effectiveSize,
    strata: merged.length,
  };
}

function sumOf(strata: readonly Stratum[], key: keyof Stratum): number {
  return strata.reduce((total, stratum) => total + stratum[key], 0);
}

function isThin({ trials, populationSize }: Stratum): boolean {
  return trials < 2 && trials < populationSize;
}

/** A thin stratum goes to the next one; what is thin at the end goes to the one before. */
function mergeThin(strata: readonly Stratum[]): readonly Stratum[] {
  const merged: Stratum[] = [];
  let open: Stratum | undefined;
  for (const stratum of strata) {
    const whole: Stratum = open === undefined ? stratum : together(open, stratum);
    if (isThin(whole)) open = whole;
    else {
      merged.push(whole);
      open = undefined;
    }
  }
  if (open !== undefined) {
    const last = merged.pop();
    merged.push(last === undefined ? open : together(last, open));
  }
  return merged;
}

function together(a: Stratum, b: Stratum): Stratum {
  return {
    populationSize: a.populationSize + b.populationSize,
    trials: a.trials + b.trials,
    successes: a.successes + b.successes,
  };
}
