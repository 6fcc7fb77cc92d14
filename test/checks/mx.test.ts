import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mx, readMx } from '../../src/checks/mx.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type ZoneNames, zoneOf } from '../support/zone.ts';

const DOMAIN = 'example.com' as DomainName;

const observe = (zone: ZoneNames) => holdAgainst(zoneOf(zone), mx.observe(DOMAIN));
const codes = (seen: { findings: readonly { code: string }[] }) => seen.findings.map((f) => f.code);

describe('mx', () => {
  it('asks one question and takes exchanges in order of preference, then name', () => {
    const { result, asked } = observe({
      'example.com': {
        MX: [
          [20, 'b.example.net'],
          [5, 'z.example.net'],
          [20, 'A.example.net'],
        ],
      },
    });
    expect(asked).toEqual([{ qname: 'example.com', qtype: 'MX', shared: false }]);
    expect(result).toMatchObject({
      state: 'present',
      class: 'present',
      records: ['5 z.example.net', '20 a.example.net', '20 b.example.net'],
      findings: [],
    });
    expect(mx.cells(result)).toEqual([3, 'z.example.net a.example.net b.example.net']);
    expect(mx.detail(result)).toEqual({
      exchanges: [
        { preference: 5, exchange: 'z.example.net' },
        { preference: 20, exchange: 'a.example.net' },
        { preference: 20, exchange: 'b.example.net' },
      ],
    });
  });

  it('takes a single "0 ." for a null MX (RFC 7505 §3)', () => {
    const { result } = observe({ 'example.com': { MX: [[0, '.']] } });
    expect(result).toMatchObject({ state: 'present', class: 'null', records: ['0 .'] });
    expect(codes(result)).toEqual([]);
    expect(mx.cells(result)).toEqual([0, undefined]);
  });

  it.each([
    [
      'the root beside an exchange',
      [
        [0, '.'],
        [10, 'mx.example.net'],
      ],
      ['null-mx-mixed'],
    ],
    ['the root alone with a preference', [[10, '.']], ['null-mx-preference']],
    [
      'the root twice',
      [
        [0, '.'],
        [10, '.'],
      ],
      ['null-mx-mixed', 'null-mx-preference'],
    ],
  ] as const)('takes %s for invalid, neither null nor present (RFC 7505 §3)', (_, set, found) => {
    const { result } = observe({ 'example.com': { MX: set } });
    expect(result).toMatchObject({ state: 'invalid', class: 'null_mixed' });
    expect(codes(result)).toEqual(found);
  });

  it('tells a name without MX from a name that does not exist (RFC 2308 §2.2, RFC 8020)', () => {
    expect(observe({ 'example.com': {} }).result).toMatchObject({ state: 'absent', class: 'none' });
    expect(observe({}).result).toMatchObject({ state: 'absent', class: 'nxdomain' });
  });

  it('takes a name with a dangling CNAME for existing (RFC 6604 §3)', () => {
    const { result } = observe({ 'example.com': { CNAME: 'gone.example.net' } });
    expect(result).toMatchObject({ state: 'absent', class: 'none' });
    expect(codes(result)).toEqual(['cname-at-apex', 'cname-dangling']);
  });

  it('follows a CNAME at the apex and says so', () => {
    const { result } = observe({
      'example.com': { CNAME: 'real.example.net' },
      'real.example.net': { MX: [[10, 'mx.example.net']] },
    });
    expect(result.class).toBe('present');
    expect(codes(result)).toEqual(['cname-at-apex']);
  });

  it.each([
    ['SERVFAIL', 'servfail', 'error_servfail'],
    ['REFUSED', 'refused', 'error_refused'],
    ['TIMEOUT', 'timeout', 'error_timeout'],
    ['NETWORK', 'network', 'error_network'],
    ['TRUNCATED', 'truncated', 'error_other'],
    ['NOTIMP', 'other_rcode', 'error_other'],
  ])('takes %s for unknown, never for absent', (rcode, reason, name) => {
    expect(observe({ 'example.com': { rcode } }).result).toMatchObject({
      state: 'unknown',
      reason,
      class: name,
      policy: undefined,
    });
  });

  it('flags an address where a host name belongs (RFC 1035 §3.3.9)', () => {
    expect(codes(readMx(['10 192.0.2.1']))).toEqual(['exchange-is-address']);
    expect(codes(readMx(['10 mx1', '20 mx.example.123']))).toEqual([]);
  });

  it('keeps at most 100 exchanges of a hostile answer and counts them all', () => {
    const records = Array.from({ length: 4_000 }, (_, i) => `${i} mx${i}.example.net`);
    const seen = readMx(records);
    expect(seen.records).toHaveLength(100);
    expect(mx.cells(seen)[0]).toBe(4_000);
    expect(codes(seen)).toEqual(['exchanges-cut']);
  });

  it('sees a rotated answer as the same answer', () => {
    const record = fc.tuple(fc.nat(30), fc.constantFrom('.', 'a.net', 'b.net', 'c.net'));
    fc.assert(
      fc.property(fc.uniqueArray(record, { minLength: 1, selector: String }), (set) => {
        const texts = set.map(([preference, host]) => `${preference} ${host}`);
        expect(readMx([...texts].reverse())).toEqual(readMx(texts));
      }),
    );
  });

  it('keeps each exchange as one text of preference and name, however it was written', () => {
    const numbers = [
      '0',
      '10',
      '010',
      '65535',
      '65536',
      '1e3',
      '+5',
      '-5',
      'x',
      '',
      `1${'0'.repeat(21)}`,
    ];
    for (const written of numbers) {
      const preference = Number.parseInt(written, 10) || 0;
      expect(readMx([`${written} a.example`]).records).toEqual([`${preference} a.example`]);
    }
    expect(readMx(['0 ']).records).toEqual(['0 .']);
    expect(readMx(['a.example']).records).toEqual(['0 a.example']);
    expect(readMx(['20 b', '10 c', '10 a']).records).toEqual(['10 a', '10 c', '20 b']);
  });

  it('never throws on any record text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (records) => {
        expect(mx.classes).toContain(readMx(records).class);
      }),
    );
  });
});
