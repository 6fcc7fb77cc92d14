import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionName, spfTarget } from '../../src/records/spf-target.ts';

const CONTEXT = { domain: 'example.com', senderDomain: 'example.com' };

describe('spfTarget', () => {
  it.each([
    [undefined, { kind: 'name', name: 'example.com' }],
    ['_SPF.Example.NET.', { kind: 'name', name: '_spf.example.net' }],
    ['%{d2}._spf.%{o}', { kind: 'name', name: 'example.com._spf.example.com' }],
    ['%{i}.example.net', { kind: 'dynamic' }],
    ['.com', { kind: 'malformed', name: '.com' }],
    ['a..example', { kind: 'malformed', name: 'a..example' }],
    [`${'a'.repeat(64)}.example`, { kind: 'malformed', name: `${'a'.repeat(64)}.example` }],
    ['%{d1}', { kind: 'malformed', name: 'com' }],
    ['%{d}.', { kind: 'name', name: 'example.com' }],
  ])('takes %s for its name, if it has one (RFC 7208 §4.3)', (spec, target) => {
    expect(spfTarget(spec, CONTEXT)).toEqual(target);
  });

  it('cuts labels from the left until 253 octets hold the name (§7.3)', () => {
    const label = 'a'.repeat(49);
    const spec = `${Array.from({ length: 6 }, () => label).join('.')}.example`;
    const target = spfTarget(spec, CONTEXT);
    expect(target).toEqual({ kind: 'name', name: spec.slice(2 * 50) });
    const exact = `${'b'.repeat(45)}.${Array.from({ length: 4 }, () => label).join('.')}.example`;
    expect(exact).toHaveLength(253);
    expect(spfTarget(exact, CONTEXT)).toEqual({ kind: 'name', name: exact });
    expect(spfTarget(`b${exact}`, CONTEXT)).toEqual({ kind: 'name', name: exact.slice(46) });
  });

  it('gives a value for any spec, and names within the limits of RFC 1035 §2.3.4', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (spec) => {
        const target = spfTarget(spec, CONTEXT);
        if (target.kind !== 'name') return;
        expect(target.name.length).toBeLessThanOrEqual(253);
        for (const label of target.name.split('.')) {
          expect(label.length).toBeGreaterThan(0);
          expect(label.length).toBeLessThanOrEqual(63);
        }
      }),
    );
  });
});

describe('questionName', () => {
  it('writes octets that a plain name has not as \\DDD (RFC 1035 §5.1)', () => {
    expect(questionName('_spf.example-1.com')).toBe('_spf.example-1.com');
    expect(questionName('http://mail.example.net')).toBe('http\\058\\047\\047mail.example.net');
    expect(questionName('a b\\.example')).toBe('a\\032b\\092.example');
  });
});
