import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { METRICS, metricsRegistry } from '../../src/sight/metrics.ts';
import { type MetricsServer, openMetrics } from '../../src/sight/metrics-server.ts';
import type { MetricsSnapshot } from '../../src/sight/metrics-snapshot.ts';
import { parseMetrics } from './exposition.ts';

/** A snapshot with a sample of every metric; `turn` moves what grows. */
function snapshot(turn = 0): MetricsSnapshot {
  return {
    surveys: [
      {
        survey: 'jp',
        run: {
          startedAtMs: 1_764_000_000_500,
          isRunning: true,
          targets: 10_000,
          domainsDone: 2_048 + turn,
          blocks: 10,
          blocksDone: 2,
          queries: 5_000 + turn,
          unknown: [
            { check: 'spf', reason: 'timeout', names: 12 },
            { check: 'mx', reason: 'servfail', names: 3 },
          ],
        },
        asking: {
          answered: 4_900,
          retries: 80,
          failedAttempts: { timeout: 70, refused: 1 },
          resolvers: [{ resolver: '[::1]:53', window: 180 }],
        },
        workers: { workers: 2, openBlocks: 8 },
        schedule: {
          nextSlotMs: 1_764_090_000_000,
          isRunning: true,
          lastCompleteMs: 1_763_990_000_000,
          nights: { complete: 5, failed: 1, missed: 0, skipped: 0 },
        },
      },
      { survey: 'other "list" \\ \n' },
    ],
  };
}

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(read: () => MetricsSnapshot): Promise<string> {
  server = await openMetrics({ port: 0, host: '127.0.0.1', version: '1.2.3', read });
  return server.url;
}

describe('metrics', () => {
  it('are served in a form that a strict reader of the format takes', async () => {
    const url = await serve(() => snapshot());
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u);
    const families = parseMetrics(await response.text());
    const expected = ['mailcensus_build_info', ...METRICS.map(({ name }) => name)];
    expect([...families.keys()].sort()).toEqual(expected.sort());
    for (const { name, kind, help } of METRICS) {
      expect(families.get(name), name).toMatchObject({ type: kind, help });
    }
    const unknown = families.get('mailcensus_unknown_total')?.samples;
    expect(unknown).toEqual([
      { labels: { survey: 'jp', check: 'spf', reason: 'timeout' }, value: 12 },
      { labels: { survey: 'jp', check: 'mx', reason: 'servfail' }, value: 3 },
    ]);
    expect(families.get('mailcensus_run_start_timestamp_seconds')?.samples).toEqual([
      { labels: { survey: 'jp' }, value: 1_764_000_000.5 },
    ]);
  });

  it('show each reading as it is, and never add two', async () => {
    let turn = 0;
    const url = await serve(() => snapshot(turn));
    const queries = async () =>
      parseMetrics(await (await fetch(url)).text()).get('mailcensus_queries_total')?.samples[0]
        ?.value;
    expect(await queries()).toBe(5_000);
    turn = 7;
    expect(await queries()).toBe(5_007);
    expect(await queries()).toBe(5_007);
  });

  it('leave out what is not known, rather than saying 0', async () => {
    const render = metricsRegistry({ version: '1', read: () => ({ surveys: [{ survey: 'jp' }] }) });
    const families = parseMetrics((await render()).text);
    for (const { name } of METRICS) expect(families.get(name)?.samples, name).toEqual([]);
  });

  it('keep to the conventions: units, _total for counters alone, few labels', () => {
    for (const { name, kind, labels } of METRICS) {
      expect(name).toMatch(/^mailcensus(?:_[a-z]+)+$/u);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
      expect(
        labels.every((label) => ['check', 'reason', 'resolver', 'outcome'].includes(label)),
      ).toBe(true);
    }
  });

  it('answer to reading alone, and to nothing else', async () => {
    const url = await serve(() => snapshot());
    const at = (path: string) => new URL(path, url);
    expect((await fetch(at('/healthz'))).status).toBe(200);
    expect((await fetch(at('/etc/passwd'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('are a 500 when the figures cannot be read, and come back', async () => {
    let isBroken = true;
    const url = await serve(() => {
      if (isBroken) throw new Error('busy');
      return snapshot();
    });
    expect((await fetch(url)).status).toBe(500);
    isBroken = false;
    expect((await fetch(url)).status).toBe(200);
  });

  it('say in one line that the port is taken', async () => {
    const port = Number(new URL(await serve(() => snapshot())).port);
    const options = { port, host: '127.0.0.1', version: '1', read: () => snapshot() };
    await expect(openMetrics(options)).rejects.toThrowError(/cannot be served on .*EADDRINUSE/u);
  });
});

describe('the metrics', () => {
  it('are those that docs/operations.md lists', () => {
    const page = readFileSync(
      join(import.meta.dirname, '..', '..', 'docs', 'operations.md'),
      'utf8',
    );
    const rows = [...page.matchAll(/^\| `(mailcensus_\w+)` \| (\w+) \| ([\w, ]*) ?\| (.+) \|$/gmu)];
    expect(rows.map(([, name, kind, labels, help]) => [name, kind, labels?.trim(), help])).toEqual(
      METRICS.map(({ name, kind, labels, help }) => [name, kind, labels.join(', '), help]),
    );
  });
});

describe('the Grafana dashboard', () => {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'grafana-dashboard.json');
  const text = readFileSync(path, 'utf8');
  const dashboard = JSON.parse(text) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  const names = new Set([...METRICS.map(({ name }) => name), 'mailcensus_build_info']);
  const used = new Set(text.match(/mailcensus_[a-z_]+/gu));

  it('uses the metrics’ names, every one, and no other', () => {
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
    expect([...names].filter((name) => !used.has(name))).toEqual([]);
  });

  it('asks with the labels that the metrics have', () => {
    for (const { title, targets = [] } of dashboard.panels) {
      for (const { expr } of targets) {
        const name = /mailcensus_[a-z_]+/u.exec(expr)?.[0];
        const labels = METRICS.find((metric) => metric.name === name)?.labels ?? ['version'];
        const known = new Set(['survey', ...labels]);
        const asked = [...expr.matchAll(/([a-z]+)=~?"|by \(([a-z, ]+)\)/gu)].flatMap(
          ([, label, list]) => label ?? list?.split(', ') ?? [],
        );
        expect(
          asked.filter((label) => !known.has(label)),
          `${title}: ${expr}`,
        ).toEqual([]);
      }
    }
  });
});
