import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { batchTransportOn } from '../../../src/dns/client/batch-transport.ts';
import { chooseTransport } from '../../../src/dns/client/choose-transport.ts';
import { LinuxUdp, type SendBatch } from '../../../src/dns/client/linux-udp.ts';
import { runTransportSuite } from '../../conformance/transport.ts';
import { asked, engineFor, question, serve } from '../../support/dns-engine.ts';
import { txt } from '../../support/dns-message.ts';
import { reply } from '../../support/scripted-server.ts';
import { saySkipped } from '../../support/skipped.ts';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');
if (!hasIpv6) saySkipped('batched transport over IPv6', 'this machine has no ::1');

const { name, open, reason } = await chooseTransport('auto');
const isHere = name === 'batch';
if (isHere) runTransportSuite({ name, openTransport: open, hasIpv6 });
else saySkipped('the batched transport', String(reason));

/** The real sockets, where each send is what `limit` makes of it. */
async function withSends(
  limit: (
    send: SendBatch['send'],
    fd: number,
    first: number,
    end: number,
  ) => ReturnType<SendBatch['send']>,
) {
  const udp = new LinuxUdp(await import('koffi'));
  const make = udp.makeSendBatch.bind(udp);
  udp.makeSendBatch = (slotOctets) => {
    const batch = make(slotOctets);
    const send = batch.send.bind(batch);
    batch.send = (fd, first, end) => limit(send, fd, first, end);
    return batch;
  };
  return batchTransportOn(udp);
}

const ask = (engine: ReturnType<typeof engineFor>, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => asked(engine, question(`d${i}.jp`))));

describe.skipIf(!isHere)('a socket that does not take all of a batch', () => {
  it('gets the rest later; nothing is lost, doubled or mixed up', async () => {
    const server = await serve((query) => [reply(query, { answers: [txt('@', query.qname)] })]);
    let calls = 0;
    const openTransport = await withSends((send, fd, first, end) =>
      ++calls % 3 === 0 ? 'shortage' : send(fd, first, Math.min(end, first + 5)),
    );
    const engine = engineFor([server], { openTransport, timeoutMs: 5000 });
    const outcomes = await ask(engine, 500);
    expect(outcomes.map(({ answer }) => answer.status === 'noerror' && answer.records[0])).toEqual(
      outcomes.map((_, i) => `d${i}.jp`),
    );
    expect(engine.counters).toMatchObject({ queries: 500, answered: 500, strays: 0, timeouts: 0 });
    expect(server.seen).toHaveLength(500);
  });

  it('lets what waits for room be given up', async () => {
    const server = await serve(() => []);
    const openTransport = await withSends(() => 'shortage');
    const engine = engineFor([server], { openTransport, timeoutMs: 60, attempts: 2 });
    const outcomes = await ask(engine, 20);
    expect(outcomes.every(({ answer }) => answer.status === 'timeout')).toBe(true);
    expect(engine.isIdle).toBe(true);
    expect(server.seen).toEqual([]);
  });

  it('ends what is under way on it when the network refuses a send', async () => {
    const server = await serve((query) => [reply(query, { answers: [txt('@', query.qname)] })]);
    let isRefused = true;
    const openTransport = await withSends((send, fd, first, end) =>
      isRefused ? 'network' : send(fd, first, end),
    );
    const engine = engineFor([server], { openTransport, timeoutMs: 5000 });
    const outcomes = await ask(engine, 150);
    expect(outcomes.every(({ answer }) => answer.status === 'network')).toBe(true);
    isRefused = false;
    expect((await asked(engine, question('later.jp'))).answer.status).toBe('noerror');
    expect(engine.isIdle).toBe(true);
  });
});
