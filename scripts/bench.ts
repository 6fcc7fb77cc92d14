/**
 * Measures the survey against Knot on loopback, with the command line that a user types:
 * `node dist/scripts/bench.js speed|memory|second-night [--domains N] [--rounds N] [--window N]
 * [--list FILE] [--folder DIR]`.
 *
 * speed: a fresh store each round. memory: a tenth of the names and all of them, in turn, against a
 * server that says NXDOMAIN to everything; `--list` takes real names. second-night: an unchanged list
 * a night later. Prints each round, the median, and what the survey found against what is true.
 * Needs knotd; as root it raises the receive buffer that Knot's sockets get while they are opened.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findProgram, type RunningKnot, spawnKnot } from './knot-process.ts';
import {
  CHECKS,
  countClasses,
  type Found,
  removeStore,
  runMeasured,
  storeBytes,
  type Usage,
} from './measured-survey.ts';
import { type ExpectedClasses, writeSyntheticZone } from './synthetic-zone.ts';
import { ROOT_ZONE_HEAD } from './zone-file.ts';

const RECEIVE_BUFFER = '/proc/sys/net/core/rmem_default';
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const USAGE =
  'usage: bench speed|memory|second-night [--domains N] [--rounds N] [--window N] [--list FILE] [--folder DIR]';

interface Options {
  readonly domains: number;
  readonly rounds: number;
  readonly window: number;
  readonly list: string | undefined;
  readonly folder: string;
}

interface Row extends Usage {
  readonly label: string;
  readonly domains: number;
  readonly unknown: number;
  readonly storeBytes: number;
}

function setReceiveBuffer(bytes: string): string | undefined {
  try {
    const before = readFileSync(RECEIVE_BUFFER, 'utf8').trim();
    writeFileSync(RECEIVE_BUFFER, bytes);
    return before;
  } catch {
    console.log(`${RECEIVE_BUFFER} stays as it is: Knot may drop queries at a wide window`);
    return undefined;
  }
}

async function startServer(zoneFile: string, folder: string): Promise<RunningKnot> {
  const program = findProgram('knotd');
  if (program === undefined)
    throw new Error('knotd is missing (Debian: apt-get install knot; its service need not run)');
  const before = setReceiveBuffer(String(RECEIVE_BUFFER_BYTES));
  try {
    return await spawnKnot(program, { zoneFile, origin: '.', dir: join(folder, 'knot') });
  } finally {
    if (before !== undefined) setReceiveBuffer(before);
  }
}

/** One survey; a median is only as good as its rounds are alike, so each says all it cost. */
async function survey(
  label: string,
  list: string,
  store: string,
  knot: RunningKnot,
  options: Options,
  more: readonly string[],
): Promise<{ readonly row: Row; readonly found: Found }> {
  const usage = await runMeasured(
    [
      ...['survey', list, '--store', store, '--resolver', `127.0.0.1:${knot.port}`],
      ...['--window', String(options.window), '--quiet', ...more],
    ],
    options.folder,
  );
  const found = await countClasses(store, options.folder);
  const row = {
    ...usage,
    label,
    domains: found.domains,
    unknown: found.unknown,
    storeBytes: storeBytes(store),
  };
  printRow(row);
  return { row, found };
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

function cellsOf(row: Row): string[] {
  return [
    row.label,
    String(row.domains),
    row.wallSeconds.toFixed(2),
    (row.domains / row.wallSeconds).toFixed(0),
    row.cpuSeconds.toFixed(2),
    ((row.cpuSeconds / row.domains) * 1e6).toFixed(1),
    row.peakMegabytes.toFixed(0),
    String(row.unknown),
    (row.storeBytes / 1e6).toFixed(2),
  ];
}

const printCells = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
const printRow = (row: Row) => printCells(cellsOf(row));

function printHead(): void {
  printCells(HEAD);
  printCells(HEAD.map((_, i) => (i === 0 ? '---' : '--:')));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of every figure by itself. */
function medianRow(label: string, rows: readonly Row[]): Row {
  const of = (pick: (row: Row) => number) => median(rows.map(pick));
  const row = {
    label: `${label}, median of ${rows.length}`,
    domains: of((r) => r.domains),
    unknown: of((r) => r.unknown),
    wallSeconds: of((r) => r.wallSeconds),
    cpuSeconds: of((r) => r.cpuSeconds),
    peakMegabytes: of((r) => r.peakMegabytes),
    storeBytes: of((r) => r.storeBytes),
  };
  printRow(row);
  return row;
}

/** Says where found and true counts differ; the speed of a wrong answer is worth nothing. */
function compare(found: Found, expected: ExpectedClasses): void {
  let differences = 0;
  for (const check of CHECKS) {
    const truth = expected[check];
    for (const name of new Set([...found.classes[check].keys(), ...Object.keys(truth)])) {
      const seen = found.classes[check].get(name) ?? 0;
      if (seen === (truth[name] ?? 0)) continue;
      differences += 1;
      console.log(`DIFFERS: ${check} ${name}: found ${seen}, true ${truth[name] ?? 0}`);
    }
  }
  console.log(differences === 0 ? 'classes: as they must be' : `classes: ${differences} differ`);
  if (differences > 0) process.exitCode = 1;
}

async function benchSpeed(options: Options): Promise<void> {
  const synthetic = writeSyntheticZone({ ...options, seed: 0 });
  const knot = await startServer(synthetic.zoneFile, options.folder);
  const store = join(options.folder, 'speed.sqlite');
  const rows: Row[] = [];
  try {
    printHead();
    for (let round = 1; round <= options.rounds; round++) {
      removeStore(store);
      const label = `speed ${round}`;
      const done = await survey(label, synthetic.listFile, store, knot, options, []);
      rows.push(done.row);
      if (round === options.rounds) {
        medianRow('speed', rows);
        compare(done.found, synthetic.expected);
      }
    }
  } finally {
    await knot.stop();
  }
}

/** The first `domains` names of the given list, or synthetic ones. */
function writeNames(options: Options, domains: number): string {
  const file = join(options.folder, `names-${domains}.txt`);
  if (options.list === undefined) {
    const folder = join(options.folder, `synthetic-${domains}`);
    return writeSyntheticZone({ domains, seed: 0, folder }).listFile;
  }
  const bytes = readFileSync(options.list);
  const text = (options.list.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  writeFileSync(file, `${text.split('\n', domains).join('\n')}\n`);
  return file;
}

async function benchMemory(options: Options): Promise<void> {
  const zoneFile = join(options.folder, 'nothing.zone');
  writeFileSync(zoneFile, `${ROOT_ZONE_HEAD.join('\n')}\n`);
  const cases = [Math.ceil(options.domains / 10), options.domains].map((domains) => ({
    label: `memory ${domains}`,
    list: writeNames(options, domains),
    rows: [] as Row[],
  }));
  const knot = await startServer(zoneFile, options.folder);
  const store = join(options.folder, 'memory.sqlite');
  try {
    printHead();
    for (let round = 1; round <= options.rounds; round++)
      for (const { label, list, rows } of cases) {
        removeStore(store);
        rows.push((await survey(`${label} ${round}`, list, store, knot, options, [])).row);
      }
    const [few, all] = cases.map(({ label, rows }) => medianRow(label, rows).peakMegabytes);
    console.log(`peak of all names against a tenth: ${((all ?? 0) / (few ?? 1)).toFixed(2)}`);
  } finally {
    await knot.stop();
  }
}

async function benchSecondNight(options: Options): Promise<void> {
  const synthetic = writeSyntheticZone({ ...options, seed: 0 });
  const knot = await startServer(synthetic.zoneFile, options.folder);
  const store = join(options.folder, 'nights.sqlite');
  try {
    printHead();
    removeStore(store);
    const sizes: number[] = [];
    for (let night = 1; night <= options.rounds + 1; night++) {
      const date = ['--night', `2026-01-${String(night).padStart(2, '0')}`];
      const done = await survey(`night ${night}`, synthetic.listFile, store, knot, options, date);
      sizes.push(done.row.storeBytes);
      const grown = night === 1 ? 0 : (sizes.at(-1) ?? 0) - (sizes.at(-2) ?? 0);
      if (night > 1)
        console.log(`night ${night}: ${grown} B, ${(grown / options.domains).toFixed(2)} a domain`);
      if (night > options.rounds) compare(done.found, synthetic.expected);
    }
  } finally {
    await knot.stop();
  }
}

const BENCHES = new Map([
  ['speed', { run: benchSpeed, domains: 200_000 }],
  ['memory', { run: benchMemory, domains: 400_000 }],
  ['second-night', { run: benchSecondNight, domains: 200_000 }],
]);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      domains: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      window: { type: 'string', default: '1000' },
      list: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  const bench = BENCHES.get(positionals[0] ?? '');
  if (bench === undefined) throw new Error(USAGE);
  const isOwnFolder = values.folder === undefined;
  const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), 'mailcensus-bench-')));
  mkdirSync(folder, { recursive: true });
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Linux ${release()}`,
  );
  console.log(`Node ${process.version}: bench ${process.argv.slice(2).join(' ')}`);
  try {
    await bench.run({
      domains: Number(values.domains ?? bench.domains),
      rounds: Number(values.rounds),
      window: Number(values.window),
      list: values.list,
      folder,
    });
  } finally {
    if (isOwnFolder) rmSync(folder, { recursive: true, force: true });
  }
}

await main();
