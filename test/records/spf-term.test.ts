import { describe, expect, it } from 'vitest';
import { readTerm } from '../../src/records/spf-term.ts';

const read = (text: string) => readTerm(text, 0, text.length);

describe('readTerm', () => {
  it.each([
    ['all', { kind: 'all', qualifier: '+' }],
    ['~ALL', { kind: 'all', qualifier: '~' }],
    ['?include:a.example', { kind: 'include', qualifier: '?', target: 'a.example' }],
    ['-exists:%{i}.a.example', { kind: 'exists', qualifier: '-', target: '%{i}.a.example' }],
    ['ptr', { kind: 'ptr', qualifier: '+', target: undefined }],
    ['ptr:a.example', { kind: 'ptr', qualifier: '+', target: 'a.example' }],
    ['ip4:192.0.2.77/24', { kind: 'ip4', qualifier: '+', network: 0xc0000200, prefixLength: 24 }],
    ['ip4:192.0.2.1', { kind: 'ip4', qualifier: '+', network: 0xc0000201, prefixLength: 32 }],
    ['ip6:2001:db8::/32', { kind: 'ip6', qualifier: '+', prefixLength: 32 }],
    ['ip6:::ffff:192.0.2.1/128', { kind: 'ip6', qualifier: '+', prefixLength: 128 }],
    ['redirect=a.example', { kind: 'redirect', target: 'a.example' }],
    ['EXP=a.example', { kind: 'exp', target: 'a.example' }],
    ['x-Note=', { kind: 'unknown', name: 'x-note' }],
    ['ip4=192.0.2.1', { kind: 'unknown', name: 'ip4' }],
  ])('reads %s (RFC 7208 §12)', (text, term) => {
    expect(read(text)).toEqual(term);
  });

  it.each([
    ['a', undefined, 32, 128],
    ['a/24', undefined, 24, 128],
    ['a//64', undefined, 32, 64],
    ['a/24//64', undefined, 24, 64],
    ['a:h.example', 'h.example', 32, 128],
    ['a:h.example/0', 'h.example', 0, 128],
    ['a:h.example//0', 'h.example', 32, 0],
    ['a:%{d}/24//64', '%{d}', 24, 64],
    ['a:x/y.example/24', 'x/y.example', 24, 128],
    ['a:%{d1/}', '%{d1/}', 32, 128],
  ])('reads the prefix lengths of %s from the right (§5.3)', (text, target, ipv4, ipv6) => {
    const expected = { qualifier: '+', target, ipv4PrefixLength: ipv4, ipv6PrefixLength: ipv6 };
    expect(read(text)).toEqual({ kind: 'a', ...expected });
    expect(read(`mx${text.slice(1)}`)).toEqual({ kind: 'mx', ...expected });
  });

  it.each([
    ['ipv4:192.0.2.1', 'unknown-mechanism'],
    ['redirect:a.example', 'unknown-mechanism'],
    ['1x=a', 'unknown-mechanism'],
    ['=a', 'unknown-mechanism'],
    ['-', 'unknown-mechanism'],
    ['--all', 'unknown-mechanism'],
    ['all.', 'unknown-mechanism'],
    ['a,mx', 'unknown-mechanism'],
    ['-redirect=a.example', 'qualified-modifier'],
    ['all:a.example', 'unexpected-argument'],
    ['all/24', 'unexpected-argument'],
    ['include', 'missing-argument'],
    ['include:', 'missing-argument'],
    ['include/24', 'unexpected-argument'],
    ['include:a.example/24', 'domain-spec'],
    ['exists', 'missing-argument'],
    ['ptr/24', 'unexpected-argument'],
    ['ptr:', 'missing-argument'],
    ['a:', 'missing-argument'],
    ['a:/24', 'missing-argument'],
    ['a/', 'unexpected-argument'],
    ['a/24/32', 'unexpected-argument'],
    ['a/24/64', 'prefix-length'],
    ['a/33', 'prefix-length'],
    ['a/024', 'prefix-length'],
    ['a//129', 'prefix-length'],
    ['a/33//64', 'prefix-length'],
    ['a:host', 'domain-spec'],
    ['a:192.0.2.1', 'domain-spec'],
    ['mx:h.example/', 'domain-spec'],
    ['exists:%{z}.example', 'macro'],
    ['ip4', 'missing-argument'],
    ['ip4:', 'ip4-network'],
    ['ip4/24', 'unexpected-argument'],
    ['ip4:2001:db8::1', 'ip4-network'],
    ['ip4:192.0.2.1,ip4:192.0.2.2', 'ip4-network'],
    ['ip4:192.0.2.0/08', 'prefix-length'],
    ['ip4:192.0.2.0/33', 'prefix-length'],
    ['ip4:192.0.2.0/', 'ip4-network'],
    ['IP6:192.0.2.1', 'ip6-network'],
    ['ip6', 'missing-argument'],
    ['ip', 'unknown-mechanism'],
    ['ip5:192.0.2.1', 'unknown-mechanism'],
    ['ip6:2001:db8::1/129', 'prefix-length'],
    ['redirect=', 'missing-argument'],
    ['exp=host', 'domain-spec'],
    ['x=%', 'macro'],
  ])('refuses %s: %s', (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  it('reads its own range of the text only', () => {
    expect(readTerm('xx a/24 yy', 3, 7)).toEqual(read('a/24'));
    expect(readTerm('a:h.example/24/9', 0, 14)).toEqual(read('a:h.example/24'));
  });
});
