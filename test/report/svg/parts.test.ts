import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from '../../../src/report/svg/image.ts';
import { decimal, element, escapeMarkup } from '../../../src/report/svg/markup.ts';
import { INKS, type Ink } from '../../../src/report/svg/palette.ts';
import { dateTicks, dayNumber, niceScale, spannedScale } from '../../../src/report/svg/scale.ts';
import { elide, textWidth, wrapText } from '../../../src/report/svg/text-width.ts';
import { escapeText } from '../../../src/report/text-escape.ts';

describe('markup', () => {
  it('escapes what would end a text or an attribute, and shows what would hide', () => {
    expect(escapeMarkup('<b a="1" b=\'2\'>&</b>')).toBe(
      '&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;&lt;/b&gt;',
    );
    expect(escapeMarkup('a\u202eb\u2066c\u0000\uffff')).toBe('a\\u{202E}b\\u{2066}c\\x00\ufffd');
    expect(element('a', { title: '"><script>' }, 'x')).toBe(
      '<a title="&quot;&gt;&lt;script&gt;">x</a>',
    );
  });

  it('leaves no character of markup in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkup(text)).not.toMatch(/[<>"']|[\u202a-\u202e\u2066-\u2069\0]/u);
      }),
    );
  });

  it('writes numbers with two decimals at most', () => {
    expect([1 / 3, -0.001, 2, Number.NaN, 1e6].map(decimal)).toEqual([
      '0.33',
      '0',
      '2',
      '0',
      '1000000',
    ]);
  });
});

describe('text width', () => {
  it('takes an East Asian character for an em or a little more, a mark for nothing', () => {
    expect(textWidth('拒否', 10)).toBeCloseTo(20.4);
    expect(textWidth('e\u0301', 10)).toBe(textWidth('e', 10));
  });

  it('elides to the width and never cuts what fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 20, max: 300 }),
        (text, width) => {
          const shown = elide(text, 12, width);
          expect(textWidth(shown, 12)).toBeLessThanOrEqual(width);
          if (textWidth(text, 12) <= width) expect(shown).toBe(escapeText(text));
          else expect(shown.endsWith('…')).toBe(true);
        },
      ),
    );
  });

  it('wraps at words and between wide characters', () => {
    expect(wrapText('domains with a record', 12, 90)).toEqual(['domains with', 'a record']);
    expect(wrapText('レコードなし', 12, 40)).toEqual(['レコー', 'ドなし']);
    expect(wrapText('', 12, 40)).toEqual([]);
  });
});

describe('places of labels', () => {
  it('keeps them apart, in order and between the ends while there is room', () => {
    const wanted = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(wanted, (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const places = spread(sorted, 20, 0, 300);
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(300);
          if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(20);
        }
      }),
    );
  });

  it('moves nothing that is apart already', () => {
    expect(spread([10, 40, 90], 20, 0, 100)).toEqual([10, 40, 90]);
  });
});

describe('scales', () => {
  it('have round ends around what they show', () => {
    expect(niceScale(0.334)).toEqual({ min: 0, max: 0.4, ticks: [0, 0.1, 0.2, 0.3, 0.4] });
    expect(niceScale(1).max).toBe(1);
    expect(niceScale(0).max).toBeGreaterThan(0);
    expect(spannedScale(0.331, 0.348)).toMatchObject({ min: 0.33, max: 0.35 });
  });

  it('hold their values for any span', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        const { min, max, ticks } = spannedScale(Math.min(a, b), Math.max(a, b));
        expect(min).toBeLessThanOrEqual(Math.min(a, b) + 1e-9);
        expect(max).toBeGreaterThanOrEqual(Math.max(a, b) - 1e-9);
        expect(max).toBeGreaterThan(min);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('marks days, weeks, months or years, never more than there is room for', () => {
    const day = (date: string) => dayNumber(date) ?? 0;
    expect(dateTicks(day('2026-11-01'), day('2026-11-04'), 6).map(({ date }) => date)).toEqual([
      '2026-11-01',
      '2026-11-02',
      '2026-11-03',
      '2026-11-04',
    ]);
    expect(dateTicks(day('2025-11-24'), day('2026-11-24'), 6).map(({ date }) => date)).toEqual([
      '2026-01',
      '2026-03',
      '2026-05',
      '2026-07',
      '2026-09',
      '2026-11',
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 2, max: 12 }),
        (first, length, limit) => {
          expect(dateTicks(first, first + length, limit).length).toBeLessThanOrEqual(limit + 1);
        },
      ),
    );
    expect(dayNumber('tonight')).toBeUndefined();
  });
});

/** Relative luminance and contrast after WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('palette', () => {
  const inks: readonly (readonly [string, Ink])[] = Object.entries(INKS);

  it.each(inks)('%s bears the text that stands on it', (_, ink) => {
    expect(contrast(ink.dark, ink.darkText)).toBeGreaterThan(4.4);
    // Okabe and Ito's orange with white is for marks and large type only; no text stands on it.
    expect(contrast(ink.light, ink.lightText)).toBeGreaterThan(3);
  });

  it('falls in lightness from absent to reject, so that grey print tells classes apart', () => {
    const lightness = (['absent', 'none', 'quarantine', 'reject'] as const).map(
      (name) => luminance(INKS[name].light) ** (1 / 3),
    );
    for (const [i, value] of lightness.entries())
      if (i > 0) expect((lightness[i - 1] ?? 0) - value).toBeGreaterThan(0.08);
  });

  it.each(['text', 'muted'] as const)('%s can be read on the page in both schemes', (name) => {
    expect(contrast(INKS[name].light, '#f4f6f8')).toBeGreaterThan(4.5);
    expect(contrast(INKS[name].dark, '#1b2128')).toBeGreaterThan(4.5);
  });

  it.each([
    'none',
    'quarantine',
    'reject',
    'error',
    'plain',
    'open',
    'series1',
    'series2',
  ] as const)('%s stands out from a dark page', (name) => {
    expect(contrast(INKS[name].dark, INKS.surface.dark)).toBeGreaterThan(3);
  });
});
