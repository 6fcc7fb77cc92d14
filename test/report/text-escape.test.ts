import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, jsonLine, recordText, utf8Text } from '../../src/report/text-escape.ts';

describe('escapeText', () => {
  it.each([
    ['\x1b[2J', '\\x1B[2J'],
    ['a\r\nb\tc', 'a\\x0D\\x0Ab\\x09c'],
    ['\x9b31m', '\\x9B31m'],
    ['evil\u202emoc.', 'evil\\u{202E}moc.'],
    ['a\u200bb\ufeff', 'a\\u{200B}b\\u{FEFF}'],
    ['\u{e0041}', '\\u{E0041}'],
    ['\ud800', '\\u{D800}'],
  ])('shows what would hide or move the cursor: %j', (hostile, shown) => {
    expect(escapeText(hostile)).toBe(shown);
  });

  it('leaves printable text of any script as it is', () => {
    const text = 'v=DMARC1; p=none  日本語 пример "é" 😀';
    expect(escapeText(text)).toBe(text);
  });

  it('is total, and a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = escapeText(text);
        expect(once).not.toMatch(/\p{Cc}/u);
        expect(escapeText(once)).toBe(once);
      }),
    );
  });
});

describe('recordText', () => {
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

  it('reads the bytes of a record as UTF-8 where they are UTF-8', () => {
    expect(recordText(bytes('v=spf1 -all ; größer'))).toBe('v=spf1 -all ; größer');
  });

  it('shows single bytes where they are not', () => {
    expect(recordText('caf\xe9 \xff')).toBe('caf\\xE9 \\xFF');
  });
});

describe('utf8Text', () => {
  it('gives text whose UTF-8 form is the record, or nothing', () => {
    expect(utf8Text('v=spf1 -all')).toBe('v=spf1 -all');
    expect(utf8Text('\xef\xbb\xbfv=spf1')).toBe('\ufeffv=spf1');
    expect(utf8Text('\xff')).toBeUndefined();
    // Overlong forms and surrogates are no UTF-8 (RFC 3629 §3).
    expect(utf8Text('\xc0\xaf')).toBeUndefined();
    expect(utf8Text('\xed\xa0\x80')).toBeUndefined();
  });
});

describe('jsonLine', () => {
  it('is the same value for a JSON reader, on one line without hidden characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = jsonLine({ text });
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028\u2029]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });

  it('escapes what JSON leaves as it is', () => {
    expect(jsonLine('a\u202e\x9b\u{e0041}é')).toBe('"a\\u202e\\u009b\\udb40\\udc41é"');
  });
});
