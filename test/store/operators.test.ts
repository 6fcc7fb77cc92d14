import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainName } from '../../src/names/domain-name.ts';
import { isSelf } from '../../src/names/operator.ts';
import { mxOperators, ruaOperators } from '../../src/store/operators.ts';

const dmarc = (rua: string) => [`v=DMARC1; p=none; rua=${rua}`];

describe('the operator of the mail exchanges', () => {
  it.each([
    [['10 aspmx.l.google.com', '20 mx.backup.example'], ['google.com']],
    [['1 a.mx.iij.ne.jp'], ['iij.ne.jp']],
    [['0 .', '10 mx.late.example'], ['late.example']],
    [['0 .'], []],
    [[], []],
    // No host names: an address, a label, octets that no name has; the next exchange is asked.
    [['10 192.0.2.1', '20 mx.next.example'], ['next.example']],
    [['10 self'], []],
    [['10 com'], []],
    [['10 bad\\032name.example'], []],
    [['10 '], []],
  ])('of %j is %j', (records, wanted) => {
    expect(mxOperators(records)).toEqual(wanted);
  });
});

describe('the operators that take DMARC reports', () => {
  it.each([
    ['mailto:a@rua.vendor.com', ['vendor.com']],
    ['mailto:a@x.vendor.com!10m, mailto:b@y.vendor.com', ['vendor.com']],
    ['mailto:a@one.org,MAILTO:b@TWO.org?subject=x@three.org', ['one.org', 'two.org']],
    ['https://user:pw@reports.web.net:8443/path@x.org', ['web.net']],
    ['mailto:nobody', []],
    ['mailto:a@', []],
    ['tel:123', []],
    ['mailto:a@%6f.org', []],
    ['mailto:a@self', []],
    ['not a uri', []],
  ])('of rua=%s are %j', (rua, wanted) => {
    expect(ruaOperators(dmarc(rua))).toEqual(wanted);
  });

  it('are none of several records, which a receiver discards (RFC 9989 §4.10), and of near misses', () => {
    const [record] = dmarc('mailto:a@vendor.com') as [string];
    expect(ruaOperators([record, 'v=DMARC1; p=reject'])).toEqual([]);
    expect(ruaOperators(['v=dmarc1; rua=mailto:a@vendor.com'])).toEqual([]);
    expect(ruaOperators([record, 'v=dmarc1; near miss'])).toEqual(['vendor.com']);
  });

  it('are names of two labels at least, whatever the records say', () => {
    const records = fc.array(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => dmarc(text)[0] ?? ''),
      ),
    );
    fc.assert(
      fc.property(records, (texts) => {
        for (const operator of [...ruaOperators(texts), ...mxOperators(texts)])
          expect(operator).toMatch(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/u);
      }),
    );
  });
});

describe('an operator that is the domain itself', () => {
  it.each([
    ['example.co.jp', 'example.co.jp', true],
    ['www.example.com', 'example.com', true],
    ['badexample.com', 'example.com', false],
    // Below a private suffix each name is somebody's own.
    ['someone.github.io', 'github.io', false],
    ['example.com', 'other.com', false],
  ])('%s and %s: %s', (domain, operator, wanted) => {
    expect(isSelf(domain as DomainName, operator as DomainName)).toBe(wanted);
  });
});
