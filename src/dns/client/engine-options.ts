/** What an engine is made with, and what it counts. No behaviour but the check of the options. */
import type { FailureReason } from '../talk.ts';
import type { ResolverAddress } from './resolvers.ts';
import type { OpenTransport } from './transport.ts';

export interface EngineOptions {
  /** At least one. Questions go round them; a retry goes to the next. */
  readonly resolvers: readonly ResolverAddress[];
  /** Time for one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Attempts for one question, at least 1. */
  readonly attempts: number;
  /**
   * Attempts under way at once at most, over all resolvers, 1 to MAX_WINDOW; further questions queue.
   * Each resolver has at most an equal share, and of that as much as it bears (`window.ts`).
   */
  readonly window: number;
  /** No windows that follow what a resolver bears: up to `window` attempts, to whomever the turn is. */
  readonly isWindowFixed?: boolean;
  /** Queries per second over all resolvers; 0, the default, for no cap. */
  readonly rate?: number;
  /** UDP payload size to announce. 1232, the default, avoids fragments; 0 sends no EDNS at all. */
  readonly ednsSize?: number;
  readonly socketsPerResolver?: number;
  /** TCP connections open at once. */
  readonly tcpConnections?: number;
  readonly openTransport?: OpenTransport;
}

/** Half of the ids of one socket, so that a free id is found in a few draws. */
export const MAX_WINDOW = 32_768;

export const DEFAULT_EDNS_SIZE = 1232;
/** As many random ports beside sixteen-bit ids (RFC 5452 §9.2); one socket or sixty-four cost the same. */
export const DEFAULT_SOCKETS_PER_RESOLVER = 64;
export const DEFAULT_TCP_CONNECTIONS = 32;

/** Throws RangeError for options out of their range: the caller checks what a user gives. */
export function checkEngineOptions(options: EngineOptions): void {
  const { resolvers, window, attempts, timeoutMs, rate = 0 } = options;
  if (resolvers.length === 0) throw new RangeError('an engine needs a resolver');
  if (!(window >= 1 && window <= MAX_WINDOW)) throw new RangeError(`window: 1 to ${MAX_WINDOW}`);
  if (!(attempts >= 1)) throw new RangeError('attempts: from 1');
  if (!(timeoutMs > 0)) throw new RangeError('timeoutMs: over 0');
  if (!(rate >= 0)) throw new RangeError('rate: from 0');
}

/** Totals since the engine was made. A failed attempt is counted, so one question may add several. */
export interface EngineCounters {
  readonly questions: number;
  /** Questions that ended with records, NODATA or NXDOMAIN. */
  readonly answered: number;
  /** Datagrams sent and TCP exchanges begun. */
  readonly queries: number;
  readonly tcpQueries: number;
  /** Attempts after the first of their question. */
  readonly retries: number;
  /** Datagrams dropped: late, doubled, or not an answer to what was asked. */
  readonly strays: number;
  readonly timeouts: number;
  readonly servfail: number;
  readonly refused: number;
  readonly otherRcode: number;
  readonly malformed: number;
  /** Cut off over UDP and not to be had over TCP. */
  readonly truncated: number;
  readonly network: number;
  /** Questions that ran out of their domain's time. */
  readonly overBudget: number;
}

export type MutableCounters = { -readonly [Name in keyof EngineCounters]: number };

export function newCounters(): MutableCounters {
  return {
    questions: 0,
    answered: 0,
    queries: 0,
    tcpQueries: 0,
    retries: 0,
    strays: 0,
    timeouts: 0,
    servfail: 0,
    refused: 0,
    otherRcode: 0,
    malformed: 0,
    truncated: 0,
    network: 0,
    overBudget: 0,
  };
}

/** The counter of each failure. */
export const FAILURE_COUNTERS = {
  servfail: 'servfail',
  refused: 'refused',
  other_rcode: 'otherRcode',
  timeout: 'timeouts',
  malformed: 'malformed',
  truncated: 'truncated',
  network: 'network',
  over_budget: 'overBudget',
} as const satisfies Record<FailureReason, keyof EngineCounters>;
