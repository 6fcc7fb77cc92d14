import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ipv4Network,
  isIpv6,
  NO_VALUE,
  readDecimal,
  readIpv4,
} from '../../src/records/spf-address.ts';

const ipv4 = (text: string): number => readIpv4(text, 0, text.length);
const ipv6 = (text: string): boolean => isIpv6(text, 0, text.length);

describe('readIpv4', () => {
  it.each([
    ['0.0.0.0', 0],
    ['192.0.2.1', 0xc0000201],
    ['255.255.255.255', 0xffffffff],
  ])('reads %s', (text, address) => {
    expect(ipv4(text)).toBe(address);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1..2.3',
    '.1.2.3',
    '1.2.3.',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1.2.3.0x1',
    '999.1.1.1',
  ])('refuses %j: a qnum has no leading zero and ends at 255 (RFC 7208 §12)', (text) => {
    expect(ipv4(text)).toBe(NO_VALUE);
  });

  it('agrees with the platform on any text of its alphabet', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.'), maxLength: 16 }), (text) => {
        expect(ipv4(text) !== NO_VALUE).toBe(isIPv4(text));
      }),
    );
  });
});

describe('isIpv6', () => {
  it.each([
    '::',
    '::1',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:192.0.2.1',
    'ABCD::',
  ])('takes %s (RFC 4291 §2.2)', (text) => {
    expect(ipv6(text)).toBe(true);
  });

  it.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'fe80::1%eth0',
    '192.0.2.1',
    '::192.0.2.1:1',
    '192.0.2.1::',
    '1:',
    ':1',
    '::g',
    '1:2:3:4:5:6:7:192.0.2.1',
  ])('refuses %j', (text) => {
    expect(ipv6(text)).toBe(false);
  });

  it('agrees with the platform on any text of its alphabet', () => {
    const groups = fc.array(
      fc.constantFrom('', '', '0', 'a1', 'FFFF', '12345', '1.2.3.4', '1.2.3'),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(groups, (pieces) => {
        const text = pieces.join(':');
        expect(ipv6(text)).toBe(isIPv6(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads its own range only', () => {
    expect(isIpv6('x1::2y::', 1, 5)).toBe(true);
    expect(isIpv6('1:2:3:4:5:6:7:8::', 0, 15)).toBe(true);
    expect(isIpv6('1:2:3:4:5:6:7::', 0, 14)).toBe(false);
  });
});

describe('readDecimal', () => {
  it.each([
    ['0', 0],
    ['32', 32],
    ['08', NO_VALUE],
    ['00', NO_VALUE],
    ['33', NO_VALUE],
    ['', NO_VALUE],
    ['1e1', NO_VALUE],
    ['9999999999', NO_VALUE],
  ])('reads %j as %d under a maximum of 32', (text, value) => {
    expect(readDecimal(text, 0, text.length, 32)).toBe(value);
  });
});

describe('ipv4Network', () => {
  it('drops host bits, also of /0 and /32 (RFC 7208 §5.6)', () => {
    expect(ipv4Network(0xc0000201, 24)).toBe(0xc0000200);
    expect(ipv4Network(0xffffffff, 0)).toBe(0);
    expect(ipv4Network(0xffffffff, 32)).toBe(0xffffffff);
  });
});
