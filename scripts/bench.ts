/**
 * Measures what a DNS client and a survey cost, against Knot on loopback with synthetic zones:
 * `scripts/bench`, or `scripts/bench --help` for what it can. It starts the server, runs every client
 * as a process of its own in interleaved rounds, verifies what each found against the zone, and prints
 * one table. It ends with 1 when a row is wrong or failed. `analysis` measures reading alone.
 *
 * All but `analysis` needs knotd, and root for the receive buffer that Knot's sockets get while they are opened.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chooseTransport } from '../src/dns/client/choose-transport.ts';
import { measureAnalysis } from './bench-analysis.ts';
import { measureMemory, measureNights } from './bench-nights.ts';
import { type BenchOptions, readOptions, USAGE } from './bench-options.ts';
import { dnsperfRow, peerRow } from './bench-peers.ts';
import { measureQueue } from './bench-queue.ts';
import { cAresRow, dns2Row, engineRow, SEED, type Served, surveyRows } from './bench-rows.ts';
import { startServer } from './bench-server.ts';
import { soak } from './bench-soak.ts';
import { type BenchRow, hasFailed, ratioLines, runRows, tableLines } from './bench-table.ts';
import type { RunningKnot } from './knot-process.ts';
import { writeSyntheticZone } from './synthetic-zone.ts';

const LEGEND = `CPU is user and system time of the client's processes. Each cell is the median (lowest–highest) of
its rounds. lost: questions without an answer; of a survey, domains without a definitive outcome.
retried: attempts after the first; of a survey, domains with a question that took more than one.
classes: counts of what was found are the zone's (of dnsperf its response codes).`;

const say = (line: string) => console.error(`bench: ${line}`);

/** Writes the zone of so many domains and serves it. */
async function serve(
  domains: number,
  { folder, window }: { readonly folder: string; readonly window: number },
): Promise<{ readonly served: Served; readonly knot: RunningKnot }> {
  const own = join(folder, String(domains));
  say(`zone of ${domains} domains`);
  const zone = writeSyntheticZone({ domains, seed: SEED, folder: own });
  const knot = await startServer(zone.zoneFile, own);
  return { served: { domains, zone, port: knot.port, folder: own, window }, knot };
}

async function withServers(
  options: BenchOptions,
  folder: string,
  use: (all: readonly Served[]) => Promise<boolean>,
): Promise<boolean> {
  const running: RunningKnot[] = [];
  try {
    const all: Served[] = [];
    for (const domains of new Set(options.domains)) {
      const { served, knot } = await serve(domains, { folder, window: options.window });
      all.push(served);
      running.push(knot);
    }
    return await use(all);
  } finally {
    await Promise.all(running.map((knot) => knot.stop()));
  }
}

/** Why the batched transport cannot be had here. */
async function batchProblem(): Promise<string | undefined> {
  try {
    await chooseTransport('batch');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rowsOf(served: Served, options: BenchOptions, noBatch: string | undefined): BenchRow[] {
  const { rows, transports, surveyArgs } = options;
  const problemOf = (transport: string) => (transport === 'batch' ? noBatch : undefined);
  const made: Readonly<Record<BenchOptions['rows'][number], () => BenchRow[]>> = {
    engine: () => transports.map((name) => engineRow(served, name, problemOf(name))),
    survey: () =>
      transports.flatMap((name) => surveyRows(served, name, surveyArgs, problemOf(name))),
    'c-ares': () => [cAresRow(served)],
    dns2: () => [dns2Row(served)],
    dnsperf: () => [dnsperfRow(served)],
    peers: () => options.peers.map((peer) => peerRow(served, peer)),
  };
  return rows.flatMap((name) => made[name]());
}

async function printTable(options: BenchOptions, all: readonly Served[]): Promise<boolean> {
  const noBatch = options.transports.includes('batch') ? await batchProblem() : undefined;
  const rows = all.flatMap((served) => rowsOf(served, options, noBatch));
  const results = await runRows(rows, options.rounds, say);
  for (const line of tableLines(results)) console.log(line);
  console.log(`\n${LEGEND}`);
  const ratios = ratioLines(results);
  if (ratios.length > 0) console.log(`\n${ratios.join('\n')}`);
  return !hasFailed(results);
}

async function soakAll(options: BenchOptions, all: readonly Served[]): Promise<boolean> {
  let isGood = true;
  for (const served of all)
    for (const transport of options.transports)
      isGood = (await soak(served, transport, options.queries)) && isGood;
  return isGood;
}

/** Gives whether all is as it must be. */
async function run(options: BenchOptions, folder: string): Promise<boolean> {
  switch (options.subject) {
    case 'table':
      return withServers(options, folder, (all) => printTable(options, all));
    case 'soak':
      return withServers(options, folder, (all) => soakAll(options, all));
    case 'analysis':
      measureAnalysis({ ...options, domains: Math.max(...options.domains), folder }, say);
      return true;
    case 'queue':
      return measureQueue({ ...options, domains: Math.max(...options.domains), folder });
    default: {
      const measure = options.subject === 'memory' ? measureMemory : measureNights;
      const domains = Math.max(...options.domains);
      return measure({ ...options, domains, folder });
    }
  }
}

async function main(args: readonly string[]): Promise<void> {
  let options: BenchOptions | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'mailcensus-bench-')));
  const removeFolder = () => {
    if (options.folder === undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  // Listeners of `exit` end servers and clients and put the receive buffer back; this one comes last.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      process.once('exit', removeFolder);
      process.exit(1);
    });
  mkdirSync(folder, { recursive: true });
  const processor = cpus()[0]?.model ?? 'unknown processor';
  console.log(`${processor}, ${availableParallelism()} cores, Linux ${release()}`);
  console.log(`Node ${process.version}: scripts/bench ${args.map(quoted).join(' ')}\n`);
  try {
    if (!(await run(options, folder))) process.exitCode = 1;
  } finally {
    removeFolder();
  }
}

const quoted = (arg: string): string =>
  /^[\w./:,=-]+$/u.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;

await main(process.argv.slice(2));
