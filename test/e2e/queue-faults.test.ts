/**
 * What a survey over Redis must survive: Redis restarted or away, workers and coordinators killed at
 * random moments. After each the rows are those of an undisturbed survey on one machine.
 *
 * `MAILCENSUS_LONG_TESTS=1` kills twenty times each and takes Redis away for a minute.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../src/loopback/server.ts';
import { rowsOf, serveDemoRecords } from '../support/demo-survey.ts';
import {
  DOMAINS,
  killAll,
  type RunningProcess,
  redisSurveyArgs,
  start,
  undisturbedRows,
  untilDone,
  workerArgs,
} from '../support/queue-processes.ts';
import { REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';

const IS_LONG = process.env['MAILCENSUS_LONG_TESTS'] === '1';
const KILLS = IS_LONG ? 20 : 4;
const AWAY_MS = IS_LONG ? 60_000 : 3_000;
const TEST_LIMIT_MS = IS_LONG ? 900_000 : 180_000;
/** Slow enough that a survey has a middle. */
const SLOW = ['--rate', '2500'];

if (REDIS_PROBLEM !== undefined) saySkipped('faults of a survey over Redis', REDIS_PROBLEM);
else if (!IS_LONG) {
  saySkipped('twenty kills each and a minute without Redis', 'MAILCENSUS_LONG_TESTS is not 1');
}

describe.skipIf(REDIS_PROBLEM !== undefined)('a survey over Redis', () => {
  let folder: string;
  let server: LoopbackServer;
  let whole: readonly Record<string, string>[];

  const storeOf = (name: string) => join(folder, `${name}.sqlite`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-faults-'));
    server = await serveDemoRecords();
    whole = await undisturbedRows(folder, server.port);
    expect(whole).toHaveLength(DOMAINS);
  }, TEST_LIMIT_MS);

  afterEach(killAll);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const worker = (redis: RedisServer): RunningProcess =>
    start(workerArgs(redis.url, server.port, SLOW));

  it.each([
    { kind: 'with', args: ['--appendonly', 'yes'], awayMs: 500 },
    { kind: 'without', args: [], awayMs: AWAY_MS },
  ])(
    'goes on when Redis is killed and comes back $kind its data, $awayMs ms later',
    async ({ kind, args, awayMs }) => {
      const redis = await startRedis(args);
      try {
        worker(redis);
        const survey = start(redisSurveyArgs(storeOf(kind), redis.url));
        await untilDone(storeOf(kind), 1, survey);
        await redis.kill();
        await delay(awayMs);
        await redis.start();
        expect(await survey.ended, survey.said()).toBe(0);
        expect(await rowsOf(storeOf(kind))).toEqual(whole);
      } finally {
        await redis.stop();
      }
    },
    TEST_LIMIT_MS,
  );

  it(
    `loses nothing to ${KILLS} kills of its workers at random moments`,
    async () => {
      const redis = await startRedis();
      try {
        for (let kills = 0, run = 1; kills < KILLS; run++) {
          const store = storeOf(`workers-${run}`);
          const workers = [worker(redis), worker(redis)];
          const survey = start(redisSurveyArgs(store, redis.url));
          await untilDone(store, 1, survey);
          while (survey.child.exitCode === null && kills < KILLS) {
            await delay(200 + Math.random() * 1_200);
            await workers[kills % 2]?.kill();
            workers[kills % 2] = worker(redis);
            kills += 1;
          }
          expect(await survey.ended, survey.said()).toBe(0);
          expect(await rowsOf(store)).toEqual(whole);
          await killAll();
        }
      } finally {
        await redis.stop();
      }
    },
    TEST_LIMIT_MS,
  );

  it(
    `loses nothing to ${KILLS} kills of its coordinator at random moments`,
    async () => {
      const redis = await startRedis();
      try {
        worker(redis);
        for (let kills = 0, run = 1; kills < KILLS; run++) {
          const store = storeOf(`coordinators-${run}`);
          for (let isDone = false; !isDone; ) {
            const survey = start(redisSurveyArgs(store, redis.url));
            const killedAt = delay(600 + Math.random() * 2_000).then(() => 'killed' as const);
            const end =
              kills < KILLS ? await Promise.race([survey.ended, killedAt]) : await survey.ended;
            if (end === 'killed') {
              await survey.kill();
              kills += 1;
            } else {
              expect(end, survey.said()).toBe(0);
              isDone = true;
            }
          }
          expect(await rowsOf(store)).toEqual(whole);
          // Another store’s survey may take the prefix once the dead one’s claim has run out.
          await redis.kill();
          await redis.start();
        }
      } finally {
        await redis.stop();
      }
    },
    TEST_LIMIT_MS,
  );
});
