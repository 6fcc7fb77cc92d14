import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUriList } from '../../src/records/dmarc-uri.ts';

describe('parseUriList', () => {
  it('reads a comma list with blanks around its entries (RFC 9989 §4.8 dmarc-urilist)', () => {
    expect(parseUriList('mailto:a@example.com , \tmailto:b@example.net')).toEqual({
      uris: ['mailto:a@example.com', 'mailto:b@example.net'],
      hasInvalid: false,
      hasSize: false,
    });
  });

  it.each(['!10m', '!10M', '!1', '!512k', '!2T'])('drops the obsolete size %s', (size) => {
    expect(parseUriList(`mailto:a@example.com${size}`)).toEqual({
      uris: ['mailto:a@example.com'],
      hasInvalid: false,
      hasSize: true,
    });
  });

  it.each([
    'mailto:dmarc%2Breports@example.com?subject=x',
    'https://example.com/dmarc/',
    'HTTPS://[2001:db8::1]/dmarc',
    'mailto:a@example.com#x',
    'urn:example:a',
  ])('takes %s: any scheme is valid syntax (RFC 3986 §3)', (uri) => {
    expect(parseUriList(uri).uris).toEqual([uri]);
  });

  it.each([
    ['an empty list', ''],
    ['an address without a scheme', 'd@example.com'],
    ['a blank inside', 'mailto:a b@example.com'],
    ['an unencoded !', 'mailto:a!b@example.com'],
    ['a size that is none', 'mailto:a@example.com!10q'],
    ['a size in the middle', 'mailto:a@example.com!10m!10m'],
    ['a cut percent escape', 'mailto:a%2@example.com'],
    ['a scheme that begins with a digit', '1mailto:a@example.com'],
    ['angle brackets', '<mailto:a@example.com>'],
    ['a second #', 'mailto:a@example.com#b#c'],
    ['brackets beyond an IP literal', 'mailto:a@[192.0.2.1]'],
    ['8-bit bytes', 'mailto:caf\u00c3\u00a9@example.com'],
    ['a control byte', 'mailto:a@example.com\u0000'],
    ['U+212A, which /iu would take for k', '\u212a:x'],
  ])('refuses %s', (_, value) => {
    expect(parseUriList(value)).toMatchObject({ uris: [], hasInvalid: true });
  });

  it('keeps the good entry beside a bad one', () => {
    expect(parseUriList('d@example.com,mailto:a@example.com,')).toEqual({
      uris: ['mailto:a@example.com'],
      hasInvalid: true,
      hasSize: false,
    });
  });

  it('reads 64 KB of any shape in linear time', () => {
    const started = performance.now();
    for (const shape of ['mailto:a', ',', ' ', '!', '!1', 'a:', '%41', '#', 'a:#', 'a:['])
      parseUriList(`a:${shape.repeat(65_000 / shape.length)}`);
    parseUriList(`a:b${' '.repeat(65_000)}c`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('never throws, and every URI it gives has a scheme and no , ; or !', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (value) => {
        for (const uri of parseUriList(value).uris) expect(uri).toMatch(/^[A-Za-z][^,!;\s]*$/u);
      }),
    );
  });
});
