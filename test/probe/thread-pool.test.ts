import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DomainName } from '../../src/names/domain-name.ts';
import type { BlockOutput } from '../../src/probe/block-prober.ts';
import type { ThreadSetup } from '../../src/probe/thread-messages.ts';
import { ThreadPool, type ThreadPoolOptions } from '../../src/probe/thread-pool.ts';
import { txt } from '../support/dns-message.ts';
import {
  closedPort,
  reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILT_ENTRY = join(ROOT, 'dist', 'workers', 'probe-thread.js');
const THREADS = join(ROOT, 'test', 'support', 'threads');
const ASKING = pathToFileURL(join(THREADS, 'asking-thread.mjs'));
const DEAF = pathToFileURL(join(THREADS, 'deaf-thread.mjs'));

const isResponse = (status: string) => status !== 'timeout' && status !== 'network';

const TXT = 16;

/** Answers each TXT query with its number in the world; of another type there is nothing. */
const numbering = (delayMs = 5): Script => {
  let count = 0;
  return (query) => {
    const answers = query.qtype === TXT ? [txt('@', `answer ${++count}`)] : [];
    return [reply(query, { answers }, { delayMs })];
  };
};

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(script: Script = numbering()): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  open.push(server);
  return server;
}

function poolOf(
  threads: number,
  port: number,
  setup: Partial<ThreadSetup> = {},
  options: Partial<ThreadPoolOptions> = {},
): ThreadPool {
  const common: ThreadSetup = {
    checks: ['txt'],
    isInDepth: false,
    isNxdomainCut: false,
    domainTimeoutMs: 20_000,
    maxQuestions: 10,
    resolvers: [{ address: '127.0.0.1', family: 4, port }],
    transport: 'dgram',
    timeoutMs: 1_000,
    attempts: 2,
    window: 20,
    rate: 0,
    cacheCapacity: 1_000,
    isOneOfSeveral: threads > 1,
    ...setup,
  };
  const pool = new ThreadPool({
    entry: ASKING,
    setups: Array.from({ length: threads }, () => common),
    knownAnswers: () => [],
    cacheCapacity: 1_000,
    ...options,
  });
  open.push(pool);
  return pool;
}

const block = (...names: string[]) => ({
  ids: names.map((_, id) => id),
  names: names as unknown as DomainName[],
});

/** `count` domains that ask the TXT of `targets` names in turn. */
const blockOf = (first: number, count: number, targets: number) =>
  block(
    ...Array.from({ length: count }, (_, i) => `d${first + i}.t${(first + i) % targets}.example`),
  );

const seenBy = (output: BlockOutput): (string | undefined)[] =>
  (output.checks[0]?.bodies ?? []).map((body) =>
    body === null ? undefined : (JSON.parse(body) as [string[]])[0][0],
  );

describe('a pool of probe threads', () => {
  beforeAll(() => {
    if (!existsSync(BUILT_ENTRY)) throw new Error(`${BUILT_ENTRY} is missing: npm run build first`);
  });

  it('gives what each domain of each block came to, at its place', async () => {
    const server = await serve();
    const pool = poolOf(1, server.port);
    const [first, second] = await Promise.all([
      pool.probe(blockOf(0, 100, 100)),
      pool.probe(blockOf(50, 30, 100)),
    ]);
    expect(first.checks[0]?.classes).toEqual(new Array(100).fill(0));
    expect(seenBy(first).every((text) => text?.startsWith('answer'))).toBe(true);
    expect(seenBy(second)).toEqual(seenBy(first).slice(50, 80));
    expect(server.seen.filter(({ qname }) => qname.startsWith('t'))).toHaveLength(100);
    expect(first.queries + second.queries).toBe(100 + 130);
    expect((await pool.probe(block())).existence).toEqual([]);
  });

  it('gives the answers that many domains share along, each once', async () => {
    const server = await serve();
    for (const threads of [1, 2]) {
      const pool = poolOf(threads, server.port);
      await Promise.all([pool.probe(blockOf(0, 40, 10)), pool.probe(blockOf(40, 40, 10))]);
      const names = pool.takeSharedAnswers().map(({ qname }) => qname);
      expect(names.toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `t${i}.example`));
      expect(pool.takeSharedAnswers()).toEqual([]);
    }
  });

  it('never shows two versions of one answer to domains of different threads', async () => {
    const server = await serve(numbering(20));
    const pool = poolOf(2, server.port);
    const outputs = await Promise.all(
      [0, 1, 2, 3].map((i) => pool.probe(blockOf(i * 100, 100, 25))),
    );
    const versions = new Map<number, Set<string | undefined>>();
    for (const text of outputs.map(seenBy)) {
      for (const [i, version] of text.entries()) {
        versions.set(i % 25, (versions.get(i % 25) ?? new Set()).add(version));
      }
    }
    expect([...versions.values()].map((seen) => seen.size)).toEqual(new Array(25).fill(1));
    expect(server.seen.filter(({ qname }) => qname.startsWith('t'))).toHaveLength(25);
    // Of the two first blocks each went to a thread of its own.
    const [ports0, ports1] = [/^d\d{1,2}\./u, /^d1\d\d\./u].map(
      (domains) => new Set(server.seen.filter((q) => domains.test(q.qname)).map((q) => q.port)),
    );
    expect(ports0?.size).toBeGreaterThan(0);
    expect([...(ports0 ?? [])].filter((port) => ports1?.has(port))).toEqual([]);
  });

  it('asks nothing that an earlier part of the run knows', async () => {
    const server = await serve();
    const known = { qname: 't0.example', qtype: 'TXT', answer: answerOf('before') } as const;
    for (const threads of [1, 2]) {
      const pool = poolOf(threads, server.port, {}, { knownAnswers: () => [known] });
      const outputs = await Promise.all([
        pool.probe(blockOf(0, 9, 1)),
        pool.probe(blockOf(9, 9, 1)),
      ]);
      for (const output of outputs) expect(new Set(seenBy(output))).toEqual(new Set(['before']));
      expect(pool.takeSharedAnswers()).toEqual([]);
    }
    expect(server.seen.filter(({ qname }) => qname === 't0.example')).toEqual([]);
  });

  it('asks the blocks of a thread that died again, and counts it', async () => {
    const server = await serve(numbering(50));
    const folder = mkdtempSync(join(tmpdir(), 'mailcensus-thread-'));
    process.env['MAILCENSUS_TEST_MARK'] = join(folder, 'died');
    try {
      for (const threads of [1, 2]) {
        rmSync(join(folder, 'died'), { force: true });
        const pool = poolOf(threads, server.port);
        const [poor, ...others] = await Promise.all([
          pool.probe(block('d1.a.example', 'exitsonce.a.example', 'd2.b.example')),
          pool.probe(blockOf(0, 60, 20)),
          pool.probe(blockOf(60, 60, 20)),
        ]);
        expect(pool.restarts).toBe(1);
        expect(seenBy(poor).every((text) => text !== undefined)).toBe(true);
        expect(seenBy(poor)[0]).toBe(seenBy(poor)[1]);
        const [one, two] = others.map(seenBy);
        expect(one?.slice(0, 20)).toEqual(two?.slice(0, 20));
      }
    } finally {
      delete process.env['MAILCENSUS_TEST_MARK'];
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['exits', 'breaks', 'eats'])(
    'ends when the same block (%s) has killed its thread three times',
    async (deed) => {
      const server = await serve(numbering(50));
      const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
      const pool = poolOf(2, server.port, {}, { resourceLimits: limits });
      const killer = pool.probe(block('d1.a.example', `${deed}.a.example`));
      await expect(killer).rejects.toMatchObject({ name: 'ThreadDeathError' });
      expect(pool.restarts).toBe(2);
      await expect(pool.probe(block('d1.a.example'))).rejects.toThrow(/died 3 times/u);
      await expect(pool.canary(isResponse)).rejects.toThrow(/died 3 times/u);
      await pool.hasRoom();
    },
  );

  it('ends when its threads cannot even begin', async () => {
    const pool = poolOf(1, 53, {}, { entry: pathToFileURL(join(THREADS, 'no-such-file.mjs')) });
    await expect(pool.probe(block('d1.a.example'))).rejects.toThrow(/no-such-file/u);
  });

  it('rejects with the message and the cause of a fault in a check, and dies not of it', async () => {
    const server = await serve();
    const pool = poolOf(1, server.port);
    const fault = await pool.probe(block('throws.a.example')).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      message: 'probing throws.a.example failed',
      cause: {
        message: 'no such luck',
        stack: expect.stringContaining('asking-thread.mjs'),
        cause: { name: 'TypeError', message: 'the cause' },
      },
    });
    expect(seenBy(await pool.probe(block('d1.a.example')))).toHaveLength(1);
    expect(pool.restarts).toBe(0);
  });

  it('hears a canary when any resolver of any thread speaks, and silence when none does', async () => {
    const server = await serve((query) => [reply(query, { flags: 0x8185 })]);
    expect(await poolOf(2, server.port).canary(isResponse)).toBe(true);
    const silent = poolOf(2, await closedPort(), { timeoutMs: 100 });
    expect(await silent.canary(isResponse)).toBe(false);
  });

  it('sums what its threads have counted', async () => {
    const server = await serve();
    const pool = poolOf(2, server.port);
    await Promise.all([pool.probe(blockOf(0, 50, 50)), pool.probe(blockOf(50, 50, 50))]);
    const limitMs = performance.now() + 10_000;
    while (pool.counters.queries < server.seen.length && performance.now() < limitMs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(pool.counters).toMatchObject({
      queries: server.seen.length,
      answered: server.seen.length,
      timeouts: 0,
    });
  });

  it('wants blocks until each thread has one ready, and again as they are begun', async () => {
    const server = await serve(() => []);
    const pool = poolOf(2, server.port, { timeoutMs: 60_000 });
    let given = 0;
    const more = async () => {
      for (; given < 20; given++) {
        await pool.hasRoom();
        pool.probe(blockOf(given * 1_000, 1_000, 10_000)).catch(() => undefined);
      }
    };
    const giving = more();
    const limitMs = performance.now() + 10_000;
    while (given < 4 && performance.now() < limitMs) await new Promise((r) => setTimeout(r, 20));
    await new Promise((resolve) => setTimeout(resolve, 200));
    // One that is asked and one that lies ready, in each thread.
    expect(given).toBe(4);
    pool.stop();
    await giving;
  });

  it('closes at once with questions open, and where a thread does not listen', async () => {
    const server = await serve(() => []);
    for (const entry of [ASKING, DEAF]) {
      const pool = poolOf(2, server.port, { timeoutMs: 60_000 }, { entry });
      pool.probe(blockOf(0, 100, 100)).catch(() => undefined);
      if (entry === ASKING)
        while (server.seen.length === 0) await new Promise((r) => setTimeout(r, 20));
      pool.stop();
      await pool.close();
      const seen = server.seen.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(server.seen).toHaveLength(seen);
    }
    expect(server.seen.length).toBeGreaterThan(0);
  });
});

const answerOf = (text: string) => ({ status: 'noerror', records: [text], aliases: [] }) as const;
