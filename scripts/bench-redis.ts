/** A redis-server of a measurement: on a free loopback port, without persistence, and what it used. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findProgram, freePort } from './knot-process.ts';

export interface RedisUsage {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Largest memory of its data and buffers. */
  readonly peakMegabytes: number;
}

export interface RunningRedis {
  readonly url: string;
  usage(): Promise<RedisUsage>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 10_000;

export async function startRedis(folder: string): Promise<RunningRedis> {
  const program = findProgram('redis-server');
  if (program === undefined)
    throw new Error('redis-server is missing (Debian: apt-get install redis-server)');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const child = spawn(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    { stdio: 'ignore' },
  );
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await Promise.race([client.ping(), failsToStart(child)]);
  return {
    url: `redis://127.0.0.1:${port}`,
    usage: async () => {
      const info = `${await client.info('cpu')}${await client.info('memory')}`;
      const figure = (name: string) =>
        Number(new RegExp(`^${name}:([\\d.]+)`, 'mu').exec(info)?.[1] ?? Number.NaN);
      return {
        cpuSeconds: figure('used_cpu_user') + figure('used_cpu_sys'),
        peakMegabytes: figure('used_memory_peak') / 2 ** 20,
      };
    },
    stop: async () => {
      client.disconnect();
      process.off('exit', killNow);
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function failsToStart(child: ChildProcess): Promise<never> {
  await Promise.race([once(child, 'exit'), sleep(START_LIMIT_MS, undefined, { ref: false })]);
  throw new Error('redis-server does not start');
}
