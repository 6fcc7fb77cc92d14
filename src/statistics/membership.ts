/**
 * Where one name stands in one share: outside its denominator, inside, counted in the numerator, or
 * unknown. Pure. It follows from the same counters and the same table of measures as the share itself,
 * so that no rule stands twice.
 *
 * A share's parts are sums of counters (and of the number of targets), so what a profile adds to them
 * is the sum of what its counters add: each counter is asked once a measure, not each profile.
 */
import { COUNTERS } from './counters.ts';
import type { CounterReader } from './counts.ts';
import { BASES } from './layout.ts';
import { figureParts, type MeasureKey } from './metrics.ts';
import { FIRST_PROFILE, NOT_ASKED } from './night-profiles.ts';
import type { ProfileTally } from './segment-counts.ts';
import type { ShareParts } from './shares.ts';

/** Bits of a standing: what one name adds to a share. */
export const IN_NUMERATOR = 1;
export const IN_DENOMINATOR = 2;
/** In the denominator, with an outcome that is not known. */
export const UNKNOWN_INSIDE = 4;
/** Perhaps in the denominator. */
export const UNKNOWN_OUTSIDE = 8;

/** `inside` and `counted` have a known outcome. */
export type Membership = 'outside' | 'inside' | 'counted' | 'unknown';

export function membershipOf(standing: number): Membership {
  if ((standing & (UNKNOWN_INSIDE | UNKNOWN_OUTSIDE)) !== 0) return 'unknown';
  if ((standing & IN_DENOMINATOR) === 0) return 'outside';
  return (standing & IN_NUMERATOR) !== 0 ? 'counted' : 'inside';
}

/** Gives standings in one measure, by a value of `NightProfiles.ofDomain`. */
export interface Standings {
  of(tallies: readonly ProfileTally[]): Uint8Array;
}

/** Throws RangeError for a measure that does not exist. */
export function standingsIn(measure: MeasureKey): Standings {
  const { reader, read } = oneCounter();
  const parts = (at: number, targets: number): Parts => {
    read(at);
    const { metric, class: of, denominatorId } = measure;
    const found = figureParts(reader, metric, of, denominatorId, targets);
    if (found === undefined) throw new RangeError(`${metric} is no share of ${denominatorId}`);
    return partsOf(found);
  };
  const ofTarget = parts(-1, 1);
  const added = new Map<number, Parts>();
  const addedBy = (at: number): Parts => {
    const known = added.get(at);
    if (known !== undefined) return known;
    const fresh = parts(at, 0);
    added.set(at, fresh);
    return fresh;
  };
  return {
    of(tallies) {
      const standings = new Uint8Array(FIRST_PROFILE + tallies.length);
      standings[NOT_ASKED] = bitsOf(ofTarget);
      for (const [i, tally] of tallies.entries()) {
        const sum: Parts = [...ofTarget];
        for (const at of tally) addParts(sum, addedBy(at));
        standings[FIRST_PROFILE + i] = bitsOf(sum);
      }
      return standings;
    },
  };
}

/** Numerator, denominator, unknown inside, unknown outside. */
type Parts = [number, number, number, number];

function partsOf({
  numerator,
  denominator,
  unknownInside = 0,
  unknownOutside = 0,
}: ShareParts): Parts {
  return [numerator, denominator, unknownInside, unknownOutside];
}

function addParts(sum: Parts, more: Parts): void {
  sum[0] += more[0];
  sum[1] += more[1];
  sum[2] += more[2];
  sum[3] += more[3];
}

function bitsOf([numerator, denominator, inside, outside]: Parts): number {
  return (
    (numerator > 0 ? IN_NUMERATOR : 0) |
    (denominator > 0 ? IN_DENOMINATOR : 0) |
    (inside > 0 ? UNKNOWN_INSIDE : 0) |
    (outside > 0 ? UNKNOWN_OUTSIDE : 0)
  );
}

/** Reads as if a single counter stood at 1; none for -1. */
function oneCounter(): { readonly reader: CounterReader; readonly read: (at: number) => void } {
  let row = '';
  let base = '';
  return {
    reader: {
      sum: (rows, bases) => {
        if (!bases.some((of) => of === base)) return 0;
        let found = 0;
        for (const of of rows) if (of === row) found++;
        return found;
      },
    },
    read: (at) => {
      const id = COUNTERS[at] ?? '@';
      row = id.slice(0, id.indexOf('@'));
      base = BASES.find((of) => id.endsWith(`@${of}`)) ?? '';
    },
  };
}
