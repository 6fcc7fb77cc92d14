import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTERS, HEADLINE, tally } from '../../src/statistics/counters.ts';
import { BASES, ROWS } from '../../src/statistics/layout.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import { countsOf, dmarcFlags, domain, outcome, profiles, readerOf, spfFlags } from './profiles.ts';

const SPF = outcome('tilde_all', spfFlags('any'));
const NO_DMARC = outcome('absent');
const DMARC = outcome('reject', dmarcFlags('any', 'own', 'valid_own', 'rua', 'enforce_strict'));

describe('COUNTERS', () => {
  it('has unique ids, one for each row and base', () => {
    expect(new Set(COUNTERS).size).toBe(COUNTERS.length);
    expect(COUNTERS.length).toBe(ROWS.length * BASES.length);
  });

  it('keeps the positions that stores already hold: new counters come at the end', () => {
    const first = COUNTERS.slice(0, 495);
    expect([first[0], first[70], first[200], first[494]]).toEqual([
      'domains@mail',
      'dmarc.valid@mail',
      'mx.class.present@mail',
      'dmarc.flag.psl_differs@existence_unknown',
    ]);
    expect(createHash('sha256').update(first.join('\n')).digest('hex')).toBe(
      'da500af1de324cd4f60f2e6ab467942534aaf57e0cc5da05be4a34e15ff24996',
    );
  });

  it('contains the headline counters', () => {
    expect(HEADLINE.filter((id) => !COUNTERS.includes(id))).toEqual([]);
    expect(new Set(HEADLINE).size).toBe(HEADLINE.length);
  });
});

describe('tally', () => {
  it('puts each domain in exactly one base', () => {
    const counts = readerOf([
      domain('exists', 'present', SPF, DMARC),
      domain('exists', 'null_mixed', SPF, DMARC),
      domain('exists', 'null', SPF, DMARC),
      domain('exists', 'none', SPF, DMARC),
      domain('exists', 'error_timeout', SPF, DMARC),
      domain('nxdomain', 'nxdomain', outcome('nxdomain'), outcome('nxdomain')),
      domain('unknown', 'error_servfail', outcome('error_servfail'), NO_DMARC),
    ]);
    expect(BASES.map((base) => counts.sum(['domains'], [base]))).toEqual([2, 2, 1, 1, 1]);
  });

  it('takes a domain whose MX was not asked as MX unknown, not as one without mail', () => {
    const counts = readerOf([{ existence: 'exists', checks: { spf: SPF } }]);
    expect(counts.sum(['domains'], ['mx_unknown'])).toBe(1);
    expect(counts.sum(['spf.valid'], ['mx_unknown'])).toBe(1);
  });

  it('counts a temperror as unknown and as a published record (its own record was seen)', () => {
    const counts = readerOf([
      domain('exists', 'present', outcome('temperror', spfFlags('any')), NO_DMARC),
    ]);
    expect(counts.sum(['spf.unknown'], ['mail'])).toBe(1);
    expect(counts.sum(['spf.unknown_any'], ['mail'])).toBe(1);
    expect(counts.sum(['spf.flag.any'], ['mail'])).toBe(1);
    expect(counts.sum(['joint.known'], ['mail'])).toBe(0);
  });

  it('does not take an inherited policy as a valid record of the domain', () => {
    const inherited = outcome('reject', dmarcFlags('rua', 'enforce_strict', 'effective_reject'));
    const counts = readerOf([domain('exists', 'present', SPF, inherited)]);
    expect(counts.sum(['dmarc.class.reject'], ['mail'])).toBe(1);
    expect(counts.sum(['dmarc.valid', 'dmarc.valid.rua', 'dmarc.flag.any'], ['mail'])).toBe(0);
    expect(counts.sum(['joint.protected'], ['mail'])).toBe(1);
  });

  it('counts an unusable own record apart, also where a parent policy is applied', () => {
    const counts = readerOf([
      domain('exists', 'present', SPF, outcome('invalid', dmarcFlags('any'))),
      domain('exists', 'present', SPF, outcome('multiple', dmarcFlags('any'))),
      domain('exists', 'present', SPF, outcome('reject', dmarcFlags('any'))),
    ]);
    const unusable = ['invalid', 'multiple', 'other'].map((of) =>
      counts.sum([`dmarc.unusable.${of}`], ['mail']),
    );
    expect(unusable).toEqual([1, 1, 1]);
    expect(counts.sum(['dmarc.valid'], ['mail'])).toBe(0);
  });

  it('does not protect a domain whose SPF lets everybody send', () => {
    const open = outcome('plus_all', spfFlags('any', 'open', 'lax'));
    expect(
      readerOf([domain('exists', 'present', open, DMARC)]).sum(['joint.protected'], ['mail']),
    ).toBe(0);
    expect(
      readerOf([domain('exists', 'present', SPF, DMARC)]).sum(['joint.protected'], ['mail']),
    ).toBe(1);
  });

  it('counts the locks of a domain that sends no mail', () => {
    const deny = outcome('minus_all', spfFlags('any', 'exact_deny'));
    const reject = outcome(
      'reject',
      dmarcFlags('any', 'own', 'valid_own', 'enforce_strict', 'effective_reject'),
    );
    const counts = readerOf([
      domain('exists', 'null', deny, reject),
      domain('exists', 'none', deny, reject),
      domain('exists', 'none', outcome('absent'), NO_DMARC),
    ]);
    const locks = [0, 3, 7].map((i) => counts.sum([`joint.locks_${i}`], ['no_mail']));
    expect(locks).toEqual([1, 1, 1]);
  });

  it('refuses a class that has no counter, rather than losing the domain', () => {
    expect(() => countsOf([domain('exists', 'novel', SPF, DMARC)])).toThrow(RangeError);
  });

  it('adds to plain arrays and typed arrays alike', () => {
    fc.assert(
      fc.property(profiles, (list: Profile[]) => {
        const plain = COUNTERS.map(() => 0);
        const typed = new Float64Array(COUNTERS.length);
        for (const profile of list) {
          tally(profile, plain);
          tally(profile, typed);
        }
        expect(plain).toEqual([...typed]);
      }),
      { numRuns: 30 },
    );
  });
});
