import { describe, expect, it } from 'vitest';
import { Lane } from '../../../src/dns/client/lane.ts';
import { OpenQuestion } from '../../../src/dns/client/open-question.ts';
import { question } from '../../support/dns-engine.ts';

function laneOf(options: { most?: number; isWindowFixed?: boolean } = {}): Lane {
  const { most = 100, isWindowFixed = false } = options;
  return new Lane(
    { resolver: '192.0.2.1:53', start: most, most, timeoutMs: 2500, isWindowFixed },
    0,
  );
}

function send(lane: Lane, atMs: number): OpenQuestion {
  const sent = new OpenQuestion(question('a.jp'), 1e9, () => {});
  sent.tries = 1;
  lane.sent(sent, atMs);
  return sent;
}

function answer(lane: Lane, sent: OpenQuestion, atMs: number): void {
  lane.end(sent);
  lane.timed(sent, atMs);
  lane.responded(sent, undefined);
}

describe('Lane', () => {
  it('frees the window of what is late when a younger attempt was answered', () => {
    const lane = laneOf();
    send(lane, 0);
    answer(lane, send(lane, 10), 11);
    const { room } = lane;
    lane.tick(40);
    expect(lane.room).toBe(room);
    lane.tick(80);
    expect(lane.room).toBe(room + 1);
  });

  it('keeps it filled for longer while nothing younger was answered', () => {
    const lane = laneOf();
    answer(lane, send(lane, 0), 1);
    send(lane, 10);
    const { room } = lane;
    lane.tick(400);
    expect(lane.room).toBe(room);
    lane.tick(600);
    expect(lane.room).toBe(room + 1);
  });

  it('takes nothing for late before it knows how long a response takes', () => {
    const lane = laneOf();
    send(lane, 0);
    const { room } = lane;
    lane.tick(2000);
    expect(lane.room).toBe(room);
  });

  it('never has more under way than its most, late ones included', () => {
    const lane = laneOf({ most: 8 });
    answer(lane, send(lane, 0), 1);
    for (let i = 0; i < 6; i++) send(lane, 10);
    lane.tick(1000);
    expect(lane.room).toBe(2);
    for (let i = 0; i < 2; i++) send(lane, 1000);
    expect(lane.room).toBe(0);
  });

  it('gives late attempts up at their time, before younger ones', () => {
    const lane = laneOf();
    answer(lane, send(lane, 0), 1);
    const late = send(lane, 10);
    lane.tick(1000);
    const younger = send(lane, 1000);
    expect(lane.expired(2500)).toBeUndefined();
    expect(lane.expired(2510)).toBe(late);
    lane.end(late);
    expect(lane.expired(3000)).toBeUndefined();
    expect(lane.expired(3500)).toBe(younger);
  });

  it('counts responses and what failed of them', () => {
    const lane = laneOf();
    answer(lane, send(lane, 0), 1);
    for (const refusal of ['servfail', 'servfail', 'refused'] as const) {
      const sent = send(lane, 0);
      lane.end(sent);
      lane.responded(sent, refusal);
    }
    expect(lane).toMatchObject({ queries: 4, responses: 4, servfail: 2, refused: 1 });
  });

  it('of a fixed window is as large as it may be, and never late', () => {
    const lane = laneOf({ most: 5, isWindowFixed: true });
    answer(lane, send(lane, 0), 1);
    send(lane, 10);
    lane.tick(2000);
    expect(lane).toMatchObject({ window: 5, room: 4, smallestWindow: 5, largestWindow: 5 });
  });
});
