/** A survey over a real redis-server with workers of their own: what it finds, and what stops it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from '../support/cli.ts';
import { rowsOf, serveDemoRecords } from '../support/demo-survey.ts';
import {
  aloneArgs,
  DOMAINS,
  killAll,
  redisSurveyArgs,
  start,
  undisturbedRows,
  untilDone,
  untilSaid,
  workerArgs,
} from '../support/queue-processes.ts';
import { freePort, REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';

const TEST_LIMIT_MS = 120_000;
if (REDIS_PROBLEM !== undefined) saySkipped('surveys over Redis', REDIS_PROBLEM);

describe.skipIf(REDIS_PROBLEM !== undefined)('a survey over Redis', () => {
  let folder: string;
  let server: LoopbackServer;
  let redis: RedisServer;
  let whole: readonly Record<string, string>[];

  const storeOf = (name: string) => join(folder, `${name}.sqlite`);
  /** With a prefix of its own for each test: what one leaves behind is not the next one's. */
  const urlOf = (name: string) => `${redis.url}?prefix=${name}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-queue-'));
    server = await serveDemoRecords();
    redis = await startRedis();
    whole = await undisturbedRows(folder, server.port);
    expect(whole).toHaveLength(DOMAINS);
  }, TEST_LIMIT_MS);

  afterEach(killAll);

  afterAll(async () => {
    await redis.stop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'finds the rows of a survey on one machine, names its workers, and leaves no block in Redis',
    async () => {
      const other = await serveDemoRecords();
      start(workerArgs(urlOf('two'), server.port, ['--name', 'tokyo']));
      start(workerArgs(urlOf('two'), other.port, ['--name', 'osaka']));
      const survey = start(redisSurveyArgs(storeOf('two'), urlOf('two')));
      expect(await survey.ended, survey.said()).toBe(0);
      await other.close();
      expect(await rowsOf(storeOf('two'))).toEqual(whole);
      expect(survey.said()).toContain('2 workers');
      const { stdout } = await runCli(['report', '--store', storeOf('two')]);
      expect(stdout).toContain(`127.0.0.1:${server.port}`);
      expect(stdout).toContain(`127.0.0.1:${other.port}`);
    },
    TEST_LIMIT_MS,
  );

  it(
    'goes on when a worker is stopped: SIGTERM gives its blocks back at once, and it exits with 0',
    async () => {
      const leaver = start(
        workerArgs(urlOf('left'), server.port, ['--rate', '1500', '--lease', '600000']),
      );
      const survey = start(redisSurveyArgs(storeOf('left'), urlOf('left')));
      await untilDone(storeOf('left'), 1, survey);
      leaver.child.kill('SIGTERM');
      const stoppedAtMs = performance.now();
      expect(await leaver.ended, leaver.said()).toBe(0);
      expect(performance.now() - stoppedAtMs).toBeLessThan(5_000);
      // With a lease of ten minutes only a block that was given back can be asked by another.
      start(workerArgs(urlOf('left'), server.port));
      expect(await survey.ended, survey.said()).toBe(0);
      expect(await rowsOf(storeOf('left'))).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'gives the blocks of a worker that hangs to another, and drops what it hands in later',
    async () => {
      const hanging = start(workerArgs(urlOf('hung'), server.port, ['--rate', '1500']));
      const survey = start(redisSurveyArgs(storeOf('hung'), urlOf('hung')));
      await untilDone(storeOf('hung'), 1, survey);
      hanging.child.kill('SIGSTOP');
      start(workerArgs(urlOf('hung'), server.port, ['--rate', '3000']));
      await untilDone(storeOf('hung'), 3000, survey);
      hanging.child.kill('SIGCONT');
      expect(await survey.ended, survey.said()).toBe(0);
      expect(await rowsOf(storeOf('hung'))).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'writes nothing of a silent resolver down: its worker halts and says so, another goes on',
    async () => {
      const mortal = await serveDemoRecords();
      const silent = start(
        workerArgs(urlOf('silent'), mortal.port, [
          ...['--name', 'silent', '--rate', '2000', '--timeout', '300', '--attempts', '2'],
        ]),
      );
      const survey = start(redisSurveyArgs(storeOf('silent'), urlOf('silent')));
      await untilDone(storeOf('silent'), 1, survey);
      await mortal.close();
      await untilSaid(silent, `127.0.0.1:${mortal.port}`);
      expect(silent.child.exitCode).toBeNull();
      start(workerArgs(urlOf('silent'), server.port, ['--name', 'well']));
      expect(await survey.ended, survey.said()).toBe(0);
      expect(survey.said()).toMatch(/1 of 2 workers.*silent halted/u);
      expect(await rowsOf(storeOf('silent'))).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'is refused while another store’s survey works with the same prefix, and not with another',
    async () => {
      const first = start(redisSurveyArgs(storeOf('first'), redis.url));
      await untilSaid(first, '4,500 domains');
      let second = start(redisSurveyArgs(storeOf('second'), redis.url));
      // The list is brought in before the prefix is taken: who comes first is seen by the refusal.
      const code = await Promise.race([second.ended, first.ended]);
      expect(code).toBe(1);
      const refused = first.child.exitCode === null ? second : first;
      expect(refused.said()).toContain('another survey works over');
      await killAll();
      second = start(redisSurveyArgs(storeOf('third'), redis.url, ['--redis-prefix', 'third']));
      start(workerArgs(redis.url, server.port, ['--redis-prefix', 'third']));
      expect(await second.ended, second.said()).toBe(0);
      expect(await rowsOf(storeOf('third'))).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'stops with 3 on SIGTERM and goes on with the same command, or on one machine',
    async () => {
      start(workerArgs(redis.url, server.port, ['--rate', '2000', '--redis-prefix', 'stop']));
      const args = redisSurveyArgs(storeOf('stop'), redis.url, ['--redis-prefix', 'stop']);
      const survey = start(args);
      await untilDone(storeOf('stop'), 1, survey);
      survey.child.kill('SIGTERM');
      expect(await survey.ended, survey.said()).toBe(3);
      const alone = await runCli(aloneArgs(storeOf('stop'), server.port));
      expect(alone.code, alone.stderr).toBe(0);
      expect(await rowsOf(storeOf('stop'))).toEqual(whole);
    },
    TEST_LIMIT_MS,
  );

  it(
    'says in one line what is wrong, with the right status and never the password',
    async () => {
      const guarded = await startRedis(['--requirepass', 'right-word']);
      const wrongFile = join(folder, 'word');
      writeFileSync(wrongFile, 'wrong-word\n');
      const dead = await freePort();
      const cases: readonly (readonly [args: readonly string[], code: number, said: string])[] = [
        [['--redis', `redis://:wrong-word@127.0.0.1:${guarded.port}`], 2, 'refuses the user or'],
        [['--redis', guarded.url, '--redis-password-file', wrongFile], 2, 'refuses the user or'],
        [['--redis', `redis://127.0.0.1:${dead}`], 1, 'cannot be reached (ECONNREFUSED)'],
        [['--redis', 'http://:wrong-word@127.0.0.1'], 2, 'takes redis://'],
        [['--redis', redis.url, '--rate', '5'], 2, '--rate says how to ask'],
        [['--redis-prefix', 'x'], 2, '--redis-prefix is of no use without --redis'],
      ];
      try {
        const ends = await Promise.all(
          cases.map(([args]) =>
            runCli(['survey', 'no-list.txt', '--store', storeOf('never'), ...args]),
          ),
        );
        for (const [i, [args, code, said]] of cases.entries()) {
          const stderr = ends[i]?.stderr ?? '';
          expect(ends[i]?.code, `${args.join(' ')}: ${stderr}`).toBe(code);
          expect(stderr).toContain(said);
          expect(stderr.trim().split('\n')).toHaveLength(1);
          expect(stderr).not.toContain('wrong-word');
        }
        const worker = await runCli(['worker', '--redis', guarded.url]);
        expect(worker.code).toBe(2);
        expect(worker.stderr).toContain('asks for a password');
      } finally {
        await guarded.stop();
      }
    },
    TEST_LIMIT_MS,
  );

  it(
    'keeps the password out of the process list, the provenance and the messages',
    async () => {
      const guarded = await startRedis(['--requirepass', 'right-word']);
      try {
        const url = `redis://:right-word@127.0.0.1:${guarded.port}`;
        const worker = start(workerArgs(url, server.port));
        const survey = start(redisSurveyArgs(storeOf('guarded'), url));
        await untilDone(storeOf('guarded'), 1, survey);
        const { readFile } = await import('node:fs/promises');
        for (const { child } of [worker, survey]) {
          const shown = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
          expect(shown).toContain('mailcensus');
          expect(shown).not.toContain('right-word');
        }
        expect(await survey.ended, survey.said()).toBe(0);
        const { stdout } = await runCli(['runs', '--json', '--store', storeOf('guarded')]);
        expect(stdout).toContain('***@127.0.0.1');
        expect(`${stdout}${survey.said()}${worker.said()}`).not.toContain('right-word');
      } finally {
        await guarded.stop();
      }
    },
    TEST_LIMIT_MS,
  );
});
