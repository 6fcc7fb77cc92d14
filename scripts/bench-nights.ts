/**
 * Two measurements of the whole survey that the table has no place for: what its memory does with the
 * length of the list, and what the store grows by from night to night.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { median } from './bench-figures.ts';
import { SEED } from './bench-rows.ts';
import { startServer } from './bench-server.ts';
import type { RunningKnot } from './knot-process.ts';
import {
  classDifferences,
  type Found,
  readFound,
  removeStore,
  runMeasured,
  storeBytes,
  type Usage,
} from './measured-survey.ts';
import { writeSyntheticZone } from './synthetic-zone.ts';
import { ROOT_ZONE_HEAD } from './zone-file.ts';

export interface NightOptions {
  readonly domains: number;
  readonly rounds: number;
  readonly window: number;
  /** Real names, one a line, perhaps gzip; else synthetic ones. */
  readonly list: string | undefined;
  readonly folder: string;
  /** Further arguments of `survey`. */
  readonly surveyArgs: readonly string[];
}

interface Night extends Usage {
  readonly label: string;
  readonly domains: number;
  readonly unknown: number;
  readonly storeBytes: number;
}

async function survey(
  label: string,
  list: string,
  store: string,
  knot: RunningKnot,
  options: NightOptions,
  more: readonly string[],
): Promise<{ readonly night: Night; readonly found: Found }> {
  const usage = await runMeasured(
    [
      ...['survey', list, '--store', store, '--resolver', `127.0.0.1:${knot.port}`],
      ...['--window', String(options.window), '--quiet', ...more, ...options.surveyArgs],
    ],
    options.folder,
  );
  const found = readFound(store);
  const { domains, unknown } = found;
  const night = { ...usage, label, domains, unknown, storeBytes: storeBytes(store) };
  printNight(night);
  return { night, found };
}

const HEAD = [
  'case',
  'domains',
  'wall s',
  'domains/s',
  'CPU s',
  'CPU us/domain',
  'peak MB',
  'unknown',
  'store MB',
];

const printCells = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

function printHead(): void {
  printCells(HEAD);
  printCells(HEAD.map((_, i) => (i === 0 ? '---' : '--:')));
}

/** Each night says all it cost: a median is only as good as its rounds are alike. */
function printNight(night: Night): void {
  printCells([
    night.label,
    String(night.domains),
    night.wallSeconds.toFixed(2),
    (night.domains / night.wallSeconds).toFixed(0),
    night.cpuSeconds.toFixed(2),
    ((night.cpuSeconds / night.domains) * 1e6).toFixed(1),
    night.peakMegabytes.toFixed(0),
    String(night.unknown),
    (night.storeBytes / 1e6).toFixed(2),
  ]);
}

/** The median of every figure by itself. */
function printMedian(label: string, nights: readonly Night[]): Night {
  const of = (pick: (night: Night) => number) => median(nights.map(pick));
  const night = {
    label: `${label}, median of ${nights.length}`,
    domains: of((n) => n.domains),
    unknown: of((n) => n.unknown),
    wallSeconds: of((n) => n.wallSeconds),
    cpuSeconds: of((n) => n.cpuSeconds),
    peakMegabytes: of((n) => n.peakMegabytes),
    storeBytes: of((n) => n.storeBytes),
  };
  printNight(night);
  return night;
}

/** The first `domains` names of the given list, or synthetic ones. */
function writeNames({ list, folder }: NightOptions, domains: number): string {
  if (list === undefined) {
    const own = join(folder, `synthetic-${domains}`);
    return writeSyntheticZone({ domains, seed: SEED, folder: own }).listFile;
  }
  const file = join(folder, `names-${domains}.txt`);
  const bytes = readFileSync(list);
  const text = (list.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  writeFileSync(file, `${text.split('\n', domains).join('\n')}\n`);
  return file;
}

/** A tenth of the names and all of them, in turn, against a server that says NXDOMAIN to everything. */
export async function measureMemory(options: NightOptions): Promise<boolean> {
  const zoneFile = join(options.folder, 'nothing.zone');
  writeFileSync(zoneFile, `${ROOT_ZONE_HEAD.join('\n')}\n`);
  const cases = [Math.ceil(options.domains / 10), options.domains].map((domains) => ({
    label: `memory ${domains}`,
    list: writeNames(options, domains),
    nights: [] as Night[],
  }));
  const knot = await startServer(zoneFile, options.folder);
  const store = join(options.folder, 'memory.sqlite');
  try {
    printHead();
    for (let round = 1; round <= options.rounds; round++)
      for (const { label, list, nights } of cases) {
        removeStore(store);
        const done = await survey(`${label} ${round}`, list, store, knot, options, []);
        nights.push(done.night);
      }
    const [few, all] = cases.map(({ label, nights }) => printMedian(label, nights).peakMegabytes);
    console.log(`peak of all names against a tenth: ${((all ?? 0) / (few ?? 1)).toFixed(2)}`);
  } finally {
    await knot.stop();
  }
  return true;
}

/** An unchanged list night after night on one store. Gives whether the last night's classes are true. */
export async function measureNights(options: NightOptions): Promise<boolean> {
  const { domains, folder } = options;
  const synthetic = writeSyntheticZone({ domains, seed: SEED, folder });
  const knot = await startServer(synthetic.zoneFile, folder);
  const store = join(folder, 'nights.sqlite');
  let differences: string[] = [];
  try {
    printHead();
    removeStore(store);
    let before = 0;
    for (let night = 1; night <= options.rounds + 1; night++) {
      const date = ['--night', `2026-01-${String(night).padStart(2, '0')}`];
      const done = await survey(`night ${night}`, synthetic.listFile, store, knot, options, date);
      const grown = done.night.storeBytes - before;
      before = done.night.storeBytes;
      if (night > 1)
        console.log(`night ${night}: ${grown} B, ${(grown / domains).toFixed(2)} a domain`);
      differences = classDifferences(done.found, synthetic.expected);
    }
  } finally {
    await knot.stop();
  }
  for (const difference of differences) console.log(`WRONG: ${difference}`);
  if (differences.length === 0) console.log('classes: as they must be');
  return differences.length === 0;
}
