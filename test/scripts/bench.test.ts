/** The bench as a user calls it, with a small zone: the built scripts, Knot, every kind of row. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../scripts/knot-process.ts';
import { KNOTD } from '../support/knot.ts';
import { saySkipped } from '../support/skipped.ts';

const BENCH = join(import.meta.dirname, '..', '..', 'dist', 'scripts', 'bench.js');
const RECEIVE_BUFFER = '/proc/sys/net/core/rmem_default';
const LIMIT_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'mailcensus-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (KNOTD === undefined) saySkipped('the bench', 'knotd is missing (apt-get install knot)');

const readBuffer = () => (existsSync(RECEIVE_BUFFER) ? readFileSync(RECEIVE_BUFFER, 'utf8') : '');

function startBench(args: readonly string[], onStderr: (text: string) => void = () => undefined) {
  const child = spawn(process.execPath, [BENCH, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onStderr(stderr);
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, ended };
}

/** Cells of each row of the table by the row's name and the column's. */
function readTable(stdout: string): Map<string, Record<string, string>> {
  const lines = stdout.split('\n').filter((line) => line.startsWith('| '));
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const head = cells(lines[0] ?? '');
  const rows = lines.slice(2).map((line) => {
    const row = cells(line);
    return [row[1] ?? '', Object.fromEntries(head.map((name, i) => [name, row[i] ?? '']))] as const;
  });
  return new Map(rows);
}

describe.skipIf(KNOTD === undefined)('bench', () => {
  it(
    'measures engine, survey and other clients, and finds the classes of the zone in each',
    async () => {
      const before = readBuffer();
      const { code, stdout, stderr } = await startBench([
        ...['--domains', '1500', '--rounds', '1', '--transport', 'dgram', '--window', '100'],
        ...['--rows', 'engine,survey,c-ares,dns2,dnsperf,peers', '--folder', folder],
        ...['--peer', 'echo=wc -l < {queries} | sed "s/^/answers /"'],
      ]).ended;
      expect(stderr).not.toMatch(/could not|Error/u);
      const rows = readTable(stdout);
      const names = [
        'engine alone, dgram',
        'survey, first night, dgram',
        'survey, second night, dgram',
        'node:dns (c-ares), slice',
        'dns2 UDPClient, slice',
        'echo',
      ];
      for (const name of names)
        expect(rows.get(name), name).toMatchObject({ domains: '1,500', lost: '0', classes: 'ok' });
      for (const name of ['engine alone, dgram', 'dns2 UDPClient, slice'])
        expect(rows.get(name)?.['queries']).toBe('4,500');
      expect(rows.get('engine alone, dgram')?.['retried']).toBe('0');
      if (findProgram('dnsperf') === undefined)
        expect(stdout).toMatch(/^dnsperf \(1,500\) could not be run: dnsperf is missing/mu);
      else
        expect(rows.get('dnsperf')).toMatchObject({ queries: '4,500', lost: '0', classes: 'ok' });
      expect(code).toBe(0);
      expect(readBuffer()).toBe(before);
    },
    LIMIT_MS,
  );

  it(
    'ends with 1 and says WRONG when a client lost an answer',
    async () => {
      const { code, stdout } = await startBench([
        ...['--domains', '50', '--rounds', '1', '--rows', 'peers', '--peer', 'lossy=true'],
        ...['--peer-check', 'lossy=echo answers 149'],
      ]).ended;
      expect(readTable(stdout).get('lossy')).toMatchObject({ lost: '1', classes: 'WRONG' });
      expect(stdout).toContain('lossy (50) is WRONG: answers: found 149, true 150');
      expect(code).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'takes its server and client along when it is told to stop, and its folder',
    async () => {
      const pidFile = join(folder, 'client.pid');
      const args = ['--domains', '50', '--rounds', '1', '--rows', 'peers'];
      const peer = `--peer=slow=echo {folder} {port} $$ > ${pidFile}; exec sleep 600`;
      const { child, ended } = startBench([...args, peer]);
      await expect
        .poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), {
          timeout: 60_000,
        })
        .toMatch(/\d\n$/u);
      const [own = '', , pid = ''] = readFileSync(pidFile, 'utf8').trim().split(' ');
      child.kill('SIGTERM');
      expect((await ended).code).toBe(1);
      expect(existsSync(own)).toBe(false);
      await expect.poll(() => existsSync(`/proc/${pid}/cmdline`) && isAlive(pid)).toBe(false);
    },
    LIMIT_MS,
  );

  it('refuses what it does not know with its usage and status 2', async () => {
    const { code, stderr } = await startBench(['--rows', 'everything']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('usage: scripts/bench');
  });
});

/** Neither gone nor a zombie. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
