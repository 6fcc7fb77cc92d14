/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * `serve` as a browser and as a stranger see it: its own process, a store with hostile names, labels and
 * records, Chromium at the width of a desk and of a phone. What needs the browser is skipped, and said
 * so, where there is none (`CHROMIUM` names one that is not in the usual places).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  HOSTILE_LABEL,
  HOSTILE_NAME,
  LISTED,
  nameOf,
  writeAnalysisStore,
} from '../support/analysis-store.ts';
import { runCli } from '../support/cli.ts';
import { MAIN } from '../support/demo-survey.ts';
import { elementsOf, parsePage, textOf } from '../support/html.ts';
import { saySkipped } from '../support/skipped.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const chromium = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => existsSync(path));
if (chromium === undefined) saySkipped('serve in a browser', 'no Chromium; set CHROMIUM');

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'mailcensus-serve-'));
const store = join(folder, 'store.sqlite');
let child: ChildProcess;
let base: URL;
const said: string[] = [];

beforeAll(async () => {
  writeAnalysisStore(store, { isHostile: true, isTroubled: true });
  child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--store', store], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  lines.on('line', (line) => said.push(line));
  const [first] = (await once(lines, 'line')) as [string];
  base = new URL(/http:\S+/u.exec(first)?.[0] ?? first);
});

afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function ask(
  path: string,
  options: { readonly method?: string; readonly host?: string } = {},
): Promise<Answer> {
  const { method = 'GET', host = base.host } = options;
  const asked = request({ host: base.hostname, port: base.port, path, method, headers: { host } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, body: await text(response) };
}

describe('serve', () => {
  it('listens on loopback only, unless it is told otherwise', () => {
    expect(base.hostname).toBe('127.0.0.1');
    expect(said[0]).toContain(store);
  });

  it('does not answer to a foreign name, as of a site that points at this machine', async () => {
    for (const host of ['evil.example', `evil.example:${base.port}`, '127.0.0.1.evil.example']) {
      const { status, body } = await ask('/', { host });
      expect([host, status]).toEqual([host, 421]);
      expect(body).not.toContain('2026-01-01');
    }
    expect((await ask('/', { host: `localhost:${base.port}` })).status).toBe(200);
  });

  it('is for reading only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await ask('/', { method });
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
    expect((await ask('/', { method: 'HEAD' })).body).toBe('');
  });

  it('may load nothing, be framed by nobody, and leave nothing behind', async () => {
    const { headers } = await ask('/run/3');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; /u);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval|https?:/u);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['/nope', 'there is no page /nope'],
    ['/run/99', 'has no run 99'],
    ['/run/x', 'has no run'],
    ['/run/3/passwords.txt', 'there is no file'],
    ['/compare?from=2026-01-01&to=2026-01-01', 'same night'],
    ['/compare?from=2026-01-05&to=2026-01-01', 'aborted'],
    ['/compare?by=label%3Aempty&from=2026-01-01&to=2026-01-02', 'label:empty'],
    ['/trend?metric=dmarc.adopton', 'did you mean dmarc.adoption?'],
    ['/trend?by=rank', 'tld or registry'],
  ])('%s is not there, and one line says so', async (path, line) => {
    const { status, body } = await ask(path);
    const { root, errors } = parsePage(body);
    const [main] = elementsOf(root, 'main');
    expect(errors).toEqual([]);
    expect(status).toBe(404);
    expect(elementsOf(main ?? root, 'p').map(textOf)).toEqual([expect.stringContaining(line)]);
  });

  it.each(['/%zz', '/%ff'])('%s cannot be read: 400', async (path) => {
    expect((await ask(path)).status).toBe(400);
  });

  it('shows what is in an address, a name, a label or a record as text', async () => {
    const script = encodeURIComponent('"><script>alert(1)</script>');
    const name = encodeURIComponent(HOSTILE_NAME);
    const pages = [`/${script}`, `/domain?name=${script}`, `/domain?name=${name}`, '/run/3'];
    const queries = [`/compare?from=${script}`, `/trend?metric=${script}`, `/run/3/${script}`];
    const segments = ['tld', 'label:sector', 'list'].map(
      (by) => `/compare?from=2026-01-01&to=2026-01-03&by=${encodeURIComponent(by)}`,
    );
    for (const path of [...pages, ...queries, ...segments, `/trend?lang=${script}`]) {
      const { root, errors } = parsePage((await ask(path)).body);
      const tags = elementsOf(root, '*').map(({ tagName }) => tagName);
      expect([path, errors]).toEqual([path, []]);
      expect([path, tags.filter((tag) => ['script', 'img'].includes(tag))]).toEqual([path, []]);
    }
    expect(textOf(parsePage((await ask(segments[1] as string)).body).root)).toContain(
      HOSTILE_LABEL,
    );
  });

  it('gives the files of a night, whole and by name', async () => {
    const { headers, body } = await ask('/run/3/domains.csv');
    expect(headers['content-disposition']).toBe('attachment; filename="2026-01-03-domains.csv"');
    expect(body.trimEnd().split('\r\n')).toHaveLength(1 + LISTED + 2);
    const args = ['--store', store, '--run', '3'];
    const metrics = await runCli(['export', 'metrics', ...args]);
    expect((await ask('/run/3/metrics.csv')).body).toBe(metrics.stdout);
    const errors = await runCli(['export', 'errors', ...args]);
    expect((await ask('/run/3/errors.csv')).body).toBe(errors.stdout);
    expect(JSON.parse((await ask('/run/3/report.json')).body)).toMatchObject({ run: { id: 3 } });
  });

  it('refuses a port that is taken: exit 2, one line with the way out', async () => {
    const { code, stderr } = await runCli(['serve', '--store', store, '--port', base.port]);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/port is taken.*--port/u)]);
  });
});

describe.skipIf(chromium === undefined)('serve in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await puppeteer.launch({
      executablePath: chromium ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });

  afterAll(() => browser?.close());

  /** The page, with everything that it complained of or asked for beside itself. */
  async function shown(
    path: string,
    width: number,
  ): Promise<{ readonly page: Page; readonly complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    page.on('request', (asked) => {
      if (!asked.isNavigationRequest()) complaints.push(asked.url());
    });
    await page.setViewport({ width, height: 844 });
    await page.goto(new URL(path, base).href);
    return { page, complaints };
  }

  const titleOf = (page: Page): Promise<string> => page.$eval('h1', (h1) => h1.textContent ?? '');

  const PAGES = [
    '/',
    '/run/3',
    '/run/6',
    '/compare?from=2026-01-01&to=2026-01-03',
    '/trend',
    `/domain?name=${nameOf(8)}`,
    '/nope',
  ];
  const views = PAGES.flatMap((path) => [
    { path, language: 'en', width: 1280 },
    { path, language: 'ja', width: 390 },
    { path, language: 'en', width: 390 },
  ]);

  it.each(views)('$path in $language fits $width pixels', async ({ path, language, width }) => {
    const isMissing = path === '/nope';
    const query = isMissing || language === 'en' ? '' : 'lang=ja';
    const address = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const { page, complaints } = await shown(address, width);
    const state = await page.evaluate(() => ({
      language: document.documentElement.lang,
      scrolled: document.documentElement.scrollWidth,
      links: document.querySelectorAll('nav.bar a').length,
      chars: document.querySelector('main')?.textContent?.length ?? 0,
    }));
    await page.close();
    // The browser itself says that a page is missing; nothing else may be said.
    expect(complaints.filter((one) => !(isMissing && one.includes('404')))).toEqual([]);
    expect(state.language).toBe(isMissing ? 'en' : language);
    expect(state.scrolled).toBeLessThanOrEqual(width);
    expect(state.links).toBe(5);
    expect(state.chars).toBeGreaterThan(20);
  });

  it('leads from the nights to a night, to its other language and back', async () => {
    const { page, complaints } = await shown('/', 1280);
    const rows = await page.$$eval('#nights tbody tr', (all) =>
      all.map((row) => row.textContent ?? ''),
    );
    expect(rows.filter((row) => /^2026-01-0\d/u.test(row))).toHaveLength(6);
    expect(rows.join('\n')).toMatch(/2026-01-05aborted.*\n2026-01-04finished/u);
    await Promise.all([page.waitForNavigation(), page.click('a[href^="/run/3?"]')]);
    expect(await page.$eval('header', (header) => header.textContent)).toMatch(/3 January 2026/u);
    await Promise.all([page.waitForNavigation(), page.click('nav.bar a.end')]);
    expect(new URL(page.url()).pathname).toBe('/run/3');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
    await Promise.all([page.waitForNavigation(), page.click('nav.bar a[href^="/compare"]')]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('compares the nights that are chosen, by the segments that are chosen', async () => {
    const { page, complaints } = await shown('/compare?to=2026-01-03', 390);
    await page.select('select[name=from]', '2026-01-01');
    await page.select('select[name=to]', '2026-01-02');
    await page.select('select[name=by]', 'label:sector');
    await Promise.all([page.waitForNavigation(), page.click('form button')]);
    expect(await titleOf(page)).toMatch(/2026-01-01 – 2026-01-02/u);
    const chosen = await page.$$eval('select', (all) => all.map((select) => select.value));
    expect(chosen).toEqual(['2026-01-01', '2026-01-02', 'label:sector']);
    const content = await page.$eval('main', (main) => main.textContent ?? '');
    expect(content).toMatch(/school/u);
    expect(content).toContain(HOSTILE_LABEL);
    const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrolled).toBeLessThanOrEqual(390);
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('shows the trend of the measure that is chosen', async () => {
    const { page, complaints } = await shown('/trend', 1280);
    await page.select('select[name=metric]', 'dmarc.policy:reject');
    await page.select('select[name=by]', 'registry');
    await Promise.all([page.waitForNavigation(), page.click('form button')]);
    expect(await titleOf(page)).toContain('dmarc.policy:reject');
    expect(await page.$eval('main', (main) => main.textContent ?? '')).toContain(
      // Of the names numbered 0 to 79 a quarter rejects, a quarter has no record on night 1; two are odd.
      '(20/62)',
    );
    expect(await page.$$('svg.chart')).not.toHaveLength(0);
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('tells the history of the name that is typed, its records as text', async () => {
    const { page, complaints } = await shown('/domain', 390);
    await page.type('input[name=name]', nameOf(8).toUpperCase());
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    const content = await page.$eval('main', (main) => main.textContent ?? '');
    expect(content).toContain(nameOf(8));
    expect(content).toContain('v=DMARC1; p=none');
    for (const typed of ['nobody.example', '"><script>alert(1)</script>', HOSTILE_NAME]) {
      await page.$eval('input[name=name]', (input) => {
        input.value = '';
      });
      await page.type('input[name=name]', typed);
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      expect(await page.$eval('main', (main) => main.textContent ?? '')).toContain(typed);
      expect(await page.$eval('input[name=name]', (input) => input.value)).toBe(typed);
    }
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('can be read with the keyboard', async () => {
    const { page } = await shown('/', 1280);
    const stops: (string | null)[] = [];
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate(() => document.activeElement?.getAttribute('href') ?? null));
    }
    await page.close();
    expect(stops.slice(0, 4)).toEqual(
      ['/', '/compare', '/trend', '/domain'].map((path) => `${path}?lang=en`),
    );
  });
});

describe('serve, at its end', () => {
  it('ends with a signal, without a word of a fault', async () => {
    expect([child.exitCode, child.signalCode], said.join('\n')).toEqual([null, null]);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    expect(code).toBe(0);
    expect(said).toHaveLength(1);
  });
});
