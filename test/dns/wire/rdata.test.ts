import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decoded, decodeResponse } from '../../../src/dns/wire/message.ts';
import { QTYPES } from '../../../src/dns/wire/registry.ts';
import { message, mx, name, type Record, txt, txtData, word } from '../../support/dns-message.ts';

const QNAME = 'example.jp';

function decode(qtype: number, answers: readonly Record[]): Decoded {
  const octets = message({ qname: QNAME, qtype, answers });
  return decodeResponse(octets, octets.length, QNAME, qtype);
}

const ofType = (type: keyof typeof QTYPES, rdata: Buffer): Record => ({
  owner: '@',
  type: QTYPES[type],
  rdata,
});

const recordsOf = (type: keyof typeof QTYPES, ...rdatas: readonly Buffer[]): unknown => {
  const decoded = decode(
    QTYPES[type],
    rdatas.map((rdata) => ofType(type, rdata)),
  );
  return typeof decoded === 'object' && decoded.status === 'noerror' ? decoded.records : decoded;
};

describe('TXT', () => {
  it('joins character-strings with nothing between (RFC 7208 §3.3)', () => {
    expect(recordsOf('TXT', txtData('v=spf1 ip4:192.', '', '0.2.1 -all'))).toEqual([
      'v=spf1 ip4:192.0.2.1 -all',
    ]);
  });

  it('keeps octets as latin1, those above 0x7f too', () => {
    expect(recordsOf('TXT', Buffer.from([4, 0x80, 0x9f, 0xe3, 0xff]))).toEqual([
      '\u0080\u009f\u00e3\u00ff',
    ]);
  });

  it('drops a repeated RDATA but not the same text split otherwise (RFC 2181 §5)', () => {
    expect(
      recordsOf('TXT', txtData('ab'), txtData('ab'), txtData('a', 'b'), txtData('a', 'b')),
    ).toEqual(['ab', 'ab']);
  });

  it('drops repeats among many records too', () => {
    const texts = Array.from({ length: 60 }, (_, i) => `text ${i % 40}`);
    expect(recordsOf('TXT', ...texts.map((text) => txtData(text)))).toEqual(texts.slice(0, 40));
  });

  it('is malformed when empty or when a length goes beyond the RDATA', () => {
    expect(recordsOf('TXT', Buffer.alloc(0))).toBe('malformed');
    expect(recordsOf('TXT', Buffer.from([3, 0x61, 0x62]))).toBe('malformed');
  });

  it('takes an empty character-string as the empty text', () => {
    expect(recordsOf('TXT', Buffer.from([0]))).toEqual(['']);
  });

  it('gives back any octets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 5 }),
        (strings) => {
          const parts = strings.map((octets) => Buffer.from(octets).toString('latin1'));
          expect(recordsOf('TXT', txtData(...parts))).toEqual([parts.join('')]);
        },
      ),
    );
  });
});

describe('MX', () => {
  it('gives preference and exchange in lower case, `.` for the null MX (RFC 7505 §3)', () => {
    expect(decode(QTYPES.MX, [mx('@', 65_535, 'MX1.Example.JP'), mx('@', 0, '')])).toMatchObject({
      records: ['65535 mx1.example.jp', '0 .'],
    });
  });

  it('drops a repeat that differs in case alone', () => {
    expect(
      decode(QTYPES.MX, [mx('@', 1, 'a.b'), mx('@', 1, 'A.b'), mx('@', 2, 'a.b')]),
    ).toMatchObject({ records: ['1 a.b', '2 a.b'] });
  });

  it('is malformed with less or more in it than a name', () => {
    expect(recordsOf('MX', word(10))).toBe('malformed');
    expect(recordsOf('MX', Buffer.concat([word(10), name('a.b'), Buffer.from([0])]))).toBe(
      'malformed',
    );
    expect(recordsOf('MX', Buffer.from([0, 10, 3, 0x61]))).toBe('malformed');
  });
});

describe('addresses', () => {
  it('reads A, and no other length (RFC 1035 §3.4.1)', () => {
    expect(recordsOf('A', Buffer.from([192, 0, 2, 255]))).toEqual(['192.0.2.255']);
    expect(recordsOf('A', Buffer.from([192, 0, 2]))).toBe('malformed');
  });

  it.each([
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000100000001000000000001', '2001:db8:1:0:1::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['00010002000300040005000600000000', '1:2:3:4:5:6::'],
  ])('writes AAAA %s as %s (RFC 5952 §4)', (hex, text) => {
    expect(recordsOf('AAAA', Buffer.from(hex, 'hex'))).toEqual([text]);
  });

  it('writes every AAAA so that it reads back as the same address', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(65_535)), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(groups, (values) => {
        const [text] = recordsOf('AAAA', Buffer.concat(values.map(word))) as [string];
        expect(isIPv6(text)).toBe(true);
        const plain = values.map((value) => value.toString(16)).join(':');
        const canonical = (address: string): string =>
          new SocketAddress({ address, family: 'ipv6' }).address;
        expect(canonical(text)).toBe(canonical(plain));
      }),
    );
  });

  it('refuses AAAA of another length', () => {
    expect(recordsOf('AAAA', Buffer.alloc(15))).toBe('malformed');
  });
});

describe('names', () => {
  it.each(['NS', 'PTR', 'CNAME'] as const)('reads %s in presentation form', (type) => {
    expect(recordsOf(type, name('NS1.example\\046com'))).toEqual(['ns1.example\\046com']);
  });

  it('reads SOA as mname, rname and serial (RFC 1035 §3.3.13)', () => {
    const numbers = Buffer.alloc(20);
    numbers.writeUInt32BE(4_294_967_295, 0);
    const rdata = Buffer.concat([name('ns.example'), name('host.example'), numbers]);
    expect(recordsOf('SOA', rdata)).toEqual(['ns.example host.example 4294967295']);
    expect(recordsOf('SOA', rdata.subarray(0, -1))).toBe('malformed');
    expect(recordsOf('SOA', name('ns.example'))).toBe('malformed');
  });
});

it('ignores TXT when MX was asked, broken or not', () => {
  const broken = { ...txt('@', 'x'), rdata: Buffer.alloc(0) };
  expect(decode(QTYPES.MX, [broken, mx('@', 1, 'a.b')])).toMatchObject({ records: ['1 a.b'] });
});
