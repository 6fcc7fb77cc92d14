import { describe, expect, it } from 'vitest';
import {
  dateWithTwo,
  isTimeZone,
  localTime,
  nextSlots,
  slotAfter,
  slotsBetween,
  slotUpTo,
} from '../../src/schedule/slots.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (atMs: number) => new Date(atMs).toISOString().slice(0, 16);

describe('slots', () => {
  it('comes at the local time of its zone', () => {
    const tokyo = { cron: '15 2 * * *', timeZone: 'Asia/Tokyo' };
    expect(nextSlots(tokyo, at('2026-11-24T00:00Z'), 2).map(iso)).toEqual([
      '2026-11-24T17:15',
      '2026-11-25T17:15',
    ]);
    expect(localTime(at('2026-11-24T17:15Z'), 'Asia/Tokyo')).toBe('2026-11-25 02:15 Asia/Tokyo');
  });

  it('comes once, at the end of the gap, when its local time does not exist (clocks forward)', () => {
    // Berlin, 29 March 2026: 01:00 UTC is 02:00 CET and becomes 03:00 CEST.
    const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(nextSlots(berlin, at('2026-03-28T12:00Z'), 2).map(iso)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    expect(localTime(at('2026-03-29T01:00Z'), 'Europe/Berlin')).toBe(
      '2026-03-29 03:00 Europe/Berlin',
    );
  });

  it('comes once, the first time, when its local time comes twice (clocks back)', () => {
    // Berlin, 25 October 2026: 02:30 is 00:30 UTC (CEST) and again 01:30 UTC (CET).
    const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(nextSlots(berlin, at('2026-10-24T12:00Z'), 2).map(iso)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('is right where midnight itself does not exist', () => {
    // Santiago, 6 September 2026: 04:00 UTC is 00:00 and becomes 01:00.
    const santiago = { cron: '30 0 * * *', timeZone: 'America/Santiago' };
    expect(nextSlots(santiago, at('2026-09-05T12:00Z'), 2).map(iso)).toEqual([
      '2026-09-06T04:00',
      '2026-09-07T03:30',
    ]);
  });

  it('lists what lies between two instants, the end included and the start not', () => {
    const daily = { cron: '0 3 * * *', timeZone: 'UTC' };
    const between = slotsBetween(daily, at('2026-11-20T03:00Z'), at('2026-11-23T03:00Z'));
    expect(between.map(iso)).toEqual(['2026-11-21T03:00', '2026-11-22T03:00', '2026-11-23T03:00']);
    expect(slotsBetween(daily, at('2026-11-23T03:00Z'), at('2026-11-23T03:00Z'))).toEqual([]);
    expect(
      slotsBetween(daily, at('2020-01-01T00:00Z'), at('2026-11-23T12:00Z'), 2).map(iso),
    ).toEqual(['2026-11-22T03:00', '2026-11-23T03:00']);
  });

  it('finds the newest slot however seldom it comes', () => {
    const now = at('2026-11-24T12:00Z');
    const upTo = (cron: string) => {
      const slot = slotUpTo({ cron, timeZone: 'UTC' }, now);
      return slot === undefined ? undefined : iso(slot);
    };
    expect(upTo('0 3 * * *')).toBe('2026-11-24T03:00');
    expect(upTo('0 3 * * MON')).toBe('2026-11-23T03:00');
    expect(upTo('0 3 1 * *')).toBe('2026-11-01T03:00');
    expect(upTo('0 3 1 1 *')).toBe('2026-01-01T03:00');
    expect(upTo('0 3 29 2 *')).toBe('2024-02-29T03:00');
    expect(slotAfter({ cron: '0 3 30 2 *', timeZone: 'UTC' }, now)).toBeUndefined();
  });

  it('tells a pattern that comes twice on a date of its zone', () => {
    const from = at('2026-11-24T12:00Z');
    const two = (cron: string, timeZone = 'UTC') => dateWithTwo({ cron, timeZone }, from);
    expect(two('0 3 * * *')).toBeUndefined();
    expect(two('0 3,15 * * *')).toBe('2026-11-25');
    expect(two('0 3,15 1 12 *')).toBe('2026-12-01');
    expect(two('30 2 * * *', 'Europe/Berlin')).toBeUndefined();
    expect(two('*/30 2 29 3 *', 'Europe/Berlin')).toBe('2027-03-29');
  });

  it('knows time zones by the names of this system', () => {
    expect(isTimeZone('Asia/Tokyo')).toBe(true);
    for (const bad of ['Mars/Olympus', '', 'Asia/Tokyo\n', '../etc']) {
      expect(isTimeZone(bad), bad).toBe(false);
    }
  });
});
