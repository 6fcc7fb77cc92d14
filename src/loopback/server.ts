/**
 * A name server on loopback for the demo and for tests, on dns2's UDP and TCP servers. It answers
 * from an `AnswerSource` and is never reachable from another host. What a response looks like is
 * decided in `response.ts`.
 *
 * A UDP socket with Linux's default receive buffer of 208 KiB holds 256 queries at once and
 * gives room back a quarter at a time; askers in the same process or on a busy machine should keep at
 * most `SAFE_WINDOW` in flight, or lose some (measured: 200 lost a few in ten thousand, 180 none).
 */
import type { Socket } from 'node:net';
import { createTCPServer, createUDPServer, type Packet } from 'dns2';
import { type Query, respond } from './response.ts';
import type { AnswerSource } from './source.ts';

/** Queries in flight that the receive buffer of the server takes without a loss. */
export const SAFE_WINDOW = 180;

const ADDRESS = '127.0.0.1';
const TYPE_OPT = 41;
const MAX_PORT_TRIES = 20;
const HEADER_BYTES = 12;
const COUNTS_AT = 4;
const MAX_RECORDS_A_SECTION = 4;

export interface LoopbackOptions {
  readonly source: AnswerSource;
  /** 0, the default, takes a free port. */
  readonly port?: number;
}

/** Responses sent, counted as they leave. */
export interface LoopbackCounters {
  readonly udp: number;
  readonly tcp: number;
  readonly noerror: number;
  readonly nodata: number;
  readonly nxdomain: number;
  readonly truncated: number;
  /** Queries answered with FORMERR, NOTIMP or REFUSED, and datagrams that were no query. */
  readonly refused: number;
}

export interface LoopbackServer {
  readonly address: string;
  /** The same for UDP and TCP. */
  readonly port: number;
  /** Live: read it when needed. */
  readonly counters: LoopbackCounters;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/**
 * Whether a datagram may go to dns2, which tries every record that a header announces: 40 octets that
 * announce four times 65,535 cost it almost two seconds.
 */
function isPlausible(data: Buffer): boolean {
  if (data.length < HEADER_BYTES) return false;
  for (let at = COUNTS_AT; at < HEADER_BYTES; at += 2)
    if (data.readUInt16BE(at) > MAX_RECORDS_A_SECTION) return false;
  return true;
}

/** What dns2 read of a datagram, as a query. Only the first question counts (RFC 9619). */
function queryOf(packet: Packet): Query {
  const [question] = packet.questions;
  const opt = packet.additionals.find((record) => record.type === TYPE_OPT);
  return {
    id: packet.header.id,
    opcode: packet.header.opcode,
    isRecursionDesired: packet.header.rd === 1,
    question:
      question === undefined || packet.header.qdcount !== 1
        ? undefined
        : { name: question.name, typeCode: question.type, classCode: question.class },
    udpPayloadBytes: opt?.class,
  };
}

type Send = (response: Buffer) => Promise<Buffer> | undefined;

/** Answers what the two servers receive. */
class Answerer {
  readonly counters = {
    udp: 0,
    tcp: 0,
    noerror: 0,
    nodata: 0,
    nxdomain: 0,
    truncated: 0,
    refused: 0,
  };
  readonly #source: AnswerSource;

  constructor(source: AnswerSource) {
    this.#source = source;
  }

  answer(packet: Packet, send: Send, transport: 'udp' | 'tcp'): void {
    if (packet.header.qr === 1) {
      this.counters.refused += 1;
      return;
    }
    const { counters } = this;
    const response = respond(queryOf(packet), transport, (name, typeCode) => {
      const answer = this.#source.look(name, typeCode);
      counters[answer.status] += 1;
      return answer;
    });
    counters[transport] += 1;
    if (response.isTruncated) counters.truncated += 1;
    if (response.rcode !== 'noerror' && response.rcode !== 'nxdomain') counters.refused += 1;
    // The asker may be gone: a response that cannot be sent is as good as lost on the way.
    void send(response.bytes)?.catch(() => undefined);
  }
}

type Udp = ReturnType<typeof createUDPServer>;
type Tcp = ReturnType<typeof createTCPServer>;

function bindUdp(port: number): Promise<Udp> {
  const udp = createUDPServer();
  return new Promise((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(port, ADDRESS, () => resolve(udp));
  });
}

function bindTcp(port: number): Promise<Tcp> {
  const tcp = createTCPServer();
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, ADDRESS, () => resolve(tcp));
  });
}

/** One port for both: a free UDP port may be taken for TCP, then another is tried. */
async function bindBoth(port: number): Promise<{ readonly udp: Udp; readonly tcp: Tcp }> {
  for (let tries = 1; ; tries++) {
    const udp = await bindUdp(port);
    try {
      return { udp, tcp: await bindTcp(udp.address().port) };
    } catch (error) {
      udp.close();
      if (port !== 0 || tries >= MAX_PORT_TRIES) throw error;
    }
  }
}

/** Starts a server on 127.0.0.1; rejects when the port is taken. */
export async function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const { udp, tcp } = await bindBoth(options.port ?? 0);
  const answerer = new Answerer(options.source);
  const connections = new Set<Socket>();
  const countRefused = () => {
    answerer.counters.refused += 1;
  };
  udp.removeAllListeners('message');
  udp.on('message', (data, peer) => {
    if (isPlausible(data)) udp.handle(data, peer);
    else countRefused();
  });
  udp.on('request', (packet, send) => answerer.answer(packet, send, 'udp'));
  tcp.on('request', (packet, send) => answerer.answer(packet, send, 'tcp'));
  for (const server of [udp, tcp]) {
    server.on('requestError', countRefused);
    server.on('error', countRefused);
  }
  tcp.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => connections.delete(socket));
  });
  const { port } = udp.address();
  const close = async () => {
    const closed = [udp, tcp].map((server) => new Promise((done) => server.once('close', done)));
    udp.close();
    tcp.close();
    for (const socket of connections) socket.destroy();
    await Promise.all(closed);
  };
  return { address: ADDRESS, port, counters: answerer.counters, close };
}
