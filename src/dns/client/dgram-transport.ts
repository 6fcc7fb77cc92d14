/**
 * The transport over `node:dgram`: for each resolver a pool of connected sockets, so that the kernel
 * drops what does not come from the resolver's address and port (RFC 5452 §9.1), picks a random source
 * port for each socket, and hands on ICMP errors.
 *
 * Socket and id are drawn at random for every query.
 */
import dgram from 'node:dgram';
import { decodeResponse, encodeQuery, MAX_QUERY_OCTETS, messageId } from '../wire/message.ts';
import { IdTable } from './id-table.ts';
import { RandomWords } from './random-words.ts';
import type { ResolverAddress } from './resolvers.ts';
import type { Exchange, Transport, TransportEvents, TransportOptions } from './transport.ts';

/**
 * Queries are written one behind the other and the slab is left to the collector when full: dgram
 * sends on a later tick and may queue, so octets once handed over are never written again.
 */
const SLAB_OCTETS = 64 * 1024;
/** A burst of answers must fit while the event loop is busy; the kernel caps what it does not grant. */
const RECEIVE_BUFFER_OCTETS = [4 << 20, 1 << 20, 256 << 10];
/** Local shortage of memory: the query is lost and times out, and says nothing of the resolver. */
const LOCAL_SHORTAGES = new Set(['ENOBUFS', 'ENOMEM', 'EAGAIN']);
/** `Exchange.channel` of a query that waits for its pool to open. */
const WAITING = -1;

export function openDgramTransport(options: TransportOptions, events: TransportEvents): Transport {
  return new DgramTransport(options, events);
}

interface Channel {
  readonly index: number;
  readonly socket: dgram.Socket;
  /** Exchanges under way on this socket by id. */
  readonly underWay: IdTable<Exchange>;
  /** Without a socket's error, a send's own is told to this. */
  readonly onSent: (error: Error | null) => void;
  /**
   * A response came since the last error or lapse: sends then need no callback, which costs a tick
   * for each query. An error that such a send takes off the socket is lost: that exchange ends with
   * the socket's next error or is given up, and from then on sends are watched again.
   */
  isProven: boolean;
}

interface Pool {
  readonly open: Channel[];
  /** Sockets whose connect has neither come nor failed yet. */
  opening: number;
  readonly waiting: Set<Exchange>;
}

class DgramTransport implements Transport {
  readonly name = 'dgram';
  readonly #events: TransportEvents;
  readonly #ednsSize: number;
  readonly #channels: Channel[] = [];
  readonly #pools: readonly Pool[];
  readonly #random = new RandomWords();
  #slab = Buffer.allocUnsafeSlow(SLAB_OCTETS);
  #slabAt = 0;
  #isClosed = false;

  constructor(options: TransportOptions, events: TransportEvents) {
    this.#events = events;
    this.#ednsSize = options.ednsSize;
    this.#pools = options.resolvers.map((resolver) =>
      this.#openPool(resolver, options.socketsPerResolver),
    );
  }

  send(exchange: Exchange): boolean {
    const pool = this.#pools[exchange.resolver];
    if (pool === undefined || this.#isClosed) return false;
    if (pool.opening > 0) {
      exchange.channel = WAITING;
      pool.waiting.add(exchange);
      return true;
    }
    const channel = pool.open[this.#random.next() % pool.open.length];
    if (channel === undefined) return false;
    this.#sendOn(channel, exchange);
    return true;
  }

  #sendOn(channel: Channel, exchange: Exchange): void {
    const { underWay } = channel;
    let id = this.#random.next();
    // The engine's window is at most half of the ids, so a few draws find a free one.
    while (underWay.has(id)) id = this.#random.next();
    underWay.set(id, exchange);
    exchange.channel = channel.index;
    exchange.id = id;
    if (this.#slabAt + MAX_QUERY_OCTETS > SLAB_OCTETS) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_OCTETS);
      this.#slabAt = 0;
    }
    const ednsSize = exchange.hasEdns ? this.#ednsSize : 0;
    const start = this.#slabAt;
    this.#slabAt = encodeQuery(this.#slab, start, id, exchange.qname, exchange.type, ednsSize);
    const query = this.#slab.subarray(start, this.#slabAt);
    if (channel.isProven) channel.socket.send(query);
    else channel.socket.send(query, channel.onSent);
  }

  /** Every query went out by itself. */
  flush(): void {}

  forget(exchange: Exchange): void {
    if (exchange.channel === WAITING) this.#pools[exchange.resolver]?.waiting.delete(exchange);
    const channel = this.#channels[exchange.channel];
    if (channel === undefined) return;
    channel.underWay.delete(exchange.id);
    channel.isProven = false;
  }

  #onMessage(channel: Channel, message: Buffer): void {
    const id = message.length < 2 ? -1 : messageId(message);
    const exchange = channel.underWay.get(id);
    if (exchange === undefined) {
      this.#events.onStray();
      return;
    }
    const decoded = decodeResponse(message, message.length, exchange.qname, exchange.type);
    if (decoded === 'mismatch') {
      this.#events.onStray();
      return;
    }
    channel.underWay.delete(id);
    channel.isProven = true;
    this.#events.onResponse(exchange, decoded);
  }

  /** An error is the socket's: which datagram caused it is not told, so it ends all under way there. */
  #onError(channel: Channel, error: NodeJS.ErrnoException): void {
    if (LOCAL_SHORTAGES.has(error.code ?? '')) return;
    channel.isProven = false;
    const failed = channel.underWay.takeAll();
    for (const exchange of failed) this.#events.onNetworkError(exchange);
  }

  #openPool(resolver: ResolverAddress, count: number): Pool {
    const pool: Pool = { open: [], opening: count, waiting: new Set() };
    for (let i = 0; i < count; i++) this.#openChannel(resolver, pool);
    return pool;
  }

  #openChannel(resolver: ResolverAddress, pool: Pool): void {
    const socket = dgram.createSocket({ type: resolver.family === 6 ? 'udp6' : 'udp4' });
    const channel: Channel = {
      index: this.#channels.length,
      socket,
      underWay: new IdTable(),
      onSent: (error) => {
        if (error !== null) this.#onError(channel, error);
      },
      isProven: false,
    };
    this.#channels.push(channel);
    let isOpening = true;
    const settle = (isOpen: boolean): void => {
      isOpening = false;
      if (this.#isClosed) return;
      if (isOpen) pool.open.push(channel);
      pool.opening--;
      if (pool.opening === 0) this.#settle(pool);
    };
    socket.on('message', (message) => this.#onMessage(channel, message));
    socket.on('error', (error) => {
      // No socket or port could be had (EMFILE): connect is never called back then.
      if (isOpening) settle(false);
      else this.#onError(channel, error);
    });
    socket.connect(resolver.port, resolver.address, (error?: Error | null) => {
      if (!error) growReceiveBuffer(socket);
      if (isOpening) settle(!error);
    });
  }

  /** Sends what waited for the pool, or fails it where no socket came up. */
  #settle(pool: Pool): void {
    const waiting = [...pool.waiting];
    pool.waiting.clear();
    for (const exchange of waiting) {
      if (!this.send(exchange)) this.#events.onNetworkError(exchange);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const pool of this.#pools) pool.waiting.clear();
    await Promise.all(
      this.#channels.map(
        ({ socket, underWay }) =>
          new Promise<void>((resolve) => {
            underWay.takeAll();
            socket.close(resolve);
          }),
      ),
    );
  }
}

function growReceiveBuffer(socket: dgram.Socket): void {
  for (const octets of RECEIVE_BUFFER_OCTETS) {
    try {
      socket.setRecvBufferSize(octets);
      return;
    } catch {
      // Some systems refuse a size over their limit instead of capping it: try the next.
    }
  }
}
