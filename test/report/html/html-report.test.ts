import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type HtmlReportInput,
  htmlReport,
  reportParts,
} from '../../../src/report/html/html-report.ts';
import { partHtml } from '../../../src/report/html/markup.ts';
import { pageView } from '../../../src/report/html/view.ts';
import { LANGUAGES } from '../../../src/report/language/language.ts';
import { metricContext, type ReportData } from '../../../src/report/report-data.ts';
import { metricRows } from '../../../src/statistics/metrics.ts';
import {
  attributeOf,
  cellsOf,
  type Element,
  elementsOf,
  parsePage,
  parsePart,
  textOf,
} from '../../support/html.ts';
import { COURSES, fullData, HOSTILE, sampleComparison, sampleTrend } from '../page-data.ts';
import { LIST, sampleData } from '../sample-data.ts';

const full = (language: HtmlReportInput['language']): HtmlReportInput => ({
  data: fullData(),
  language,
  comparison: sampleComparison(),
  trends: [sampleTrend(COURSES)],
});

const page = (input: HtmlReportInput): string => [...htmlReport(input)].join('');

/** A run whose every text from outside is hostile. */
function hostileData(): ReportData {
  const data = fullData();
  const { run } = data;
  return {
    ...data,
    lists: [{ ...LIST, name: HOSTILE }],
    accounting: { ...data.accounting, refused: { [HOSTILE]: 41 } },
    segments: data.segments.map((segment) =>
      segment.segment === 'com' ? { ...segment, segment: HOSTILE } : segment,
    ),
    run: {
      ...run,
      night: HOSTILE,
      provenance: {
        ...run.provenance,
        toolVersion: HOSTILE,
        pslVersion: HOSTILE,
        resolvers: [HOSTILE],
        timeZone: HOSTILE,
        transport: HOSTILE,
      },
    },
  };
}

const PAGES: readonly (readonly [string, HtmlReportInput])[] = [
  ['full en', full('en')],
  ['full ja', full('ja')],
  ['plain', { data: sampleData(), language: 'en' }],
  ['unfinished', { data: sampleData(6), language: 'ja', isSynthetic: true }],
  ['begun', { data: sampleData(0), language: 'en' }],
  ['hostile', { ...full('en'), data: hostileData() }],
];

describe('the page', () => {
  it.each(PAGES)('%s is whole HTML without a parse error', (_, input) => {
    const { root, errors } = parsePage(page(input));
    expect(errors).toEqual([]);
    expect(elementsOf(root, 'main')).toHaveLength(1);
    expect(elementsOf(root, 'h1')).toHaveLength(1);
    expect(attributeOf(elementsOf(root, 'html')[0] as Element, 'lang')).toBe(input.language);
  });

  it.each(PAGES)('%s loads nothing, runs nothing and says so to the browser', (_, input) => {
    const html = page(input);
    const { root } = parsePage(html);
    expect(elementsOf(root, 'script')).toEqual([]);
    expect(html).not.toMatch(/<script|javascript:|\son[a-z]+="/iu);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//u);
    const policy = elementsOf(root, 'meta').find(
      (meta) => attributeOf(meta, 'http-equiv') === 'Content-Security-Policy',
    );
    expect(policy && attributeOf(policy, 'content')).toContain("default-src 'none'");
    const links = elementsOf(root, 'a').map((link) => attributeOf(link, 'href') ?? '');
    const ids = elementsOf(root, '*').flatMap((element) => attributeOf(element, 'id') ?? []);
    expect(links.every((link) => ids.includes(link.slice(1)))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(PAGES)('%s has headings in order and tables with scopes', (_, input) => {
    const { root } = parsePage(page(input));
    const levels = elementsOf(root, '*')
      .filter(({ tagName }) => /^h[1-6]$/u.test(tagName))
      .map(({ tagName }) => Number(tagName.slice(1)));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries())
      expect(level - (levels[i - 1] ?? level)).toBeLessThanOrEqual(1);
    for (const head of elementsOf(root, 'th'))
      expect(attributeOf(head, 'scope')).toMatch(/^(col|row)$/u);
    for (const table of elementsOf(root, 'table')) {
      const rows = cellsOf(table);
      for (const row of rows) expect(row).toHaveLength(rows[0]?.length ?? 0);
    }
  });

  it.each(PAGES)('%s has the same bytes again', (_, input) => {
    const digest = () => createHash('sha256').update(page(input)).digest('hex');
    expect(digest()).toBe(digest());
  });

  it('does not depend on the order of segments', () => {
    const data = fullData();
    const { segments, extraSegments = [] } = data;
    const turned = {
      ...data,
      segments: [...segments].reverse(),
      extraSegments: [...extraSegments].reverse(),
    };
    expect(page({ data: turned, language: 'en' })).toBe(page({ data, language: 'en' }));
  });

  it('shows hostile text as text', () => {
    const html = page({ ...full('en'), data: hostileData() });
    expect(html).not.toContain('\u202e');
    expect(html).not.toContain('\u2066');
    expect(html).not.toContain('\0');
    const { root } = parsePage(html);
    const shown = '<script>alert(1)</script>"\'&\\u{202E}gnp.exe\\u{2066}\\x00</svg>';
    expect(textOf(elementsOf(root, 'h1')[0] as Element)).toContain(shown);
    expect(textOf(elementsOf(root, 'title')[0] as Element)).toContain(shown);
    // As the main segment, as a label's value, as an operator and as a refusal.
    const heads = elementsOf(root, 'th').map(textOf);
    expect(heads.filter((head) => head === shown).length).toBeGreaterThanOrEqual(6);
  });
});

/** Numbers that a chart prints as its own: in bold, or beside n= or a percent. */
function figuresIn(svg: Element): readonly string[] {
  return elementsOf(svg, 'text').flatMap((text) => {
    const shown = textOf(text);
    const isOwn =
      attributeOf(text, 'font-weight') === '700' || /n=| · /u.test(shown) || shown.includes('→');
    return isOwn && !/\d{4}-\d{2}/u.test(shown) ? (shown.match(/\d[\d,]*(?:\.\d+)?/gu) ?? []) : [];
  });
}

describe('figures', () => {
  const cases = LANGUAGES.flatMap((language) =>
    elementsOf(parsePage(page(full(language))).root, 'figure').map((figure) => ({
      name: `${attributeOf(figure, 'id')} ${language}`,
      figure,
    })),
  );

  it('are all there', () => {
    expect(cases.length).toBe(2 * 18);
  });

  it.each(cases)('$name has a table with every number that it prints', ({ figure }) => {
    const tables = elementsOf(figure, 'table').map((table) => cellsOf(table).flat());
    const captions = elementsOf(figure, 'caption').map(textOf);
    const known = new Set(
      [...tables.flat(), ...captions].flatMap((cell) => cell.match(/\d[\d,]*(?:\.\d+)?/gu) ?? []),
    );
    const charts = elementsOf(figure, 'svg');
    expect(charts).toHaveLength(2);
    for (const chart of charts) {
      const shown = figuresIn(chart);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.filter((number) => !known.has(number))).toEqual([]);
    }
  });

  it.each(cases)('$name says what it is of and describes itself', ({ figure }) => {
    const [caption] = elementsOf(figure, 'figcaption');
    expect(caption && textOf(caption).length).toBeGreaterThan(20);
    for (const description of elementsOf(figure, 'desc'))
      expect(textOf(description).length).toBeGreaterThan(5);
  });
});

function percentOf(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)}%`;
}

const grouped = (value: number): string => value.toLocaleString('en-US');

describe('shares', () => {
  it('of the main table are those of metrics.csv, with numerator and denominator', () => {
    const data = sampleData();
    const rows = [...metricRows(data.segments, metricContext(data))].filter(
      ({ segmentType, class: of }) => segmentType === 'total' && of === '',
    );
    const { root } = parsePage(page({ data, language: 'en' }));
    const [results] = elementsOf(root, 'section');
    const table = elementsOf(results as Element, 'table')[0] as Element;
    const lines = cellsOf(table).slice(1);
    expect(lines).toHaveLength(9);
    for (const [head = '', existing, , mail] of lines) {
      const metric = /[a-z]+(?:[._][a-z_]+)*$/u.exec(head)?.[0] ?? '';
      for (const [cell, id] of [
        [existing, 'existing'],
        [mail, 'mail'],
      ] as const) {
        const row = rows.find(
          (each) =>
            head.endsWith(each.metric) && metric.endsWith(each.metric) && each.denominatorId === id,
        );
        if (row === undefined) expect(cell).toBe('');
        else
          expect(cell).toBe(
            `${percentOf(row.share)}${grouped(row.numerator)} / ${grouped(row.denominator)}`,
          );
      }
    }
  });

  it('by segment are those of metrics.csv', () => {
    const data = sampleData();
    const rows = [...metricRows(data.segments, metricContext(data))];
    const { root } = parsePage(page({ data, language: 'en' }));
    const tables = elementsOf(root, 'table').map(cellsOf);
    const table = tables.find((cells) => cells[0]?.includes('DMARC with mail')) ?? [];
    const wanted = [
      ['spf.adoption', 'existing'],
      ['dmarc.adoption', 'existing'],
      ['dmarc.adoption', 'mail'],
      ['dmarc.enforced_of', 'existing'],
    ];
    expect(table.length).toBeGreaterThan(5);
    for (const [name = '', , ...cells] of table.slice(1)) {
      const type = name === 'all' ? 'total' : 'tld';
      const segment = name === 'рф' ? 'xn--p1ai' : name;
      expect(cells).toEqual(
        wanted.map(([metric, id]) => {
          const row = rows.find(
            (each) =>
              each.segmentType === type &&
              each.segment === segment &&
              each.metric === metric &&
              each.denominatorId === id,
          );
          if (row === undefined) throw new Error(`no ${metric} of ${name}`);
          return `${percentOf(row.share)}${grouped(row.numerator)} / ${grouped(row.denominator)}`;
        }),
      );
    }
  });

  it('of the accounting add up on every stage', () => {
    const { root } = parsePage(page({ data: sampleData(), language: 'en' }));
    const figure = elementsOf(root, 'figure').find(
      (each) => attributeOf(each, 'id') === 'fig-population',
    );
    const rows = cellsOf(elementsOf(figure as Element, 'table')[0] as Element).slice(1);
    const value = (row: readonly string[]) => Number((row[2] ?? '').replaceAll(',', ''));
    const totals = rows.filter((row) => row[1] === 'total');
    expect(totals.map(value)).toEqual([10_312, 10_000, 10_000, 9850, 9640, 7660]);
    for (const total of totals.slice(0, -1)) {
      const parts = rows.filter((row) => row[0] === total[0] && row[1] !== 'total');
      expect(parts.reduce((sum, row) => sum + value(row), 0)).toBe(value(total));
    }
  });
});

describe('what a reader must know first', () => {
  const banners = (input: HtmlReportInput) =>
    elementsOf(parsePage(page(input)).root, 'p')
      .filter((each) => attributeOf(each, 'class') === 'banner')
      .map(textOf);

  it('is nothing on a finished run that reconciles', () => {
    expect(banners({ data: sampleData(), language: 'en' })).toEqual([]);
  });

  it('is that a run is not complete, and its shares are estimates with intervals', () => {
    const [first] = banners({ data: sampleData(6), language: 'en' });
    expect(first).toContain('not complete');
    const html = page({ data: sampleData(6), language: 'en' });
    expect(html).toContain('95 % CI [');
    expect(page({ data: sampleData(), language: 'en' })).not.toContain('95 % CI [');
  });

  it('is that the accounting does not reconcile', () => {
    const data = sampleData();
    const broken = { ...data, accounting: { ...data.accounting, blank: 14 } };
    expect(banners({ data: broken, language: 'en' })[0]).toContain('must not be quoted');
  });

  it('is that the answers are of this machine', () => {
    const texts = banners({ data: sampleData(), language: 'ja', isSynthetic: true });
    expect(texts).toEqual([expect.stringContaining('デモ用データ')]);
  });
});

describe('parts', () => {
  it('that the run has no data for are left out', () => {
    const data = sampleData();
    const mxOnly = {
      ...data,
      run: { ...data.run, config: { ...data.run.config, checks: ['mx'] } },
    };
    const ids = (of: ReportData) =>
      reportParts(pageView(of, { language: 'en' })).map(({ id }) => id);
    expect(ids(mxOnly)).toEqual(['population', 'mx', 'unmeasured', 'method']);
    expect(ids(sampleData(0))).toEqual(['population', 'method']);
    expect(ids(data)).not.toContain('known-dmarc');
    expect(ids(fullData())).toContain('known-dmarc');
  });

  it('stand by themselves, for a page that has only some of them', () => {
    const parts = reportParts(pageView(fullData(), { language: 'ja' }));
    for (const part of parts) expect(parsePart(partHtml(part)).errors).toEqual([]);
  });
});
