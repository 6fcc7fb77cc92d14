/**
 * What reading a store of many nights costs, as comparisons, trends and life tables do it: each row in
 * interleaved rounds, each time with a reader of its own, so that nothing of SQLite's is kept between.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openReader } from '../src/store/open.ts';
import type { StoreReader } from '../src/store/store.ts';
import { type AnalysisStoreOptions, analysisStore } from './analysis-store.ts';
import { markdownTable, spread } from './bench-figures.ts';

export interface AnalysisOptions extends AnalysisStoreOptions {
  readonly rounds: number;
}

/** What is read of a store, and how much came of it. */
interface Reading {
  readonly name: string;
  readonly read: (store: StoreReader, runIds: readonly number[]) => string;
}

const TOP_TLDS = 10;

/** Two nights half the history apart: the changes between them count, and so do those before. */
const twoNights = (runIds: readonly number[]): readonly number[] => [
  runIds[Math.floor(runIds.length / 2)] as number,
  runIds.at(-1) as number,
];

const READINGS: readonly Reading[] = [
  {
    name: 'two nights: profiles and TLDs',
    read: (store, runIds) => {
      const nights = store.nightProfiles(twoNights(runIds));
      const [keys] = store.segmentKeys(twoNights(runIds), 'tld');
      return `${nights[1]?.profiles.length} profiles, ${(keys?.groups.length ?? 1) - 1} TLDs`;
    },
  },
  ...(['mx', 'rua'] as const).map((role) => ({
    name: `two nights: operators by ${role}`,
    read: (store: StoreReader, runIds: readonly number[]) => {
      const [keys] = store.segmentKeys(twoNights(runIds), role);
      return `${keys?.groups.length} sets of operators`;
    },
  })),
  {
    name: `all nights: total and ${TOP_TLDS} TLDs`,
    read: (store, runIds) => {
      const newest = store.countersOfRuns(runIds.slice(-1), {
        segmentType: 'tld',
        counters: ['domains@mail', 'domains@no_mail'],
      });
      const sizeOf = (counts: Readonly<Record<string, number>>) =>
        (counts['domains@mail'] ?? 0) + (counts['domains@no_mail'] ?? 0);
      const names = [...(newest[0]?.segments ?? [])]
        .sort((a, b) => sizeOf(b.counts) - sizeOf(a.counts))
        .slice(0, TOP_TLDS)
        .map(({ segment }) => segment);
      const runs = [
        ...store.countersOfRuns(runIds, { segmentType: 'total' }),
        ...store.countersOfRuns(runIds, { segmentType: 'tld', names }),
      ];
      return `${runs.reduce((sum, { segments }) => sum + segments.length, 0)} segments`;
    },
  },
  {
    name: 'all nights: DMARC spells of every domain',
    read: (store, runIds) => {
      const [keys] = store.segmentKeys(runIds.slice(-1), 'tld');
      let spells = 0;
      for (const domain of store.dmarcSpells(runIds, keys)) spells += domain.spells.length;
      return `${spells} spells`;
    },
  },
  {
    name: 'all nights: names ever with DMARC',
    read: (store, runIds) => {
      const known = store.everDmarc(runIds.at(-1) as number);
      return `${known.reduce((sum, one) => sum + one, 0)} names`;
    },
  },
];

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly result: string;
}

function measure(path: string, { read }: Reading): Measured {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const store = openReader(path);
  try {
    const runIds = store.runs().map(({ id }) => id);
    const result = read(store, runIds);
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - began, cpuMs: (user + system) / 1000, result };
  } finally {
    store.close();
  }
}

/** Whole commands, with their start: what a person waits for. */
const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['command: compare, the newest two nights', ['compare']],
  ['command: compare, half the history apart', ['compare', 'run:HALF', 'run:LAST']],
  ['command: compare --operators', ['compare', '--operators']],
  ['command: trend by tld, top 10', ['trend', '--by', 'tld', '--top', '10']],
];

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

function run(path: string, args: readonly string[], nights: number): Measured {
  const began = performance.now();
  const half = Math.floor(nights / 2);
  const named = args.map((arg) => arg.replace('HALF', `${half}`).replace('LAST', `${nights}`));
  const flags = readFileSync(new URL('../../scripts/node-flags', import.meta.url), 'utf8').trim();
  // time -p of the shell gives the child's CPU, which Node has no call for.
  const command = `time -p ${[process.execPath, ...flags.split(/\s+/u), MAIN, ...named, '--store', path].map((part) => `'${part}'`).join(' ')}`;
  const { status, stderr, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${named.join(' ')}: ${stderr}`);
  const seconds = (name: string) =>
    Number(new RegExp(`^${name} ([\\d.]+)$`, 'mu').exec(stderr)?.[1]);
  return {
    wallMs: performance.now() - began,
    cpuMs: 1000 * (seconds('user') + seconds('sys')),
    result: `${stdout.split('\n').length} lines`,
  };
}

/** Prints a table of the readings. */
export function measureAnalysis(options: AnalysisOptions, say: (line: string) => void): void {
  const path = analysisStore(options, say);
  const { nights, domains, registries } = options;
  const rounds = [
    ...READINGS.map((reading) => ({
      name: reading.name,
      measured: [] as Measured[],
      once: () => measure(path, reading),
    })),
    ...COMMANDS.map(([name, args]) => ({
      name,
      measured: [] as Measured[],
      once: () => run(path, args, nights),
    })),
  ];
  for (let round = 0; round < options.rounds; round++)
    for (const { measured, once } of rounds) measured.push(once());
  console.log(`${nights} nights of ${domains} domains in ${registries} registries\n`);
  const rows = rounds.map(({ name, measured }) => [
    name,
    spread(
      measured.map(({ wallMs }) => wallMs),
      0,
    ),
    spread(
      measured.map(({ cpuMs }) => cpuMs),
      0,
    ),
    measured[0]?.result ?? '-',
  ]);
  for (const line of markdownTable(['what is read', 'ms', 'CPU ms', 'gives'], rows))
    console.log(line);
}
