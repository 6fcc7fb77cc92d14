import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseTransport } from '../../src/dns/client/choose-transport.ts';
import { readRecordBytes, recordSource } from '../../src/loopback/records.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from '../support/cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const LIST = join(ROOT, 'data', 'demo-mx-spf.txt');
const TEST_LIMIT_MS = 120_000;
const BATCH_PROBLEM = (await chooseTransport('auto')).reason;

/** Columns that the moment of asking decides: when, and how often. */
const OF_THE_MOMENT = ['measured_at', 'attempts'];

describe('a survey on several threads', () => {
  let folder: string;
  let server: LoopbackServer;
  let whole: readonly Record<string, string>[];
  let wholeReport: string;

  const argsOf = (store: string, ...more: string[]) => [
    ...['survey', LIST, '--store', join(folder, store), '--hosts', 'keep', '--window', '100'],
    ...['--resolver', `127.0.0.1:${server.port}`, '--night', '2026-11-24', ...more],
  ];

  const rowsOf = async (store: string): Promise<Record<string, string>[]> => {
    const { code, stdout, stderr } = await runCli([
      ...['export', 'domains', '--store', join(folder, store)],
    ]);
    expect(code, stderr).toBe(0);
    const rows = parse<Record<string, string>>(stdout, { columns: true });
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => !OF_THE_MOMENT.includes(key))),
    );
  };

  const doneIn = async (store: string): Promise<number> => {
    const { code, stdout } = await runCli(['status', '--json', '--store', join(folder, store)]);
    return code === 0 ? (JSON.parse(stdout) as { done: number }).done : 0;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-threads-'));
    const records = readRecordBytes(readFileSync(join(ROOT, 'data', 'records-open.ndjson.gz')));
    server = await startLoopbackServer({ source: recordSource(records) });
    const one = await runCli(argsOf('one', '--threads', '1', '--transport', 'dgram'));
    expect(one.code, one.stderr).toBe(0);
    wholeReport = one.stdout;
    whole = await rowsOf('one');
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
      expect(await rowsOf('three')).toEqual(whole);
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
      expect(await rowsOf('batch')).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'stops on Ctrl-C whatever is open in its threads, and is taken up on another number of them',
    async () => {
      const args = argsOf('stopped', '--threads', '2', '--rate', '2500');
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
      while ((await doneIn('stopped')) === 0) {
        if (child.exitCode !== null) throw new Error('the survey ended before it could be stopped');
        await delay(100);
      }
      child.kill('SIGINT');
      expect(await once(child, 'close')).toEqual([3, null]);
      const again = await runCli(argsOf('stopped', '--threads', '3'));
      expect(again.code, again.stderr).toBe(0);
      expect(again.stderr).toContain('taking up night 2026-11-24');
      expect(await rowsOf('stopped')).toEqual(whole);
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
