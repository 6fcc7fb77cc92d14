/** What can be reached and what is said of it: TLS, a sentinel group, a cluster, each really started. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeOwnerKey } from '../../src/queue/owner-key.ts';
import { connectRedis, redisPlace } from '../../src/queue/redis-connection.ts';
import { checkRedis } from '../../src/queue/redis-preflight.ts';
import { RunBlocks } from '../../src/queue/run-blocks.ts';
import { claimName, NoticePoster, readNotices } from '../../src/queue/worker-board.ts';
import {
  addList,
  config,
  NOTHING_FOUND,
  plan,
  resultOf,
  temporaryWriter,
} from '../store/fixture.ts';
import { freePort, REDIS_PROBLEM, type RedisServer, startRedis } from '../support/redis-server.ts';
import { saySkipped } from '../support/skipped.ts';
import {
  coordinateInBackground,
  ORIGIN,
  openWorker,
  placeOf,
  termsOf,
  until,
} from './redis-harness.ts';

if (REDIS_PROBLEM !== undefined) saySkipped('places of a Redis', REDIS_PROBLEM);

async function started(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis(args);
  onTestFinished(() => server.stop());
  return server;
}

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Surveys one block over the place. */
async function surveysOver(place: ReturnType<typeof placeOf>): Promise<void> {
  await checkRedis(place);
  const store = temporaryWriter();
  const list = addList(store, ['a.example', 'b.example']);
  const run = store.planRun(plan(1, config([list.id])));
  const coordinator = coordinateInBackground(store, run, place);
  const queue = await openWorker(place);
  const parts = { queue, origin: ORIGIN, run: termsOf(store, run) };
  const blocks = new RunBlocks({ ...parts, first: undefined, idleMs: 10_000 });
  const job = await blocks.take();
  if (job === undefined) throw new Error('there was no block');
  await blocks.complete(resultOf(job, run.config.checks, () => NOTHING_FOUND));
  expect(await coordinator.ended).toBe('complete');
  await queue.close();
}

describe.skipIf(REDIS_PROBLEM !== undefined)('a Redis', () => {
  it('is reached over TLS with the authority that is named, and refused without', async () => {
    const folder = folderOf();
    const ca = join(folder, 'own.pem');
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', join(folder, 'key.pem'), '-out', ca],
    ]);
    expect(made.status, made.stderr?.toString()).toBe(0);
    const tlsPort = await freePort();
    await started([
      ...['--tls-port', String(tlsPort), '--tls-cert-file', ca, '--tls-auth-clients', 'no'],
      ...['--tls-key-file', join(folder, 'key.pem'), '--tls-ca-cert-file', ca],
    ]);
    const url = `rediss://127.0.0.1:${tlsPort}`;
    await expect(checkRedis(placeOf(url))).rejects.toThrow('--redis-ca');
    await expect(checkRedis(placeOf(`redis://127.0.0.1:${tlsPort}`))).rejects.toThrow('rediss://');
    await surveysOver(redisPlace(placeOf(url).target, { caFile: ca }));
  });

  it('is found through its sentinels', async () => {
    const server = await started();
    const folder = folderOf();
    const port = await freePort();
    const file = join(folder, 'sentinel.conf');
    writeFileSync(
      file,
      `port ${port}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor main 127.0.0.1 ${server.port} 1\n`,
    );
    const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    const place = placeOf(`redis+sentinel://127.0.0.1:${port}/main`);
    await until(async () => {
      try {
        await checkRedis(place);
        return true;
      } catch {
        return false;
      }
    });
    await surveysOver(place);
    expect(readFileSync(file, 'utf8')).toContain('sentinel monitor main');
  });

  it('may be a cluster, whose keys all lie in one slot', async () => {
    const server = await started([
      ...['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
    ]);
    const client = connectRedis(placeOf(server.url));
    await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until(async () => String(await client.call('CLUSTER', 'INFO')).includes('state:ok'));
    client.disconnect();
    const place = placeOf(`redis+cluster://127.0.0.1:${server.port}`);
    expect(place.prefix).toBe('{mailcensus}');
    await surveysOver(place);
  });

  it('that is dead is said to be so in each form', async () => {
    const port = await freePort();
    const forms = [
      `redis://127.0.0.1:${port}`,
      `redis+cluster://127.0.0.1:${port}`,
      `redis+sentinel://127.0.0.1:${port}/main`,
    ];
    for (const url of forms) {
      await expect(checkRedis(placeOf(url))).rejects.toMatchObject({
        code: 'machine',
        message: expect.stringContaining(url) as string,
      });
    }
  });

  it('with a password, with eviction, or without TLS on its port is refused with the reason', async () => {
    const guarded = await started(['--requirepass', 'right-word']);
    const evicting = await started(['--maxmemory', '9mb', '--maxmemory-policy', 'allkeys-lru']);
    const wrong = placeOf(`redis://:wrong-word@127.0.0.1:${guarded.port}`);
    await expect(checkRedis(wrong)).rejects.toThrow('refuses the user or password');
    await expect(checkRedis(placeOf(guarded.url))).rejects.toThrow('asks for a password');
    await checkRedis(placeOf(`redis://:right-word@127.0.0.1:${guarded.port}`));
    await expect(checkRedis(placeOf(evicting.url))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('maxmemory-policy allkeys-lru') as string,
    });
    await expect(checkRedis(placeOf(`rediss://127.0.0.1:${guarded.port}`))).rejects.toThrow('TLS');
  });

  it('that is a replica is refused, for nothing can be written there', async () => {
    const master = await started();
    const replica = await started(['--replicaof', `127.0.0.1 ${master.port}`]);
    await expect(checkRedis(placeOf(replica.url))).rejects.toThrow('is a replica');
  });

  it('that gives too few rights is told from one that is dead', async () => {
    const server = await started();
    const client = connectRedis(placeOf(server.url));
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>word', '~*', '+@read', '+info', '+hello');
    client.disconnect();
    const url = `redis://reader:word@127.0.0.1:${server.port}`;
    await expect(checkRedis(placeOf(url))).rejects.toThrow('too few rights');
  });
});

describe.skipIf(REDIS_PROBLEM !== undefined)('the prefix', () => {
  it('belongs to one store: another is refused, the same store takes over', async () => {
    const server = await started();
    const place = placeOf(server.url);
    const client = connectRedis(place);
    onTestFinished(() => client.disconnect());
    const take = (storeId: string) =>
      takeOwnerKey(client, place, { storeId, onLost: () => undefined });
    const first = await take('aa');
    await expect(take('ab')).rejects.toThrow('another survey works over');
    await expect(take('a')).rejects.toThrow('another survey works over');
    const again = await take('aa');
    await first.release();
    await expect(take('ab')).rejects.toThrow('another survey works over');
    await again.release();
    const other = await take('ab');
    await other.release();
  });
});

describe.skipIf(REDIS_PROBLEM !== undefined)('the workers’ board', () => {
  it('gives every worker a name of its own, and forgets those that have left', async () => {
    const server = await started();
    const place = placeOf(server.url);
    const client = connectRedis(place);
    onTestFinished(() => client.disconnect());
    expect(await claimName(client, place.prefix, 'host')).toBe('host');
    expect(await claimName(client, place.prefix, 'host')).toBe('host-2');
    const about = { name: 'host', threads: 2, resolvers: ['127.0.0.1:53'] };
    const poster = new NoticePoster(client, place.prefix, about, () => 3);
    expect(poster.say('silent', 'no answer\u001b[2J', 'run')).toBe(true);
    expect(poster.say('silent', 'no answer\u001b[2J', 'run')).toBe(false);
    await until(async () => (await readNotices(client, place.prefix))[0]?.state === 'silent');
    expect(await readNotices(client, place.prefix)).toEqual([
      { ...about, state: 'silent', reason: 'no answer?[2J', runKey: 'run', held: 3 },
    ]);
    await poster.takeDown();
    expect(await readNotices(client, place.prefix)).toEqual([]);
  });

  it('leaves out what is no notice', async () => {
    const server = await started();
    const place = placeOf(server.url);
    const client = connectRedis(place);
    onTestFinished(() => client.disconnect());
    for (const [i, text] of ['{', '[]', '{}', '{"state":"x"}', 'x'.repeat(20_000)].entries()) {
      await client.sadd(`${place.prefix}:workers`, `w${i}`);
      await client.set(`${place.prefix}:worker:w${i}`, text);
    }
    expect(await readNotices(client, place.prefix)).toEqual([]);
  });
});
