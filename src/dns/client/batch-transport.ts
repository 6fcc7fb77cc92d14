/**
 * The transport that moves up to 64 datagrams with one system call, on Linux: a pool of connected
 * sockets for each resolver, as `dgram-transport.ts` has, a third of its CPU per query.
 *
 * Queries are encoded where the kernel takes them from and responses decoded where it puts them;
 * nothing is allocated for a datagram. A socket is drawn at random for each batch and an id for each
 * query: the answers to one batch come back to one socket, so that they too are taken in one call.
 *
 * It has no event to wait for, so it takes turns with the event loop while exchanges are under way:
 * receive, hand on, and let the loop turn. With nothing to do the turn sleeps in the kernel, for a
 * few milliseconds at most, since timers and TCP wait that long; a datagram wakes it.
 *
 * A little over 300 lines: gathering, sending and taking in work on the same slots of a pool, which no
 * half of it could own.
 */
import { decodeResponse, encodeQuery, MAX_QUERY_OCTETS, messageId } from '../wire/message.ts';
import { IdTable } from './id-table.ts';
import { BATCH, type LinuxUdp, type Readiness, type SendBatch } from './linux-udp.ts';
import { RandomWords } from './random-words.ts';
import type { ResolverAddress } from './resolvers.ts';
import { socketAddress } from './socket-address.ts';
import type {
  Exchange,
  OpenTransport,
  Transport,
  TransportEvents,
  TransportOptions,
} from './transport.ts';

/** A burst of answers must fit while checks run; the kernel caps what it does not grant. */
const SOCKET_BUFFER_OCTETS = 4 << 20;
/** `Exchange.channel` of a query that the socket had no room for. */
const WAITING = -1;
/** Batches taken from one socket before the others have their turn. */
const ROUNDS = 4;
/** A turn that moved fewer datagrams is followed by a nap, in which a batch gathers. */
const FULL_TURN = BATCH / 2;
const NAP_US = 50;
/** Turns in a row that moved nothing after which the next waits in the kernel, and how long. */
const QUIET_TURNS = 4;
const QUIET_WAIT_MS = 1;
const LONG_QUIET_TURNS = 50;
const LONG_QUIET_WAIT_MS = 4;
/** How often an idle transport looks for strays. */
const IDLE_INTERVAL_MS = 25;

interface Channel {
  readonly index: number;
  readonly fd: number;
  readonly underWay: IdTable<Exchange>;
}

interface Pool {
  readonly channels: readonly Channel[];
  readonly batch: SendBatch;
  /** The queries in the batch by slot, `count` of them: an array that is cut and grown is made anew. */
  readonly gathered: (Exchange | undefined)[];
  count: number;
  /** The socket that the queries of the batch go to, until BATCH of them have. */
  channel: Channel | undefined;
  /** Queries that went to the socket since it was drawn. */
  drawn: number;
  /** What the sockets had no room for, in order. */
  waiting: Exchange[];
}

/** Transports over `udp`, which serves the calling thread. */
export function batchTransportOn(udp: LinuxUdp): OpenTransport {
  return (options, events) => new BatchTransport(udp, options, events);
}

class BatchTransport implements Transport {
  readonly name = 'batch';
  readonly #udp: LinuxUdp;
  readonly #events: TransportEvents;
  readonly #ednsSize: number;
  readonly #readiness: Readiness;
  readonly #received;
  readonly #channels: Channel[] = [];
  readonly #pools: readonly Pool[];
  readonly #random = new RandomWords();
  /** Exchanges that a socket's error ended and whose engine is not yet told. */
  #failed: Exchange[] = [];
  /** Exchanges that are not over, those that failed or wait included. */
  #underWay = 0;
  /** Datagrams sent and received since the last turn began. */
  #moved = 0;
  #quietTurns = 0;
  #isTurnDue = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(udp: LinuxUdp, options: TransportOptions, events: TransportEvents) {
    this.#udp = udp;
    this.#events = events;
    this.#ednsSize = options.ednsSize;
    this.#readiness = udp.makeReadiness();
    this.#received = udp.makeReceiveBatch();
    this.#pools = options.resolvers.map((resolver) =>
      this.#openPool(resolver, options.socketsPerResolver),
    );
  }

  #openPool(resolver: ResolverAddress, count: number): Pool {
    const address = socketAddress(resolver);
    const channels: Channel[] = [];
    for (let i = 0; i < count && address !== undefined; i++) {
      const fd = this.#udp.openSocket(address, SOCKET_BUFFER_OCTETS);
      if (fd === undefined) break;
      const channel = { index: this.#channels.length, fd, underWay: new IdTable<Exchange>() };
      if (!this.#readiness.add(fd, channel.index)) {
        this.#udp.closeSocket(fd);
        break;
      }
      this.#channels.push(channel);
      channels.push(channel);
    }
    return {
      channels,
      batch: this.#udp.makeSendBatch(MAX_QUERY_OCTETS),
      gathered: new Array<Exchange | undefined>(BATCH).fill(undefined),
      count: 0,
      channel: undefined,
      drawn: 0,
      waiting: [],
    };
  }

  send(exchange: Exchange): boolean {
    const pool = this.#pools[exchange.resolver];
    if (pool === undefined || pool.channels.length === 0 || this.#isClosed) return false;
    this.#underWay++;
    this.#turnSoon();
    if (pool.waiting.length > 0) {
      exchange.channel = WAITING;
      pool.waiting.push(exchange);
    } else {
      this.#gather(pool, exchange);
    }
    return true;
  }

  #gather(pool: Pool, exchange: Exchange): void {
    const channel = this.#channelOf(pool);
    let id = this.#random.next();
    // The engine's window is at most half of the ids, so a few draws find a free one.
    while (channel.underWay.has(id)) id = this.#random.next();
    channel.underWay.set(id, exchange);
    exchange.channel = channel.index;
    exchange.id = id;
    const { batch } = pool;
    const slot = pool.count++;
    const start = slot * batch.slotOctets;
    const ednsSize = exchange.hasEdns ? this.#ednsSize : 0;
    const end = encodeQuery(batch.octets, start, id, exchange.qname, exchange.type, ednsSize);
    batch.setLength(slot, end - start);
    pool.gathered[slot] = exchange;
    if (pool.count === BATCH) this.#sendGathered(pool);
  }

  /** A batch goes to one socket; small ones share it until it has had as many as a full one. */
  #channelOf(pool: Pool): Channel {
    if (pool.channel === undefined || (pool.drawn >= BATCH && pool.count === 0)) {
      pool.channel = pool.channels[this.#random.next() % pool.channels.length] as Channel;
      pool.drawn = 0;
    }
    pool.drawn++;
    return pool.channel;
  }

  flush(): void {
    for (const pool of this.#pools) if (pool.count > 0) this.#sendGathered(pool);
  }

  #sendGathered(pool: Pool): void {
    const { channel, count } = pool;
    if (channel === undefined) return;
    let sent = 0;
    while (sent < count) {
      const result = pool.batch.send(channel.fd, sent, count);
      if (typeof result === 'number') {
        sent += result;
        continue;
      }
      if (result === 'network') this.#failAll(channel);
      else this.#keepUnsent(pool, channel, sent);
      break;
    }
    this.#moved += sent;
    pool.count = 0;
  }

  #keepUnsent(pool: Pool, channel: Channel, from: number): void {
    for (let slot = from; slot < pool.count; slot++) {
      const exchange = pool.gathered[slot] as Exchange;
      // Its socket failed since it was gathered, and its engine is told so.
      if (channel.underWay.get(exchange.id) !== exchange) continue;
      channel.underWay.delete(exchange.id);
      exchange.channel = WAITING;
      pool.waiting.push(exchange);
    }
  }

  /** An error is the socket's: which datagram caused it is not told, so it ends all under way there. */
  #failAll(channel: Channel): void {
    for (const exchange of channel.underWay.takeAll()) this.#failed.push(exchange);
  }

  forget(exchange: Exchange): void {
    const pool = this.#pools[exchange.resolver];
    const underWay = this.#channels[exchange.channel]?.underWay;
    if (pool === undefined) return;
    if (underWay?.get(exchange.id) === exchange) {
      underWay.delete(exchange.id);
      this.#underWay--;
      const slot = pool.gathered.indexOf(exchange);
      if (slot >= 0 && slot < pool.count) ungather(pool, slot);
    } else if (takeOut(pool.waiting, exchange) || takeOut(this.#failed, exchange)) {
      this.#underWay--;
    }
  }

  #turnSoon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    clearTimeout(this.#idleTimer);
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isTurnDue = false;
    if (this.#isClosed) return;
    this.#sendWaiting();
    this.#receive();
    this.#tellFailed();
    if (this.#isClosed) return;
    if (this.#underWay > 0) this.#turnSoon();
    else this.#lookLater();
  };

  /** With little to move it naps, so that more gathers; with nothing it waits for a datagram. */
  #receive(): void {
    const ready = this.#readiness.wait(this.#waitMs());
    for (let i = 0; i < ready && !this.#isClosed; i++) {
      const channel = this.#channels[this.#readiness.keyAt(i)];
      if (channel !== undefined) this.#receiveFrom(channel);
    }
    this.#quietTurns = this.#moved === 0 ? this.#quietTurns + 1 : 0;
    // Few are under way: no batch would gather, and the next turn may wait for the first of them.
    const isNapDue = this.#moved < FULL_TURN && this.#quietTurns < QUIET_TURNS;
    if (isNapDue && this.#underWay >= FULL_TURN) this.#udp.nap(NAP_US);
    this.#moved = 0;
  }

  #waitMs(): number {
    if (this.#underWay === 0 || this.#failed.length > 0) return 0;
    if (this.#underWay >= FULL_TURN && (this.#moved > 0 || this.#quietTurns < QUIET_TURNS))
      return 0;
    return this.#quietTurns < LONG_QUIET_TURNS ? QUIET_WAIT_MS : LONG_QUIET_WAIT_MS;
  }

  #receiveFrom(channel: Channel): void {
    for (let round = 0; round < ROUNDS; round++) {
      const count = this.#received.receive(channel.fd);
      if (typeof count !== 'number') {
        if (count === 'network') this.#failAll(channel);
        return;
      }
      this.#moved += count;
      for (let i = 0; i < count; i++) {
        this.#onDatagram(channel, i);
        if (this.#isClosed) return;
      }
      if (count < BATCH) return;
    }
  }

  #onDatagram(channel: Channel, index: number): void {
    const datagram = this.#received.datagrams[index] as Buffer;
    const length = this.#received.lengthOf(index);
    const exchange = length < 2 ? undefined : channel.underWay.get(messageId(datagram));
    if (exchange === undefined) {
      this.#events.onStray();
      return;
    }
    const decoded = decodeResponse(datagram, length, exchange.qname, exchange.type);
    if (decoded === 'mismatch') {
      this.#events.onStray();
      return;
    }
    channel.underWay.delete(exchange.id);
    this.#underWay--;
    this.#events.onResponse(exchange, decoded);
  }

  #sendWaiting(): void {
    for (const pool of this.#pools) {
      if (pool.waiting.length === 0) continue;
      const waiting = pool.waiting;
      pool.waiting = [];
      // Each that finds no room again comes back behind the others, which keeps their order.
      for (const exchange of waiting) this.#gather(pool, exchange);
    }
    this.flush();
  }

  #tellFailed(): void {
    if (this.#failed.length === 0) return;
    const failed = this.#failed;
    this.#failed = [];
    this.#underWay -= failed.length;
    for (const exchange of failed) this.#events.onNetworkError(exchange);
  }

  #lookLater(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(this.#turn, IDLE_INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    for (const { fd, underWay } of this.#channels) {
      underWay.takeAll();
      this.#udp.closeSocket(fd);
    }
    this.#readiness.close();
  }
}

/** Takes a query out of the batch: the last one takes its slot. */
function ungather(pool: Pool, slot: number): void {
  const last = --pool.count;
  pool.gathered[slot] = pool.gathered[last];
  pool.batch.copySlot(last, slot);
}

function takeOut(exchanges: Exchange[], exchange: Exchange): boolean {
  const at = exchanges.indexOf(exchange);
  if (at >= 0) exchanges.splice(at, 1);
  return at >= 0;
}
