/**
 * One night as the analyses see it that need single domains: comparison, flows, segments that are not
 * kept as counters. Pure data. A list has millions of names and only some thousand distinct profiles,
 * so each profile is held, counted and judged once, and a domain is a number into that table. It
 * must not know a store.
 */
import type { Profile } from './profile.ts';

/** `NightProfiles.ofDomain` of a name that is no target of the run. */
export const NO_TARGET = 0;

/** Of a target that was not asked (an open or aborted run). */
export const NOT_ASKED = 1;

/** `ofDomain[id] - FIRST_PROFILE` is an index into `profiles`. */
export const FIRST_PROFILE = 2;

export interface NightProfiles {
  readonly runId: number;
  /** `YYYY-MM-DD`. */
  readonly night: string;
  /** Distinct. */
  readonly profiles: readonly Profile[];
  /** By domain id: `NO_TARGET`, `NOT_ASKED`, or `FIRST_PROFILE` plus an index into `profiles`. */
  readonly ofDomain: Uint32Array;
}

/**
 * Which segments of one type each domain is in. A domain may be in several (a name on two lists, a
 * record with two report destinations) or in none.
 */
export interface SegmentKeys {
  /** `tld`, `registry`, `rank`, `list`, `label:<column>`, `mx`, `rua`, or two of them as `tld,rank`. */
  readonly type: string;
  /** Distinct sets of segment names; the empty set is there for domains in none. */
  readonly groups: readonly (readonly string[])[];
  /** By domain id: index into `groups`. Meaningful only where the night has the domain as a target. */
  readonly ofDomain: Uint32Array;
}
