/**
 * Intervals of the difference of two proportions, 95 %, by the hybrid score method (method 10 of
 * Newcombe 1998): of two independent samples, and of the same names seen twice. Both are put together
 * from Wilson's intervals (`wilson.ts`), so they hold for small shares and stay between -1 and 1. Pure.
 * A census has no such interval; whoever calls decides that.
 */
import { type Interval, wilson } from './wilson.ts';

export interface Proportion {
  readonly x: number;
  readonly n: number;
  /** Of what was sampled without replacement; infinite when left out. */
  readonly populationSize?: number;
}

/**
 * Interval of a - b; undefined where one of them has no denominator. Takes the two as independent: for
 * two samples of the same list that share names it is too wide rather than too narrow.
 */
export function newcombeDifference(a: Proportion, b: Proportion): Interval | undefined {
  const ofA = wilsonOf(a);
  const ofB = wilsonOf(b);
  if (ofA === undefined || ofB === undefined) return undefined;
  return differenceOf({ share: a.x / a.n, ...ofA }, { share: b.x / b.n, ...ofB });
}

/** A share with its own interval. */
export interface Bounded extends Interval {
  readonly share: number;
}

/**
 * Interval of a - b from an interval of each (MOVER): `correlation` is that of the two estimates, 0 for
 * independent ones.
 */
export function differenceOf(a: Bounded, b: Bounded, correlation = 0): Interval {
  const difference = a.share - b.share;
  const below = spread(a.share - a.low, b.high - b.share, correlation);
  const above = spread(a.high - a.share, b.share - b.low, correlation);
  return { low: Math.max(-1, difference - below), high: Math.min(1, difference + above) };
}

function spread(one: number, other: number, correlation: number): number {
  return Math.sqrt(Math.max(0, one ** 2 - 2 * correlation * one * other + other ** 2));
}

function wilsonOf({ x, n, populationSize }: Proportion): Interval | undefined {
  return wilson(x, n, populationSize === undefined ? {} : { populationSize });
}

/** Names seen on both nights, by whether they have the property on the first, on the second. */
export interface PairedTable {
  readonly both: number;
  /** On the first night only. */
  readonly lost: number;
  /** On the second night only. */
  readonly gained: number;
  readonly neither: number;
}

/**
 * Interval of the second share less the first; undefined for an empty table. The correlation is phi
 * with Newcombe's correction for continuity, which applies to positive ones only. `populationSize` are
 * the names of the list that such a table would hold had all been sampled.
 */
export function newcombePaired(table: PairedTable, populationSize?: number): Interval | undefined {
  const { both, lost, gained, neither } = table;
  const n = both + lost + gained + neither;
  const population = populationSize === undefined ? {} : { populationSize };
  const first = wilsonOf({ x: both + lost, n, ...population });
  const second = wilsonOf({ x: both + gained, n, ...population });
  if (first === undefined || second === undefined) return undefined;
  return differenceOf(
    { share: (both + gained) / n, ...second },
    { share: (both + lost) / n, ...first },
    correctedPhi(table, n),
  );
}

function correctedPhi({ both, lost, gained, neither }: PairedTable, n: number): number {
  const margins = (both + lost) * (gained + neither) * (both + gained) * (lost + neither);
  if (!(margins > 0)) return 0;
  const product = both * neither - lost * gained;
  return (product > 0 ? Math.max(0, product - n / 2) : product) / Math.sqrt(margins);
}
