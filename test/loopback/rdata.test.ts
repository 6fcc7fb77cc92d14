import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMx, encodeName, encodeTxt, splitText } from '../../src/loopback/rdata.ts';

const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');

describe('encodeName', () => {
  it('writes length-prefixed labels and the root, with or without the final dot (RFC 1035 §3.1)', () => {
    expect(hex(encodeName('mx.example.'))).toBe('026d78076578616d706c6500');
    expect(hex(encodeName('mx.example'))).toBe('026d78076578616d706c6500');
    expect(hex(encodeName('.'))).toBe('00');
    expect(hex(encodeName(''))).toBe('00');
  });

  it('reads \\DDD as an octet and \\X as that character (RFC 1035 §5.1)', () => {
    expect(hex(encodeName('\\032nt.ch'))).toBe('03206e7402636800');
    expect(hex(encodeName('a\\.b'))).toBe('03612e6200');
    expect(hex(encodeName('a\\\\'))).toBe('02615c00');
  });

  it('refuses empty and long labels, long names, octets over 255 (RFC 1035 §2.3.4)', () => {
    const label = 'a'.repeat(63);
    expect(encodeName(`${label}.${label}.${label}.${'b'.repeat(61)}`)).toHaveLength(255);
    expect(encodeName(`${label}.${label}.${label}.${'b'.repeat(62)}`)).toBeUndefined();
    for (const name of ['a..b', '.a', 'a..', `${label}a`, 'a\\', 'a\\256', 'a\u0100'])
      expect(encodeName(name), name).toBeUndefined();
  });

  it('never throws and never exceeds 255 octets, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        expect(encodeName(name)?.length ?? 0).toBeLessThanOrEqual(255);
      }),
    );
  });
});

describe('encodeTxt', () => {
  it('splits at 255 octets and keeps every octet (RFC 1035 §3.3.14)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (text) => {
        const strings = splitText(text);
        expect(Buffer.concat(strings).equals(Buffer.from(text))).toBe(true);
        expect(strings.slice(0, -1).every((string) => string.length === 255)).toBe(true);
        expect(encodeTxt(text)).toHaveLength(text.length + strings.length);
      }),
    );
    expect(hex(encodeTxt(new Uint8Array()))).toBe('00');
  });
});

describe('encodeMx', () => {
  it('writes preference and exchange, and none of a bad exchange', () => {
    expect(hex(encodeMx(258, 'a.b'))).toBe('01020161016200');
    expect(hex(encodeMx(0, '.'))).toBe('000000');
    expect(encodeMx(70_000, 'a.b')).toBeUndefined();
    expect(encodeMx(1, 'a..b')).toBeUndefined();
  });
});
