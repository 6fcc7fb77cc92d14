import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropBlanks, skipBlanks, sliceTrimmed } from '../../src/records/txt.ts';

describe('sliceTrimmed', () => {
  it('takes SP and HTAB off both ends (RFC 5234 WSP)', () => {
    expect(sliceTrimmed('; \t p=none\t ;', 1, 11)).toBe('p=none');
  });

  it('keeps U+00A0, line breaks and U+FEFF, which are no blanks (RFC 9989 §4.8)', () => {
    for (const text of ['\u00a0x', 'x\n', '\ufeffx', 'x\r']) {
      expect(sliceTrimmed(text, 0, text.length)).toBe(text);
    }
  });

  it('stays within its bounds on any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, a, b) => {
        const to = Math.min(Math.max(a, b), text.length);
        const from = Math.min(Math.min(a, b), to);
        const start = skipBlanks(text, from, to);
        const end = dropBlanks(text, start, to);
        expect(from <= start && start <= end && end <= to).toBe(true);
        expect(text.slice(from, to).includes(sliceTrimmed(text, from, to))).toBe(true);
      }),
    );
  });
});
