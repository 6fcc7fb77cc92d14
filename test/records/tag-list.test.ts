import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTagList } from '../../src/records/tag-list.ts';

const pairs = (text: string) => parseTagList(text).tags.map(({ name, value }) => [name, value]);

describe('parseTagList', () => {
  it('reads tags in order, without the blanks around them (RFC 9989 §4.8)', () => {
    expect(pairs('v = DMARC1 ;\tp= Reject ; rua=mailto:a@example.com')).toEqual([
      ['v', 'DMARC1'],
      ['p', 'Reject'],
      ['rua', 'mailto:a@example.com'],
    ]);
  });

  it('splits a tag at its first = only', () => {
    expect(pairs('rua=mailto:a@example.com?x=y')).toEqual([['rua', 'mailto:a@example.com?x=y']]);
  });

  it('keeps an empty value, which is a tag (RFC 6376 §3.2)', () => {
    expect(pairs('p=none;rua=')).toEqual([
      ['p', 'none'],
      ['rua', ''],
    ]);
  });

  it('does not take U+00A0 for a blank', () => {
    expect(pairs('p=none\u00a0')).toEqual([['p', 'none\u00a0']]);
    expect(parseTagList('\u00a0p=none').hasJunk).toBe(true);
  });

  it.each([
    ['an empty piece', 'v=DMARC1;; p=none'],
    ['a piece of blanks', 'v=DMARC1; ;p=none'],
    ['a piece without =', 'v=DMARC1; p=none; reject'],
    ['a name with a digit', 'v=DMARC1; p1=none'],
    ['a piece without a name', 'v=DMARC1; =none'],
    ['a second final ;', 'v=DMARC1; p=none;;'],
  ])('skips %s as junk (RFC 9989 §4.8)', (_, text) => {
    expect(parseTagList(text).hasJunk).toBe(true);
    expect(parseTagList(text).duplicate).toBeUndefined();
  });

  it('does not call one final ; junk, with blanks after it or not', () => {
    expect(parseTagList('v=DMARC1; p=none;').hasJunk).toBe(false);
    expect(parseTagList('v=DMARC1; p=none; ').hasJunk).toBe(false);
  });

  it('lowers names and says that it did', () => {
    expect(parseTagList('V=DMARC1; Rua=x')).toMatchObject({
      tags: [{ name: 'v' }, { name: 'rua' }],
      hasUpperCase: true,
    });
    expect(parseTagList('v=DMARC1; p=Reject').hasUpperCase).toBe(false);
  });

  it('finds a repeated name, known or not, in any case (RFC 6376 §3.2)', () => {
    expect(parseTagList('v=DMARC1; p=none; p=none').duplicate).toBe('p');
    expect(parseTagList('v=DMARC1; x=1; p=none; X=2').duplicate).toBe('x');
    expect(parseTagList('v=DMARC1; p=none; sp=none').duplicate).toBeUndefined();
  });

  it('finds a repeat among many names too', () => {
    const names = Array.from({ length: 26 * 26 }, (_, i) =>
      String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)),
    );
    const text = names.map((name) => `${name}=1`).join(';');
    expect(parseTagList(text).duplicate).toBeUndefined();
    expect(parseTagList(`${text};zz=2`).duplicate).toBe('zz');
  });

  it('reads 64 KB of any shape in linear time', () => {
    const size = 65_000;
    const shapes = ['a=;', ';', ' ', '=', 'a', 'a =', '\t;', 'A'];
    const started = performance.now();
    for (const shape of shapes) parseTagList(shape.repeat(size / shape.length));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('never throws, and its values are free of ; and of blanks at the ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { name, value } of parseTagList(text).tags) {
          expect(name).toMatch(/^[a-z]+$/u);
          expect(value).not.toMatch(/;|^[ \t]|[ \t]$/u);
        }
      }),
    );
  });

  it('gives back what was written', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/u);
    const value = fc.stringMatching(/^[!-:<-~]{0,12}$/u);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { minLength: 1 }), (tags) => {
        expect(pairs(tags.map(([n, v]) => `${n}=${v}`).join('; '))).toEqual(tags);
      }),
    );
  });
});
