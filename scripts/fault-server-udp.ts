/** The UDP side of a fault server: what is sent, when, how often, and from where. */
import dgram from 'node:dgram';
import type { Counters } from './fault-server-counters.ts';
import { readQuery } from './fault-server-message.ts';
import type { Plan, Planner } from './fault-server-plan.ts';
import type { Responder } from './fault-server-responder.ts';
import type { Sender } from './fault-server-sender.ts';

export const ADDRESS = '127.0.0.1';
/** An address that no client asks, for answers from the right port of the wrong host. */
const OTHER_ADDRESS = '127.0.0.2';
/** A window's burst must fit, or what is measured is this server; the kernel caps what it grants. */
const BUFFER_OCTETS = 4 << 20;
const MAX_HELD_MS = 50;

interface Held {
  behind: number;
  readonly send: () => void;
}

export class UdpSide {
  readonly socket: dgram.Socket;
  readonly #sender: Sender;
  readonly #planner: Planner;
  readonly #responder: Responder;
  readonly #counters: Counters;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #held = new Set<Held>();
  /** Bound when the first spoof goes out from there. */
  #otherPort: dgram.Socket | undefined;
  #otherAddress: dgram.Socket | undefined;

  constructor(
    socket: dgram.Socket,
    sender: Sender,
    planner: Planner,
    responder: Responder,
    counters: Counters,
  ) {
    this.socket = socket;
    this.#sender = sender;
    this.#planner = planner;
    this.#responder = responder;
    this.#counters = counters;
    socket.on('message', (bytes, client) => this.#onMessage(bytes, client));
    // The client may be gone: what cannot be sent to it is as good as lost.
    socket.on('error', () => undefined);
  }

  #onMessage(bytes: Buffer, client: dgram.RemoteInfo): void {
    const query = readQuery(bytes);
    if (query === undefined) {
      this.#counters.add('unreadable');
      return;
    }
    this.#counters.add('udpQueries');
    if (query.hasEdns) this.#counters.add('withEdns');
    const plan = this.#planner.plan(query, client.address, performance.now());
    const response = this.#responder.compose(query, plan, 'udp');
    if (plan.spoof !== undefined && plan.limit === undefined) {
      this.#sendSpoof(this.#responder.spoof(query, plan.spoof), plan.spoof.by, client);
    }
    if (response === undefined) this.#counters.add('silent');
    else this.#dispatch(response, plan, client);
  }

  #dispatch(response: Buffer, plan: Plan, client: dgram.RemoteInfo): void {
    const send = (): void => this.#send(response, plan.copies, client);
    if (plan.delayMs > 0) {
      this.#counters.add('delayed');
      this.#later(plan.delayMs, send);
    } else if (plan.behind > 0) {
      this.#counters.add('reordered');
      const held = { behind: plan.behind, send };
      this.#held.add(held);
      this.#later(MAX_HELD_MS, () => this.#release(held));
    } else {
      send();
    }
  }

  #send(response: Buffer, copies: number, client: dgram.RemoteInfo): void {
    for (let i = 0; i <= copies; i++) {
      if (i > 0) this.#counters.add('duplicates');
      this.#counters.add('udpResponses');
      this.#sender.send(response, client.port, client.address);
    }
    for (const held of this.#held) {
      held.behind--;
      if (held.behind <= 0) this.#release(held);
    }
  }

  #release(held: Held): void {
    if (!this.#held.delete(held)) return;
    held.send();
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  #sendSpoof(bytes: Buffer, by: string, client: dgram.RemoteInfo): void {
    // From the same socket it must not be overtaken by the true answer, nor the other way round.
    if (by === 'id' || by === 'question') this.#sender.send(bytes, client.port, client.address);
    else this.#spoofer(by).send(bytes, client.port, client.address, () => undefined);
  }

  #spoofer(by: string): dgram.Socket {
    if (by === 'port') {
      this.#otherPort ??= quiet(dgram.createSocket('udp4').bind(0, ADDRESS));
      return this.#otherPort;
    }
    const { port } = this.socket.address();
    this.#otherAddress ??= quiet(dgram.createSocket('udp4').bind(port, OTHER_ADDRESS));
    return this.#otherAddress;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#held.clear();
    this.#otherPort?.close();
    this.#otherAddress?.close();
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }
}

function quiet(socket: dgram.Socket): dgram.Socket {
  return socket.on('error', () => undefined);
}

export function bindUdp(port: number): Promise<dgram.Socket> {
  const socket = dgram.createSocket({
    type: 'udp4',
    recvBufferSize: BUFFER_OCTETS,
    sendBufferSize: BUFFER_OCTETS,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, ADDRESS, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
