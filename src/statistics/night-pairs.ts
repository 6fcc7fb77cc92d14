/**
 * What each name was on two nights, as one number. Pure. There are millions of names and only some
 * thousand distinct (first night, second night) pairs, so whatever is asked of two nights is computed
 * once a pair and weighed with the names that have it.
 */
import { FIRST_PROFILE, type NightProfiles, NO_TARGET } from './night-profiles.ts';

/** Largest table of pairs kept as an array; above it a Map holds those that occur. */
const FLAT_CELLS = 4_194_304;

export class NightPairs {
  /** By pair: the value of `NightProfiles.ofDomain` on the first night. Pair 0 is no target of either. */
  readonly from: number[] = [NO_TARGET];
  readonly to: number[] = [NO_TARGET];
  /** By domain id. */
  readonly ofDomain: Uint32Array;
  readonly #width: number;
  readonly #numbers: PairNumbers;

  constructor(from: NightProfiles, to: NightProfiles) {
    const size = Math.max(from.ofDomain.length, to.ofDomain.length);
    this.#width = FIRST_PROFILE + to.profiles.length;
    this.#numbers = pairNumbers((FIRST_PROFILE + from.profiles.length) * this.#width);
    this.#numbers.set(0, 0);
    this.ofDomain = new Uint32Array(size);
    for (let id = 0; id < size; id++) {
      this.ofDomain[id] = this.numberOf(
        from.ofDomain[id] ?? NO_TARGET,
        to.ofDomain[id] ?? NO_TARGET,
      );
    }
  }

  /** The number of a pair, a new one where it did not occur. */
  numberOf(from: number, to: number): number {
    const key = from * this.#width + to;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.from.length;
    this.#numbers.set(key, number);
    this.from.push(from);
    this.to.push(to);
    return number;
  }
}

/** Numbers of pairs that occur, by a key below the size given. */
export interface PairNumbers {
  get(key: number): number | undefined;
  set(key: number, number: number): void;
}

/** Takes numbers up to 2³² - 2. */
export function pairNumbers(size: number): PairNumbers {
  if (size > FLAT_CELLS) return new Map<number, number>();
  const flat = new Uint32Array(size);
  return {
    get: (key) => {
      const value = flat[key] as number;
      return value === 0 ? undefined : value - 1;
    },
    set: (key, number) => {
      flat[key] = number + 1;
    },
  };
}
