import dgram from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecords, recordSource } from '../../src/loopback/records.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/loopback/server.ts';

const LONG = `v=spf1 ${'ip4:192.0.2.1 '.repeat(150)}-all`;

const RECORDS = [
  { domain: 'a.example', mx: ['mx.a.example', '5 mx2.a.example'], txt: ['v=spf1 -all', 'two'] },
  { domain: 'long.example', mx: [], txt: [LONG] },
  { domain: 'mid.example', mx: [], txt: ['m'.repeat(700)] },
  { domain: 'byte.example', mx: ['\\032x.example'], txt: ['v=spf1 –all'] },
].map((record) => JSON.stringify(record));

const HEADER_BYTES = 12;
const OPT = Buffer.from([0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]);

function query(name: string, typeCode: number, withOpt: boolean, classCode = 1): Buffer {
  const head = Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, withOpt ? 1 : 0]);
  const labels = name
    .split('.')
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const tail = Buffer.from([0, 0, typeCode, 0, classCode]);
  return Buffer.concat([head, ...labels, tail, withOpt ? OPT : Buffer.alloc(0)]);
}

const flagsOf = (response: Buffer) => ({
  id: response.readUInt16BE(0),
  isTruncated: ((response[2] ?? 0) & 2) !== 0,
  rcode: (response[3] ?? 0) & 15,
  counts: [4, 6, 8, 10].map((at) => response.readUInt16BE(at)),
});

describe('startLoopbackServer', () => {
  let server: LoopbackServer;
  let resolver: Resolver;
  let socket: dgram.Socket;

  beforeAll(async () => {
    server = await startLoopbackServer({ source: recordSource(readRecords(RECORDS)) });
    resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`${server.address}:${server.port}`]);
    socket = dgram.createSocket('udp4');
    socket.connect(server.port, server.address);
    await once(socket, 'connect');
  });

  afterAll(async () => {
    socket.close();
    await server.close();
  });

  async function exchange(message: Buffer): Promise<Buffer> {
    const answered = once(socket, 'message');
    socket.send(message);
    const [response] = await answered;
    return response;
  }

  it('answers another program’s resolver: TXT, MX, NODATA, NXDOMAIN', async () => {
    expect((await resolver.resolveTxt('a.example')).map((strings) => strings.join(''))).toEqual([
      'v=spf1 -all',
      'two',
    ]);
    expect(await resolver.resolveMx('A.Example')).toEqual([
      { priority: 10, exchange: 'mx.a.example' },
      { priority: 5, exchange: 'mx2.a.example' },
    ]);
    await expect(resolver.resolveMx('long.example')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolveTxt('example')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolveTxt('b.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('gives every octet of a record that does not fit over UDP, by TC and TCP (RFC 7766 §5)', async () => {
    const before = { ...server.counters };
    expect(await resolver.resolveTxt('long.example')).toEqual([LONG.match(/.{1,255}/gu)]);
    expect(server.counters.truncated - before.truncated).toBe(1);
    expect(server.counters.tcp - before.tcp).toBe(1);
  });

  it('cuts to the question with TC and its OPT over 1232 octets with EDNS (RFC 6891 §6.2.5)', async () => {
    const cut = flagsOf(await exchange(query('long.example', 16, true)));
    expect(cut).toEqual({ id: 0xabcd, isTruncated: true, rcode: 0, counts: [1, 0, 0, 1] });
    expect(flagsOf(await exchange(query('mid.example', 16, true)))).toMatchObject({
      isTruncated: false,
      counts: [1, 1, 0, 1],
    });
  });

  it('cuts over 512 octets without EDNS, and then sends no OPT (RFC 1035 §4.2.1)', async () => {
    expect(flagsOf(await exchange(query('mid.example', 16, false)))).toMatchObject({
      isTruncated: true,
      counts: [1, 0, 0, 0],
    });
  });

  it('puts a SOA beside a negative answer (RFC 2308 §3)', async () => {
    const response = await exchange(query('b.example', 16, true));
    expect(flagsOf(response)).toMatchObject({ rcode: 3, counts: [1, 0, 1, 1] });
    // Root, SOA, IN, TTL, 22 octets of RDATA, then the OPT record.
    const soa = response.subarray(response.length - OPT.length - 33, response.length - OPT.length);
    expect([soa[0], soa.readUInt16BE(1), soa.readUInt16BE(3), soa.readUInt16BE(9)]).toEqual([
      0, 6, 1, 22,
    ]);
  });

  it('keeps the case of the question and octets that are no letters', async () => {
    const asked = query('ByTe.eXample', 15, true);
    const response = await exchange(asked);
    const end = asked.length - OPT.length;
    expect(response.subarray(HEADER_BYTES, end).equals(asked.subarray(HEADER_BYTES, end))).toBe(
      true,
    );
    expect(response.includes(Buffer.from('\u0002 x\u0007example\u0000'))).toBe(true);
    const text = await exchange(query('byte.example', 16, true));
    expect(text.includes(Buffer.from('v=spf1 –all', 'utf8'))).toBe(true);
  });

  it('refuses other classes and opcodes, and outlives garbage', async () => {
    expect(flagsOf(await exchange(query('a.example', 16, true, 3))).rcode).toBe(5);
    const notify = query('a.example', 16, true);
    notify[2] = 0x20;
    expect(flagsOf(await exchange(notify)).rcode).toBe(4);
    const twice = query('a.example', 16, false);
    twice[5] = 2;
    expect(flagsOf(await exchange(twice)).rcode).toBe(1);
    for (const garbage of [Buffer.alloc(0), Buffer.from([1]), Buffer.alloc(40, 0xff)])
      socket.send(garbage);
    expect(flagsOf(await exchange(query('a.example', 16, true))).counts[1]).toBe(2);
  });

  it('rejects a port that is taken and ends open connections on close', async () => {
    const source = recordSource(readRecords(RECORDS));
    await expect(startLoopbackServer({ source, port: server.port })).rejects.toThrow(/EADDRINUSE/u);
    const other = await startLoopbackServer({ source });
    const idle = net.connect(other.port, other.address);
    await once(idle, 'connect');
    const ended = once(idle, 'close');
    await other.close();
    await ended;
  });
});
