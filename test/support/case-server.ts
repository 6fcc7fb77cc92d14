/**
 * One written case as a real name server on loopback, for tests that go through sockets: the answers
 * of `zone.ts` as bytes. TIMEOUT is silence; TRUNCATED sets TC and nothing listens on TCP.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import type { Answer, QType } from '../../src/dns/talk.ts';
import { cname, message, mx, RECURSIVE, type Record, txt } from './dns-message.ts';
import type { Zone } from './zone.ts';

const TYPES: ReadonlyMap<number, QType> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
]);

const RCODES: Readonly<globalThis.Record<string, number>> = {
  noerror: 0,
  nodata: 0,
  servfail: 2,
  nxdomain: 3,
  refused: 5,
  other_rcode: 4,
};
const TC = 0x0200;
const MAX_STRING = 255;

export interface CaseServer {
  readonly port: number;
  /** `TXT _dmarc.example.com` of every query in order. */
  readonly asked: readonly string[];
  close(): void;
}

export async function startCaseServer(zone: Zone): Promise<CaseServer> {
  const socket: Socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, peer) => {
    const { qname, typeCode } = readQuestion(query);
    const qtype = TYPES.get(typeCode);
    asked.push(`${qtype ?? typeCode} ${qname}`);
    const answer: Answer =
      qtype === undefined
        ? { status: 'nodata', aliases: [] }
        : zone.answer({ qname, qtype, shared: false });
    const reply = replyTo(query.readUInt16BE(0), qname, typeCode, answer);
    if (reply !== undefined) socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, asked, close: () => socket.close() };
}

function readQuestion(query: Buffer): { qname: string; typeCode: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  return { qname: labels.join('.'), typeCode: query.readUInt16BE(at + 1) };
}

function replyTo(id: number, qname: string, qtype: number, answer: Answer): Buffer | undefined {
  if (answer.status === 'timeout') return undefined;
  if (answer.status === 'truncated') return message({ id, qname, qtype, flags: RECURSIVE | TC });
  const rcode = RCODES[answer.status];
  if (rcode === undefined) throw new Error(`the server cannot play ${answer.status}`);
  const aliases = 'aliases' in answer ? answer.aliases : [];
  const owners = [qname, ...aliases];
  const chain = aliases.map((target, index) => cname(owners[index] as string, target));
  const records =
    answer.status === 'noerror'
      ? answer.records.map((text) => recordOf(owners.at(-1) as string, qtype, text))
      : [];
  return message({ id, qname, qtype, flags: RECURSIVE | rcode, answers: [...chain, ...records] });
}

function recordOf(owner: string, qtype: number, text: string): Record {
  if (qtype === 16) return txt(owner, ...stringsOf(text));
  if (qtype === 15) {
    const [preference, exchange] = text.split(' ');
    return mx(owner, Number(preference), exchange === '.' ? '' : (exchange as string));
  }
  const rdata = isIPv4(text)
    ? Buffer.from(text.split('.').map(Number))
    : Buffer.from(ipv6Bytes(text));
  return { owner, type: qtype, rdata };
}

function stringsOf(text: string): string[] {
  const strings: string[] = [];
  for (let at = 0; at < text.length || at === 0; at += MAX_STRING)
    strings.push(text.slice(at, at + MAX_STRING));
  return strings;
}

function ipv6Bytes(text: string): number[] {
  const [head = '', tail = ''] = text.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const before = words(head);
  const after = words(tail);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]);
}
