import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isNearMiss,
  isSpfRecord,
  parseSpfRecord,
  selectSpf,
} from '../../src/records/spf-record.ts';

describe('isSpfRecord', () => {
  it.each(['v=spf1', 'V=SPF1 -ALL', 'v=spf1 ', 'v=spf1 bogus'])(
    'selects %j (RFC 7208 §4.5)',
    (text) => {
      expect(isSpfRecord(text)).toBe(true);
    },
  );

  it.each([
    '',
    'v=spf',
    'v=spf10',
    'v=spf1-all',
    'v=spf1\t-all',
    'v=spf1;',
    ' v=spf1 -all',
    'spf2.0/pra',
  ])('does not select %j', (text) => {
    expect(isSpfRecord(text)).toBe(false);
  });
});

describe('isNearMiss', () => {
  it.each([
    'v=spf1-all',
    'v=spf10 +all',
    'v=spf1\tmx -all',
    ' v=spf1 -all',
    '"v=spf1 -all"',
    '\\"v=spf1 -all',
    '\u00ef\u00bb\u00bfv=spf1 -all',
    'v=spf1;-all',
    'v = spf1 -all',
    'v=spf 1 -all',
    'v=spf2 -all',
    'spf1 include:a.example -all',
    'v:spf1 -all',
  ])('tells %j apart from silence', (text) => {
    expect(isNearMiss(text)).toBe(true);
  });

  it.each([
    'v=spf1 -all',
    'spf2.0/pra -all',
    'google-site-verification=abcspf1def',
    'token-xspf1',
    'please see our notes about v=spf1 records',
    'h\u00c3\u00a9llo',
    '',
  ])('leaves %j alone', (text) => {
    expect(isNearMiss(text)).toBe(false);
  });
});

describe('selectSpf', () => {
  it('drops unrelated texts before counting and looks at the version alone (RFC 7208 §4.5)', () => {
    const texts = ['MS=ms1', 'v=spf1 -all', 'v=spf10 +all', 'v=spf1 bogus', 'v=spf1 -all'];
    expect(selectSpf(texts)).toEqual({
      records: ['v=spf1 -all', 'v=spf1 bogus', 'v=spf1 -all'],
      nearMisses: ['v=spf10 +all'],
    });
  });
});

describe('parseSpfRecord', () => {
  it('splits at runs of spaces and keeps the terms behind all (RFC 7208 §4.6)', () => {
    const record = parseSpfRecord('v=spf1  mx   ~all -all a  redirect=a.example x=1 ');
    expect(record).toMatchObject({ ok: true, end: 1, all: '~', redirect: 'a.example' });
    expect(record.ok && record.directives.map((directive) => directive.kind)).toEqual([
      'mx',
      'all',
      'all',
      'a',
    ]);
    expect(record.ok && record.unknownModifiers).toEqual(['x']);
  });

  it('ends behind the last term without all (§4.7)', () => {
    expect(parseSpfRecord('v=spf1')).toMatchObject({ ok: true, end: 0, all: undefined });
    expect(parseSpfRecord('v=spf1 a mx')).toMatchObject({ ok: true, end: 2, all: undefined });
  });

  it.each([
    ['v=spf1 -all ip4:999.1.1.1', 'ip4-network', 'ip4:999.1.1.1'],
    [
      'v=spf1 redirect=a.example -all redirect=b.example',
      'repeated-modifier',
      'redirect=b.example',
    ],
    ['v=spf1 exp=a.example EXP=a.example -all', 'repeated-modifier', 'EXP=a.example'],
    ['v=spf1 ip4:192.0.2.1 \u00e2\u0080\u0093all', 'non-ascii', '0xe2'],
    ['v=spf1 mx\t-all', 'control-character', '0x09'],
    ['v=spf1 -all\u007f', 'control-character', '0x7f'],
  ])('makes a whole record of %j the error %s (§4.6)', (text, problem, term) => {
    expect(parseSpfRecord(text)).toEqual({ ok: false, problem, term });
  });

  it('takes an unknown modifier any number of times (§6)', () => {
    expect(parseSpfRecord('v=spf1 x=1 x=2 -all')).toMatchObject({ ok: true, all: '-' });
  });

  it('gives a value for any text', () => {
    const soup = fc.string({ unit: fc.constantFrom(...'v=spf1 amxip46:/.%{d}-~?+all,ncluderts') });
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseSpfRecord(`v=spf1 ${text}`);
        if (parsed.ok) expect(parsed.end).toBeLessThanOrEqual(parsed.directives.length);
        else expect(parsed.problem).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['ip6 terms without a gap', 'ip6:1:2:3:4:5:6:7:8 '],
    ['macros', 'a:%{d}%{d}%{d}.%{d} '],
    ['modifiers', 'x= '],
    ['spaces', ' '],
    ['one endless term', 'a'],
  ])('reads a record of 64 KiB of %s in time that grows with its length', (_, piece) => {
    const timeOf = (octets: number): number => {
      const text = `v=spf1 ${piece.repeat(Math.ceil(octets / piece.length))}`;
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const before = performance.now();
        parseSpfRecord(text);
        best = Math.min(best, performance.now() - before);
      }
      return best;
    };
    timeOf(65_536);
    // Sixteenfold text: linear is 16, quadratic 256. The floor keeps the clock's grain out.
    expect(timeOf(1_048_576)).toBeLessThan(Math.max(timeOf(65_536), 1) * 100);
  });
});
