import { describe, expect, it } from 'vitest';
import type { KnownDmarc, ReportData } from '../../../src/report/report-data.ts';
import { displayWidth } from '../../../src/report/text/layout.ts';
import { textReport } from '../../../src/report/text-report.ts';
import type { SegmentCounts } from '../../../src/statistics/counts.ts';
import { LIST, RUN, sampleData } from '../sample-data.ts';

const DATA = sampleData();

/** Counts of `n` existing names with mail, SPF and DMARC, `adopters` of them with p=none. */
function segment(segmentType: string, name: string, n: number, adopters: number): SegmentCounts {
  return {
    segmentType,
    segment: name,
    counts: {
      'domains@mail': n,
      'joint.known@mail': n,
      'spf.valid@mail': n,
      'spf.flag.any@mail': n,
      'dmarc.valid@mail': adopters,
      'dmarc.valid.none@mail': adopters,
      'dmarc.flag.any@mail': adopters,
    },
  };
}

const EXTRA: readonly SegmentCounts[] = [
  segment('rank', 'none', 90, 9),
  segment('rank', '10k-100k', 80, 16),
  segment('rank', '1-1k', 40, 20),
  segment('rank', '1k-10k', 60, 24),
  segment('label:sector', 'bank', 50, 40),
  segment('label:sector', 'town', 70, 7),
  segment('tld,rank', 'jp / 1-1k', 33, 11),
  segment('list', 'b.csv', 44, 11),
];

const WITH_EXTRA: ReportData = { ...DATA, extraSegments: EXTRA };

const namesBelow = (text: string, title: string): readonly string[] => {
  const lines = text.split('\n');
  const rows = lines.slice(lines.indexOf(title) + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !/ {2,}\d/u.test(line)),
    )
    .map((line) => line.trim().split(/ {2,}/u)[0] ?? '');
};

describe('extra segments', () => {
  it('stand as tables of their own, ranks in the order of rank', () => {
    const text = textReport(WITH_EXTRA);
    expect(namesBelow(text, 'By rank')).toEqual(['1-1k', '1k-10k', '10k-100k', 'no rank']);
    expect(namesBelow(text, 'By label sector')).toEqual(['town', 'bank']);
    expect(namesBelow(text, 'By top-level domain and rank')).toEqual(['jp / 1-1k']);
    expect(namesBelow(text, 'By list')).toEqual(['b.csv']);
    expect(text).toContain('\nBy top-level domain\n');
    expect(text).toMatch(/ {2}bank +50 +50 +100\.0 +80\.0 /u);
  });

  it('are the only tables when asked for, and an empty one says so', () => {
    const text = textReport(WITH_EXTRA, { segmentTypes: ['label:sector', 'label:no\x1b[1m'] });
    expect(text).toContain('By label sector');
    expect(text).toContain('By label no\\x1B[1m: no name is in such a segment');
    expect(text).not.toMatch(/By (?:rank|list|top-level)/u);
  });

  it('show every registry when asked for, not only those below a top-level domain', () => {
    const usual = namesBelow(textReport(DATA), 'By registry type');
    const asked = namesBelow(textReport(DATA, { segmentTypes: ['registry'] }), 'By registry type');
    expect(usual).not.toContain('com');
    expect(asked[0]).toBe('com');
  });

  it('are named in Japanese', () => {
    const text = textReport(WITH_EXTRA, { language: 'ja' });
    for (const title of ['順位別', 'ラベル sector 別', 'TLD × 順位 別', 'リスト別', '順位なし'])
      expect(text).toContain(title);
  });

  it('let nothing from a label reach the terminal, and pass no width', () => {
    const hostile = 'x\x1b[2J\u202e日本語の長い値';
    const crossed = segment('label:a,label:b', `${hostile} / ${hostile}`, 40, 4);
    const extraSegments = [segment(`label:${hostile}`, hostile, 40, 4), crossed];
    const data = { ...DATA, extraSegments };
    for (const language of ['en', 'ja'] as const) {
      const options = { language, width: 72, hasTables: true };
      const types = extraSegments.map(({ segmentType }) => segmentType);
      const text =
        textReport(data, options) + textReport(data, { ...options, segmentTypes: types });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/u);
      for (const line of text.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(72);
    }
  });
});

/** The shares of IIR Vol. 35, Fig. 6: none 76.4, quarantine 6.5, reject 11.0, error 6.1. */
const KNOWN: KnownDmarc = {
  known: 1000,
  none: 764,
  quarantine: 65,
  reject: 110,
  error: 61,
  parts: { absent: 30, nxdomain: 11, invalid: 9, multiple: 2, error_timeout: 9 },
  source: 'label dmarc_2025',
};

const known = (of: KnownDmarc, language: 'en' | 'ja' = 'en'): string =>
  textReport({ ...DATA, knownDmarc: of }, { language });

describe('names known to have had DMARC', () => {
  it('has error inside the 100 % with what it is made of, and says that it is so only here', () => {
    const text = known(KNOWN);
    expect(text).toContain('DMARC policy of the 1,000 names known to have had it');
    for (const row of [/none .* 76\.4 % +764\n/u, /reject .* 11\.0 % +110\n/u])
      expect(text).toMatch(row);
    expect(text).toMatch(/error .* 6\.1 % +61\n/u);
    expect(text).toContain('error 61 · record gone 30 · name gone (NXDOMAIN) 11 · invalid 9');
    expect(text.replaceAll(/\s+/gu, ' ')).toContain('only here is error inside the 100 %');
    expect(textReport(DATA)).not.toContain('known to have had');
  });

  it('has the labels of Fig. 6 in Japanese', () => {
    const text = known(KNOWN, 'ja');
    expect(text).toContain('error(取得不可)');
    expect(text).toContain('レコード消滅 30');
  });

  it('rounds so that the percentages come to 100.0 (largest remainder)', () => {
    const text = known({
      ...KNOWN,
      known: 3,
      none: 1,
      quarantine: 1,
      reject: 0,
      error: 1,
      parts: {},
    });
    const section = text.slice(
      text.indexOf('known to have had'),
      text.indexOf('DMARC policy of the 3,8'),
    );
    const percents = [...section.matchAll(/(\d+\.\d) %/gu)].map((match) => Number(match[1]));
    expect(percents.reduce((a, b) => a + b, 0).toFixed(1)).toBe('100.0');
    expect(percents).toEqual([33.4, 33.3, 0, 33.3]);
  });

  it('stands without a single such name, escapes its source and owns up to parts that do not add up', () => {
    const none = { ...KNOWN, known: 0, none: 0, quarantine: 0, reject: 0, error: 0, parts: {} };
    expect(known(none)).toContain('no name is known to have had DMARC');
    expect(known({ ...KNOWN, source: 'a\x1b[0m\u202eb' })).toContain('a\\x1B[0m\\u{202E}b');
    expect(known({ ...KNOWN, notAsked: 12 })).toContain('12 more known names were not asked');
    expect(known(KNOWN)).not.toContain('do not quote');
    expect(known({ ...KNOWN, error: 62 })).toContain('do not quote');
  });
});

describe('a run that ended by itself', () => {
  it('is a sample, with intervals and what it was ended for', () => {
    const text = textReport({
      ...DATA,
      lists: [LIST],
      run: {
        ...RUN,
        config: { ...RUN.config, until: { metric: 'dmarc.adoption', halfWidth: 0.005 } },
      },
      accounting: { ...DATA.accounting, lines: 50_312, targets: 50_000, notSampled: 40_000 },
    });
    expect(text).toContain('simple random sample: 10,000 of 50,000 names');
    expect(text).toContain('ended when dmarc.adoption was known to ±0.5 pp');
    expect(text).toContain('95 % CI');
    expect(text).not.toContain('census:');
  });
});
