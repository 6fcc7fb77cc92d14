import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../src/loopback/server.ts';
import { slotUpTo } from '../../src/schedule/slots.ts';
import { newState, readState, type SurveyState, writeState } from '../../src/schedule/state.ts';
import { parseMetrics } from '../sight/exposition.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { MAIN, rowsOf, serveDemoRecords, surveyArgs } from '../support/demo-survey.ts';
import { REDIS_PROBLEM, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';

if (REDIS_PROBLEM !== undefined) saySkipped('a schedule over Redis', REDIS_PROBLEM);

const LIMIT_MS = 120_000;
const LIST = join(import.meta.dirname, '..', '..', 'data', 'demo-mx-spf.txt');

/** Came within the last hour, in a zone in which that was no other date. */
const pattern = { cron: `0 ${new Date().getUTCHours()} * * *`, timeZone: 'UTC' };
const slotMs = slotUpTo(pattern, Date.now()) ?? 0;
const night = new Date(slotMs).toISOString().slice(0, 10);

interface Event {
  readonly event: string;
  readonly level: string;
  readonly [key: string]: unknown;
}

interface RunningSchedule {
  readonly child: ChildProcess;
  readonly events: Event[];
  /** Resolves with the first event of that name. */
  said(name: string): Promise<Event>;
  /** Resolves with the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

describe('schedule', () => {
  let server: LoopbackServer;
  let whole: readonly Record<string, string>[];
  const folders: string[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    server = await serveDemoRecords();
    const folder = newFolder();
    const { code, stderr } = await runCli(surveyArgs(join(folder, 'whole.sqlite'), server.port));
    expect(code, stderr).toBe(0);
    whole = await measured(join(folder, 'whole.sqlite'));
  }, LIMIT_MS);

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await server.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'mailcensus-e2e-schedule-'));
    folders.push(folder);
    return folder;
  }

  /** The rows without the date of the night. */
  async function measured(store: string): Promise<Record<string, string>[]> {
    return (await rowsOf(store)).map(({ wave: _, ...row }) => row);
  }

  /** A folder with a configuration of one survey, `jp`. */
  function prepare(survey: object = {}, whole: object = {}): string {
    const folder = newFolder();
    const jp = {
      lists: [LIST],
      hosts: 'keep',
      store: 'jp.sqlite',
      resolvers: [`127.0.0.1:${server.port}`],
      window: 100,
      retryPauseSeconds: 1,
      ...pattern,
      ...survey,
    };
    const names = readFileSync(LIST, 'utf8').split('\n').slice(0, 1_200);
    writeFileSync(join(folder, 'short.txt'), names.join('\n'));
    writeFileSync(
      join(folder, 'mailcensus.config.json'),
      JSON.stringify({ surveys: { jp }, ...whole }),
    );
    return folder;
  }

  /** As a scheduler leaves it that was there the day before and not since. */
  function leaveUndecided(folder: string): void {
    const state = newState(pattern.cron, pattern.timeZone, slotMs - 60_000);
    writeState(join(folder, 'mailcensus-schedule'), 'jp', state);
  }

  const stateIn = (folder: string): SurveyState | undefined =>
    readState(join(folder, 'mailcensus-schedule'), 'jp');

  const schedule = (folder: string, ...args: string[]): Promise<CliResult> =>
    runCli(['schedule', ...args], { cwd: folder });

  function start(folder: string, ...args: string[]): RunningSchedule {
    const child = spawn(process.execPath, [MAIN, 'schedule', '--log', 'json', ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    const events: Event[] = [];
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      events.push(JSON.parse(line) as Event);
    });
    return {
      child,
      events,
      said: async (name) => {
        for (;;) {
          const event = events.find((one) => one.event === name);
          if (event !== undefined) return event;
          if (child.exitCode !== null)
            throw new Error(`ended before ${name}: ${JSON.stringify(events)}`);
          await delay(50);
        }
      },
      end: async (signal) => {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill(signal);
          await once(child, 'exit');
        }
        return child.exitCode;
      },
    };
  }

  const domainsDone = async (folder: string): Promise<number> => {
    const { code, stdout } = await runCli(['status', '--json'], { cwd: folder });
    if (code !== 0) return 0;
    const { surveys } = JSON.parse(stdout) as { surveys: { run: { done: number } | null }[] };
    return surveys[0]?.run?.done ?? 0;
  };

  it('runs the night that is due once, and says when nothing is', {
    timeout: LIMIT_MS,
  }, async () => {
    const folder = prepare();
    const first = await schedule(folder, '--once', 'jp');
    expect(first.code, first.stderr).toBe(0);
    expect(await measured(join(folder, 'jp.sqlite'))).toEqual(whole);
    const again = await schedule(folder, '--once', 'jp');
    expect([again.code, again.stderr]).toEqual([
      0,
      `nothing is due of jp: night ${night} is complete\n`,
    ]);
    const status = await runCli(['status'], { cwd: folder });
    expect(status.stdout).toContain(`  last     night ${night} complete\n`);
    expect(status.stdout).toContain('  nights   1 complete, 0 failed, 0 missed, 0 skipped\n');
    expect(status.stdout).toContain(`night ${night}   run 1   finished\n`);
  });

  it('catches up, gives back on SIGTERM, and goes on to the same rows', {
    timeout: LIMIT_MS,
  }, async () => {
    const folder = prepare({ rate: 2_500 });
    leaveUndecided(folder);
    const first = start(folder);
    expect(await first.said('night_started')).toMatchObject({
      survey: 'jp',
      night,
      reason: 'catch_up',
    });
    while ((await domainsDone(folder)) === 0) await delay(100);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(first.events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['night_interrupted', 'schedule_stopped']),
    );
    expect(stateIn(folder)?.running?.night).toBe(night);
    const second = start(folder);
    expect(await second.said('night_started')).toMatchObject({ reason: 'resumed' });
    await second.said('night_complete');
    expect(await second.end('SIGTERM')).toBe(0);
    expect(await measured(join(folder, 'jp.sqlite'))).toEqual(whole);
    expect(stateIn(folder)?.nights).toMatchObject([{ outcome: 'complete', reason: 'resumed' }]);
  });

  it('goes on after kill -9, even while the survey it began still runs', {
    timeout: LIMIT_MS,
  }, async () => {
    const folder = prepare({ rate: 4_000, retries: 60 });
    leaveUndecided(folder);
    const first = start(folder);
    while ((await domainsDone(folder)) === 0) await delay(100);
    await first.end('SIGKILL');
    const second = start(folder);
    expect(await second.said('night_started')).toMatchObject({ reason: 'resumed' });
    await second.said('night_complete');
    await second.end('SIGTERM');
    expect(await measured(join(folder, 'jp.sqlite'))).toEqual(whole);
    expect(stateIn(folder)?.counts).toEqual({ complete: 1, failed: 0, missed: 0, skipped: 0 });
  });

  it('is not ended by a night that fails, keeps its exit status, and is seen by Prometheus', {
    timeout: LIMIT_MS,
  }, async () => {
    // Nothing listens on port 9 of loopback.
    const folder = prepare({ lists: ['short.txt'], resolvers: ['127.0.0.1:9'], retries: 1 });
    leaveUndecided(folder);
    const running = start(folder, '--metrics', '0');
    const { url } = (await running.said('metrics_listening')) as unknown as { url: string };
    const failed = await running.said('night_failed');
    expect(failed).toMatchObject({
      level: 'warn',
      survey: 'jp',
      night,
      attempts: 2,
      exitStatus: 2,
    });
    expect(failed['why']).toMatch(/^survey: exit 2: .*127\.0\.0\.1:9/u);
    const families = parseMetrics(await (await fetch(url)).text());
    expect(families.get('mailcensus_schedule_nights_total')?.samples).toContainEqual({
      labels: { survey: 'jp', outcome: 'failed' },
      value: 1,
    });
    const [next] = families.get('mailcensus_schedule_next_timestamp_seconds')?.samples ?? [];
    expect(next?.value).toBe((slotMs + 86_400_000) / 1_000);
    const other = await schedule(folder);
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/^mailcensus: survey jp is kept by another mailcensus schedule .*\n$/u),
    ]);
    expect(await running.end('SIGTERM')).toBe(0);
    // By hand, once the resolver is right.
    const config = join(folder, 'mailcensus.config.json');
    writeFileSync(
      config,
      JSON.stringify({
        surveys: {
          jp: {
            lists: ['short.txt'],
            hosts: 'keep',
            store: 'jp.sqlite',
            resolvers: [`127.0.0.1:${server.port}`],
            ...pattern,
          },
        },
      }),
    );
    expect((await schedule(folder, '--once', 'jp')).code).toBe(0);
  });

  it('gives the caller of --once the exit status of the night', { timeout: LIMIT_MS }, async () => {
    const folder = prepare({ lists: ['short.txt'], resolvers: ['127.0.0.1:9'], retries: 0 });
    const { code, stderr } = await schedule(folder, '--once', 'jp');
    expect(code).toBe(2);
    expect(stderr).toMatch(/night_failed survey=jp/u);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^mailcensus: night .* of jp failed: survey: exit 2: /u,
    );
  });

  it('writes the night’s files into a dated folder', { timeout: LIMIT_MS }, async () => {
    const folder = prepare({
      lists: ['short.txt'],
      outputs: { folder: 'out', languages: ['ja', 'en'], bySegments: ['registry'] },
    });
    const { code, stderr } = await schedule(folder, '--once', 'jp');
    expect(code, stderr).toBe(0);
    expect(readdirSync(join(folder, 'out', 'jp'))).toEqual([night]);
    for (const language of ['ja', 'en']) {
      const files = readdirSync(join(folder, 'out', 'jp', night, language));
      expect(files).toContain('report.html');
      expect(files).toContain('metrics.csv');
      expect(files.some((name) => name.endsWith('.json'))).toBe(false);
    }
  });

  it.skipIf(REDIS_PROBLEM !== undefined)(
    'has workers ask, with the times in Redis, and comes to the same rows',
    { timeout: LIMIT_MS },
    async () => {
      const redis = await startRedis();
      const worker = spawn(
        process.execPath,
        [
          ...[MAIN, 'worker', '--redis', redis.url, '--window', '100', '--quiet'],
          ...['--resolver', `127.0.0.1:${server.port}`],
        ],
        { stdio: 'ignore' },
      );
      children.push(worker);
      try {
        const own = { resolvers: undefined, window: undefined };
        const folder = prepare(own, { redis: { url: redis.url } });
        leaveUndecided(folder);
        const running = start(folder);
        expect(await running.said('schedule_started')).toMatchObject({ by: redis.url });
        await running.said('night_complete');
        const { stdout } = await runCli(['status'], { cwd: folder });
        expect(stdout).toMatch(/^ {2}worker {3}\S+: 9 blocks, 8,832 domains, /mu);
        expect(await running.end('SIGTERM')).toBe(0);
        expect(await measured(join(folder, 'jp.sqlite'))).toEqual(whole);
      } finally {
        worker.kill('SIGTERM');
        await redis.stop();
      }
    },
  );

  it('is watched: status again and again until it is stopped', { timeout: LIMIT_MS }, async () => {
    const folder = prepare();
    const child = spawn(process.execPath, [MAIN, 'status', '--json', '--watch', '1'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === 2) child.kill('SIGINT');
    }
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ surveys: [{ name: 'jp', run: null, overdue: 0 }] });
    }
  });
});

describe('survey --opt-out', () => {
  it('does not ask the names, and accounts for them', { timeout: LIMIT_MS }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailcensus-e2e-opt-out-'));
    const server = await serveDemoRecords();
    try {
      const list = join(folder, 'list.txt');
      writeFileSync(list, '3047.ch\nexample.com\nwww.example.com\nexample.org\n');
      writeFileSync(join(folder, 'opt-out.txt'), '# by mail\nexample.com\n');
      const args = ['survey', list, '--hosts', 'keep', '--resolver', `127.0.0.1:${server.port}`];
      const store = ['--store', join(folder, 's.sqlite'), '--opt-out', join(folder, 'opt-out.txt')];
      const { code, stderr, stdout } = await runCli([...args, ...store]);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/2 opted out/u);
      const rows = await rowsOf(join(folder, 's.sqlite'));
      expect(rows.map(({ domain }) => domain)).toEqual(['3047.ch', 'example.org']);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
