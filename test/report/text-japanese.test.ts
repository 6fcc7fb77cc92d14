import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEXTS } from '../../src/report/language/text-catalogue.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { displayWidth } from '../../src/report/text/layout.ts';
import { textReport } from '../../src/report/text-report.ts';
import { DENOMINATOR_IDS } from '../../src/statistics/denominators.ts';
import { sampleData } from './sample-data.ts';

const golden = (name: string) => join(import.meta.dirname, '../fixtures/report', name);
const FINISHED = sampleData();
const japanese = (data: ReportData, width = 80) => textReport(data, { language: 'ja', width });

/** Numbers with a decimal, and grouped ones, wherever they stand. */
const figures = (text: string) => text.match(/\d+\.\d+|\d{1,3}(?:,\d{3})+/gu)?.sort();

describe('textReport in Japanese', () => {
  it('looks as agreed on 80 and 120 columns, finished and not', async () => {
    await expect(japanese(FINISHED)).toMatchFileSnapshot(golden('finished-ja-80.txt'));
    await expect(japanese(FINISHED, 120)).toMatchFileSnapshot(golden('finished-ja-120.txt'));
    await expect(japanese(sampleData(6))).toMatchFileSnapshot(golden('open-ja-80.txt'));
  });

  it('has every figure of the English report and no other', () => {
    for (const data of [FINISHED, sampleData(6), sampleData(2)]) {
      // A column less may fit; the figures are compared where all do.
      const english = textReport(data, { width: 140 }).replaceAll('100,000 IPv4', '');
      expect(figures(japanese(data, 140))).toEqual(figures(english));
    }
  });

  it('keeps every line within the width, wide characters counted as two cells', () => {
    for (const width of [72, 80, 100, 120])
      for (const data of [FINISHED, sampleData(6), sampleData(2)])
        for (const line of japanese(data, width).split('\n'))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('leaves no sentence of the English report standing', () => {
    const english = new Set(textReport(FINISHED).split('\n'));
    const same = japanese(FINISHED)
      .split('\n')
      .filter((line) => line !== '' && english.has(line));
    // Rows of segment tables are names and numbers alone; record texts and ids are never translated.
    for (const line of same)
      expect(line).toMatch(/^ {2}(?:[\p{L}:\d]+ +[\d,]+ |null MX [\d.]+ % \(\d+\) · v=spf1 -all)/u);
  });

  it('has the labels of the design', () => {
    const text = japanese(FINISHED);
    for (const label of [
      '導入率',
      '存在',
      'メール利用(MXあり)',
      'none(監視のみ)',
      'quarantine(隔離)',
      'reject(拒否)',
      '保護済み',
      '送信しないドメイン',
      '測定不可',
      '取りうる範囲',
      '組織種別',
    ])
      expect(text).toContain(label);
    expect(japanese(sampleData(6))).toContain('95%信頼区間');
  });
});

describe('the catalogue', () => {
  /** Every text by its path; functions are called with what they are called with. */
  function textsOf(value: unknown, path: string): readonly (readonly [string, string])[] {
    if (typeof value === 'string') return [[path, value]];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, of]) => textsOf(of, `${path}.${key}`));
  }

  it('has the same texts in each language, none of them empty', () => {
    const english = textsOf(TEXTS.en, '').filter(([path]) => path !== '.sentenceSpace');
    const other = textsOf(TEXTS.ja, '').filter(([path]) => path !== '.sentenceSpace');
    expect(other.map(([path]) => path)).toEqual(english.map(([path]) => path));
    for (const [path, text] of [...english, ...other]) expect(text.trim(), path).not.toBe('');
  });

  it('names every denominator', () => {
    for (const { denominators } of Object.values(TEXTS))
      expect(Object.keys(denominators).sort()).toEqual([...DENOMINATOR_IDS].sort());
  });
});
