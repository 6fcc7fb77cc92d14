/** One domain in one run as an export sees it: plain data, whatever the store. */
import type { Cell } from '../checks/check.ts';
import type { FailureReason } from '../dns/talk.ts';

export interface CheckOutcome {
  readonly class: string;
  readonly isKnown: boolean;
  /** Why it is not known; undefined where it is. */
  readonly reason: FailureReason | undefined;
  /** Bits of `Check.flagNames`. */
  readonly flags: number;
  /** One latin1 character a byte. */
  readonly records: readonly string[];
  /** Beside `Check.columns`; trailing empty cells may be missing. */
  readonly cells: readonly Cell[];
}

export interface DomainRow {
  /** A-labels. */
  readonly name: string;
  readonly tld: string;
  /** As `jp:co`, `com`. */
  readonly registry: string;
  readonly rank: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly isAttempted: boolean;
  readonly existence: 'exists' | 'nxdomain' | 'unknown';
  readonly existenceReason: FailureReason | undefined;
  readonly attempts: number | undefined;
  readonly measuredAtMs: number | undefined;
  /** By check name; a check that was not asked is missing. */
  readonly checks: Readonly<Record<string, CheckOutcome | undefined>>;
}
