import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/dns/client/engine.ts';
import { asked, at, engineFor, pause, question, serve } from '../../support/dns-engine.ts';
import { type Message, opt, txt } from '../../support/dns-message.ts';
import { closedPort, reply, type Script } from '../../support/scripted-server.ts';

const answering: Script = (query) => [reply(query, { answers: [txt('@', 'x')] })];
const silent: Script = () => [];
const failing =
  (rcode: number): Script =>
  (query) => [reply(query, { flags: 0x8180 | rcode })];

/** Keeps the event loop from turning. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('retries', () => {
  it('go to the next resolver', async () => {
    const [bad, good] = await Promise.all([serve(failing(2)), serve(answering)]);
    const engine = engineFor([bad, good]);
    expect(await asked(engine, question('a.jp'))).toMatchObject({
      answer: { status: 'noerror' },
      attempts: 2,
      resolver: `127.0.0.1:${good.port}`,
    });
    expect(engine.counters).toMatchObject({ servfail: 1, retries: 1, queries: 2, answered: 1 });
  });

  it.each([
    ['refused', failing(5)],
    ['other_rcode', failing(9)],
    ['malformed', ((query) => [reply(query, { counts: [1, 1, 0, 0] })]) satisfies Script],
    ['timeout', silent],
  ])('follow %s', async (_, script) => {
    const [bad, good] = await Promise.all([serve(script), serve(answering)]);
    const engine = engineFor([bad, good]);
    expect(await asked(engine, question('a.jp'))).toMatchObject({
      answer: { status: 'noerror' },
      attempts: 2,
    });
  });

  it('follow a closed port', async () => {
    const good = await serve(answering);
    const engine = engineFor([{ port: await closedPort() }, good]);
    expect(await asked(engine, question('a.jp'))).toMatchObject({
      answer: { status: 'noerror' },
      attempts: 2,
    });
  });

  it('do not follow NXDOMAIN or NODATA: they are answers', async () => {
    const server = await serve((query) => [
      reply(query, { flags: query.qname === 'a.jp' ? 0x8183 : 0x8180 }),
    ]);
    const engine = engineFor([server], { attempts: 5 });
    await asked(engine, question('a.jp'));
    await asked(engine, question('b.jp'));
    expect(server.seen).toHaveLength(2);
  });

  it('end with the last failure', async () => {
    const [first, second] = await Promise.all([serve(failing(2)), serve(failing(5))]);
    const engine = engineFor([first, second]);
    expect((await asked(engine, question('a.jp'))).answer.status).toBe('refused');
  });

  it('are not begun after the deadline', async () => {
    const server = await serve((query) => [reply(query, { flags: 0x8182 }, { delayMs: 150 })]);
    const engine = engineFor([server], { attempts: 50, timeoutMs: 5000 });
    const { answer, attempts } = await asked(engine, question('a.jp'), 200);
    // The second attempt was cut off by the deadline.
    expect(answer.status).toBe('over_budget');
    expect(attempts).toBe(2);
  });

  it('that the deadline leaves no time for leave the last failure', async () => {
    const server = await serve(failing(2));
    const engine = engineFor([server], { rate: 2 });
    expect(await asked(engine, question('a.jp'), 150)).toMatchObject({
      answer: { status: 'servfail' },
      attempts: 1,
    });
    expect(engine.counters).toMatchObject({ servfail: 1, overBudget: 0 });
  });
});

describe('retries beside a dead resolver', () => {
  const slow: Script = (query) => [reply(query, { answers: [txt('@', 'x')] }, { delayMs: 20 })];

  it.each([
    ['is silent', async () => serve(silent)],
    ['has nothing listening', async () => ({ port: await closedPort() })],
  ])('wait for the other where one %s, though it has no room', async (_, openDead) => {
    const [dead, living] = await Promise.all([openDead(), serve(slow)]);
    const engine = engineFor([dead, living], { window: 4, attempts: 2 });
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) => asked(engine, question(`d${i}.jp`))),
    );
    expect(outcomes.map(({ answer }) => answer.status)).toEqual(outcomes.map(() => 'noerror'));
    expect(outcomes.some(({ attempts }) => attempts === 2)).toBe(true);
  });

  it('find the one that is back', async () => {
    let isDead = true;
    const back = await serve((query) => (isDead ? [] : answering(query)));
    const other = await serve(answering);
    const engine = engineFor([back, other]);
    expect((await asked(engine, question('a.jp'))).attempts).toBe(2);
    isDead = false;
    await asked(engine, question('b.jp'));
    const { answer, resolver } = await asked(engine, question('c.jp'));
    expect(answer.status).toBe('noerror');
    expect(resolver).toBe(`127.0.0.1:${back.port}`);
  });
});

describe('resolvers', () => {
  it('are asked in turn', async () => {
    const servers = await Promise.all([serve(answering), serve(answering), serve(answering)]);
    const engine = engineFor(servers);
    for (let i = 0; i < 6; i++) await asked(engine, question(`d${i}.jp`));
    for (const { seen } of servers) expect(seen).toHaveLength(2);
  });
});

describe('EDNS', () => {
  const withoutEdns =
    (refusal: Message | undefined): Script =>
    (query) => {
      if (!query.hasEdns) return answering(query);
      return refusal === undefined ? [] : [reply(query, refusal)];
    };

  it.each([
    ['FORMERR', { flags: 0x8181 }],
    ['NOTIMP', { flags: 0x8184 }],
    ['BADVERS', { additionals: [opt(1)] }],
  ])(
    'is left out when it is answered by %s, within the same attempt (RFC 6891 §6.1.3, §7)',
    async (_, refusal) => {
      const server = await serve(withoutEdns(refusal));
      const engine = engineFor([server], { attempts: 1 });
      expect(await asked(engine, question('a.jp'))).toMatchObject({
        answer: { status: 'noerror' },
        attempts: 2,
      });
      expect(server.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, false]);
      expect(engine.counters).toMatchObject({ queries: 2, retries: 0, otherRcode: 0 });
    },
  );

  it('comes back with the next attempt', async () => {
    const [formerr, good] = await Promise.all([serve(failing(1)), serve(answering)]);
    const engine = engineFor([formerr, good]);
    await asked(engine, question('a.jp'));
    expect(formerr.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, false]);
    expect(good.seen.map(({ hasEdns }) => hasEdns)).toEqual([true]);
  });

  it('refused even when left out is other_rcode', async () => {
    const server = await serve(failing(1));
    const engine = engineFor([server], { attempts: 2 });
    expect((await asked(engine, question('a.jp'))).answer.status).toBe('other_rcode');
    expect(server.seen).toHaveLength(4);
  });

  it('is left out of the last attempt when it was met with silence, and then from the start', async () => {
    const server = await serve(withoutEdns(undefined));
    const engine = engineFor([server], { attempts: 3 });
    expect(await asked(engine, question('a.jp'))).toMatchObject({
      answer: { status: 'noerror' },
      attempts: 3,
    });
    expect(await asked(engine, question('b.jp'))).toMatchObject({
      answer: { status: 'noerror' },
      attempts: 1,
    });
    expect(server.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, true, false, false]);
  });

  it('is kept in the last attempt by a resolver that has answered it: a dead name is silent too', async () => {
    const server = await serve((query) => (query.qname === 'dead.jp' ? [] : answering(query)));
    const engine = engineFor([server]);
    await asked(engine, question('a.jp'));
    expect((await asked(engine, question('dead.jp'))).answer.status).toBe('timeout');
    expect(server.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, true, true]);
  });

  it('left out over UDP is left out over TCP', async () => {
    const server = await serve((query) => {
      if (query.hasEdns) return [];
      return query.over === 'udp' ? [reply(query, { flags: 0x8380 })] : answering(query);
    });
    const { answer } = await asked(engineFor([server]), question('a.jp'));
    expect(answer.status).toBe('noerror');
  });

  it('is not sent at size 0', async () => {
    const server = await serve(answering);
    await asked(engineFor([server], { ednsSize: 0 }), question('a.jp'));
    expect(server.seen).toMatchObject([{ hasEdns: false }]);
  });
});

describe('truncation', () => {
  const overTcp =
    (tcp: Script): Script =>
    (query) =>
      query.over === 'udp' ? [reply(query, { flags: 0x8380 })] : tcp(query);

  it('leads to TCP and its whole answer (RFC 7766 §5)', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(200)}`);
    const server = await serve(
      overTcp((query) => [reply(query, { answers: texts.map((text) => txt('@', text)) })]),
    );
    const engine = engineFor([server]);
    expect(await asked(engine, question('a.jp'))).toMatchObject({
      answer: { status: 'noerror', records: texts },
      attempts: 2,
    });
    expect(engine.counters).toMatchObject({ queries: 2, tcpQueries: 1, truncated: 0 });
  });

  it('is survived when TCP comes octet by octet', async () => {
    const server = await serve(
      overTcp((query) => [reply(query, { answers: [txt('@', 'whole')] }, { segment: 1 })]),
    );
    expect(
      (await asked(engineFor([server], { timeoutMs: 2000 }), question('a.jp'))).answer,
    ).toMatchObject({ records: ['whole'] });
  });

  const broken: readonly [string, Script][] = [
    ['is reset', () => 'reset'],
    ['ends in the middle', (query) => [reply(query, {}, { cutAfter: 9 })]],
    ['ends before the length', (query) => [reply(query, {}, { cutAfter: 1 })]],
    ['is silent', () => []],
    ['answers another question', (query) => [reply(query, { qname: 'b.jp' })]],
    ['answers another id', (query) => [reply(query, { id: query.id ^ 1 })]],
    ['is truncated as well', (query) => [reply(query, { flags: 0x8380 })]],
    ['says that there are no octets', () => [{ bytes: Buffer.alloc(0) }]],
  ];
  it.each(broken)('stays when TCP %s', async (_, script) => {
    const server = await serve(overTcp(script));
    const engine = engineFor([server], { attempts: 1 });
    expect((await asked(engine, question('a.jp'))).answer).toEqual({
      status: 'truncated',
      extendedError: undefined,
    });
    expect(engine.isIdle).toBe(true);
  });

  it('gives what TCP says when that is a failure', async () => {
    const server = await serve(overTcp(failing(2)));
    const engine = engineFor([server], { attempts: 1 });
    expect((await asked(engine, question('a.jp'))).answer.status).toBe('servfail');
  });

  it('that lasts beyond the deadline is over_budget', async () => {
    const server = await serve(overTcp(() => []));
    const engine = engineFor([server], { timeoutMs: 5000 });
    expect((await asked(engine, question('a.jp'), 100)).answer.status).toBe('over_budget');
  });

  it('of many answers opens few connections at a time', async () => {
    let open = 0;
    let most = 0;
    const server = await serve(
      overTcp((query) => {
        most = Math.max(most, ++open);
        setTimeout(() => open--, 15);
        return [reply(query, { answers: [txt('@', 'x')] }, { delayMs: 15 })];
      }),
    );
    const engine = engineFor([server], { tcpConnections: 3, timeoutMs: 5000 });
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, i) => asked(engine, question(`d${i}.jp`))),
    );
    expect(outcomes.every(({ answer }) => answer.status === 'noerror')).toBe(true);
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('window and queue', () => {
  it('lets no more attempts out than the window, in the order they came', async () => {
    let open = 0;
    let most = 0;
    const server = await serve((query) => {
      most = Math.max(most, ++open);
      setTimeout(() => open--, 9);
      return [reply(query, { answers: [txt('@', 'x')] }, { delayMs: 10 })];
    });
    const engine = engineFor([server], { window: 5, timeoutMs: 5000 });
    const names = Array.from({ length: 40 }, (_, i) => `d${i}.jp`);
    const outcomes = Promise.all(names.map((name) => asked(engine, question(name))));
    expect(engine.hasRoom).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(engine.inFlight).toBe(5);
    expect(engine.queued).toBe(35);
    expect(engine.hasRoom).toBe(false);
    await outcomes;
    expect(most).toBeLessThanOrEqual(5);
    expect(engine.isIdle).toBe(true);
    expect(engine.hasRoom).toBe(true);
    // Datagrams on different sockets may pass each other, but only within the window.
    server.seen.forEach(({ qname }, i) => {
      expect(Math.abs(Number(qname.slice(1, -3)) - i)).toBeLessThan(10);
    });
  });

  it('ends what still waits at its deadline as over_budget, unasked', async () => {
    const server = await serve(silent);
    const engine = engineFor([server], { window: 1, timeoutMs: 400, attempts: 1 });
    const first = asked(engine, question('a.jp'));
    const second = await asked(engine, question('b.jp'), 100);
    expect(second).toMatchObject({ answer: { status: 'over_budget' }, attempts: 0 });
    expect((await first).answer.status).toBe('timeout');
    expect(server.seen).toHaveLength(1);
  });

  it('asks from within a callback without calling back from within ask', async () => {
    const server = await serve(answering);
    const engine = engineFor([server], { window: 2 });
    const ended: string[] = [];
    await new Promise<void>((resolve) => {
      const askNext = (i: number): void => {
        if (i === 50) resolve();
        else {
          engine.ask(question(`d${i}.jp`), Number.POSITIVE_INFINITY, ({ answer }) => {
            ended.push(answer.status);
            askNext(i + 1);
          });
        }
      };
      askNext(0);
    });
    expect(ended).toEqual(Array.from({ length: 50 }, () => 'noerror'));
  });
});

describe('deadline', () => {
  it('that is over already ends the question at once', async () => {
    const server = await serve(answering);
    const engine = engineFor([server]);
    expect(await asked(engine, question('a.jp'), 0)).toEqual({
      answer: { status: 'over_budget', extendedError: undefined },
      attempts: 0,
      isCached: false,
      isInferred: false,
      resolver: undefined,
      wasAtOnce: true,
    });
    expect(server.seen).toEqual([]);
  });

  it('that comes before the query could go out leaves it unsent', async () => {
    const server = await serve(answering);
    const engine = engineFor([server]);
    const outcome = asked(engine, question('a.jp'), 20);
    standStill(40);
    expect(await outcome).toMatchObject({ answer: { status: 'over_budget' }, attempts: 0 });
    expect(engine.counters.queries).toBe(0);
  });

  it('after the time of the last attempt leaves the time-out as it is', async () => {
    const server = await serve(silent);
    const engine = engineFor([server], { timeoutMs: 80, attempts: 1 });
    expect((await asked(engine, question('a.jp'), 90)).answer.status).toBe('timeout');
  });

  it('is noticed for every question, in whatever order the deadlines come', async () => {
    const server = await serve(silent);
    const engine = engineFor([server], { timeoutMs: 5000 });
    const startedAtMs = performance.now();
    const ends = await Promise.all(
      [300, 60, 180, 120, 240].map(async (budgetMs, i) => {
        await asked(engine, question(`d${i}.jp`), budgetMs);
        return performance.now() - startedAtMs - budgetMs;
      }),
    );
    for (const lateMs of ends) {
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(200);
    }
  });
});

describe('time-outs', () => {
  it('do not expire answers that arrived while the event loop stood still', async () => {
    const server = await serve(answering);
    const engine = engineFor([server], { timeoutMs: 150, attempts: 1 });
    await asked(engine, question('warm.jp'));
    const outcomes = Array.from({ length: 20 }, (_, i) => asked(engine, question(`d${i}.jp`)));
    // The queries are out now; nothing is read before the loop stands still.
    await new Promise((resolve) => setImmediate(resolve));
    standStill(400);
    for (const { answer } of await Promise.all(outcomes)) expect(answer.status).toBe('noerror');
  });
});

describe('an idle engine', () => {
  it('has no timer', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const server = await serve(answering);
    const engine = engineFor([server], { timeoutMs: 5000 });
    for (const qname of ['a.jp', 'b.jp']) {
      // Both counts in one turn, so that no timer of anybody else's comes or goes between.
      const idle = timers();
      const outcome = asked(engine, question(qname));
      expect(timers()).toBe(idle + 1);
      await outcome;
      await pause(100);
    }
  });
});

describe('rate', () => {
  it('is kept over retries too, without a question lost', async () => {
    const failed = new Set<string>();
    const server = await serve((query) => {
      if (failed.has(query.qname)) return answering(query);
      failed.add(query.qname);
      return failing(2)(query);
    });
    const engine = engineFor([server], { rate: 200 });
    const startedAtMs = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) => asked(engine, question(`d${i}.jp`))),
    );
    const tookMs = performance.now() - startedAtMs;
    expect(outcomes.every(({ answer }) => answer.status === 'noerror')).toBe(true);
    expect(server.seen).toHaveLength(120);
    // At 5 ms a query, but for the first and what a burst of 100 ms may hold.
    expect(tookMs).toBeGreaterThan((server.seen.length - 21) * 5 - 20);
  });

  it('counts TCP', async () => {
    const server = await serve((query) =>
      query.over === 'udp' ? [reply(query, { flags: 0x8380 })] : answering(query),
    );
    const engine = engineFor([server], { rate: 50 });
    const startedAtMs = performance.now();
    await Promise.all(Array.from({ length: 6 }, (_, i) => asked(engine, question(`d${i}.jp`))));
    // Twelve queries at 20 ms; the first is free and the last one does not delay itself.
    expect(performance.now() - startedAtMs).toBeGreaterThan(190);
  });

  it('does not turn while it waits', async () => {
    const server = await serve(answering);
    const engine = engineFor([server], { rate: 10 });
    await asked(engine, question('a.jp'));
    const before = process.cpuUsage();
    await asked(engine, question('b.jp'));
    await asked(engine, question('c.jp'));
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(100_000);
  });
});

describe('bad input', () => {
  it.each(['a..b', `${'a'.repeat(64)}.jp`, '日本.jp'])(
    'takes %j, which cannot be asked, as malformed at once',
    async (name) => {
      const server = await serve(answering);
      expect(await asked(engineFor([server]), question(name))).toMatchObject({
        answer: { status: 'malformed' },
        attempts: 0,
        wasAtOnce: true,
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('throws for options out of their range', () => {
    const good = { resolvers: [at({ port: 53 })], timeoutMs: 1, attempts: 1, window: 1 };
    expect(() => createEngine({ ...good, resolvers: [] })).toThrow(RangeError);
    expect(() => createEngine({ ...good, window: 0 })).toThrow(RangeError);
    expect(() => createEngine({ ...good, window: 40_000 })).toThrow(RangeError);
    expect(() => createEngine({ ...good, attempts: 0 })).toThrow(RangeError);
    expect(() => createEngine({ ...good, timeoutMs: 0 })).toThrow(RangeError);
    expect(() => createEngine({ ...good, rate: Number.NaN })).toThrow(RangeError);
  });
});
