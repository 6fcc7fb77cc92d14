/**
 * The rows that are measured in a Node process: our engine alone, the whole survey, and the two other
 * clients that a Node program could take.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { semiSpaceFlags, semiSpaceMb } from '../src/probe/thread-heap.ts';
import type { ChildResult } from './bench-child.ts';
import { runTimed } from './bench-process.ts';
import type { BenchRow, Measured } from './bench-table.ts';
import { type ExpectedTally, expectedTally, tallyDifferences } from './bench-tally.ts';
import { classDifferences, readFound, removeStore, runMeasured } from './measured-survey.ts';
import type { SyntheticZone } from './synthetic-zone.ts';

export const SEED = 0;

/** One zone that is served, and what the rows share. */
export interface Served {
  readonly domains: number;
  readonly zone: SyntheticZone;
  readonly port: number;
  /** The rows' own; one runs at a time. */
  readonly folder: string;
  /** Queries in flight of every client but those that bear fewer. */
  readonly window: number;
}

export const TRANSPORTS = ['batch', 'dgram'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export interface Client {
  readonly script: string;
  readonly nodeFlags: readonly string[];
  /** Asks for the first names of the list only. */
  readonly domains: number;
  readonly window: number;
  readonly args: readonly string[];
}

/** Runs one of the `bench-*.js` clients; rejects when it fails. */
export async function runClient(served: Served, client: Client) {
  const timed = await runTimed(
    process.execPath,
    [
      ...client.nodeFlags,
      join(import.meta.dirname, client.script),
      ...['--list', served.zone.listFile, '--port', String(served.port)],
      ...['--domains', String(client.domains), '--window', String(client.window)],
      ...client.args,
    ],
    { folder: served.folder },
  );
  if (timed.code !== 0)
    throw new Error(`${client.script} ended with ${timed.code}: ${timed.stderr}`);
  return { timed, result: JSON.parse(timed.stdout) as ChildResult };
}

/** What the first names of the list come to, worked out once. */
function expectedOf({ zone }: Served, domains: number): () => ExpectedTally {
  let known: ExpectedTally | undefined;
  return () => {
    known ??= expectedTally(zone.listFile, domains, SEED);
    return known;
  };
}

function clientRow(
  served: Served,
  head: Pick<BenchRow, 'name' | 'role' | 'unavailable'>,
  client: Client,
): BenchRow {
  const expected = expectedOf(served, client.domains);
  const measure = async (): Promise<Measured> => {
    const { timed, result } = await runClient(served, client);
    const { wallSeconds, cpuSeconds } = timed;
    const { domains, queries, lost, retried, peakMegabytes } = result;
    const differences = tallyDifferences({ ...result.tally, domains }, expected());
    return { domains, queries, wallSeconds, cpuSeconds, peakMegabytes, lost, retried, differences };
  };
  return { ...head, zoneDomains: served.domains, measure };
}

/** The young generation of a probe thread, which is where the engine runs in a survey. */
export function threadFlags(window: number): string[] {
  return semiSpaceFlags(semiSpaceMb(window));
}

/** Our engine alone: it asks, classifies and counts, and stores nothing. */
export function engineRow(
  served: Served,
  transport: TransportName,
  unavailable: string | undefined,
): BenchRow {
  const head = { name: `engine alone, ${transport}`, role: 'own' } as const;
  return clientRow(served, unavailable === undefined ? head : { ...head, unavailable }, {
    script: 'bench-engine.js',
    nodeFlags: threadFlags(served.window),
    domains: served.domains,
    window: served.window,
    args: ['--transport', transport],
  });
}

/** Of the clients that are too slow for the whole list. */
const SLICE_WINDOW = 500;
const C_ARES_DOMAINS = 20_000;
const DNS2_DOMAINS = 5_000;

function sliceRow(served: Served, name: string, script: string, domains: number): BenchRow {
  return clientRow(
    served,
    { name: `${name}, slice`, role: 'other' },
    {
      script,
      nodeFlags: [],
      domains: Math.min(domains, served.domains),
      window: Math.min(SLICE_WINDOW, served.window),
      args: [],
    },
  );
}

/** Node's own resolver. */
export const cAresRow = (served: Served): BenchRow =>
  sliceRow(served, 'node:dns (c-ares)', 'bench-c-ares.js', C_ARES_DOMAINS);

/** The dns2 package's client, slower still. */
export const dns2Row = (served: Served): BenchRow =>
  sliceRow(served, 'dns2 UDPClient', 'bench-dns2.js', DNS2_DOMAINS);

const FIRST_NIGHT = '2026-01-01';
const SECOND_NIGHT = '2026-01-02';

/**
 * The whole survey on a fresh store, and the same list a day later on that store: import, questions,
 * storing and report. The second row needs the first to have been run in the same round.
 */
export function surveyRows(
  served: Served,
  transport: TransportName,
  more: readonly string[],
  unavailable: string | undefined,
): BenchRow[] {
  const store = join(served.folder, `survey-${transport}.sqlite`);
  const row = (night: string, nightName: string): BenchRow => ({
    name: `survey, ${nightName} night, ${transport}`,
    zoneDomains: served.domains,
    role: 'own',
    ...(unavailable === undefined ? {} : { unavailable }),
    measure: async () => {
      if (night === FIRST_NIGHT) removeStore(store);
      else if (!existsSync(store)) throw new Error('there was no first night');
      return await measureSurvey(served, store, night, ['--transport', transport, ...more]);
    },
  });
  return [row(FIRST_NIGHT, 'first'), row(SECOND_NIGHT, 'second')];
}

async function measureSurvey(
  { zone, port, folder, window }: Served,
  store: string,
  night: string,
  more: readonly string[],
): Promise<Measured> {
  const { wallSeconds, cpuSeconds, peakMegabytes } = await runMeasured(
    [
      ...['survey', zone.listFile, '--store', store, '--resolver', `127.0.0.1:${port}`],
      ...['--window', String(window), '--night', night, '--quiet', ...more],
    ],
    folder,
  );
  const found = readFound(store);
  if (found.night !== night) throw new Error(`the last night of ${store} is ${found.night}`);
  const { domains, queries, unknown: lost, retried } = found;
  const differences = classDifferences(found, zone.expected);
  return { domains, queries, wallSeconds, cpuSeconds, peakMegabytes, lost, retried, differences };
}
