/**
 * What a probe thread does: engine, cache, prober and checks over a port to the main thread, which
 * feeds it blocks and is given what each came to. `workers/probe-thread.ts` hands the port in.
 *
 * It opens no store, and what goes wrong in a check is told and not swallowed.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Check } from '../checks/check.ts';
import { type CachedAnswer, type CachedLookup, createCachedLookup } from '../dns/client/cache.ts';
import { loadTransport } from '../dns/client/choose-transport.ts';
import { createEngine, type Engine } from '../dns/client/engine.ts';
import type { OpenTransport } from '../dns/client/transport.ts';
import type { Question } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { BlockProber } from './block-prober.ts';
import { packBlock } from './packed-block.ts';
import { toPlainFault } from './thread-fault.ts';
import type { FromThread, ThreadSetup, ToThread } from './thread-messages.ts';
import { ClaimedLookup } from './thread-shared-lookup.ts';

/** Serves the port until it is told to close. `checks` are those that the setup names, in its order. */
export async function runProbeThread(
  port: MessagePort,
  setup: ThreadSetup,
  checks: readonly Check[],
): Promise<void> {
  const openTransport = await loadTransport(setup.transport);
  new ProbeThread(port, setup, checks, openTransport).serve();
}

/** The main thread looks at silence twice a second. */
const COUNTERS_INTERVAL_MS = 200;

/**
 * Questions that wait in the engine beyond its window: enough for its next burst, and to show that the
 * window is what limits them. More would only be more domains in memory.
 */
const QUEUE_AHEAD = 128;
/** Dead domains are under way for a long time, with a query of theirs only now and then. */
const DOMAINS_PER_QUERY = 2;
/** The window may open without any domain's end. */
const GO_ON_INTERVAL_MS = 20;

/** The NS of the root: whoever serves names can say something to it, be it REFUSED. */
const CANARY: Question = { qname: '', qtype: 'NS', shared: false };

interface ReadyBlock {
  readonly job: number;
  readonly names: readonly DomainName[];
}

class ProbeThread {
  readonly #port: MessagePort;
  readonly #engine: Engine;
  /** Undefined in the only thread of a run. */
  readonly #claimed: ClaimedLookup | undefined;
  readonly #cache: CachedLookup;
  readonly #prober: BlockProber;
  /** Blocks that came and are not begun. */
  readonly #ready: ReadyBlock[] = [];
  #wakeUp: (() => void) | undefined;
  #newAnswers: CachedAnswer[] = [];
  #countersTimer: NodeJS.Timeout | undefined;
  #goOnTimer: NodeJS.Timeout | undefined;

  constructor(
    port: MessagePort,
    setup: ThreadSetup,
    checks: readonly Check[],
    openTransport: OpenTransport,
  ) {
    const { resolvers, timeoutMs, attempts, window, rate, isOneOfSeveral } = setup;
    this.#port = port;
    this.#engine = createEngine({ resolvers, timeoutMs, attempts, window, rate, openTransport });
    this.#claimed = isOneOfSeveral
      ? new ClaimedLookup(this.#engine, (items) => this.#say({ kind: 'shared', items }))
      : undefined;
    this.#cache = createCachedLookup(this.#claimed ?? this.#engine, {
      capacity: setup.cacheCapacity,
      onFirst: ({ qname, qtype }, answer) => {
        // One of several threads has told the main thread of it, or been told by it.
        if (!isOneOfSeveral) this.#newAnswers.push({ qname, qtype, answer });
      },
    });
    const { isInDepth, isNxdomainCut, domainTimeoutMs, maxQuestions } = setup;
    this.#prober = new BlockProber(
      { checks, isInDepth, isNxdomainCut, domainTimeoutMs, maxQuestions },
      this.#cache,
      {
        maxActive: DOMAINS_PER_QUERY * window,
        mayBegin: () => this.#engine.queued < QUEUE_AHEAD,
      },
      () => performance.now(),
    );
  }

  serve(): void {
    this.#port.on('message', (message: ToThread) => this.#hear(message));
    this.#countersTimer = setInterval(() => this.#sayCounters(), COUNTERS_INTERVAL_MS);
    this.#goOnTimer = setInterval(() => this.#prober.goOn(), GO_ON_INTERVAL_MS);
    void this.#feed();
  }

  #say(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #hear(message: ToThread): void {
    switch (message.kind) {
      case 'probe':
        this.#ready.push({
          job: message.job,
          names: message.names.split('\n') as unknown as readonly DomainName[],
        });
        this.#wakeUp?.();
        return;
      case 'preload':
        this.#cache.preload(message.answers);
        return;
      case 'canary':
        this.#askCanary(message.canary);
        return;
      case 'shared':
        this.#claimed?.take(message.items);
        return;
      case 'stop':
        this.#prober.stop();
        return;
      case 'close':
        void this.#close();
    }
  }

  /** Begins a block when the prober wants one, and says that another may come to lie ready. */
  async #feed(): Promise<never> {
    for (;;) {
      await this.#prober.hasRoom();
      const block = this.#ready.shift();
      if (block === undefined) {
        await new Promise<void>((resolve) => {
          this.#wakeUp = resolve;
        });
        continue;
      }
      void this.#probe(block);
      this.#say({ kind: 'room' });
    }
  }

  async #probe({ job, names }: ReadyBlock): Promise<void> {
    try {
      const output = await this.#prober.probe({ ids: names.map((_, index) => index), names });
      const block = packBlock(output);
      const sharedAnswers = this.#newAnswers;
      this.#newAnswers = [];
      // The answers that the block stands on reach the main thread before it.
      this.#claimed?.flush();
      this.#say({ kind: 'result', job, block, sharedAnswers }, [block.numbers]);
    } catch (error) {
      this.#say({ kind: 'fault', job, fault: toPlainFault(error) });
    }
  }

  #askCanary(canary: number): void {
    const known = this.#engine.ask(CANARY, Number.POSITIVE_INFINITY, ({ answer }) => {
      this.#say({ kind: 'canary', canary, status: answer.status });
    });
    if (known !== undefined) this.#say({ kind: 'canary', canary, status: known.answer.status });
  }

  #sayCounters(): void {
    this.#say({ kind: 'counters', counters: { ...this.#engine.counters } });
  }

  /** Leaves nothing that keeps the thread alive. */
  async #close(): Promise<void> {
    clearInterval(this.#countersTimer);
    clearInterval(this.#goOnTimer);
    this.#prober.stop();
    this.#claimed?.close();
    await this.#engine.close();
    this.#port.close();
  }
}
