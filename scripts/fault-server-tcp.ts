/** The TCP side of a fault server: pipelined queries (RFC 7766 §6.2.1.1), and connections that break. */
import net from 'node:net';
import type { Counters } from './fault-server-counters.ts';
import type { TcpFault } from './fault-server-faults.ts';
import { otherId, readQuery } from './fault-server-message.ts';
import type { Planner } from './fault-server-plan.ts';
import type { Responder } from './fault-server-responder.ts';
import { ADDRESS } from './fault-server-udp.ts';

/** Octets of a segment where a message comes in many, and how many are small. */
const SEGMENT_OCTETS = 7;
const MAX_SEGMENTS = 20;

export class TcpSide {
  readonly server: net.Server;
  readonly #planner: Planner;
  readonly #responder: Responder;
  readonly #counters: Counters;
  readonly #open = new Set<net.Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #connections = 0;

  constructor(server: net.Server, planner: Planner, responder: Responder, counters: Counters) {
    this.server = server;
    this.#planner = planner;
    this.#responder = responder;
    this.#counters = counters;
    server.on('connection', (socket) => this.#onConnection(socket));
  }

  #onConnection(socket: net.Socket): void {
    this.#connections++;
    this.#counters.add('tcpConnections');
    socket.on('error', () => undefined);
    if (this.#planner.refusesConnection(this.#connections)) {
      this.#counters.add('tcpFaults');
      socket.resetAndDestroy();
      return;
    }
    this.#open.add(socket);
    this.#counters.atLeast('tcpMostOpen', this.#open.size);
    socket.setNoDelay(true);
    socket.on('close', () => this.#open.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        this.#onMessage(socket, received.subarray(2, end));
        received = received.subarray(end);
      }
    });
  }

  #onMessage(socket: net.Socket, bytes: Buffer): void {
    const query = readQuery(bytes);
    if (query === undefined) {
      this.#counters.add('unreadable');
      return;
    }
    this.#counters.add('tcpQueries');
    if (query.hasEdns) this.#counters.add('withEdns');
    const plan = this.#planner.plan(query, socket.remoteAddress ?? '', performance.now());
    const response = this.#responder.compose(query, plan, 'tcp');
    if (response === undefined || plan.tcp === 'silent') {
      this.#counters.add('silent');
      return;
    }
    if (plan.tcp !== undefined) this.#counters.add('tcpFaults');
    const isOtherId = plan.tcp === 'wrong-id';
    const framed = frame(isOtherId ? otherId(response) : response);
    if (plan.delayMs === 0) this.#send(socket, framed, plan.tcp);
    else this.#later(plan.delayMs, () => this.#send(socket, framed, plan.tcp));
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  #send(socket: net.Socket, framed: Buffer, how: TcpFault | undefined): void {
    if (socket.destroyed) return;
    this.#counters.add('tcpResponses');
    switch (how) {
      case 'reset':
        socket.write(framed.subarray(0, framed.length >> 1), () => socket.resetAndDestroy());
        break;
      case 'partial-prefix':
        socket.end(framed.subarray(0, 1));
        break;
      case 'partial-message':
        socket.end(framed.subarray(0, framed.length - 1));
        break;
      case 'segments':
        sendInSegments(socket, framed);
        break;
      default:
        socket.write(framed);
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** The first octets in small segments, one of them the length's first octet alone; then the rest. */
function sendInSegments(socket: net.Socket, framed: Buffer): void {
  const cuts = [0, 1];
  while (cuts.length < MAX_SEGMENTS) cuts.push((cuts.at(-1) ?? 0) + SEGMENT_OCTETS);
  const step = (index: number): void => {
    const from = cuts[index] ?? framed.length;
    if (socket.destroyed || from >= framed.length) return;
    socket.write(framed.subarray(from, cuts[index + 1] ?? framed.length));
    setImmediate(step, index + 1);
  };
  step(0);
}

export function listenTcp(port: number): Promise<net.Server> {
  const server = net.createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, ADDRESS, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
