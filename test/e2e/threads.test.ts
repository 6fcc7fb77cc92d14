import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseTransport } from '../../src/dns/client/choose-transport.ts';
import type { LoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from '../support/cli.ts';
import { doneIn, MAIN, rowsOf, serveDemoRecords, surveyArgs } from '../support/demo-survey.ts';

const TEST_LIMIT_MS = 120_000;
const BATCH_PROBLEM = (await chooseTransport('auto')).reason;

describe('a survey on several threads', () => {
  let folder: string;
  let server: LoopbackServer;
  let whole: readonly Record<string, string>[];
  let wholeReport: string;

  const argsOf = (store: string, ...more: string[]) =>
    surveyArgs(join(folder, store), server.port, more);
  const rowsIn = (store: string) => rowsOf(join(folder, store));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-threads-'));
    server = await serveDemoRecords();
    const one = await runCli(argsOf('one', '--threads', '1', '--transport', 'dgram'));
    expect(one.code, one.stderr).toBe(0);
    wholeReport = one.stdout;
    whole = await rowsIn('one');
    expect(whole).toHaveLength(8832);
  }, TEST_LIMIT_MS);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'gives the rows of one thread, asks no shared question twice, and says how many there were',
    async () => {
      const { code, stderr, stdout } = await runCli(argsOf('three', '--threads', '3'));
      expect(code, stderr).toBe(0);
      expect(await rowsIn('three')).toEqual(whole);
      expect(stdout).toContain('on 3 threads');
      expect(wholeReport).toContain('dgram on 1 thread');
      const queriesIn = (report: string) => /([\d,]+) queries/u.exec(report)?.[1];
      expect(queriesIn(stdout)).toBe(queriesIn(wholeReport));
      const runs = await runCli(['runs', '--json', '--store', join(folder, 'three')]);
      expect(runs.stdout).toContain('"threads":3');
    },
    TEST_LIMIT_MS,
  );

  it.skipIf(BATCH_PROBLEM !== undefined)(
    'gives the same rows over the batched transport, and says that it was used',
    async () => {
      const args = ['--threads', '2', '--transport', 'batch'];
      const { code, stderr, stdout } = await runCli(argsOf('batch', ...args));
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('batch on 2 threads');
      expect(await rowsIn('batch')).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'stops on Ctrl-C whatever is open in its threads, and is taken up on another number of them',
    async () => {
      const args = argsOf('stopped', '--threads', '2', '--rate', '2500');
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
      while ((await doneIn(join(folder, 'stopped'))) === 0) {
        if (child.exitCode !== null) throw new Error('the survey ended before it could be stopped');
        await delay(100);
      }
      child.kill('SIGINT');
      expect(await once(child, 'close')).toEqual([3, null]);
      const again = await runCli(argsOf('stopped', '--threads', '3'));
      expect(again.code, again.stderr).toBe(0);
      expect(again.stderr).toContain('taking up night 2026-11-24');
      expect(await rowsIn('stopped')).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it.each([
    ['--threads', '0'],
    ['--threads', 'many'],
    ['--transport', 'pigeon'],
  ])('refuses %s %s with one line and exit 2', async (option, value) => {
    const { code, stderr } = await runCli(argsOf('refused', option, value));
    expect(code).toBe(2);
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toContain(option);
  });
});
