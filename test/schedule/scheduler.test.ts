import { describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { readState } from '../../src/schedule/state.ts';
import { at, configWith, OK, stage } from './fixture.ts';

const failing = { exitStatus: 1, signal: undefined, lastLine: 'disk full' };
const HOUR = 3_600_000;

describe('Scheduler', () => {
  it('has missed nothing when it sees a survey for the first time', async () => {
    const config = configWith();
    const now = stage(config, '2026-11-24T12:00Z');
    now.scheduler.tick();
    expect(now.calls).toEqual([]);
    expect(now.scheduler.nextSlotMs()).toBe(at('2026-11-25T03:00Z'));
    // From then on it may: the next process knows of the night that came between.
    const later = stage(config, '2026-11-25T04:00Z');
    later.scheduler.tick();
    expect(later.said[0]).toMatchObject({ event: 'night_started', values: { reason: 'catch_up' } });
  });

  it('runs a night at its time once, however often it is asked', async () => {
    const config = configWith();
    const day = stage(config, '2026-11-24T12:00Z', () => OK);
    day.nowMs = at('2026-11-25T03:00:01Z');
    day.scheduler.tick();
    day.scheduler.tick();
    await day.scheduler.settled();
    day.scheduler.tick();
    expect(day.calls).toHaveLength(1);
    expect(day.calls[0]?.args).toContain('--night=2026-11-25');
    expect(day.events()).toEqual(['night_started', 'night_complete']);
    expect(readState(config.state, 'jp')).toMatchObject({
      counts: { complete: 1 },
      nights: [{ night: '2026-11-25', outcome: 'complete', reason: 'due', attempts: 1 }],
    });
    expect(readState(config.state, 'jp')?.running).toBeUndefined();
  });

  it('catches one missed night up after a stop, and notes the older ones', async () => {
    const config = configWith();
    const before = stage(config, '2026-11-20T03:00Z', () => OK);
    before.nowMs = at('2026-11-21T03:00Z');
    before.scheduler.tick();
    await before.scheduler.settled();
    const after = stage(config, '2026-11-24T09:00Z', () => OK);
    after.scheduler.tick();
    await after.scheduler.settled();
    expect(after.events()).toEqual([
      'night_missed',
      'night_missed',
      'night_started',
      'night_complete',
    ]);
    expect(after.said[2]?.values).toMatchObject({ night: '2026-11-24', reason: 'catch_up' });
    expect(readState(config.state, 'jp')?.counts).toEqual({
      complete: 2,
      failed: 0,
      missed: 2,
      skipped: 0,
    });
  });

  it('only notes a missed night that is older than the catch-up', async () => {
    const config = configWith({ catchUpHours: 2 });
    const before = stage(config, '2026-11-24T02:00Z', () => OK);
    before.nowMs = at('2026-11-24T03:00Z');
    before.scheduler.tick();
    await before.scheduler.settled();
    const after = stage(config, '2026-11-25T06:00Z');
    after.scheduler.tick();
    expect(after.calls).toEqual([]);
    expect(after.events()).toEqual(['night_missed']);
  });

  it('skips a night that comes while the one before still runs, with a line and a count', async () => {
    const config = configWith();
    const long = stage(config, '2026-11-24T12:00Z');
    long.nowMs = at('2026-11-25T03:00Z');
    long.scheduler.tick();
    long.nowMs = at('2026-11-26T03:00Z');
    long.scheduler.tick();
    expect(long.said.at(-1)).toMatchObject({
      event: 'night_skipped',
      values: { night: '2026-11-26', why: 'the night of 2026-11-25 still ran' },
    });
    // One more comes between the last look and the end: it is skipped too, not caught up.
    long.nowMs = at('2026-11-27T03:30Z');
    long.calls[0]?.end(OK);
    await long.scheduler.settled();
    long.scheduler.tick();
    expect(long.calls).toHaveLength(1);
    expect(readState(config.state, 'jp')?.counts).toMatchObject({ complete: 1, skipped: 2 });
  });

  it('tries a failed night again, keeps its exit status, and goes on with the next night', async () => {
    const config = configWith({ retries: 2, retryPauseSeconds: 60 });
    let isBroken = true;
    const days = stage(config, '2026-11-24T12:00Z', () => (isBroken ? failing : OK));
    days.nowMs = at('2026-11-25T03:00Z');
    days.scheduler.tick();
    await days.scheduler.settled();
    expect(days.calls).toHaveLength(3);
    expect(new Set(days.calls.map(({ args }) => args.join(' '))).size).toBe(1);
    expect(days.events()).toEqual([
      'night_started',
      'night_retried',
      'night_retried',
      'night_failed',
    ]);
    expect(readState(config.state, 'jp')?.nights).toMatchObject([
      { outcome: 'failed', attempts: 3, exitStatus: 1, why: 'survey: exit 1: disk full' },
    ]);
    isBroken = false;
    days.nowMs = at('2026-11-26T03:00Z');
    days.scheduler.tick();
    await days.scheduler.settled();
    expect(readState(config.state, 'jp')?.counts).toMatchObject({ complete: 1, failed: 1 });
  });

  it('takes a night up again that a stop broke off, by the same command', async () => {
    const config = configWith();
    const first = stage(config, '2026-11-24T12:00Z');
    first.nowMs = at('2026-11-25T03:00Z');
    first.scheduler.tick();
    first.stop();
    first.calls[0]?.end({ exitStatus: 3, signal: undefined, lastLine: 'stopped' });
    await first.scheduler.settled();
    expect(first.events()).toEqual(['night_started', 'night_interrupted']);
    expect(readState(config.state, 'jp')?.running).toMatchObject({ night: '2026-11-25' });
    const second = stage(config, '2026-11-25T04:00Z', () => OK);
    second.scheduler.tick();
    await second.scheduler.settled();
    expect(second.calls[0]?.args).toEqual(first.calls[0]?.args);
    expect(readState(config.state, 'jp')?.nights).toMatchObject([
      { night: '2026-11-25', outcome: 'complete', reason: 'resumed' },
    ]);
  });

  it('does so after a kill too, and gives the night up when a newer one is due', async () => {
    const config = configWith();
    const killed = stage(config, '2026-11-24T12:00Z');
    killed.nowMs = at('2026-11-25T03:00Z');
    killed.scheduler.tick();
    killed.nowMs += 2 * HOUR;
    killed.scheduler.beat();
    const resumed = stage(config, '2026-11-25T05:00:30Z');
    resumed.scheduler.tick();
    expect(resumed.said[0]).toMatchObject({
      event: 'night_started',
      values: { night: '2026-11-25', reason: 'resumed' },
    });
    const later = stage(config, '2026-11-26T03:10Z', () => OK);
    later.scheduler.tick();
    await later.scheduler.settled();
    expect(later.events()).toEqual(['night_failed', 'night_started', 'night_complete']);
    expect(readState(config.state, 'jp')?.nights).toMatchObject([
      { night: '2026-11-25', outcome: 'failed' },
      { night: '2026-11-26', outcome: 'complete', reason: 'catch_up' },
    ]);
  });

  it('misses nothing when the pattern was changed meanwhile', () => {
    const config = configWith();
    const before = stage(config, '2026-11-20T12:00Z');
    before.nowMs = at('2026-11-21T03:00Z');
    before.scheduler.tick();
    before.calls[0]?.end(OK);
    const survey = {
      ...config.surveys['jp'],
      cron: '0 5 * * *',
    } as (typeof config.surveys)[string];
    const changed = stage({ ...config, surveys: { jp: survey } }, '2026-11-24T12:00Z');
    changed.scheduler.tick();
    expect(changed.events().filter((event) => event === 'night_missed')).toEqual([]);
    expect(changed.scheduler.nextSlotMs()).toBe(at('2026-11-25T05:00Z'));
  });

  it('runs on the shifted time once when clocks go forward', async () => {
    const config = configWith({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' });
    const spring = stage(config, '2026-03-28T12:00Z', () => OK);
    for (let t = at('2026-03-28T12:00Z'); t < at('2026-03-30T12:00Z'); t += 600_000) {
      spring.nowMs = t;
      spring.scheduler.tick();
      await spring.scheduler.settled();
    }
    expect(spring.calls.map(({ args }) => args.find((arg) => arg.startsWith('--night')))).toEqual([
      '--night=2026-03-29',
      '--night=2026-03-30',
    ]);
    expect(readState(config.state, 'jp')?.nights[0]?.slotMs).toBe(at('2026-03-29T01:00Z'));
  });

  it('runs once when clocks go back, and never twice when this clock is set back', async () => {
    const config = configWith({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' });
    const autumn = stage(config, '2026-10-24T12:00Z', () => OK);
    for (const time of ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T00:30:05Z']) {
      autumn.nowMs = at(time);
      autumn.scheduler.tick();
      await autumn.scheduler.settled();
    }
    expect(autumn.calls).toHaveLength(1);
  });

  it('lets nights that workers ask follow one another', async () => {
    const two = {
      surveys: {
        jp: { lists: ['list.txt'], store: 'jp.sqlite', cron: '0 3 * * *', timeZone: 'UTC' },
        tv: { lists: ['list.txt'], store: 'tv.sqlite', cron: '0 3 * * *', timeZone: 'UTC' },
      },
    };
    const redis = { redis: { url: 'redis://127.0.0.1:1', prefix: 'mc' } };
    const shared = stage(configWith({}, { ...two, ...redis }), '2026-11-24T12:00Z');
    shared.nowMs = at('2026-11-25T03:00Z');
    shared.scheduler.tick();
    await new Promise(setImmediate);
    expect(shared.calls).toHaveLength(1);
    expect(shared.calls[0]?.args).toContain('--redis=redis://127.0.0.1:1');
    shared.calls[0]?.end(OK);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(shared.calls).toHaveLength(2);
    const own = stage(configWith({}, two), '2026-11-24T12:00Z');
    own.nowMs = at('2026-11-25T03:00Z');
    own.scheduler.tick();
    expect(own.calls).toHaveLength(2);
  });

  it('refuses a survey that another process keeps', () => {
    const config = configWith();
    const { parts } = stage(config, '2026-11-24T12:00Z');
    const locked = { ...parts, takeLock: () => undefined };
    expect(() => Scheduler.open(locked, ['jp'])).toThrowError(
      /jp is kept by another mailcensus schedule/u,
    );
  });

  it('lets a call by hand repeat a young night that failed, and not one that is complete', async () => {
    const config = configWith({ retries: 0 });
    const failed = stage(config, '2026-11-25T02:00Z', () => failing);
    failed.nowMs = at('2026-11-25T03:00Z');
    failed.scheduler.tick();
    await failed.scheduler.settled();
    const byHand = stage(config, '2026-11-25T08:00Z', () => OK);
    byHand.scheduler.reopenNewest('jp');
    byHand.scheduler.tick();
    await byHand.scheduler.settled();
    expect(byHand.calls).toHaveLength(1);
    byHand.scheduler.reopenNewest('jp');
    byHand.scheduler.tick();
    expect(byHand.calls).toHaveLength(1);
  });
});
