import fc from 'fast-check';
import { COUNTERS, tally } from '../../src/statistics/counters.ts';
import { type CounterMap, type CounterReader, readCounts } from '../../src/statistics/counts.ts';
import {
  DMARC_CLASSES,
  DMARC_FLAGS,
  MX_CLASSES,
  SPF_CLASSES,
  SPF_FLAGS,
  SPF_TERMINALS,
  UNKNOWN_CLASSES,
} from '../../src/statistics/layout.ts';
import type { CheckProfile, Profile } from '../../src/statistics/profile.ts';

export const outcome = (className: string, flags = 0): CheckProfile => ({
  class: className,
  isKnown: !UNKNOWN_CLASSES.includes(className),
  flags,
});

export const spfFlags = (...names: string[]): number => bits(SPF_FLAGS, names);
export const dmarcFlags = (...names: string[]): number => bits(DMARC_FLAGS, names);

function bits(declared: readonly string[], names: readonly string[]): number {
  return names.reduce((sum, name) => {
    const bit = declared.indexOf(name);
    if (bit < 0) throw new Error(`no flag ${name}`);
    return sum | (1 << bit);
  }, 0);
}

/** A record set as the SPF check can describe it. */
const spfOutcome = fc
  .tuple(fc.constantFrom(...SPF_CLASSES), fc.nat(2 ** SPF_FLAGS.length - 1))
  .map(([of, flags]) => {
    const hasRecord = SPF_TERMINALS.includes(of) || /^(perm|temp)error/u.test(of);
    return outcome(of, hasRecord ? flags | spfFlags('any') : 0);
  });

/** Own or inherited policies, unusable records, failures. */
const dmarcOutcome = fc
  .tuple(fc.constantFrom(...DMARC_CLASSES), fc.nat(2 ** DMARC_FLAGS.length - 1))
  .map(([of, drawn]) => {
    const reject = dmarcFlags('effective_reject');
    const flags = drawn & reject ? drawn & ~dmarcFlags('effective_quarantine') : drawn;
    const any = dmarcFlags('any');
    const valid = dmarcFlags('valid_own');
    if (['none', 'quarantine', 'reject'].includes(of))
      return outcome(of, flags & valid ? flags | any : flags);
    if (['invalid', 'multiple'].includes(of)) return outcome(of, any);
    return outcome(of, of.startsWith('error') ? flags & any : 0);
  });

export const profiles: fc.Arbitrary<Profile[]> = fc.array(
  fc.record({
    existence: fc.constantFrom('exists', 'exists', 'exists', 'nxdomain', 'unknown') as fc.Arbitrary<
      Profile['existence']
    >,
    checks: fc.record({
      mx: fc.constantFrom(...MX_CLASSES).map((of) => outcome(of)),
      spf: spfOutcome,
      dmarc: dmarcOutcome,
    }),
  }),
  { maxLength: 60 },
);

export const ALL_CHECKS = ['mx', 'spf', 'dmarc'];

export function countsOf(list: readonly Profile[]): CounterMap {
  const counts = new Float64Array(COUNTERS.length);
  for (const profile of list) tally(profile, counts);
  return Object.fromEntries(COUNTERS.map((id, i) => [id, counts[i] ?? 0]));
}

export const readerOf = (list: readonly Profile[]): CounterReader => readCounts(countsOf(list));

/** A plain existing domain with mail, to vary. */
export function domain(
  existence: Profile['existence'],
  mx: string,
  spf: CheckProfile,
  dmarc: CheckProfile,
): Profile {
  return { existence, checks: { mx: outcome(mx), spf, dmarc } };
}
