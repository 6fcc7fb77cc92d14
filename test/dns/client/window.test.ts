import { describe, expect, it } from 'vitest';
import { drawsFrom } from '../../../scripts/seeded-draws.ts';
import {
  queueServer,
  rateLimiter,
  recursor,
  type Second,
  type SimulatedResolver,
  type SimulationOptions,
  simulate,
} from '../../support/window-simulation.ts';

/** Seconds of the real clock; the simulated ones are in the options. */
const SLOW_MACHINE_MS = 120_000;

interface Sum {
  readonly answeredPerSecond: number;
  /** Share of the attempts for living names that had no answer. */
  readonly lostShare: number;
  readonly largest: number;
  readonly smallest: number;
}

function sum(seconds: readonly Second[]): Sum {
  let answered = 0;
  let sent = 0;
  let lost = 0;
  for (const each of seconds) {
    answered += each.answered;
    sent += each.sent;
    lost += each.lost;
  }
  const windows = seconds.map(({ window }) => window);
  return {
    answeredPerSecond: answered / seconds.length,
    lostShare: sent === 0 ? 0 : lost / sent,
    largest: Math.max(...windows),
    smallest: Math.min(...windows),
  };
}

/** Runs with a resolver that draws from the same seed. */
function run(
  make: (random: () => number) => SimulatedResolver,
  options: Omit<SimulationOptions, 'resolver' | 'random'>,
): readonly Second[] {
  const random = drawsFrom(7);
  return simulate({ resolver: make(random), random, ...options });
}

describe('a window before a server on the same host', { timeout: SLOW_MACHINE_MS }, () => {
  const small = (random: () => number) =>
    queueServer(random, { queue: 270, latencyMs: 0.1, perSecond: () => 30_000 });

  it('of a default socket buffer takes all it can do, and loses nothing worth a word', () => {
    const all = sum(run(small, { seconds: 12, most: 2000 }));
    expect(all.answeredPerSecond).toBeGreaterThan(29_000);
    expect(all.lostShare).toBeLessThan(0.000_5);
    expect(all.largest).toBeLessThan(300);
  });

  it('would lose in numbers at a fixed size', () => {
    const all = sum(run(small, { seconds: 3, most: 2000, isWindowFixed: true }));
    expect(all.lostShare).toBeGreaterThan(0.01);
  });

  it('is not made small by dead names', () => {
    const later = sum(run(small, { seconds: 12, most: 16_000, deadShare: 0.03 }).slice(2));
    expect(later.answeredPerSecond).toBeGreaterThan(24_000);
    expect(later.lostShare).toBeLessThan(0.001);
  });

  it('stays where more brings nothing, though nothing would be lost', () => {
    const fast = (random: () => number) =>
      queueServer(random, { queue: 5000, latencyMs: 0.1, perSecond: () => 200_000 });
    const all = sum(run(fast, { seconds: 3, most: 4000 }));
    expect(all.answeredPerSecond).toBeGreaterThan(190_000);
    expect(all.lostShare).toBe(0);
    expect(all.largest).toBeLessThan(500);
  });
});

describe('a window before a far server', { timeout: SLOW_MACHINE_MS }, () => {
  it('grows to what the way holds', () => {
    const far = (random: () => number) =>
      queueServer(random, { queue: 5000, latencyMs: 8, perSecond: () => 100_000 });
    const seconds = run(far, { seconds: 4, most: 4000 });
    expect(sum(seconds.slice(2)).answeredPerSecond).toBeGreaterThan(92_000);
    expect(sum(seconds).lostShare).toBe(0);
  });

  it('shrinks when its capacity halves, and grows when it is back', () => {
    const changing = (random: () => number) =>
      queueServer(random, {
        queue: 150,
        latencyMs: 20,
        perSecond: (nowMs) => (nowMs > 10_000 && nowMs < 30_000 ? 5000 : 10_000),
      });
    const seconds = run(changing, { seconds: 60, most: 4000, deadShare: 0.02 });
    const [before, weak, after] = [seconds.slice(5, 10), seconds.slice(20, 30), seconds.slice(50)];
    expect(sum(before).answeredPerSecond).toBeGreaterThan(8500);
    expect(sum(weak).answeredPerSecond).toBeGreaterThan(4200);
    expect(sum(weak).lostShare).toBeLessThan(0.01);
    expect(sum(after).answeredPerSecond).toBeGreaterThan(8000);
    expect(sum(after).lostShare).toBeLessThan(0.01);
  });
});

describe('a window before a recursor', { timeout: SLOW_MACHINE_MS }, () => {
  const waiting = (random: () => number) =>
    recursor(random, { waitLimit: 1000, deadWaitsMs: 2000 });
  const options = { seconds: 60, most: 4000, deadShare: 0.03 };

  it('that drops what waits too long keeps the losses near none', () => {
    const later = sum(run(waiting, options).slice(20));
    // At most some 4,100: a thousand places, of which dead names take more than the living.
    expect(later.answeredPerSecond).toBeGreaterThan(2700);
    expect(later.lostShare).toBeLessThan(0.015);
  });

  it('would lose many times that at a fixed size', () => {
    const later = sum(run(waiting, { ...options, isWindowFixed: true }).slice(20));
    expect(later.lostShare).toBeGreaterThan(0.15);
  });
});

describe('a window before a rate limit', { timeout: SLOW_MACHINE_MS }, () => {
  it.each(['drop', 'servfail'] as const)('that answers by %s stays below it', (beyond) => {
    const limited = () => rateLimiter({ perSecond: 5000, latencyMs: 20, beyond });
    const later = sum(run(limited, { seconds: 40, most: 4000, deadShare: 0.02 }).slice(10));
    expect(later.answeredPerSecond).toBeGreaterThan(3800);
    expect(later.lostShare).toBeLessThan(0.01);
  });

  it('far below the first guess comes down to it', () => {
    const limited = () => rateLimiter({ perSecond: 500, latencyMs: 20, beyond: 'drop' });
    const later = sum(run(limited, { seconds: 60, most: 4000, deadShare: 0.02 }).slice(30));
    expect(later.answeredPerSecond).toBeGreaterThan(300);
    expect(later.lostShare).toBeLessThan(0.1);
    expect(later.largest).toBeLessThan(50);
  });
});

describe('a window concludes nothing', { timeout: SLOW_MACHINE_MS }, () => {
  const server = (random: () => number) =>
    queueServer(random, { queue: 5000, latencyMs: 20, perSecond: () => 20_000 });

  it('from a tail of dead names', () => {
    const seconds = run(server, { seconds: 20, most: 8000, deadShare: 0.03, tailFromMs: 6000 });
    const before = seconds[5]!.window;
    expect(before).toBeGreaterThanOrEqual(200);
    for (const { window } of seconds.slice(7)) expect(window).toBeGreaterThanOrEqual(before / 2);
  });

  it('from questions that are too few to fill it', () => {
    const seconds = run(server, { seconds: 10, most: 8000, deadShare: 0.3, demandPerSecond: 200 });
    for (const { window } of seconds) expect(window).toBe(100);
  });
});
