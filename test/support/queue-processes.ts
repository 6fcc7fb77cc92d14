/** Surveys and workers over a Redis as processes of their own, the demo's second list between them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { runCli } from './cli.ts';
import { LIST, MAIN, rowsOf } from './demo-survey.ts';

export interface RunningProcess {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  said(): string;
  /** Its exit status, null after a signal. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

const running = new Set<RunningProcess>();

export function start(args: readonly string[]): RunningProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const one: RunningProcess = {
    child,
    ended,
    said: () => Buffer.concat(chunks).toString('utf8'),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  running.add(one);
  void ended.then(() => running.delete(one));
  return one;
}

/** To be called after each test, so that none leaves a process behind. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.kill()));
}

/** Short, so that a dead worker's blocks come back within three seconds. */
export const LEASE = ['--lease', '2000'];

export const workerArgs = (redis: string, port: number, more: readonly string[] = []): string[] => [
  ...['worker', '--redis', redis, '--resolver', `127.0.0.1:${port}`, '--window', '100'],
  ...['--threads', '1', ...LEASE, ...more],
];

/** Domains of the list of these surveys: five blocks, the last in part. */
export const DOMAINS = 4_500;

const listArgs = (store: string): string[] => [
  ...['survey', join(store, '..', 'list.txt'), '--store', store],
  ...['--hosts', 'keep', '--night', '2026-11-24'],
];

export const redisSurveyArgs = (
  store: string,
  redis: string,
  more: readonly string[] = [],
): string[] => [...listArgs(store), '--redis', redis, ...more];

/** The same survey on one machine. */
export const aloneArgs = (store: string, port: number): string[] => [
  ...listArgs(store),
  ...['--resolver', `127.0.0.1:${port}`, '--window', '100'],
];

/** Writes the list beside the stores and gives the rows of an undisturbed survey on one machine. */
export async function undisturbedRows(
  folder: string,
  port: number,
): Promise<readonly Record<string, string>[]> {
  const lines = readFileSync(LIST, 'utf8').split('\n').slice(0, DOMAINS);
  writeFileSync(join(folder, 'list.txt'), `${lines.join('\n')}\n`);
  const store = join(folder, 'whole.sqlite');
  const { code, stderr } = await runCli(aloneArgs(store, port));
  if (code !== 0) throw new Error(stderr);
  return rowsOf(store);
}

/** Domains committed, read without a process of its own; 0 while there is no run. */
export function domainsDone(store: string): number {
  if (!existsSync(store)) return 0;
  const db = new Database(store, { readonly: true, timeout: 5_000 });
  try {
    const sql = 'SELECT domains_done FROM run ORDER BY id DESC LIMIT 1';
    return db.prepare<[], number>(sql).pluck().get() ?? 0;
  } catch {
    return 0;
  } finally {
    db.close();
  }
}

export async function untilDone(
  store: string,
  domains: number,
  survey?: RunningProcess,
): Promise<void> {
  const untilMs = performance.now() + 60_000;
  while (domainsDone(store) < domains) {
    if (performance.now() > untilMs) {
      const said = [...running].map((one) => one.said()).join('---\n');
      throw new Error(`${domainsDone(store)} domains are done after a minute: ${said}`);
    }
    if (survey !== undefined && survey.child.exitCode !== null) {
      throw new Error(`the survey ended early: ${survey.said()}`);
    }
    await delay(50);
  }
}

export async function untilSaid(process: RunningProcess, what: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (process.said().includes(what)) return;
    await delay(50);
  }
  throw new Error(`it never said ${JSON.stringify(what)}: ${process.said()}`);
}
