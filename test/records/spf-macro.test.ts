import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandDomainSpec, isDomainSpec, isMacroString } from '../../src/records/spf-macro.ts';

const CONTEXT = { domain: 'email.example.com', senderDomain: 'strong.example.org' };
const expand = (spec: string): string | undefined => expandDomainSpec(spec, CONTEXT);

describe('isDomainSpec', () => {
  it.each([
    'example.com',
    'example.com.',
    '_spf.example.net-all',
    'http://mail.example.net',
    '.com',
    'a.1-2',
    'a.xn--p1ai',
    '%{d}',
    'explain._spf.%{d}',
    '%{ir}.%{v}._spf.%{d2}',
    '%{D1R.-+,/_=}',
    'foo%%',
    '%{l-}.example.com',
  ])('takes %s (RFC 7208 §7.1)', (spec) => {
    expect(isDomainSpec(spec)).toBe(true);
  });

  it.each([
    '',
    'host',
    'host.',
    '192.0.2.1',
    'example.com..',
    'x.net,',
    'a.b_c',
    'a.-b',
    'a.b-',
    '%{d}.',
    '%{d.}com',
    '%{z}.example.net',
    '%{c}.example.net',
    '%{d0}.example.net',
    '%{d',
    '%{dx}.com',
    '%(ir).example.net',
    'a.com%',
    '%',
    'example.net/24',
  ])('refuses %j', (spec) => {
    expect(isDomainSpec(spec)).toBe(false);
  });
});

describe('isMacroString', () => {
  it('holds the value of an unknown modifier to the grammar alone, letters c r t and digit 0 too', () => {
    expect(['', 'abc', '%{c}%{r}%{t}', '%{d0}', '%%'].every(isMacroString)).toBe(true);
    expect(['%', '%{', '%{q}', '50%off'].some(isMacroString)).toBe(false);
  });
});

describe('expandDomainSpec', () => {
  it.each([
    ['%{o}', 'strong.example.org'],
    ['%{d}', 'email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d3}', 'email.example.com'],
    ['%{d2}', 'example.com'],
    ['%{d1}', 'com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{d1m}', undefined],
    ['%{da}', undefined],
    ['x%%y%_z%-.com', 'x%y z%20.com'],
    ['a.%{d}.b', 'a.email.example.com.b'],
    ['plain.example', 'plain.example'],
  ])('expands %s as RFC 7208 §7.4 does', (spec, expected) => {
    expect(expand(spec)).toBe(expected);
  });

  it('splits at the delimiters that are written and joins with dots (§7.3)', () => {
    const context = { domain: 'a-b.c-d', senderDomain: 'x' };
    expect(expandDomainSpec('%{d-}', context)).toBe('a.b.c.d');
    expect(expandDomainSpec('%{dr-}', context)).toBe('d.b.c.a');
    expect(expandDomainSpec('%{d1.-}', context)).toBe('d');
  });

  it('escapes for an upper-case letter (§7.3)', () => {
    expect(expandDomainSpec('%{D}', { domain: "a/b'.c~", senderDomain: 'x' })).toBe('a%2Fb%27.c~');
  });

  it.each(['%{i}', '%{s}', '%{l}', '%{h}', '%{p}', '%{v}', 'a.%{ir}.%{d}'])(
    'gives nothing for %s, which needs a message (§7.2)',
    (spec) => {
      expect(expand(spec)).toBeUndefined();
    },
  );

  it('does not expand a spec of thousands of macros', () => {
    expect(expand('%{d}'.repeat(10_000))).toBeUndefined();
  });

  it('never throws, whatever printable text it is given', () => {
    const soup = fc.string({ unit: fc.constantFrom(...'%{}drosi2._-/%{d}a.') });
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (spec) => {
        isDomainSpec(spec);
        isMacroString(spec);
        expand(spec);
      }),
      { numRuns: 2000 },
    );
  });

  it('expands every valid spec of static macros', () => {
    const piece = fc.constantFrom('a', '.', '-', '%%', '%_', '%{d}', '%{o2r}', '%{D1.-}', 'com');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const spec = pieces.join('');
        if (isDomainSpec(spec)) expect(expand(spec)).toBeTypeOf('string');
      }),
    );
  });
});
