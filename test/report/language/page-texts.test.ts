import { describe, expect, it } from 'vitest';
import { classLabel } from '../../../src/report/language/class-labels.ts';
import { longDate, tickDate } from '../../../src/report/language/dates.ts';
import { fill, LANGUAGES, type Text } from '../../../src/report/language/language.ts';
import { denominatorMeaning, measureMeaning } from '../../../src/report/language/measure-texts.ts';
import { PAGE_ANALYSIS_TEXTS } from '../../../src/report/language/page-analysis-texts.ts';
import { PAGE_TEXTS } from '../../../src/report/language/page-texts.ts';
import { DENOMINATOR_IDS } from '../../../src/statistics/denominators.ts';
import { MEASURES } from '../../../src/statistics/measures.ts';

const TEXTS: readonly (readonly [string, Text])[] = [
  ...Object.entries(PAGE_TEXTS),
  ...Object.entries(PAGE_ANALYSIS_TEXTS),
];
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? '').sort();
}

describe('texts of the page', () => {
  // A title by segment takes `{segment}` in English and `{by}` in Japanese; both are given.
  const unified = (text: string) => placeholders(text.replace('{by}', '{segment}'));

  it.each(TEXTS)('%s takes the same values in both languages', (_, { en, ja }) => {
    expect(unified(ja)).toEqual(unified(en));
  });

  it.each(TEXTS)('%s is not empty in English and has no Japanese in it', (id, { en }) => {
    expect(en.length > 0).toBe(true);
    if (id !== 'languageName') expect(en).not.toMatch(JAPANESE);
  });

  it('gives every metric and denominator a meaning in both languages', () => {
    for (const { metric } of MEASURES) {
      expect(measureMeaning(metric, 'ja'), metric).toMatch(JAPANESE);
      expect(measureMeaning(metric, 'en'), metric).not.toBe(metric);
    }
    for (const id of DENOMINATOR_IDS) {
      expect(denominatorMeaning(id, 'ja'), id).toMatch(JAPANESE);
      expect(denominatorMeaning(id, 'en'), id).toMatch(/ /u);
    }
  });

  it('leaves a class, a metric and a place without a value as they are', () => {
    for (const language of LANGUAGES) {
      expect(classLabel('constructor', language)).toBe('constructor');
      expect(measureMeaning('toString', language)).toBe('toString');
    }
    expect(fill('{a} of {b}', { a: '{b}' })).toBe('{b} of {b}');
    expect(fill('{constructor}')).toBe('{constructor}');
  });
});

describe('dates', () => {
  it('are written as in the language', () => {
    expect(longDate('2026-11-04', 'en')).toBe('4 November 2026');
    expect(longDate('2026-11-04', 'ja')).toBe('2026年11月4日');
    expect(tickDate('2026-01', 'en')).toBe('Jan 2026');
    expect(tickDate('2026-01', 'ja')).toBe('2026年1月');
  });

  it('stay as they are when they are none', () => {
    for (const text of ['', 'tonight', '2026-13-01', '2026-11-04T00:00'])
      expect(longDate(text, 'en')).toBe(text);
    expect(tickDate('2026-11-04', 'ja')).toBe('2026-11-04');
  });
});
