/**
 * What every transport must do, proved through the engine against a name server that misbehaves on
 * purpose. Run it over each: `runTransportSuite({ name: 'dgram', openTransport: … })`.
 */
import dgram from 'node:dgram';
import { describe, expect, it } from 'vitest';
import type { OpenTransport } from '../../src/dns/client/transport.ts';
import { FAILURES } from '../../src/dns/talk.ts';
import { asked, at, engineFor, pause, question, serve } from '../support/dns-engine.ts';
import { AUTHORITATIVE, message, mx, opt, RECURSIVE, soa, txt } from '../support/dns-message.ts';
import { closedPort, reply, type Script } from '../support/scripted-server.ts';

export interface TransportSuite {
  readonly name: string;
  readonly openTransport: OpenTransport;
  /** False where the machine has no IPv6 loopback; said aloud by the caller. */
  readonly hasIpv6: boolean;
}

const SPF = txt('@', 'v=spf1 -all');
const answering: Script = (query) => [reply(query, { answers: [SPF] })];

export function runTransportSuite({ name, openTransport, hasIpv6 }: TransportSuite): void {
  describe(`transport ${name}: what a question comes to`, () => {
    it('records', async () => {
      const server = await serve(answering);
      const engine = engineFor([server], { openTransport });
      expect(await asked(engine, question('example.jp'))).toEqual({
        answer: { status: 'noerror', records: ['v=spf1 -all'], aliases: [] },
        attempts: 1,
        isCached: false,
        isInferred: false,
        resolver: `127.0.0.1:${server.port}`,
        wasAtOnce: false,
      });
      expect(server.seen).toMatchObject([
        { qname: 'example.jp', qtype: 16, hasEdns: true, isRecursionDesired: true, over: 'udp' },
      ]);
      expect(engine.transportName).toBe(name);
    });

    it('nodata and nxdomain', async () => {
      const server = await serve((query) => [
        reply(query, {
          flags: query.qname === 'nx.jp' ? 0x8183 : AUTHORITATIVE,
          authorities: [soa('jp')],
        }),
      ]);
      const engine = engineFor([server], { openTransport });
      const [absent, missing] = await Promise.all([
        asked(engine, question('example.jp', 'MX')),
        asked(engine, question('nx.jp', 'MX')),
      ]);
      expect(absent.answer).toEqual({ status: 'nodata', aliases: [] });
      expect(missing.answer).toEqual({ status: 'nxdomain', aliases: [] });
    });

    const failing: readonly [string, Script][] = [
      ['servfail', (query) => [reply(query, { flags: 0x8182, additionals: [opt(0, 22)] })]],
      ['refused', (query) => [reply(query, { flags: 0x8185 })]],
      ['other_rcode', (query) => [reply(query, { flags: 0x8189 })]],
      ['malformed', (query) => [reply(query, { counts: [1, 3, 0, 0], answers: [SPF] })]],
      ['timeout', () => []],
      [
        'truncated',
        (query) => (query.over === 'tcp' ? 'reset' : [reply(query, { flags: 0x8380 })]),
      ],
    ];
    it.each(failing)('%s, after the attempts are used up', async (status, script) => {
      const server = await serve(script);
      const engine = engineFor([server], { openTransport, attempts: 2 });
      const { answer } = await asked(engine, question('example.jp'));
      expect(answer).toEqual({ status, extendedError: status === 'servfail' ? 22 : undefined });
      expect(server.seen.filter(({ over }) => over === 'udp')).toHaveLength(2);
    });

    it('network, where the port is closed (ECONNREFUSED)', async () => {
      const engine = engineFor([{ port: await closedPort() }], { openTransport, timeoutMs: 5000 });
      const startedAtMs = performance.now();
      const { answer } = await asked(engine, question('example.jp'));
      expect(answer.status).toBe('network');
      expect(performance.now() - startedAtMs).toBeLessThan(2000);
    });

    it('over_budget, when the time of the domain ends first', async () => {
      const server = await serve(() => []);
      const engine = engineFor([server], { openTransport, timeoutMs: 5000 });
      const { answer } = await asked(engine, question('example.jp'), 100);
      expect(answer.status).toBe('over_budget');
    });

    it('is one of the failures that this suite reaches', () => {
      const reached = [...failing.map(([status]) => status), 'network', 'over_budget'];
      expect(reached.toSorted()).toEqual(FAILURES.toSorted());
    });
  });

  describe(`transport ${name}: match of response to query (RFC 5452 §9.1)`, () => {
    const strangers: readonly [string, (query: Parameters<Script>[0]) => Buffer][] = [
      ['another id', (query) => reply(query, { id: query.id ^ 1, answers: [SPF] }).bytes],
      ['another name', (query) => reply(query, { qname: 'evil.jp', answers: [SPF] }).bytes],
      ['another type', (query) => reply(query, { qtype: 15, answers: [SPF] }).bytes],
      ['the query itself', (query) => reply(query, { flags: 0x0100 }).bytes],
      ['one octet', () => Buffer.from([7])],
      ['nothing in it', () => Buffer.alloc(0)],
      ['no question', (query) => message({ id: query.id, flags: RECURSIVE })],
    ];
    it.each(strangers)('drops a datagram with %s and waits on', async (_, forge) => {
      const server = await serve((query) => [
        { bytes: forge(query) },
        reply(query, { answers: [txt('@', 'true')] }, { delayMs: 40 }),
      ]);
      const engine = engineFor([server], { openTransport, timeoutMs: 2000 });
      const { answer, attempts } = await asked(engine, question('example.jp'));
      expect(answer).toMatchObject({ records: ['true'] });
      expect(attempts).toBe(1);
      expect(engine.counters.strays).toBe(1);
    });

    it('drops what comes from another port than the resolver', async () => {
      const server = await serve((query) => [
        reply(query, { answers: [txt('@', 'true')] }, { delayMs: 80 }),
      ]);
      const engine = engineFor([server], { openTransport, timeoutMs: 2000 });
      const outcome = asked(engine, question('example.jp'));
      while (server.seen.length === 0) await pause(5);
      const [query] = server.seen;
      const socket = dgram.createSocket('udp4');
      const forged = reply(query!, { answers: [txt('@', 'forged')] }).bytes;
      await new Promise((resolve) => socket.send(forged, query!.port, '127.0.0.1', resolve));
      expect((await outcome).answer).toMatchObject({ records: ['true'] });
      socket.close();
    });

    it('takes an answer that is larger than what was announced, if it comes whole', async () => {
      const long = 'x'.repeat(250);
      const answers = Array.from({ length: 200 }, (_, i) => txt('@', `${i} ${long}`));
      const server = await serve((query) => [reply(query, { answers })]);
      const engine = engineFor([server], { openTransport, timeoutMs: 2000 });
      const { answer } = await asked(engine, question('example.jp'));
      expect(answer.status === 'noerror' && answer.records).toEqual(
        answers.map((_, i) => `${i} ${long}`),
      );
    });

    it('takes nothing of an earlier datagram for part of a shorter one', async () => {
      const server = await serve((query) => {
        const { bytes } = reply(query, { answers: [txt('@', 'v=spf1 -all')] });
        return [{ bytes: query.qname === 'cut.jp' ? bytes.subarray(0, -1) : bytes }];
      });
      const engine = engineFor([server], { openTransport, attempts: 1, socketsPerResolver: 1 });
      expect((await asked(engine, question('whole.jp'))).answer.status).toBe('noerror');
      expect((await asked(engine, question('cut.jp'))).answer.status).toBe('malformed');
    });

    it('takes the first of two answers and drops the second', async () => {
      const server = await serve((query) => [
        reply(query, { answers: [txt('@', 'first')] }),
        reply(query, { answers: [txt('@', 'second')] }),
      ]);
      const engine = engineFor([server], { openTransport });
      expect((await asked(engine, question('example.jp'))).answer).toMatchObject({
        records: ['first'],
      });
      await pause(50);
      expect(engine.counters).toMatchObject({ answered: 1, strays: 1 });
    });

    it('drops an answer to an attempt that was given up', async () => {
      let queries = 0;
      const server = await serve((query) => {
        queries++;
        const text = `attempt ${queries}`;
        return [reply(query, { answers: [txt('@', text)] }, { delayMs: queries === 1 ? 250 : 0 })];
      });
      const engine = engineFor([server], { openTransport, timeoutMs: 100 });
      expect(await asked(engine, question('example.jp'))).toMatchObject({
        answer: { records: ['attempt 2'] },
        attempts: 2,
      });
      await pause(250);
      expect(engine.counters).toMatchObject({ timeouts: 1, strays: 1, answered: 1 });
    });

    it('keeps hundreds of questions apart, answered in any order', async () => {
      const server = await serve((query) => [
        reply(
          query,
          { answers: query.qtype === 15 ? [mx('@', 1, query.qname)] : [txt('@', query.qname)] },
          { delayMs: (query.id % 7) * 5 },
        ),
      ]);
      // More at once would overflow a receive buffer of the default size.
      const engine = engineFor([server], { openTransport, window: 100, timeoutMs: 5000 });
      const names = Array.from({ length: 400 }, (_, i) => `d${i}.jp`);
      const outcomes = await Promise.all(
        names.flatMap((qname) => [
          asked(engine, question(qname, 'TXT')),
          asked(engine, question(qname, 'MX')),
        ]),
      );
      expect(
        outcomes.map(({ answer }) => answer.status === 'noerror' && answer.records[0]),
      ).toEqual(names.flatMap((qname) => [qname, `1 ${qname}`]));
      expect(engine.counters).toMatchObject({ answered: 800, queries: 800, strays: 0 });
    });
  });

  describe(`transport ${name}: ids and sockets`, () => {
    it('draws ids and ports at random (RFC 5452 §9.2)', async () => {
      const server = await serve((query) => [reply(query, { answers: [SPF] })]);
      const engine = engineFor([server], { openTransport, timeoutMs: 5000 });
      // A batch goes to one port: among so many, one port of four is missed once in 10^5 runs.
      const names = Array.from({ length: 3000 }, (_, i) => `d${i}.jp`);
      await Promise.all(names.map((name) => asked(engine, question(name))));
      expect(new Set(server.seen.map(({ port }) => port)).size).toBe(4);
      // In each quarter of the 16-bit space; a counter or a short range would miss some.
      const quarters = [0, 0, 0, 0];
      for (const { id } of server.seen) quarters[id >> 14]!++;
      for (const count of quarters) expect(count).toBeGreaterThan(500);
      const steps = server.seen.slice(1).map(({ id }, i) => id - server.seen[i]!.id);
      expect(steps.filter((step) => step === 1).length).toBeLessThan(20);
    });

    it('gives no id twice on one socket while both are under way', async () => {
      const server = await serve(() => []);
      const transport = openTransport(
        { resolvers: [at(server)], ednsSize: 0, socketsPerResolver: 1 },
        { onResponse() {}, onNetworkError() {}, onStray() {} },
      );
      const exchanges = Array.from({ length: 3000 }, (_, i) => ({
        qname: `d${i}.jp`,
        type: 16,
        resolver: 0,
        hasEdns: false,
        channel: 0,
        id: -1,
      }));
      for (const exchange of exchanges) expect(transport.send(exchange)).toBe(true);
      transport.flush();
      while (exchanges.some(({ id }) => id === -1)) await pause(5);
      // Drawn without a look at what is under way, some 68 would be doubled.
      expect(new Set(exchanges.map(({ id }) => id)).size).toBe(3000);
      await transport.close();
    });

    it('does not send what was given up before it could be sent', async () => {
      const server = await serve(() => []);
      const transport = openTransport(
        { resolvers: [at(server)], ednsSize: 0, socketsPerResolver: 2 },
        { onResponse() {}, onNetworkError() {}, onStray() {} },
      );
      const [given, kept] = ['given.jp', 'kept.jp'].map((qname) => ({
        qname,
        type: 16,
        resolver: 0,
        hasEdns: false,
        channel: 0,
        id: 0,
      }));
      transport.send(given!);
      transport.send(kept!);
      transport.forget(given!);
      transport.flush();
      while (server.seen.length === 0) await pause(5);
      await pause(30);
      expect(server.seen.map(({ qname }) => qname)).toEqual(['kept.jp']);
      await transport.close();
    });

    it('takes a resolver to which no socket can be had as a failure of the network', async () => {
      const server = await serve(answering);
      const mismatched = { address: '127.0.0.1', family: 6, port: server.port } as const;
      const engine = engineFor([server], { openTransport, resolvers: [mismatched] });
      expect(await asked(engine, question('a.jp'))).toMatchObject({
        answer: { status: 'network' },
        attempts: 0,
      });
      expect(server.seen).toEqual([]);
    });

    it('asks again with another id', async () => {
      const server = await serve((query) => [reply(query, { flags: 0x8182 })]);
      const engine = engineFor([server], { openTransport, attempts: 4 });
      await asked(engine, question('example.jp'));
      expect(new Set(server.seen.map(({ id, port }) => `${id} ${port}`)).size).toBe(4);
    });

    it.skipIf(!hasIpv6)('asks a resolver over IPv6', async () => {
      const server = await serve(answering, { address: '::1' });
      const engine = engineFor([server], { openTransport });
      expect(await asked(engine, question('example.jp'))).toMatchObject({
        answer: { records: ['v=spf1 -all'] },
        resolver: `[::1]:${server.port}`,
      });
    });

    it('recovers when a closed port opens', async () => {
      const port = await closedPort();
      const engine = engineFor([{ port }], { openTransport, attempts: 1 });
      expect((await asked(engine, question('a.jp'))).answer.status).toBe('network');
      await serve(answering, { port });
      expect((await asked(engine, question('b.jp'))).answer.status).toBe('noerror');
    });

    it('notices within two attempts that a resolver which answered is gone', async () => {
      const server = await serve(answering);
      const engine = engineFor([server], { openTransport, socketsPerResolver: 1 });
      expect((await asked(engine, question('a.jp'))).answer.status).toBe('noerror');
      await server.close();
      // In pairs, the second send may take the error of the first off the socket.
      const outcomes = await Promise.all([
        asked(engine, question('b.jp')),
        asked(engine, question('c.jp')),
      ]);
      expect(outcomes.map(({ answer }) => answer.status)).toEqual(['network', 'network']);
    });

    it('lets the event loop turn while every send fails at once', async () => {
      const engine = engineFor([{ port: await closedPort() }], {
        openTransport,
        attempts: 3,
        window: 200,
      });
      let isOver = false;
      let turns = 0;
      const turn = (): void => {
        turns++;
        if (!isOver) setImmediate(turn);
      };
      setImmediate(turn);
      const outcomes = await Promise.all(
        Array.from({ length: 2000 }, (_, i) => asked(engine, question(`d${i}.jp`))),
      );
      isOver = true;
      expect(outcomes.every(({ answer }) => answer.status === 'network')).toBe(true);
      expect(turns).toBeGreaterThan(5);
    });

    it('closes with questions under way and calls each back once', async () => {
      const server = await serve(() => []);
      const engine = engineFor([server], { openTransport, window: 3, timeoutMs: 5000 });
      const outcomes = Array.from({ length: 9 }, (_, i) => asked(engine, question(`d${i}.jp`)));
      while (server.seen.length < 3) await pause(5);
      await engine.close();
      for (const { answer } of await Promise.all(outcomes)) {
        expect(answer.status).toBe('over_budget');
      }
      expect(engine.isIdle).toBe(true);
      expect(await asked(engine, question('late.jp'))).toMatchObject({
        answer: { status: 'over_budget' },
        wasAtOnce: true,
      });
    });
  });
}
