/**
 * One domain in one run, as the counters see it. Pure data; floor 4b knows checks by name and class
 * only, never a store or a socket.
 */

/** A check's outcome for one domain. */
export interface CheckProfile {
  /** A class of the check, as `minus_all`. */
  readonly class: string;
  /** False when the state is unknown. */
  readonly isKnown: boolean;
  /** Bits of `Check.flagNames`. */
  readonly flags: number;
}

export interface Profile {
  readonly existence: 'exists' | 'nxdomain' | 'unknown';
  /** By check name; a check that the run did not ask is missing. */
  readonly checks: Readonly<Record<string, CheckProfile | undefined>>;
}
