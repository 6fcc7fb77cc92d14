import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy4 } from '../../src/statistics/known-dmarc.ts';
import { nightOf, type Seen, seenTwice } from './nights.ts';
import { dmarcFlags, domain, outcome } from './profiles.ts';

const OWN = dmarcFlags('any', 'own', 'valid_own');
const name = (className: string, flags = 0) =>
  domain('exists', 'present', outcome('absent'), outcome(className, flags));
const GONE = domain('nxdomain', 'nxdomain', outcome('nxdomain'), outcome('nxdomain'));

const of = (seen: readonly Seen[], known: readonly number[] = seen.map(() => 1)) =>
  policy4(nightOf(seen), Uint8Array.from(known));

describe('policy4', () => {
  it('gives the shares of IIR Vol. 35 Fig. 6 with error inside the 100 %', () => {
    const times = (count: number, one: Seen) => Array.from({ length: count }, () => one);
    const found = of([
      ...times(764, name('none', OWN)),
      ...times(65, name('quarantine', OWN)),
      ...times(110, name('reject', OWN)),
      ...times(40, name('absent')),
      ...times(21, name('error_timeout')),
    ]);
    expect(found).toEqual({
      known: 1000,
      none: 764,
      quarantine: 65,
      reject: 110,
      error: 61,
      parts: { absent: 40, error_timeout: 21 },
      notAsked: 0,
    });
  });

  it('drills errors down to what happened to the record', () => {
    const { parts, error } = of([
      name('error_servfail'),
      name('multiple', dmarcFlags('any')),
      name('invalid', dmarcFlags('any')),
      GONE,
      name('absent'),
    ]);
    expect(Object.entries(parts)).toEqual([
      ['absent', 1],
      ['invalid', 1],
      ['multiple', 1],
      ['nxdomain', 1],
      ['error_servfail', 1],
    ]);
    expect(error).toBe(5);
  });

  it("does not take a parent's policy for the name's own record", () => {
    const { parts, reject } = of([name('reject'), name('reject', dmarcFlags('any'))]);
    expect(reject).toBe(0);
    expect(parts).toEqual({ absent: 1, invalid: 1 });
  });

  it('counts known targets only, and keeps those that were not asked apart', () => {
    const seen: Seen[] = [name('none', OWN), name('reject', OWN), 'gone', 'waiting'];
    expect(of(seen, [0, 1, 1, 1])).toMatchObject({ known: 1, reject: 1, none: 0, notAsked: 1 });
    expect(of(seen, [1])).toMatchObject({ known: 1, none: 1, notAsked: 0 });
    expect(of([])).toMatchObject({ known: 0, error: 0, parts: {} });
  });

  it('always adds up', () => {
    fc.assert(
      fc.property(seenTwice, (names) => {
        const seen = names.map(({ from }) => from);
        const { known, none, quarantine, reject, error, parts } = of(seen);
        expect(known).toBe(seen.filter((one) => typeof one !== 'string').length);
        expect(none + quarantine + reject + error).toBe(known);
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(error);
      }),
    );
  });
});
