/**
 * One side of a simulated night, as a process of its own: `bench-queue-stub.js coordinator|worker URL
 * NAMES`. Queue, payloads and coordinator are the real ones; the store only counts, and the worker's
 * prober makes outcomes up. The coordinator prints what it used as JSON.
 */
import type { DomainName } from '../src/names/domain-name.ts';
import type { BlockOutput } from '../src/probe/block-prober.ts';
import { coordinate } from '../src/queue/coordinate.ts';
import type { BlockStore } from '../src/queue/embedded.ts';
import type { RunTerms } from '../src/queue/job-payload.ts';
import { type RedisPlace, redisPlace } from '../src/queue/redis-connection.ts';
import { parseRedisUrl } from '../src/queue/redis-url.ts';
import { serveQueue } from '../src/queue/serve-queue.ts';
import { NoticePoster } from '../src/queue/worker-board.ts';
import { WorkerQueue } from '../src/queue/worker-queue.ts';
import { BLOCK_SIZE, type WorkerOrigin } from '../src/survey/ports.ts';

const TERMS: RunTerms = {
  key: 'simulated-1',
  checkVersions: { mx: 1, spf: 1, dmarc: 1 },
  pslVersion: 'none',
  isSpfVoids: false,
  isNxdomainCut: true,
};

const SLOTS = Array.from({ length: BLOCK_SIZE }, (_, slot) => slot);

/** Counts what comes, and refuses a block that comes twice. */
class CountingStore implements BlockStore {
  readonly #blocks: number;
  readonly #done: Uint8Array;
  done = 0;

  constructor(names: number) {
    this.#blocks = Math.ceil(names / BLOCK_SIZE);
    this.#done = new Uint8Array(this.#blocks);
  }

  get blocks(): number {
    return this.#blocks;
  }

  openBlocks() {
    return Array.from({ length: this.#blocks }, (_, block) => ({ block, pass: 1 }));
  }

  loadBlock(runId: number, block: number, pass: number) {
    const first = block * BLOCK_SIZE;
    const ids = SLOTS.map((slot) => first + slot);
    const names = ids.map((id) => `${hashed(id)}-shop-${id}.example` as DomainName);
    return { runId, block, pass, ids, names };
  }

  writeBlock({ block, ids }: { readonly block: number; readonly ids: readonly number[] }) {
    if (this.#done[block] === 1) return { written: false, domains: 0, changed: 0, failed: 0 };
    this.#done[block] = 1;
    this.done += 1;
    return { written: true, domains: ids.length, changed: 0, failed: 0 };
  }
}

/** Some letters that look like a name's and do not deflate to nothing. */
const hashed = (id: number): string => ((id * 2_654_435_761) % 4_294_967_296).toString(36);

function placeOf(url: string): RedisPlace {
  const parsed = parseRedisUrl(url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return redisPlace(parsed.target, {});
}

async function coordinator(place: RedisPlace, names: number): Promise<void> {
  const store = new CountingStore(names);
  const startedAtMs = performance.now();
  let earlyMegabytes = 0;
  await coordinate({
    place,
    store,
    storeId: 'simulated',
    runId: 1,
    terms: TERMS,
    onBlock: () => {
      if (store.done === Math.ceil(store.blocks / 10))
        earlyMegabytes = process.memoryUsage.rss() / 2 ** 20;
    },
    note: (line) => console.error(line),
    signal: new AbortController().signal,
  });
  if (store.done !== store.blocks) throw new Error(`${store.done} blocks of ${store.blocks}`);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(
    JSON.stringify({
      blocks: store.blocks,
      wallSeconds: (performance.now() - startedAtMs) / 1000,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      earlyMegabytes,
      peakMegabytes: maxRSS / 1024,
    }),
  );
}

/** Two records of three, each with something of its name in it. */
function outcomeOf(names: readonly string[]): BlockOutput {
  const zeros = names.map(() => 0);
  const column = (check: string, bodyOf: (name: string) => string | null) => ({
    check,
    classes: names.map((name) => name.length % 4),
    reasons: zeros,
    flags: names.map((name) => name.length % 64),
    bodies: names.map(bodyOf),
  });
  return {
    existence: zeros,
    existenceReasons: zeros,
    attempts: names.map(() => 1),
    checks: [
      column('mx', (name) => JSON.stringify([[`10 mail.${name}`], ['one']])),
      column('spf', (name) =>
        JSON.stringify([[`v=spf1 include:_spf.${name.slice(0, 2)}.example mx ~all`], ['~all', 3]]),
      ),
      column('dmarc', (name) =>
        name.length % 3 === 0
          ? JSON.stringify([[`v=DMARC1; p=none; rua=mailto:d@${name}`], ['none']])
          : null,
      ),
    ],
    queries: 3 * names.length,
  };
}

async function worker(place: RedisPlace): Promise<void> {
  const name = `stub-${process.pid}`;
  const queue = new WorkerQueue(place, { leaseMs: 30_000, name, onError: () => undefined });
  await queue.start();
  const origin: WorkerOrigin = {
    name,
    toolVersion: 'stub',
    resolvers: ['127.0.0.1:53'],
    transport: 'stub',
    threads: 2,
    timeoutMs: 1,
    attempts: 1,
    window: 1,
    rate: 0,
  };
  await serveQueue({
    queue,
    board: new NoticePoster(queue.client, place.prefix, origin, () => queue.held),
    origin,
    own: TERMS,
    openProber: async () => ({
      prober: {
        probe: async (input) => outcomeOf(input.names),
        hasRoom: async () => undefined,
        stop: () => undefined,
      },
      takeSharedAnswers: () => [],
      silence: () => undefined,
      isAnyoneThere: async () => true,
      silenceLine: () => '',
      close: async () => undefined,
    }),
    onBlock: () => undefined,
    note: (line) => console.error(line),
    clock: { now: Date.now },
    signal: new AbortController().signal,
  });
}

const [role, url = '', names = '0'] = process.argv.slice(2);
if (role === 'coordinator') await coordinator(placeOf(url), Number(names));
else await worker(placeOf(url));
