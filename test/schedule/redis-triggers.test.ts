import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis, type RedisPlace, redisPlace } from '../../src/queue/redis-connection.ts';
import { parseRedisUrl } from '../../src/queue/redis-url.ts';
import type { LoadedConfig } from '../../src/schedule/read-config.ts';
import { SCHEDULE_QUEUE, waitForRedis } from '../../src/schedule/redis-triggers.ts';
import { slotAfter } from '../../src/schedule/slots.ts';
import { REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';
import { configWith, OK, type Stage, SURVEY, stage } from './fixture.ts';

if (REDIS_PROBLEM !== undefined) saySkipped('scheduling by Redis', REDIS_PROBLEM);

describe.skipIf(REDIS_PROBLEM !== undefined)('waitForRedis', () => {
  let redis: RedisServer;
  let count = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.stop());

  /** A place of its own for each test. */
  function newPlace(): RedisPlace {
    const parsed = parseRedisUrl(redis.url);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return redisPlace(parsed.target, { prefix: `t${count++}` });
  }

  /** Runs a scheduler over Redis for as long as `work` takes. */
  async function during(
    config: LoadedConfig,
    place: RedisPlace,
    scene: Stage,
    work: (queue: Queue) => Promise<void>,
  ): Promise<void> {
    const client = connectRedis(place);
    const queue = new Queue(SCHEDULE_QUEUE, {
      connection: client,
      prefix: place.prefix,
      skipMetasUpdate: true,
    });
    // This test's own connection is not what is looked at when Redis goes.
    client.on('error', () => undefined);
    queue.on('error', () => undefined);
    const parts = {
      ...scene.parts,
      place,
      surveys: config.surveys,
      scheduler: scene.scheduler,
      pause: (ms: number, signal: AbortSignal) =>
        delay(ms, undefined, { signal }).catch(() => undefined),
    };
    const waiting = waitForRedis(parts);
    try {
      await work(queue);
    } finally {
      scene.stop();
      await waiting;
      client.disconnect();
    }
  }

  async function until(is: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 400; i++) {
      if (await is()) return;
      await delay(25);
    }
    throw new Error('it did not come to pass');
  }

  const schedulersOf = async (queue: Queue) =>
    (await queue.getJobSchedulers()).map(({ key, pattern, tz, next }) => ({
      key,
      pattern,
      tz,
      next,
    }));

  it('enters each survey once, with the times that everything else reads', async () => {
    const config = configWith({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' });
    const place = newPlace();
    const nowIso = new Date().toISOString();
    await during(config, place, stage(config, nowIso), async (queue) => {
      await until(async () => (await queue.getJobSchedulers()).length === 1);
      const [scheduler] = await schedulersOf(queue);
      const pattern = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
      expect(scheduler).toEqual({
        key: 'jp',
        pattern: pattern.cron,
        tz: pattern.timeZone,
        next: slotAfter(pattern, Date.now()),
      });
    });
  });

  it('enters what differs and removes what is gone, at the next start', async () => {
    const place = newPlace();
    const both = {
      surveys: { jp: SURVEY, tv: { ...SURVEY, store: 'tv.sqlite', cron: '0 4 * * *' } },
    };
    const nowIso = new Date().toISOString();
    const before = configWith({}, both);
    await during(before, place, stage(before, nowIso), async (queue) => {
      await until(async () => (await queue.getJobSchedulers()).length === 2);
    });
    const after = configWith({ cron: '0 5 * * *' });
    await during(after, place, stage(after, nowIso), async (queue) => {
      await until(async () => {
        const there = await schedulersOf(queue);
        return there.length === 1 && there[0]?.pattern === '0 5 * * *';
      });
    });
  });

  it('runs the night of a job that came while nobody was there, and does not drop it by entering anew', async () => {
    const config = configWith();
    const place = newPlace();
    const first = stage(config, new Date().toISOString());
    await during(config, place, first, async (queue) => {
      await until(async () => (await queue.getDelayedCount()) === 1);
    });
    // The job of tomorrow is made one that was due a minute ago.
    const client = connectRedis(place);
    const queue = new Queue(SCHEDULE_QUEUE, {
      connection: client,
      prefix: place.prefix,
      skipMetasUpdate: true,
    });
    const [job] = await queue.getDelayed();
    const slotMs = job?.opts.prevMillis ?? 0;
    await job?.promote();
    client.disconnect();
    // The scheduler's clock says that the slot has just come, as that of the host would.
    const later = stage(config, new Date(slotMs + 1_000).toISOString(), () => OK);
    await during(config, place, later, async (there) => {
      await until(() => later.events().includes('night_complete'));
      await until(async () => (await there.getCompletedCount()) === 1);
      const [done] = await there.getCompleted();
      expect(done?.returnvalue).toBe('complete');
    });
    expect(later.calls).toHaveLength(1);
    expect(later.calls[0]?.args).toContain(
      `--night=${new Date(slotMs).toISOString().slice(0, 10)}`,
    );
  });

  it('shows a night that failed as a failed job', async () => {
    const config = configWith({ retries: 0 });
    const place = newPlace();
    const first = stage(config, new Date().toISOString());
    let slotMs = 0;
    await during(config, place, first, async (queue) => {
      await until(async () => (await queue.getDelayedCount()) === 1);
      const [job] = await queue.getDelayed();
      slotMs = job?.opts.prevMillis ?? 0;
      await job?.promote();
      // Taken while the slot lies in the future of this clock: the job's time counts.
      await until(() => first.calls.length === 1);
      first.calls[0]?.end({ exitStatus: 2, signal: undefined, lastLine: 'no such list' });
      await until(async () => (await queue.getFailedCount()) === 1);
      const [failed] = await queue.getFailed();
      expect(failed?.failedReason).toBe('survey: exit 2: no such list');
    });
    expect(slotMs).toBeGreaterThan(Date.now());
  });

  it('says once that Redis is gone, and ends all the same when it is told to', async () => {
    const own = await startRedis();
    const parsed = parseRedisUrl(own.url);
    if ('problem' in parsed) throw new Error(parsed.problem);
    const place = redisPlace(parsed.target, { prefix: 'gone' });
    const config = configWith();
    const scene = stage(config, new Date().toISOString());
    try {
      await during(config, place, scene, async (queue) => {
        await until(async () => (await queue.getJobSchedulers()).length === 1);
        await own.kill();
        await until(() => scene.events().includes('redis_error'));
      });
      expect(scene.events().filter((event) => event === 'redis_error')).toHaveLength(1);
    } finally {
      await own.stop();
    }
  });
});
