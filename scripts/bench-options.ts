/** The command line of the bench. Pure: text in, options or an error with one line out. */
import { parseArgs } from 'node:util';
import { type Peer, readPeers } from './bench-peers.ts';
import { TRANSPORTS, type TransportName } from './bench-rows.ts';

export const USAGE = `usage: scripts/bench [table] [options]       the table: every client, interleaved rounds
       scripts/bench soak [options]          one engine, millions of queries, flat memory
       scripts/bench memory [options]        peak of a survey of a tenth of the names and of all
       scripts/bench second-night [options]  what the store grows by from night to night
       scripts/bench queue [options]         over Redis: cost of one worker against one machine,
                                             share of two, a simulated night of many names
       scripts/bench analysis [options]      reading of a store of many nights: two nights, trends,
                                             life tables (making it takes some minutes; --folder
                                             keeps it)
  --domains N[,N…]     domains of the synthetic zones (200000,1000000; soak and second-night 200000,
                       memory 400000, analysis 200000)
  --simulated N        names of the simulated night of queue (10000000)
  --nights N           nights of the store of analysis (365)
  --registries N       registries of its names (1500), few of which have most names
  --rounds N           rounds of each row (3)
  --window N           queries in flight (2000; memory, second-night and queue 300)
  --rows NAME[,NAME…]  engine, survey, c-ares, dns2, dnsperf, peers (all)
  --transport NAME[,NAME…]  batch, dgram (both; soak batch)
  --peer NAME=COMMAND  another client, run by sh; repeatable. In it {queries} is a file of "name TYPE"
                       lines, {txt} and {mx} files of names to ask for that type, {server} and {port}
                       the server, {resolvers} a file with it, {window} the window, {folder} scratch
  --peer-check NAME=COMMAND  run after the peer, not measured: prints "answers N" (questions that had
                       an answer) or "records N" (records in all answers), which are verified
  --survey-args=TEXT   further arguments of each survey, as --survey-args='--threads 1'
  --queries N          questions of the soak (10000000)
  --list FILE          names for memory, instead of synthetic ones
  --folder DIR         where lists, zones and stores are written and stay (a temporary folder)`;

export const ROW_NAMES = ['engine', 'survey', 'c-ares', 'dns2', 'dnsperf', 'peers'] as const;
export type RowName = (typeof ROW_NAMES)[number];

const SUBJECTS = ['table', 'soak', 'memory', 'second-night', 'analysis', 'queue'] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface BenchOptions {
  readonly subject: Subject;
  readonly domains: readonly number[];
  readonly nights: number;
  readonly registries: number;
  readonly rounds: number;
  readonly window: number;
  readonly rows: readonly RowName[];
  readonly transports: readonly TransportName[];
  readonly peers: readonly Peer[];
  readonly surveyArgs: readonly string[];
  readonly queries: number;
  readonly simulated: number;
  readonly list: string | undefined;
  readonly folder: string | undefined;
}

const DEFAULTS: Readonly<Record<Subject, { domains: string; window: string; transport: string }>> =
  {
    table: { domains: '200000,1000000', window: '2000', transport: TRANSPORTS.join(',') },
    soak: { domains: '200000', window: '2000', transport: 'batch' },
    memory: { domains: '400000', window: '300', transport: 'batch' },
    'second-night': { domains: '200000', window: '300', transport: 'batch' },
    analysis: { domains: '200000', window: '1', transport: 'batch' },
    queue: { domains: '200000', window: '300', transport: 'batch' },
  };

const FLAGS = {
  domains: { type: 'string' },
  simulated: { type: 'string', default: '10000000' },
  nights: { type: 'string', default: '365' },
  registries: { type: 'string', default: '1500' },
  rounds: { type: 'string', default: '3' },
  window: { type: 'string' },
  rows: { type: 'string', default: ROW_NAMES.join(',') },
  transport: { type: 'string' },
  peer: { type: 'string', multiple: true, default: [] },
  'peer-check': { type: 'string', multiple: true, default: [] },
  'survey-args': { type: 'string', default: '' },
  queries: { type: 'string', default: '10000000' },
  list: { type: 'string' },
  folder: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies NonNullable<Parameters<typeof parseArgs>[0]>['options'];

/** Gives undefined where the usage is asked for; throws an Error with one line for what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: FLAGS,
  });
  if (values.help) return undefined;
  const subject = oneOf('subject', positionals[0] ?? 'table', SUBJECTS);
  if (positionals.length > 1) throw new Error(`one subject, not ${positionals.join(' ')}`);
  const defaults = DEFAULTS[subject];
  return {
    subject,
    domains: words(values.domains ?? defaults.domains).map((n) => whole('--domains', n)),
    simulated: whole('--simulated', values.simulated),
    nights: whole('--nights', values.nights),
    registries: whole('--registries', values.registries),
    rounds: whole('--rounds', values.rounds),
    window: whole('--window', values.window ?? defaults.window),
    rows: words(values.rows).map((name) => oneOf('--rows', name, ROW_NAMES)),
    transports: words(values.transport ?? defaults.transport).map((name) =>
      oneOf('--transport', name, TRANSPORTS),
    ),
    peers: readPeers(values.peer, values['peer-check']),
    surveyArgs: values['survey-args'].split(' ').filter(Boolean),
    queries: whole('--queries', values.queries),
    list: values.list,
    folder: values.folder,
  };
}

const words = (text: string): string[] => text.split(',').filter(Boolean);

const MAX_WHOLE = 1_000_000_000;

function whole(flag: string, text: string): number {
  const value = /^\d{1,10}$/u.test(text) ? Number(text) : 0;
  if (value < 1 || value > MAX_WHOLE)
    throw new Error(`${flag}: a whole number from 1, not ${JSON.stringify(text)}`);
  return value;
}

function oneOf<Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined)
    throw new Error(`${flag}: one of ${names.join(', ')}, not ${JSON.stringify(text)}`);
  return found;
}
