/**
 * A name server on loopback, UDP and TCP on one port, that does to each query what a script says:
 * answers, silence, lateness, lies. It keeps what it was asked, since the number of queries is cost.
 */
import dgram from 'node:dgram';
import net from 'node:net';
import { matchName, readName } from '../../src/dns/wire/name.ts';
import { type Message, message } from './dns-message.ts';

export interface SeenQuery {
  readonly id: number;
  readonly qname: string;
  readonly qtype: number;
  readonly hasEdns: boolean;
  readonly isRecursionDesired: boolean;
  readonly over: 'udp' | 'tcp';
  /** Source port of the client. */
  readonly port: number;
  readonly atMs: number;
}

export interface Reply {
  readonly bytes: Buffer;
  readonly delayMs?: number;
  /** TCP: octets a segment, each after a turn of the loop. */
  readonly segment?: number;
  /** TCP: close before the message is whole. */
  readonly cutAfter?: number;
}

/** An empty list is silence; `reset` closes a TCP connection at once. */
export type Script = (query: SeenQuery) => readonly Reply[] | 'reset';

export interface ScriptedServer {
  readonly port: number;
  readonly address: string;
  readonly seen: SeenQuery[];
  close(): Promise<void>;
}

/** A whole response to the query, with what `parts` changes of it. */
export function reply(
  query: SeenQuery,
  parts: Message = {},
  extra: Omit<Reply, 'bytes'> = {},
): Reply {
  const { id, qname, qtype } = query;
  return { bytes: message({ id, qname, qtype, ...parts }), ...extra };
}

export async function startScriptedServer(
  script: Script,
  { address = '127.0.0.1', port = 0 } = {},
): Promise<ScriptedServer> {
  const seen: SeenQuery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const after = (delayMs: number, run: () => void): void => {
    if (delayMs === 0) run();
    else timers.add(setTimeout(run, delayMs));
  };
  const handle = (bytes: Buffer, over: 'udp' | 'tcp', clientPort: number) => {
    const query = parseQuery(bytes, over, clientPort);
    seen.push(query);
    return script(query);
  };

  const sockets = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const replies = handle(received.subarray(2), 'tcp', socket.remotePort ?? 0);
      received = Buffer.alloc(0);
      if (replies === 'reset') socket.resetAndDestroy();
      else for (const each of replies) after(each.delayMs ?? 0, () => void stream(socket, each));
    });
  });

  let isClosed = false;
  const udp = await bindBoth(tcp, address, port);
  udp.on('message', (bytes, { port: clientPort, address: client }) => {
    const replies = handle(bytes, 'udp', clientPort);
    if (replies === 'reset') throw new Error('no reset over UDP');
    for (const { bytes: octets, delayMs = 0 } of replies) {
      after(delayMs, () => udp.send(octets, clientPort, client));
    }
  });
  return {
    port: udp.address().port,
    address,
    seen,
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(resolve)),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

/** Binds both to one port; where none was asked for, to the first that is free for both. */
async function bindBoth(tcp: net.Server, address: string, port: number): Promise<dgram.Socket> {
  const attempts = port === 0 ? 50 : 1;
  for (let attempt = 1; ; attempt++) {
    const udp = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    try {
      await bound(udp, () => udp.bind(port, address));
      await bound(tcp, () => tcp.listen(udp.address().port, address));
      return udp;
    } catch (error) {
      udp.close();
      if (attempt === attempts) throw error;
    }
  }
}

function bound(socket: dgram.Socket | net.Server, bind: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('listening', () => {
      socket.removeListener('error', reject);
      resolve();
    });
    bind();
  });
}

async function stream(socket: net.Socket, { bytes, segment, cutAfter }: Reply): Promise<void> {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  const framed = Buffer.concat([length, bytes]).subarray(0, cutAfter);
  const step = segment ?? framed.length;
  socket.setNoDelay(true);
  for (let at = 0; at < framed.length && !socket.destroyed; at += step) {
    socket.write(framed.subarray(at, at + step));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (cutAfter !== undefined) socket.end();
}

function parseQuery(bytes: Buffer, over: 'udp' | 'tcp', port: number): SeenQuery {
  const qname = readName(bytes, 12, bytes.length) ?? '?';
  const typeAt = matchName(bytes, 12, bytes.length, qname);
  return {
    id: bytes.readUInt16BE(0),
    qname,
    qtype: bytes.readUInt16BE(typeAt),
    hasEdns: bytes.readUInt16BE(10) === 1,
    isRecursionDesired: (bytes.readUInt16BE(2) & 0x0100) !== 0,
    over,
    port,
    atMs: performance.now(),
  };
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
