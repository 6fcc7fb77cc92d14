/**
 * The DNS engine: questions to resolvers, with windows, a rate, retries, time-outs and TCP, until
 * each has an answer or the reason why there is none. One engine serves one thread.
 *
 * It keeps no answer (`cache.ts`), knows nothing of domains, and never makes an absence of a failure:
 * what it hands on is what one whole, matching response said.
 */
import { DnsEngine } from './dns-engine.ts';
import { checkEngineOptions, type EngineCounters, type EngineOptions } from './engine-options.ts';
import type { ResolverCounters } from './lane.ts';
import type { Lookup } from './lookup.ts';

export interface Engine extends Lookup {
  readonly counters: EngineCounters;
  /** Attempts under way, TCP included. */
  readonly inFlight: number;
  /** Live, in the order of the resolvers: read it when needed. */
  readonly resolvers: readonly ResolverCounters[];
  /** Questions that wait for a window or for the rate. */
  readonly queued: number;
  /** No question is open. */
  readonly isIdle: boolean;
  /** What is open does not fill the windows, as large as they are now. */
  readonly hasRoom: boolean;
  /** As it stands in a run's provenance. */
  readonly transportName: string;
  /** Ends what is open as `over_budget` and closes the sockets. Later questions end so at once. */
  close(): Promise<void>;
}

/** Opens the sockets at once. Throws RangeError for options out of their range. */
export function createEngine(options: EngineOptions): Engine {
  checkEngineOptions(options);
  return new DnsEngine(options);
}
