/**
 * Look-ups without a definitive answer, by check and kind of failure: the rows of `errors.csv`. Pure,
 * from the counters of segments. They are published and are in no denominator of a class.
 */
import { type CounterReader, readCounts, type SegmentCounts } from './counts.ts';
import { BASES, CHECK_LAYOUTS, UNKNOWN_CLASSES } from './layout.ts';
import { compareSegments } from './segment-order.ts';

export interface FailureRow {
  /** The night, `YYYY-MM-DD`. */
  readonly wave: string;
  readonly segmentType: string;
  readonly segment: string;
  /** The check whose questions failed. */
  readonly query: string;
  /** A class without an answer, as `error_timeout`, or SPF's `temperror`. */
  readonly errorClass: string;
  readonly firstPass: number;
  /** After what is asked once more. A run has one pass today, so that both are equal. */
  readonly final: number;
  /** Domains that were asked. */
  readonly denominator: number;
}

/**
 * Every class of every check that was asked, zeros too, since none is a finding as well. Sorted by
 * segment as metrics are, then by check and class as declared.
 */
export function* failureRows(
  segments: readonly SegmentCounts[],
  context: { readonly wave: string; readonly checks: readonly string[] },
): Generator<FailureRow, void, undefined> {
  const checks = CHECK_LAYOUTS.filter(({ name }) => context.checks.includes(name));
  for (const { segmentType, segment, counts } of [...segments].sort(compareSegments)) {
    const reader = readCounts(counts);
    const denominator = reader.sum(['domains'], BASES);
    for (const { name, classes } of checks) {
      for (const errorClass of classes.filter((of) => UNKNOWN_CLASSES.includes(of))) {
        const { firstPass, final } = passes(reader, `${name}.class.${errorClass}`);
        const head = { wave: context.wave, segmentType, segment, query: name, errorClass };
        yield { ...head, firstPass, final, denominator };
      }
    }
  }
}

/** The one place that knows of passes. */
function passes(counts: CounterReader, row: string): { firstPass: number; final: number } {
  const failed = counts.sum([row], BASES);
  return { firstPass: failed, final: failed };
}
