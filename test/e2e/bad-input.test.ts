import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecords, recordSource } from '../../src/loopback/records.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from '../support/cli.ts';

const ZONE_HEAD = '$ORIGIN jp.\n@ 3600 IN SOA ns.jp. host.jp. 1 3600 600 86400 300\n';

describe('bad input gives one line and a status, and damages nothing', () => {
  let folder: string;
  let server: LoopbackServer;
  const path = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-bad-'));
    server = await startLoopbackServer({ source: recordSource(readRecords([])) });
    writeFileSync(path('good.txt'), 'example.jp\n');
    writeFileSync(path('empty.txt'), '');
    writeFileSync(path('none.txt'), 'http://example.jp/\nuser@example.jp\n192.0.2.1\n');
    writeFileSync(path('binary.txt'), Buffer.from([1, 2, 0, 0, 255, 254, 0, 10]));
    writeFileSync(path('cut.zone'), `${ZONE_HEAD}example IN NS ( ns1.example\n`);
    writeFileSync(path('cut.txt.gz'), gzipSync('example.jp\n'.repeat(10_000)).subarray(0, 60));
    writeFileSync(path('list.csv'), 'domain,sector\nexample.jp,a\n');
    mkdirSync(path('folder'));
    const foreign = new Database(path('foreign.sqlite'));
    foreign.exec('CREATE TABLE bookmarks(url TEXT); PRAGMA user_version = 7');
    foreign.close();
    writeFileSync(path('text.sqlite'), 'this is no database, only some text that is long enough\n');
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const survey = (list: string, more: readonly string[] = [], store = 'fresh.sqlite') =>
    runCli([
      ...['survey', path(list), '--store', path(store), '--resolver', `127.0.0.1:${server.port}`],
      ...more,
    ]);

  const expectOneLine = (stderr: string, names: string) => {
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toContain(names);
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+/u);
  };

  it.each([
    'missing.txt',
    'empty.txt',
    'none.txt',
    'binary.txt',
    'cut.zone',
    'cut.txt.gz',
    'folder',
  ])('list %s: exit 2', async (name) => {
    const { code, stderr, stdout } = await survey(name);
    expectOneLine(stderr, name);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it.each([
    ['--column', 'nowhere'],
    ['--label-column', 'nowhere'],
    ['--night', '2026-02-30'],
    ['--tz', 'Mars/Olympus'],
    ['--checks', 'mx,bimi'],
    ['--window', '0'],
    ['--sample', 'many'],
    ['--hosts', 'drop'],
    ['--resolver', 'dns.example'],
    ['--resolver', '127.0.0.1:99999'],
  ])('option %s %s: exit 2', async (option, value) => {
    const { code, stderr } = await survey('list.csv', [option, value]);
    expectOneLine(stderr, option);
    expect(code).toBe(2);
  });

  it.each(['foreign.sqlite', 'text.sqlite', 'folder'])(
    'store %s: exit 2, and not one byte of it changes',
    async (name) => {
      const before = name === 'folder' ? '' : readFileSync(path(name), 'hex');
      const { code, stderr } = await survey('good.txt', [], name);
      expectOneLine(stderr, name);
      expect(code).toBe(2);
      expect(name === 'folder' ? '' : readFileSync(path(name), 'hex')).toBe(before);
    },
  );

  it('a store of a newer version: exit 2', async () => {
    expect((await survey('good.txt', [], 'newer.sqlite')).code).toBe(0);
    const db = new Database(path('newer.sqlite'));
    db.pragma('user_version = 999');
    db.close();
    const { code, stderr } = await survey('good.txt', [], 'newer.sqlite');
    expectOneLine(stderr, 'newer.sqlite');
    expect(code).toBe(2);
  });

  it('a store in a folder that is not there: exit 2', async () => {
    const { code, stderr } = await survey('good.txt', [], 'nowhere/s.sqlite');
    expectOneLine(stderr, 'nowhere');
    expect(code).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)('a list that may not be read: exit 2', async () => {
    writeFileSync(path('secret.txt'), 'example.jp\n');
    chmodSync(path('secret.txt'), 0);
    const { code, stderr } = await survey('secret.txt');
    expectOneLine(stderr, 'secret.txt');
    expect(code).toBe(2);
  });

  it('a resolver that does not answer at all: exit 2 within seconds', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const startedAtMs = Date.now();
    const args = ['--resolver', `127.0.0.1:${silent.address().port}`];
    const { code, stderr } = await runCli([
      ...['survey', path('good.txt'), '--store', path('silent.sqlite'), '--quiet', ...args],
    ]);
    silent.close();
    expectOneLine(
      stderr,
      `127.0.0.1:${silent.address === undefined ? '' : args[1]?.split(':')[1]}`,
    );
    expect(code).toBe(2);
    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
  });

  it('nothing listening at the resolver’s address: exit 2', async () => {
    const { code, stderr } = await runCli([
      ...['survey', path('good.txt'), '--store', path('dead.sqlite'), '--quiet'],
      ...['--resolver', '127.0.0.1:1'],
    ]);
    expectOneLine(stderr, '127.0.0.1:1');
    expect(code).toBe(2);
  });

  it.each(['report', 'runs', 'status'])('%s without a store: exit 2', async (verb) => {
    const { code, stderr } = await runCli([verb, '--store', path('no-such.sqlite')]);
    expectOneLine(stderr, 'no-such.sqlite');
    expect(code).toBe(2);
  });

  it('report of a night that is not there: exit 2', async () => {
    expect((await survey('good.txt', [], 'one.sqlite')).code).toBe(0);
    const { code, stderr } = await runCli([
      ...['report', '--store', path('one.sqlite'), '--night', '1999-12-31'],
    ]);
    expectOneLine(stderr, '1999-12-31');
    expect(code).toBe(2);
  });

  it('an unknown verb, and a verb without its argument: exit 2', async () => {
    for (const args of [['surveil'], ['inspect'], ['survey'], ['export', 'everything']]) {
      const { code, stderr } = await runCli(args);
      expectOneLine(stderr, 'mailcensus');
      expect(code, args.join(' ')).toBe(2);
    }
  });

  it('the same night with another configuration: exit 2; an earlier night: exit 2', async () => {
    const night = ['--night', '2026-11-24'];
    expect((await survey('good.txt', night, 'nights.sqlite')).code).toBe(0);
    const other = await survey('good.txt', [...night, '--checks', 'mx'], 'nights.sqlite');
    expect(other.code).toBe(2);
    expectOneLine(other.stderr, '2026-11-24');
    const earlier = await survey('good.txt', ['--night', '2026-11-23'], 'nights.sqlite');
    expect(earlier.code).toBe(2);
    expectOneLine(earlier.stderr, '2026-11-23');
  });
});
