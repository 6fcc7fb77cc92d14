import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from '../support/cli.ts';
import { doneIn, MAIN, rowsOf, serveDemoRecords, surveyArgs } from '../support/demo-survey.ts';

const TEST_LIMIT_MS = 120_000;

describe('a survey that ends before its time', () => {
  let folder: string;
  let server: LoopbackServer;
  let whole: readonly Record<string, string>[];

  const argsOf = (store: string, more: readonly string[] = []) =>
    surveyArgs(join(folder, store), server.port, more);
  const rowsIn = (store: string) => rowsOf(join(folder, store));

  /** Starts the survey slowed down and waits until it has committed something. */
  const startSlowly = async (store: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [MAIN, ...argsOf(store, ['--rate', '2500'])], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    while ((await doneIn(join(folder, store))) === 0) {
      if (child.exitCode !== null) throw new Error('the survey ended before it could be stopped');
      await delay(100);
    }
    return child;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-resume-'));
    server = await serveDemoRecords();
    const { code, stderr } = await runCli(argsOf('whole.sqlite'));
    expect(code, stderr).toBe(0);
    whole = await rowsIn('whole.sqlite');
    expect(whole).toHaveLength(8832);
  }, TEST_LIMIT_MS);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'gives the same rows after kill -9 and the same command again',
    async () => {
      const child = await startSlowly('killed.sqlite');
      child.kill('SIGKILL');
      await once(child, 'exit');
      const done = await doneIn(join(folder, 'killed.sqlite'));
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(8832);
      const again = await runCli(argsOf('killed.sqlite'));
      expect(again.code, again.stderr).toBe(0);
      expect(again.stderr).toContain('taking up night 2026-11-24');
      expect(await rowsIn('killed.sqlite')).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'stops cleanly on Ctrl-C with exit 3, says how to go on, and goes on',
    async () => {
      const child = await startSlowly('stopped.sqlite');
      const stderr: Buffer[] = [];
      child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.kill('SIGINT');
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(3);
      const said = Buffer.concat(stderr).toString('utf8');
      expect(said).toContain('the same command goes on from there');
      expect(said).not.toMatch(/\bat .+:\d+:\d+/u);
      const again = await runCli(argsOf('stopped.sqlite'));
      expect(again.code, again.stderr).toBe(0);
      expect(await rowsIn('stopped.sqlite')).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'refuses a second writer while a survey runs, and lets readers read',
    async () => {
      const child = await startSlowly('locked.sqlite');
      try {
        const second = await runCli(argsOf('locked.sqlite'));
        expect(second.code).toBe(1);
        expect(second.stderr.trim().split('\n')).toHaveLength(1);
        expect(second.stderr).toContain('locked.sqlite');
        const reader = await runCli(['report', '--store', join(folder, 'locked.sqlite')]);
        expect(reader.code, reader.stderr).toBe(0);
      } finally {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
    TEST_LIMIT_MS,
  );

  it(
    'shows a finished night again without asking anything',
    async () => {
      const before = server.counters.udp;
      const again = await runCli(argsOf('whole.sqlite'));
      expect(again.code, again.stderr).toBe(0);
      expect(again.stdout).toContain('2026-11-24');
      expect(server.counters.udp).toBe(before);
    },
    TEST_LIMIT_MS,
  );

  it(
    'stops with exit 3 within seconds when the resolver dies, and stores nothing of its silence',
    async () => {
      const mortal = await serveDemoRecords();
      const args = argsOf('silent.sqlite', ['--timeout', '400', '--attempts', '2']).map((arg) =>
        arg.startsWith('127.0.0.1:') ? `127.0.0.1:${mortal.port}` : arg,
      );
      const running = runCli([...args, '--rate', '2500']);
      while ((await doneIn(join(folder, 'silent.sqlite'))) === 0) await delay(100);
      await mortal.close();
      const end = await running;
      expect(end.code, end.stderr).toBe(3);
      expect(end.stderr).toContain(`127.0.0.1:${mortal.port}`);
      const rows = await rowsIn('silent.sqlite');
      expect(rows.filter((row) => row['status'] === 'unknown')).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});
