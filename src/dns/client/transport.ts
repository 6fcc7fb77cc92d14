/**
 * How queries reach resolvers and responses come back over UDP: the seam between the engine, which
 * decides what is asked of whom and when it is given up, and the sockets. A transport owns sockets,
 * ids and the match of response to query (RFC 5452 §9.1); it knows no retry, no timeout and no window.
 *
 * `test/conformance/transport.ts` is what every transport must pass.
 */
import type { Decoded } from '../wire/message.ts';
import type { ResolverAddress } from './resolvers.ts';

/** One query under way. The engine's record of a question extends it, so that a send allocates nothing. */
export interface Exchange {
  readonly qname: string;
  /** IANA number of the type. */
  readonly type: number;
  /** Index into `TransportOptions.resolvers`. */
  resolver: number;
  /** Announce `ednsSize`. */
  hasEdns: boolean;
  /** The transport's own while the exchange is under way: which of its sockets, and the id there. */
  channel: number;
  id: number;
}

export interface TransportOptions {
  readonly resolvers: readonly ResolverAddress[];
  /** UDP payload size to announce (RFC 6891 §6.2.3). */
  readonly ednsSize: number;
  readonly socketsPerResolver: number;
}

/**
 * Never called from within `send` or `forget`, and no retry is sent before the event loop turns: the
 * sends of a dead resolver fail at once, and would otherwise keep it from ever turning again. After
 * either of the first two the exchange is over.
 */
export interface TransportEvents {
  onResponse(exchange: Exchange, decoded: Exclude<Decoded, 'mismatch'>): void;
  /** The network refused the query or what carried it (ECONNREFUSED, no route). */
  onNetworkError(exchange: Exchange): void;
  /** A datagram that belongs to no exchange was dropped: late, doubled, or not of the resolver. */
  onStray(): void;
}

export interface Transport {
  /** As it stands in a run's provenance. */
  readonly name: string;
  /**
   * Sends the query, now or as soon as the sockets are open. False when no socket to the resolver can
   * be had; the exchange is not under way then. `qname` must be encodable.
   */
  send(exchange: Exchange): boolean;
  /** Ends a burst: what `send` took goes out now, as far as it was only gathered. */
  flush(): void;
  /** Gives the exchange up: what still arrives for it is a stray. */
  forget(exchange: Exchange): void;
  /** Closes the sockets; exchanges under way are dropped without a call. */
  close(): Promise<void>;
}

export type OpenTransport = (options: TransportOptions, events: TransportEvents) => Transport;
