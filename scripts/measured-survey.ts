/**
 * Runs the real command line as a child, as a user would, and says what it cost and what it found.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse';

const DIST = join(import.meta.dirname, '..');
const CLI = join(DIST, 'src', 'cli', 'main.js');
/** Of scripts/mailcensus, which every user's call goes through. */
const NODE_FLAGS = readFileSync(join(DIST, '..', 'scripts', 'node-flags'), 'utf8')
  .trim()
  .split(' ');
const HOOK = pathToFileURL(join(import.meta.dirname, 'usage-hook.js')).href;
const STDERR_CHARS = 2000;

export interface Usage {
  readonly wallSeconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  /** Peak resident set. */
  readonly peakMegabytes: number;
}

interface ResourceUsage {
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
  readonly maxRSS: number;
}

/** Runs `mailcensus` with these arguments; rejects when it does not end with 0. */
export async function runMeasured(args: readonly string[], folder: string): Promise<Usage> {
  const usageFile = join(folder, 'usage.json');
  rmSync(usageFile, { force: true });
  const began = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, '--import', HOOK, CLI, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MAILCENSUS_USAGE_FILE: usageFile },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARS);
  });
  const [code] = await once(child, 'close');
  const wallSeconds = (performance.now() - began) / 1000;
  if (code !== 0 || !existsSync(usageFile))
    throw new Error(`mailcensus ${args.join(' ')} ended with ${code}:\n${stderr}`);
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as ResourceUsage;
  return {
    wallSeconds,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    peakMegabytes: usage.maxRSS / 1024,
  };
}

/** Octets of a store with its write-ahead log. */
export function storeBytes(store: string): number {
  return [store, `${store}-wal`]
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

export function removeStore(store: string): void {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${store}${suffix}`, { force: true });
}

export const CHECKS = ['mx', 'spf', 'dmarc'] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Found {
  readonly domains: number;
  /** Domains with at least one check that has no definitive outcome. */
  readonly unknown: number;
  readonly classes: Readonly<Record<CheckName, ReadonlyMap<string, number>>>;
}

/** Counts the classes of the store's last run from its exported CSV. */
export async function countClasses(store: string, folder: string): Promise<Found> {
  const file = join(folder, 'domains.csv');
  await runMeasured(['export', 'domains', '--store', store, '--out', file], folder);
  const classes = { mx: new Map<string, number>(), spf: new Map(), dmarc: new Map() };
  let domains = 0;
  let unknown = 0;
  const rows = createReadStream(file).pipe(parse({ columns: true, bom: true }));
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    domains += 1;
    let isUnknown = false;
    for (const check of CHECKS) {
      const found = row[`${check}_class`] ?? '';
      classes[check].set(found, (classes[check].get(found) ?? 0) + 1);
      if (found === 'temperror' || found.startsWith('error_')) isUnknown = true;
    }
    if (isUnknown) unknown += 1;
  }
  return { domains, unknown, classes };
}
