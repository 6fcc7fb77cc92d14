import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, recordText } from '../../src/report/text-escape.ts';

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
