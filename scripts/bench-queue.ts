/**
 * What the distributed mode costs: the same list by `survey` alone and by `survey --redis` with one
 * worker on this machine; the share of two workers; and a night of many names through coordinator,
 * Redis and workers that ask nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openReader } from '../src/store/open.ts';
import { median } from './bench-figures.ts';
import { type RunningRedis, startRedis } from './bench-redis.ts';
import { SEED } from './bench-rows.ts';
import { startServer } from './bench-server.ts';
import {
  classDifferences,
  commandOf,
  readFound,
  removeStore,
  runMeasured,
  type Usage,
} from './measured-survey.ts';
import { type SyntheticZone, writeSyntheticZone } from './synthetic-zone.ts';

export interface QueueOptions {
  readonly domains: number;
  readonly rounds: number;
  readonly window: number;
  readonly folder: string;
  /** Further arguments of whoever asks. */
  readonly surveyArgs: readonly string[];
  /** Names of the simulated night. */
  readonly simulated: number;
}

interface QueueRow {
  readonly label: string;
  readonly wallSeconds: number;
  /** Of survey and workers. */
  readonly cpuSeconds: number;
  readonly redisCpuSeconds: number;
  readonly redisMegabytes: number;
  readonly differences: readonly string[];
}

interface World {
  readonly options: QueueOptions;
  readonly zone: SyntheticZone;
  readonly ports: readonly number[];
}

/** Gives whether every survey found what the zone holds. */
export async function measureQueue(options: QueueOptions): Promise<boolean> {
  const zone = writeSyntheticZone({ domains: options.domains, seed: SEED, folder: options.folder });
  const servers = [
    await startServer(zone.zoneFile, join(options.folder, 'server-1')),
    await startServer(zone.zoneFile, join(options.folder, 'server-2')),
  ];
  let isGood = true;
  try {
    isGood = await compareModes({ options, zone, ports: servers.map(({ port }) => port) });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  await simulateNight(options);
  return isGood;
}

async function compareModes(world: World): Promise<boolean> {
  const { options } = world;
  const rows: QueueRow[] = [];
  printCells(['case', 'wall s', 'domains/s', 'CPU us/domain', 'with Redis', 'Redis MB']);
  printCells(['---', '--:', '--:', '--:', '--:', '--:']);
  const take = (row: QueueRow) => {
    rows.push(row);
    printRow(row, options.domains);
  };
  for (let round = 1; round <= options.rounds; round++) {
    take(await alone(world));
    take(await distributed(world, 1));
    take(await distributed(world, 2));
  }
  const of = (label: string, pick: (row: QueueRow) => number) =>
    median(rows.filter((row) => row.label === label).map(pick));
  const ratio = (pick: (row: QueueRow) => number) => of(WORKERS[1], pick) / of(ALONE, pick);
  console.log(
    `medians, one worker against one machine: CPU ${ratio((row) => row.cpuSeconds).toFixed(2)}, with Redis ${ratio((row) => row.cpuSeconds + row.redisCpuSeconds).toFixed(2)}, domains/s ${(1 / ratio((row) => row.wallSeconds)).toFixed(2)}`,
  );
  const differences = rows.flatMap((row) => row.differences.map((line) => `${row.label}: ${line}`));
  for (const difference of differences) console.log(`WRONG: ${difference}`);
  if (differences.length === 0) console.log('classes: as they must be');
  return differences.length === 0;
}

const ALONE = 'one machine';
const WORKERS = ['', 'one worker', 'two workers'] as const;

const printCells = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

function printRow(row: QueueRow, domains: number): void {
  const each = (seconds: number) => ((seconds / domains) * 1e6).toFixed(1);
  printCells([
    row.label,
    row.wallSeconds.toFixed(2),
    (domains / row.wallSeconds).toFixed(0),
    each(row.cpuSeconds),
    each(row.cpuSeconds + row.redisCpuSeconds),
    row.redisMegabytes.toFixed(1),
  ]);
}

const askingArgs = ({ options }: World, port: number): string[] => [
  ...['--resolver', `127.0.0.1:${port}`, '--window', String(options.window)],
  ...options.surveyArgs,
];

async function alone(world: World): Promise<QueueRow> {
  const { options, zone, ports } = world;
  const store = join(options.folder, 'alone.sqlite');
  removeStore(store);
  const usage = await runMeasured(
    [
      ...['survey', zone.listFile, '--store', store, '--quiet'],
      ...askingArgs(world, ports[0] ?? 0),
    ],
    options.folder,
  );
  const differences = classDifferences(readFound(store), zone.expected);
  return { label: ALONE, ...usage, redisCpuSeconds: 0, redisMegabytes: 0, differences };
}

/** Workers are started first and their start is in their CPU, as that of a survey is. */
async function distributed(world: World, count: 1 | 2): Promise<QueueRow> {
  const { options, zone, ports } = world;
  const store = join(options.folder, 'queue.sqlite');
  removeStore(store);
  const redis = await startRedis(join(options.folder, 'redis'));
  try {
    const workers = Array.from({ length: count }, (_, i) =>
      startWorker(world, redis, `worker-${i + 1}`, ports[i] ?? 0),
    );
    await Promise.all(workers.map((worker) => worker.isReady));
    const args = ['survey', zone.listFile, '--store', store, '--quiet', '--redis', redis.url];
    const survey = await runMeasured(args, options.folder);
    const usage = await redis.usage();
    const cpu = await Promise.all(workers.map((worker) => worker.end()));
    if (count > 1) printShares(store);
    return {
      label: WORKERS[count],
      wallSeconds: survey.wallSeconds,
      cpuSeconds: cpu.reduce((sum, seconds) => sum + seconds, survey.cpuSeconds),
      redisCpuSeconds: usage.cpuSeconds,
      redisMegabytes: usage.peakMegabytes,
      differences: classDifferences(readFound(store), zone.expected),
    };
  } finally {
    await redis.stop();
  }
}

function printShares(store: string): void {
  const reader = openReader(store);
  try {
    const shares = reader
      .workersOfRun(reader.runs().at(-1)?.id ?? 0)
      .map(({ origin, blocks }) => `${origin?.name} ${blocks}`);
    console.log(`blocks: ${shares.join(', ')}`);
  } finally {
    reader.close();
  }
}

function startWorker(world: World, redis: RunningRedis, name: string, port: number) {
  const { folder } = world.options;
  const usageFile = join(folder, `${name}.json`);
  rmSync(usageFile, { force: true });
  const args = ['worker', '--redis', redis.url, '--name', name, ...askingArgs(world, port)];
  const child = spawn(process.execPath, commandOf(args), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MAILCENSUS_USAGE_FILE: usageFile },
  });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  return {
    isReady: once(child.stderr, 'data'),
    /** Gives its user and system time. */
    end: async (): Promise<number> => {
      await endOf(child);
      process.off('exit', killNow);
      if (!existsSync(usageFile)) throw new Error(`${name} did not say what it used`);
      const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
      return (usage.userCPUTime + usage.systemCPUTime) / 1e6;
    },
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** What a stub tells in its last line. */
interface StubResult extends Usage {
  readonly blocks: number;
  /** Resident set a tenth into the work. */
  readonly earlyMegabytes: number;
}

const STUB_WORKERS = 2;

/** Real coordinator, queue and payloads; names, outcomes and store are made up. */
async function simulateNight({ simulated, folder }: QueueOptions): Promise<void> {
  const redis = await startRedis(join(folder, 'redis'));
  const startStub = (role: string) =>
    spawn(
      process.execPath,
      [join(import.meta.dirname, 'bench-queue-stub.js'), role, redis.url, String(simulated)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
  const workers = Array.from({ length: STUB_WORKERS }, () => startStub('worker'));
  const coordinator = startStub('coordinator');
  const all = [...workers, coordinator];
  const killNow = () => all.forEach((child) => void child.kill('SIGKILL'));
  process.once('exit', killNow);
  try {
    let text = '';
    coordinator.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    const [code] = (await once(coordinator, 'close')) as [number | null];
    if (code !== 0) throw new Error(`the coordinator ended with ${code}`);
    const result = JSON.parse(text) as StubResult;
    const usage = await redis.usage();
    const each = (seconds: number) => ((seconds / result.blocks) * 1000).toFixed(2);
    console.log(
      `simulated night of ${simulated} names: ${result.blocks} blocks in ${result.wallSeconds.toFixed(1)} s, ` +
        `coordinator ${each(result.cpuSeconds)} ms CPU a block, RSS ${result.earlyMegabytes.toFixed(0)} MB after a tenth, ` +
        `peak ${result.peakMegabytes.toFixed(0)}; Redis ${each(usage.cpuSeconds)} ms a block, peak ${usage.peakMegabytes.toFixed(1)} MB`,
    );
  } finally {
    process.off('exit', killNow);
    for (const child of all) child.kill('SIGKILL');
    await sleep(100);
    await redis.stop();
  }
}
