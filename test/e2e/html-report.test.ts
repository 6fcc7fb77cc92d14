/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The page in a real browser: what no parser can tell. Nothing runs over the edge of a phone, no text is
 * cut or stands upon another, nothing is asked for, paper has every table. Skipped, and said so, where
 * there is no Chromium (`CHROMIUM` names one that is not in the usual places).
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/html/html-report.ts';
import { LANGUAGES } from '../../src/report/language/language.ts';
import { textWidth } from '../../src/report/svg/text-width.ts';
import { COURSES, fullData, sampleComparison, sampleTrend } from '../report/page-data.ts';
import { sampleData } from '../report/sample-data.ts';
import { saySkipped } from '../support/skipped.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const chromium = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => existsSync(path));
if (chromium === undefined) saySkipped('the page in a browser', 'no Chromium; set CHROMIUM');

/** A text of a chart as the browser set it, in the units of its image. */
interface SetText {
  readonly chart: string;
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** Runs in the page: every text of every chart that is shown. */
function textsOfCharts(): SetText[] {
  return [...document.querySelectorAll('svg.chart')]
    .filter((chart) => chart.getClientRects().length > 0)
    .flatMap((chart) => {
      const { x, width, height } = (chart as SVGSVGElement).viewBox.baseVal;
      return [...chart.querySelectorAll('text')].map((text) => {
        const box = text.getBBox();
        const size = Number.parseFloat(getComputedStyle(text).fontSize);
        const base = Number(text.getAttribute('y'));
        return {
          chart: chart.querySelector('title')?.id ?? '',
          text: text.textContent ?? '',
          left: box.x - x,
          right: box.x + box.width - x,
          // The ink, not the line: fonts differ in how much room they ask for above and below.
          top: base - 0.8 * size,
          bottom: base + 0.2 * size,
          width,
          height,
        };
      });
    });
}

function overlapping(texts: readonly SetText[]): readonly string[] {
  return texts.flatMap((a, i) =>
    texts
      .slice(i + 1)
      .filter(
        (b) =>
          a.chart === b.chart &&
          a.left < b.right - 0.5 &&
          b.left < a.right - 0.5 &&
          a.top < b.bottom - 0.5 &&
          b.top < a.bottom - 0.5,
      )
      .map((b) => `${a.chart}: "${a.text}" on "${b.text}"`),
  );
}

function outside(texts: readonly SetText[]): readonly string[] {
  return texts
    .filter(
      (t) => t.left < -0.5 || t.right > t.width + 0.5 || t.top < -0.5 || t.bottom > t.height + 0.5,
    )
    .map((t) => `${t.chart}: "${t.text}"`);
}

describe.skipIf(chromium === undefined)('the page in a browser', () => {
  let folder = '';
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-page-'));
    for (const language of LANGUAGES) {
      const full = {
        data: fullData(),
        language,
        comparison: sampleComparison(),
        trends: [sampleTrend(COURSES)],
      };
      writeFileSync(join(folder, `full-${language}.html`), [...htmlReport(full)].join(''));
      const open = { data: sampleData(6), language, isSynthetic: true };
      writeFileSync(join(folder, `open-${language}.html`), [...htmlReport(open)].join(''));
    }
    browser = await puppeteer.launch({
      executablePath: chromium ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page, with everything that it complained of or asked for. */
  async function shown(
    name: string,
    width: number,
    scheme: 'light' | 'dark',
  ): Promise<{ readonly page: Page; readonly complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) complaints.push(request.url());
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(pathToFileURL(join(folder, name)).href);
    return { page, complaints };
  }

  const views = LANGUAGES.flatMap((language) => [
    { file: `full-${language}.html`, width: 1280, scheme: 'light' as const },
    { file: `full-${language}.html`, width: 390, scheme: 'dark' as const },
    { file: `full-${language}.html`, width: 320, scheme: 'light' as const },
    { file: `open-${language}.html`, width: 390, scheme: 'light' as const },
  ]);

  it.each(views)('$file fits $width pixels, $scheme', async ({ file, width, scheme }) => {
    const { page, complaints } = await shown(file, width, scheme);
    const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
    const texts = await page.evaluate(textsOfCharts);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.close();
    expect(complaints).toEqual([]);
    expect(scrolled).toBeLessThanOrEqual(width);
    expect(texts.length).toBeGreaterThan(50);
    expect(outside(texts)).toEqual([]);
    expect(overlapping(texts)).toEqual([]);
    expect(background).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 27)');
  });

  it('has images that are well-formed XML by themselves', async () => {
    const { page } = await shown('full-ja.html', 1280, 'light');
    const faults = await page.evaluate(() =>
      [...document.querySelectorAll('svg.chart')].flatMap((chart) => {
        const parsed = new DOMParser().parseFromString(chart.outerHTML, 'image/svg+xml');
        return [...parsed.querySelectorAll('parsererror')].map((fault) => fault.textContent ?? '');
      }),
    );
    await page.close();
    expect(faults).toEqual([]);
  });

  it('takes no text for narrower than the browser sets it', async () => {
    const { page } = await shown('full-ja.html', 1280, 'light');
    const texts = await page.evaluate(() =>
      [...document.querySelectorAll('svg.chart')]
        .filter((chart) => chart.getClientRects().length > 0)
        .flatMap((chart) => [...chart.querySelectorAll('text')])
        .map((text) => ({
          text: text.textContent ?? '',
          width: text.getComputedTextLength(),
          size: Number.parseFloat(getComputedStyle(text).fontSize),
          isBold: text.getAttribute('font-weight') === '700',
        })),
    );
    await page.close();
    const wider = texts.filter(
      ({ text, width, size, isBold }) => width > textWidth(text, size, isBold) + 0.5,
    );
    expect(wider).toEqual([]);
  });

  it('shows every table on paper, folded or not, and no link list', async () => {
    const { page } = await shown('full-en.html', 1280, 'dark');
    await page.emulateMediaType('print');
    const state = await page.evaluate(() => ({
      tables: document.querySelectorAll('details table').length > 15,
      hidden: [...document.querySelectorAll('details table')]
        .filter((table) => !table.checkVisibility())
        .map((table) => table.querySelector('caption')?.textContent),
      nav: document.querySelector('nav')?.checkVisibility(),
      color: getComputedStyle(document.body).color,
    }));
    await page.close();
    expect(state).toEqual({ tables: true, hidden: [], nav: false, color: 'rgb(26, 32, 39)' });
  });

  it('can be read with the keyboard: the first stop leads to the figures', async () => {
    const { page } = await shown('full-en.html', 1280, 'light');
    await page.keyboard.press('Tab');
    const href = await page.evaluate(() => document.activeElement?.getAttribute('href'));
    await page.close();
    expect(href).toBe('#main');
  });
});
