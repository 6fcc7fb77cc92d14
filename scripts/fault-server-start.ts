/**
 * A name server on loopback that knows the truth of every domain of a list and does wrong what it is
 * told to, in a thread of its own, so that it shares no event loop with who asks it. UDP and TCP on one
 * port. What it publishes is in `fault-server-truth.ts`, what it can do wrong in
 * `fault-server-faults.ts`.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Counters, type FaultServerCounters, newCounterMemory } from './fault-server-counters.ts';
import type { Fault } from './fault-server-faults.ts';
import { Truth, type TruthOptions } from './fault-server-truth.ts';

export interface FaultServerOptions extends TruthOptions {
  readonly faults?: readonly Fault[];
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** The compiled thread, for who runs from the sources. */
  readonly entry?: URL;
}

export interface FaultServer {
  readonly port: number;
  readonly truth: Truth;
  /** Totals since the start. */
  counters(): Promise<FaultServerCounters>;
  /** Takes the place of all faults so far; every draw, time and count begins anew. */
  set(faults: readonly Fault[]): Promise<void>;
  close(): Promise<void>;
}

export interface ThreadData {
  readonly seed: number;
  readonly names: readonly string[];
  readonly hasWildcards: boolean;
  readonly faults: readonly Fault[];
  readonly port: number;
  readonly memory: SharedArrayBuffer;
}

export type Order =
  | { readonly kind: 'set'; readonly faults: readonly Fault[] }
  | { readonly kind: 'count' }
  | { readonly kind: 'close' };

/** Orders are carried out one after the other, each with one `done`. */
export type Report = { readonly kind: 'open'; readonly port: number } | { readonly kind: 'done' };

/** Rejects where the port is taken, or a name of the list is the server's own. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const truth = new Truth(options);
  const memory = newCounterMemory();
  const counters = new Counters(memory);
  const workerData: ThreadData = {
    seed: options.seed,
    names: truth.domains,
    hasWildcards: truth.hasWildcards,
    faults: options.faults ?? [],
    port: options.port ?? 0,
    memory,
  };
  const entry = options.entry ?? new URL('./fault-server-thread.js', import.meta.url);
  const thread = new Worker(entry, { workerData });
  const [opened] = (await once(thread, 'message')) as [Report];
  if (opened.kind !== 'open') throw new Error('the server did not open');
  const exited = once(thread, 'exit');
  let last: Promise<unknown> = Promise.resolve();
  const order = (one: Order): Promise<void> => {
    const done = last.then(async () => {
      const answered = once(thread, 'message');
      thread.postMessage(one);
      await answered;
    });
    last = done;
    return done;
  };
  let closing: Promise<void> | undefined;
  return {
    port: opened.port,
    truth,
    counters: async () => {
      if (closing === undefined) await order({ kind: 'count' });
      return counters.read();
    },
    set: (faults) => order({ kind: 'set', faults }),
    close: () => {
      closing ??= order({ kind: 'close' }).then(async () => {
        await exited;
      });
      return closing;
    },
  };
}
