import { describe, expect, it } from 'vitest';
import { adoptionLines, MAX_LINES } from '../../../src/report/svg/adoption-lines.ts';
import { errorBars } from '../../../src/report/svg/error-bars.ts';
import { flowSankey, isCutShort } from '../../../src/report/svg/flow-sankey.ts';
import type { ChartFrame } from '../../../src/report/svg/image.ts';
import { nonSendingTable } from '../../../src/report/svg/non-sending-table.ts';
import { policyDonut } from '../../../src/report/svg/policy-donut.ts';
import { populationBars } from '../../../src/report/svg/population-bars.ts';
import { qualifierBars } from '../../../src/report/svg/qualifier-bars.ts';
import { inRank, ranking } from '../../../src/report/svg/ranking.ts';
import { shareBars } from '../../../src/report/svg/share-bars.ts';
import { stackedBars } from '../../../src/report/svg/stacked-bars.ts';
import { attributeOf, elementsOf, parsePart, textOf } from '../../support/html.ts';
import { HOSTILE } from '../page-data.ts';

const frame = (id: string, width: number): ChartFrame => ({
  id,
  width,
  title: `Title ${HOSTILE}`,
  description: `What it shows ${HOSTILE}`,
});

const CLASSES = ['absent', 'none', 'quarantine', 'reject', 'error'].map((of) => ({
  class: of,
  label: `${of} ${HOSTILE}`,
}));

const LONG = 'とても長い区分の名前'.repeat(8);

const CHARTS: Readonly<Record<string, (frame: ChartFrame) => string>> = {
  policyDonut: (f) =>
    policyDonut(f, {
      slices: CLASSES.map((of, i) => ({ ...of, count: [0, 2452, 209, 353, 1][i] ?? 0 })),
      unit: HOSTILE,
    }),
  'policyDonut of one part': (f) =>
    policyDonut(f, { slices: [{ class: 'none', label: LONG, count: 7 }], unit: 'n' }),
  stackedBars: (f) =>
    stackedBars(f, {
      classes: CLASSES,
      rows: [
        { label: HOSTILE, counts: [60, 20, 5, 14, 1] },
        { label: LONG, counts: [0, 0, 0, 0, 0] },
        { label: 'jp', counts: [1, 0, 0, 0, 0] },
      ],
    }),
  shareBars: (f) =>
    shareBars(f, [
      { label: HOSTILE, numerator: 3, share: 0.03, low: 0.01, high: 0.09 },
      { label: LONG, numerator: 0, share: undefined },
    ]),
  qualifierBars: (f) =>
    qualifierBars(f, {
      classes: ['minus_all', 'tilde_all', 'plus_all'].map((of) => ({ class: of, label: HOSTILE })),
      counts: [300, 600, 1],
      errorTitle: HOSTILE,
      errors: [{ label: HOSTILE, numerator: 4, share: 0.004 }],
    }),
  ranking: (f) =>
    ranking(f, [
      { label: HOSTILE, denominator: 100, share: 0.3, low: 0.2, high: 0.4, isLowN: false },
      { label: LONG, denominator: 9, share: 1, low: undefined, high: undefined, isLowN: true },
    ]),
  flowSankey: (f) =>
    flowSankey(f, {
      states: CLASSES,
      counts: [
        [6000, 155, 12, 23, 12],
        [9, 2050, 41, 21, 0],
        [0, 0, 290, 4, 0],
        [0, 5, 0, 560, 0],
        [31, 0, 0, 0, 90],
      ],
      fromTitle: '2026-05-24',
      toTitle: '2026-11-24',
    }),
  'flowSankey where nobody moved': (f) =>
    flowSankey(f, {
      states: CLASSES.slice(0, 2),
      counts: [
        [5, 0],
        [0, 3],
      ],
      fromTitle: 'a',
      toTitle: 'b',
    }),
  adoptionLines: (f) =>
    adoptionLines(f, {
      dates: ['2026-01-01', '2026-02-01', '2026-09-01'],
      series: [HOSTILE, LONG, ...Array.from({ length: 9 }, (_, i) => `s${i}`)].map((name, i) => ({
        label: name,
        points: ['2026-01-01', '2026-02-01', '2026-09-01'].map((date, at) => ({
          date,
          share: at === 1 && i === 0 ? undefined : 0.3 + i / 1000,
          low: undefined,
          high: undefined,
          isComplete: at < 2,
        })),
      })),
      cutAxis: (low) => `from ${low}`,
      tick: (date) => date,
    }),
  'adoptionLines of one night': (f) =>
    adoptionLines(f, {
      dates: ['2026-01-01'],
      series: [
        {
          label: 'jp',
          points: [{ date: '2026-01-01', share: 0, low: 0, high: 0.1, isComplete: true }],
        },
      ],
      cutAxis: (low) => low,
      tick: (date) => date,
    }),
  nonSendingTable: (f) =>
    nonSendingTable(f, {
      locks: ['null MX', HOSTILE, LONG],
      counts: [1600, 0, 0, 200, 0, 0, 50, 90],
    }),
  errorBars: (f) =>
    errorBars(f, {
      rows: [
        { label: HOSTILE, firstPass: 512, final: 188 },
        { label: LONG, firstPass: 1, final: 0 },
      ],
      firstLabel: 'first pass',
      finalLabel: 'final',
    }),
  populationBars: (f) =>
    populationBars(f, [
      { label: LONG, total: 100, onward: 60, leaving: HOSTILE },
      { label: 'b', total: 60, onward: 60, leaving: '' },
    ]),
};

const EACH = Object.entries(CHARTS).flatMap(([name, draw]) =>
  [784, 342].map((width) => ({ name, draw, width })),
);

describe('every chart', () => {
  it.each(EACH)('$name at $width is one well-formed image with title and description', (chart) => {
    const svg = chart.draw(frame('c1', chart.width));
    const { root, errors } = parsePart(svg);
    expect(errors).toEqual([]);
    const [image, ...others] = elementsOf(root, 'svg');
    expect(others).toEqual([]);
    if (image === undefined) throw new Error('no image');
    expect(attributeOf(image, 'role')).toBe('img');
    expect(attributeOf(image, 'aria-labelledby')).toBe('c1-t c1-d');
    expect(elementsOf(image, 'title').map(textOf)).toHaveLength(1);
    expect(elementsOf(image, 'desc').map(textOf)).toHaveLength(1);
    expect(attributeOf(image, 'viewbox') ?? attributeOf(image, 'viewBox')).toMatch(
      new RegExp(`^-3 0 ${chart.width + 6} [\\d.]+$`, 'u'),
    );
  });

  it.each(EACH)(
    '$name at $width has no script, no reference and no number that is none',
    (chart) => {
      const svg = chart.draw(frame('c1', chart.width));
      expect(svg).not.toMatch(
        /<script|<foreignObject|javascript:|\son\w+=|href|NaN|Infinity|undefined/iu,
      );
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/u);
      expect(svg.match(/url\([^)]*\)/gu) ?? []).toEqual(
        (svg.match(/url\([^)]*\)/gu) ?? []).map(() => 'url(#c1-h)'),
      );
      expect(svg).not.toContain('\u202e');
      expect(svg).not.toMatch(/\d\.\d{3,}/u);
    },
  );

  it.each(EACH)('$name at $width is the same again, and has ids of its own', ({ draw, width }) => {
    const svg = draw(frame('c1', width));
    expect(draw(frame('c1', width))).toBe(svg);
    const ids = (text: string) => [...text.matchAll(/ id="([^"]+)"/gu)].map((match) => match[1]);
    expect(new Set([...ids(svg), ...ids(draw(frame('c2', width)))]).size).toBe(ids(svg).length * 2);
  });
});

describe('charts', () => {
  const texts = (svg: string) => elementsOf(parsePart(svg).root, 'text').map(textOf);

  it('label a donut with percentages that add to 100.0 and leave out parts of nothing', () => {
    const svg = CHARTS['policyDonut']?.(frame('c', 790)) ?? '';
    const shown = texts(svg).flatMap((text) => /^([\d.]+)% · /u.exec(text)?.[1] ?? []);
    expect(shown).toHaveLength(4);
    expect(shown.reduce((sum, value) => sum + Number(value), 0)).toBeCloseTo(100, 9);
    expect(texts(svg)).toContain('3,015');
  });

  it('rank shares of few names last, whatever they are', () => {
    const row = { low: undefined, high: undefined };
    const rows = [
      { ...row, label: 'few', denominator: 29, share: 0.9, isLowN: true },
      { ...row, label: 'low', denominator: 300, share: 0.1, isLowN: false },
      { ...row, label: 'high', denominator: 300, share: 0.2, isLowN: false },
    ];
    expect(inRank(rows).map(({ label }) => label)).toEqual(['high', 'low', 'few']);
    const hollow = /<circle[^>]*class="f-surface"/gu;
    expect(ranking(frame('c', 790), rows).match(hollow)).toHaveLength(1);
  });

  it('draw a year on a true scale: a date seven months on is seven times as far', () => {
    const svg = CHARTS['adoptionLines']?.(frame('c', 790)) ?? '';
    const line =
      /<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+L([\d.]+) [\d.]+" class="s-series2"/u.exec(svg);
    const [first = 0, second = 0, third = 0] = (line ?? []).slice(1).map(Number);
    expect((third - first) / (second - first)).toBeCloseTo(243 / 31, 1);
    expect(svg.match(/stroke-linejoin/gu)?.length).toBeLessThanOrEqual(MAX_LINES);
    expect(texts(svg).some((text) => text.startsWith('from '))).toBe(true);
  });

  it('break a line where a night has no share', () => {
    const svg = CHARTS['adoptionLines']?.(frame('c', 790)) ?? '';
    // The first series has two single nights; the sixth, of the same ink, has its line.
    const lines = svg.match(/<path[^>]*class="s-series1"[^>]*stroke-linejoin[^>]*>/gu) ?? [];
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('stroke-dasharray="2 3"');
  });

  it('cut the bands of names that stayed only where they would hide those that moved', () => {
    const states = CLASSES.slice(0, 2);
    const flow = (stayed: number) => ({
      states,
      counts: [
        [stayed, 50],
        [0, 1],
      ],
      fromTitle: 'a',
      toTitle: 'b',
    });
    expect(isCutShort(flow(6000))).toBe(true);
    expect(isCutShort(flow(0))).toBe(false);
    expect(texts(flowSankey(frame('c', 790), flow(6000)))).toContain('6,050');
  });

  it('show one bar a kind of error where there was one pass, two where a second changed it', () => {
    const draw = (firstPass: number) =>
      errorBars(frame('c', 790), {
        rows: [{ label: 'timeout', firstPass, final: 7 }],
        firstLabel: 'first pass',
        finalLabel: 'final',
      });
    expect(texts(draw(7))).toEqual(['timeout', '7']);
    expect(texts(draw(12))).toEqual(['first pass', 'final', 'timeout', '12 → 7']);
  });
});
