/** Engines for tests: closed after each test, with short times, and asked by promise. */
import { afterEach } from 'vitest';
import { createEngine, type Engine } from '../../src/dns/client/engine.ts';
import type { EngineOptions } from '../../src/dns/client/engine-options.ts';
import type { Lookup, Outcome } from '../../src/dns/client/lookup.ts';
import type { ResolverAddress } from '../../src/dns/client/resolvers.ts';
import type { QType, Question } from '../../src/dns/talk.ts';
import { type Script, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Closed after the test. */
export async function serve(
  script: Script,
  options?: { readonly address?: string; readonly port?: number },
): Promise<ScriptedServer> {
  const server = await startScriptedServer(script, options);
  closers.push(() => server.close());
  return server;
}

export const at = ({ port, address }: { port: number; address?: string }): ResolverAddress => ({
  address: address ?? '127.0.0.1',
  family: address?.includes(':') === true ? 6 : 4,
  port,
});

/** Closed after the test. */
export function engineFor(
  servers: readonly { port: number; address?: string }[],
  options: Partial<EngineOptions> = {},
): Engine {
  const engine = createEngine({
    resolvers: servers.map(at),
    timeoutMs: 150,
    attempts: 2,
    window: 100,
    socketsPerResolver: 4,
    ...options,
  });
  closers.push(() => engine.close());
  return engine;
}

export const question = (qname: string, qtype: QType = 'TXT', shared = false): Question => ({
  qname,
  qtype,
  shared,
});

/** The outcome, and a failure of the test when `done` is called from within `ask` or twice. */
export function asked(
  lookup: Lookup,
  what: Question,
  budgetMs = 10_000,
): Promise<Outcome & { readonly wasAtOnce: boolean }> {
  return new Promise((resolve, reject) => {
    let isInside = true;
    let calls = 0;
    const outcome = lookup.ask(what, performance.now() + budgetMs, (later) => {
      if (isInside) reject(new Error('called back from within ask'));
      if (++calls > 1) throw new Error('called back twice');
      resolve({ ...later, wasAtOnce: false });
    });
    isInside = false;
    if (outcome !== undefined) resolve({ ...outcome, wasAtOnce: true });
  });
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
