/**
 * The rows of programs that are not Node: dnsperf, and any client that a user gives as a command. Both
 * get the same questions of the same list: MX and TXT at each name, TXT at `_dmarc.` of it.
 */
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NameReader } from './bench-names.ts';
import { runTimed } from './bench-process.ts';
import { SEED, type Served } from './bench-rows.ts';
import type { BenchRow, Measured } from './bench-table.ts';
import { type ExpectedTally, expectedTally } from './bench-tally.ts';
import { findProgram } from './knot-process.ts';

const QUESTIONS_A_DOMAIN = 3;

interface QuestionFiles {
  /** `name TYPE` a line, all three questions of a name after one another. */
  readonly queries: string;
  /** Names to ask for TXT. */
  readonly txt: string;
  /** Names to ask for MX. */
  readonly mx: string;
}

/** Writes the files unless they are there. */
export function questionFiles({ zone, folder }: Served): QuestionFiles {
  const queries = join(folder, 'queries.txt');
  const txt = join(folder, 'txt.txt');
  if (!existsSync(txt)) {
    writeFromNames(
      zone.listFile,
      queries,
      (name) => `${name} MX\n${name} TXT\n_dmarc.${name} TXT\n`,
    );
    writeFromNames(zone.listFile, txt, (name) => `${name}\n_dmarc.${name}\n`);
  }
  return { queries, txt, mx: zone.listFile };
}

const CHUNK_CHARS = 1 << 20;

function writeFromNames(list: string, file: string, linesOf: (name: string) => string): void {
  const names = new NameReader(list);
  const handle = openSync(file, 'w');
  let text = '';
  for (let name = names.next(); name !== undefined; name = names.next()) {
    text += linesOf(name);
    if (text.length < CHUNK_CHARS) continue;
    writeSync(handle, text);
    text = '';
  }
  writeSync(handle, text);
  closeSync(handle);
  names.close();
}

/** dnsperf sends and counts response codes; it reads no record. */
export function dnsperfRow(served: Served): BenchRow {
  const program = findProgram('dnsperf');
  const head = { name: 'dnsperf', zoneDomains: served.domains, role: 'other' } as const;
  const measure = async (): Promise<Measured> => {
    const { queries } = questionFiles(served);
    const timed = await runTimed(
      program ?? 'dnsperf',
      [
        ...['-s', '127.0.0.1', '-p', String(served.port), '-d', queries, '-n', '1'],
        ...['-c', '16', '-q', String(served.window), '-T', '1'],
      ],
      { folder: served.folder, isWatched: true },
    );
    if (timed.code !== 0) throw new Error(`dnsperf ended with ${timed.code}: ${timed.stderr}`);
    const { sent, lost, rcodes } = readDnsperf(timed.stdout);
    const expected = expectedTally(served.zone.listFile, served.domains, SEED);
    return {
      domains: served.domains,
      queries: sent,
      wallSeconds: timed.wallSeconds,
      cpuSeconds: timed.cpuSeconds,
      peakMegabytes: timed.peakMegabytes,
      lost,
      retried: undefined,
      differences: rcodeDifferences(rcodes, expected),
    };
  };
  return program === undefined
    ? { ...head, unavailable: 'dnsperf is missing (Debian: apt-get install dnsperf)', measure }
    : { ...head, measure };
}

export interface DnsperfReport {
  readonly sent: number;
  readonly lost: number;
  /** Responses by response code. */
  readonly rcodes: Readonly<Record<string, number>>;
}

/** Reads the statistics that dnsperf prints at its end; throws when they are not there. */
export function readDnsperf(text: string): DnsperfReport {
  const count = (label: string) => {
    const [, digits] = new RegExp(`^ *${label}: +(\\d+)`, 'mu').exec(text) ?? [];
    if (digits === undefined) throw new Error(`dnsperf printed no "${label}"`);
    return Number(digits);
  };
  const line = /^ *Response codes: +(.*)$/mu.exec(text)?.[1] ?? '';
  const rcodes: Record<string, number> = {};
  for (const [, rcode = '', digits] of line.matchAll(/([A-Z]+) (\d+)/gu))
    rcodes[rcode] = Number(digits);
  return { sent: count('Queries sent'), lost: count('Queries lost'), rcodes };
}

/** A name without a DMARC record has nothing at `_dmarc.`, so that question ends as NXDOMAIN. */
function rcodeDifferences(
  rcodes: Readonly<Record<string, number>>,
  { domains, nxdomain, dmarc }: ExpectedTally,
): string[] {
  const absent = 2 * nxdomain + domains - dmarc;
  const truth = { NOERROR: QUESTIONS_A_DOMAIN * domains - absent, NXDOMAIN: absent };
  return Object.entries(truth)
    .filter(([rcode, count]) => rcodes[rcode] !== count)
    .map(([rcode, count]) => `${rcode}: found ${rcodes[rcode] ?? 0}, true ${count}`);
}

/** A client of the user's, as `NAME=COMMAND`. */
export interface Peer {
  readonly name: string;
  readonly command: string;
  /** Run after it, and not measured. */
  readonly check: string | undefined;
}

/** Reads `--peer NAME=COMMAND` and `--peer-check NAME=COMMAND`. Throws on what is no such pair. */
export function readPeers(peers: readonly string[], checks: readonly string[]): Peer[] {
  const pair = (text: string): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new Error(`--peer and --peer-check take NAME=COMMAND, not ${text}`);
    return [text.slice(0, at).trim(), text.slice(at + 1)];
  };
  const checkOf = new Map(checks.map(pair));
  const read = peers.map(pair).map(([name, command]) => ({
    name,
    command,
    check: checkOf.get(name),
  }));
  for (const name of checkOf.keys())
    if (!read.some((peer) => peer.name === name))
      throw new Error(`--peer-check ${name}: there is no --peer ${name}`);
  return read;
}

/** A folder's name goes into a shell command as it is. */
const PLAIN_PATH = /^[\w./:@+-]+$/u;

/** Puts what the command asks for in the place of `{queries}`, `{port}` and the like. */
export function fillCommand(command: string, values: Readonly<Record<string, string>>): string {
  return command.replaceAll(/\{([a-z]+)\}/gu, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (!PLAIN_PATH.test(value))
      throw new Error(`--peer: ${value} has characters that mean something to a shell`);
    return value;
  });
}

/**
 * A peer is measured whole: the shell, every process that it waits for, and what they write. Its
 * answers are checked when it or its check prints `answers N` (questions that had an answer) or
 * `records N` (records in all answers).
 */
export function peerRow(served: Served, peer: Peer): BenchRow {
  const folder = join(served.folder, `peer-${peer.name.replaceAll(/[^\w-]/gu, '_')}`);
  const measure = async (): Promise<Measured> => {
    mkdirSync(folder, { recursive: true });
    const server = `127.0.0.1:${served.port}`;
    const resolvers = join(folder, 'resolvers.txt');
    writeFileSync(resolvers, `${server}\n`);
    const values = {
      ...questionFiles(served),
      ...{ port: String(served.port), server, folder, resolvers, window: String(served.window) },
    };
    const run = async (command: string) => {
      const timed = await runTimed('sh', ['-c', fillCommand(command, values)], {
        folder,
        isWatched: true,
      });
      if (timed.code !== 0) throw new Error(`it ended with ${timed.code}: ${timed.stderr}`);
      return timed;
    };
    const timed = await run(peer.command);
    const checked = peer.check === undefined ? '' : (await run(peer.check)).stdout;
    const expected = expectedTally(served.zone.listFile, served.domains, SEED);
    const queries = QUESTIONS_A_DOMAIN * served.domains;
    const { answers, differences } = peerVerdict(`${timed.stdout}\n${checked}`, expected);
    return {
      domains: served.domains,
      queries,
      wallSeconds: timed.wallSeconds,
      cpuSeconds: timed.cpuSeconds,
      peakMegabytes: timed.peakMegabytes,
      lost: answers === undefined ? undefined : queries - answers,
      retried: undefined,
      differences,
    };
  };
  return { name: peer.name, zoneDomains: served.domains, role: 'peer', measure };
}

/** What a peer's output says of its answers. */
export function peerVerdict(
  output: string,
  { domains, records }: Pick<ExpectedTally, 'domains' | 'records'>,
): { readonly answers: number | undefined; readonly differences: string[] | undefined } {
  const printed = (word: string) => {
    const digits = new RegExp(`^${word} +(\\d+) *$`, 'mu').exec(output)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const found = { answers: printed('answers'), records: printed('records') };
  if (found.answers === undefined && found.records === undefined)
    return { answers: undefined, differences: undefined };
  const truth = { answers: QUESTIONS_A_DOMAIN * domains, records };
  const differences = (['answers', 'records'] as const)
    .filter((word) => found[word] !== undefined && found[word] !== truth[word])
    .map((word) => `${word}: found ${found[word]}, true ${truth[word]}`);
  return { answers: found.answers, differences };
}
