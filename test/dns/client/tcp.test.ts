import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, TcpClient } from '../../../src/dns/client/tcp.ts';
import { at, pause, serve } from '../../support/dns-engine.ts';
import { message } from '../../support/dns-message.ts';
import { closedPort } from '../../support/scripted-server.ts';

const QUERY = message({ id: 9, flags: 0x0100, qname: 'a.jp' });
const soon = (ms: number): number => performance.now() + ms;

describe('FrameReader', () => {
  it('gives the message however it is cut (RFC 1035 §4.2.2)', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (octets, sizes) => {
        const framed = Buffer.concat([Buffer.from([0, octets.length]), octets]);
        const reader = new FrameReader();
        let position = 0;
        for (const size of [...sizes, framed.length]) {
          const isWhole = reader.push(framed.subarray(position, position + size));
          position += size;
          expect(isWhole).toBe(position >= framed.length);
          if (isWhole) break;
        }
        expect(reader.message).toEqual(Buffer.from(octets));
      }),
    );
  });

  it('leaves out what follows the message', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from([0, 2, 1, 2, 0, 9, 9]))).toBe(true);
    expect(reader.message).toEqual(Buffer.from([1, 2]));
  });
});

describe('TcpClient', () => {
  it('sends length and message in one piece and gives the first message back', async () => {
    const answer = message({ id: 9, qname: 'a.jp' });
    const server = await serve(() => [{ bytes: answer }, { bytes: QUERY }]);
    expect(await new TcpClient(1).exchange(at(server), QUERY, soon(2000))).toEqual(answer);
    expect(server.seen).toMatchObject([{ id: 9, qname: 'a.jp', over: 'tcp' }]);
  });

  it('gives nothing for a closed port, and at the end of its time', async () => {
    const client = new TcpClient(1);
    expect(
      await client.exchange(at({ port: await closedPort() }), QUERY, soon(2000)),
    ).toBeUndefined();
    const server = await serve(() => []);
    const startedAtMs = performance.now();
    expect(await client.exchange(at(server), QUERY, soon(80))).toBeUndefined();
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });

  it('counts the wait for a free connection', async () => {
    const server = await serve(() => []);
    const client = new TcpClient(1);
    const first = client.exchange(at(server), QUERY, soon(150));
    const second = client.exchange(at(server), QUERY, soon(100));
    expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
    expect(server.seen).toHaveLength(1);
  });

  it('ends what is open when it is closed', async () => {
    const server = await serve(() => []);
    const client = new TcpClient(2);
    const open = client.exchange(at(server), QUERY, soon(60_000));
    while (server.seen.length === 0) await pause(5);
    client.close();
    expect(await open).toBeUndefined();
    expect(await client.exchange(at(server), QUERY, soon(60_000))).toBeUndefined();
  });
});
