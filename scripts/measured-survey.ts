/**
 * Runs the real command line as a child, as a user would, and says what it cost and what it found.
 */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openReader } from '../src/store/open.ts';
import { runTimed } from './bench-process.ts';

const DIST = join(import.meta.dirname, '..');
const CLI = join(DIST, 'src', 'cli', 'main.js');
const HOOK = pathToFileURL(join(import.meta.dirname, 'usage-hook.js')).href;

/** Of scripts/mailcensus, which every user's call goes through. */
export function nodeFlags(): string[] {
  return readFileSync(join(DIST, '..', 'scripts', 'node-flags'), 'utf8')
    .trim()
    .split(' ');
}

export interface Usage {
  readonly wallSeconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  /** Peak resident set. */
  readonly peakMegabytes: number;
}

/** Node's arguments for `mailcensus` with these, as a process that says what it used. */
export const commandOf = (args: readonly string[]): string[] => [
  ...nodeFlags(),
  '--import',
  HOOK,
  CLI,
  ...args,
];

/** Runs `mailcensus` with these arguments; rejects when it does not end with 0. */
export async function runMeasured(args: readonly string[], folder: string): Promise<Usage> {
  const usageFile = join(folder, 'usage.json');
  rmSync(usageFile, { force: true });
  const { code, wallSeconds, cpuSeconds, stderr } = await runTimed(
    process.execPath,
    commandOf(args),
    { folder, env: { MAILCENSUS_USAGE_FILE: usageFile } },
  );
  if (code !== 0 || !existsSync(usageFile))
    throw new Error(`mailcensus ${args.join(' ')} ended with ${code}:\n${stderr}`);
  const { maxRSS } = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
  return { wallSeconds, cpuSeconds, peakMegabytes: maxRSS / 1024 };
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
  readonly night: string;
  readonly queries: number;
  readonly domains: number;
  /** Domains with at least one check that has no definitive outcome. */
  readonly unknown: number;
  /** Domains with a question that took more than one attempt. */
  readonly retried: number;
  readonly classes: Readonly<Record<CheckName, ReadonlyMap<string, number>>>;
}

/**
 * What the store's last run found, counted from the rows that an export writes, not from the counters
 * that are kept beside them.
 */
export function readFound(store: string): Found {
  const reader = openReader(store);
  try {
    const run = reader.runs().at(-1);
    if (run === undefined) throw new Error(`${store} has no run`);
    const classes = { mx: new Map<string, number>(), spf: new Map(), dmarc: new Map() };
    let domains = 0;
    let unknown = 0;
    let retried = 0;
    for (const { checks, attempts } of reader.domainRows(run.id)) {
      domains += 1;
      let isKnown = true;
      for (const check of CHECKS) {
        const found = checks[check];
        const name = found?.class ?? '';
        classes[check].set(name, (classes[check].get(name) ?? 0) + 1);
        if (found?.isKnown !== true) isKnown = false;
      }
      if (!isKnown) unknown += 1;
      if (attempts > 1) retried += 1;
    }
    return { night: run.night, queries: run.queries, domains, unknown, retried, classes };
  } finally {
    reader.close();
  }
}

export type Classes = Readonly<Record<CheckName, Readonly<Record<string, number>>>>;

/** Each class whose count is not what it must be, as a line for a person. */
export function classDifferences(found: Found, expected: Classes): string[] {
  const differences: string[] = [];
  for (const check of CHECKS) {
    const truth = expected[check];
    for (const name of new Set([...found.classes[check].keys(), ...Object.keys(truth)])) {
      const seen = found.classes[check].get(name) ?? 0;
      if (seen !== (truth[name] ?? 0))
        differences.push(`${check} ${name}: found ${seen}, true ${truth[name] ?? 0}`);
    }
  }
  return differences;
}
