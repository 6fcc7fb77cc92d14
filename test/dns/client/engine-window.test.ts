import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/dns/client/engine.ts';
import { asked, engineFor, pause, question, serve } from '../../support/dns-engine.ts';
import { txt } from '../../support/dns-message.ts';
import { reply, type Script } from '../../support/scripted-server.ts';

const answering: Script = (query) => [reply(query, { answers: [txt('@', 'x')] })];
const answeringAfter =
  (delayMs: number): Script =>
  (query) => [reply(query, { answers: [txt('@', 'x')] }, { delayMs })];
const silent: Script = () => [];

/** Answers after a while as many as it can hold; drops the rest, or answers it with SERVFAIL. */
function holding(most: number, delayMs: number, beyond: 'silence' | 'servfail'): Script {
  let held = 0;
  return (query) => {
    if (held >= most) return beyond === 'silence' ? [] : [reply(query, { flags: 0x8182 })];
    held++;
    setTimeout(() => held--, delayMs);
    return [reply(query, { answers: [txt('@', 'x')] }, { delayMs })];
  };
}

/** Keeps the engine's queue filled until `isOver`; the limit is only against waiting for ever. */
async function askUntil(engine: Engine, isOver: () => boolean, limitMs = 30_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  let next = 0;
  const fill = (): void => {
    if (isOver()) return;
    while (engine.queued < 400) {
      engine.ask(question(`d${next++}.jp`), Number.POSITIVE_INFINITY, fill);
    }
  };
  fill();
  while (!isOver() && performance.now() < untilMs) await pause(20);
}

describe('the window of a resolver', { timeout: 60_000 }, () => {
  it('grows while that brings more answers', async () => {
    const server = await serve(answeringAfter(100));
    const engine = engineFor([server], { window: 4000, timeoutMs: 5000 });
    const [resolver] = engine.resolvers;
    await askUntil(engine, () => resolver!.largestWindow > 200);
    expect(resolver!.largestWindow).toBeGreaterThan(200);
    expect(engine.counters.timeouts).toBe(0);
  });

  it.each(['silence', 'servfail'] as const)('shrinks where more meets %s', async (beyond) => {
    const server = await serve(holding(30, 20, beyond));
    const engine = engineFor([server], { window: 4000, timeoutMs: 400, attempts: 3 });
    const [resolver] = engine.resolvers;
    await askUntil(engine, () => resolver!.window < 60);
    expect(resolver!.window).toBeLessThan(60);
  });

  it('stands beside counters of what became of the attempts', async () => {
    const [first, second] = await Promise.all([
      serve(answering),
      serve((query) => [reply(query, { flags: 0x8185 })]),
    ]);
    const engine = engineFor([first, second]);
    for (let i = 0; i < 4; i++) await asked(engine, question(`d${i}.jp`));
    expect(engine.resolvers).toMatchObject([
      { resolver: `127.0.0.1:${first.port}`, queries: 4, responses: 4, refused: 0, timeouts: 0 },
      { resolver: `127.0.0.1:${second.port}`, queries: 2, responses: 2, refused: 2, servfail: 0 },
    ]);
  });
});

describe('two resolvers', () => {
  it('of which one is silent: the other has all that does not fit it', async () => {
    const [bad, good] = await Promise.all([serve(silent), serve(answering)]);
    const engine = engineFor([bad, good], { window: 20, timeoutMs: 1500, attempts: 2 });
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) => asked(engine, question(`d${i}.jp`))),
    );
    expect(outcomes.every(({ answer }) => answer.status === 'noerror')).toBe(true);
    const [silentOne, answeringOne] = engine.resolvers;
    expect(answeringOne!.responses).toBe(300);
    expect(silentOne!.queries).toBe(silentOne!.timeouts);
    // Half of the window each, once or twice over; in turn it would have been 150.
    expect(silentOne!.queries).toBeLessThan(60);
  });

  it('share what may be under way', async () => {
    const servers = await Promise.all([serve(silent), serve(silent)]);
    const engine = engineFor(servers, { window: 12, timeoutMs: 5000 });
    for (let i = 0; i < 40; i++) {
      engine.ask(question(`d${i}.jp`), Number.POSITIVE_INFINITY, () => {});
    }
    await pause(100);
    expect(engine.inFlight).toBe(12);
    expect(engine.hasRoom).toBe(false);
    for (const { seen } of servers) expect(seen).toHaveLength(6);
  });
});

describe('a fixed window', () => {
  it('is all used at once, and does not change', async () => {
    const server = await serve(answeringAfter(50));
    const engine = engineFor([server], { window: 150, timeoutMs: 5000, isWindowFixed: true });
    const outcomes = Promise.all(
      Array.from({ length: 400 }, (_, i) => asked(engine, question(`d${i}.jp`))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(engine.inFlight).toBe(150);
    await outcomes;
    expect(engine.resolvers).toMatchObject([
      { window: 150, smallestWindow: 150, largestWindow: 150 },
    ]);
  });
});
