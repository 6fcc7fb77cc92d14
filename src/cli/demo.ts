/**
 * `demo`: the whole job offline. A name server on loopback answers from the real records of `data/`,
 * two real surveys run against it, reports and CSV files appear.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { CHECKS } from '../checks/table.ts';
import type { TransportChoice } from '../dns/client/choose-transport.ts';
import type { ResolverAddress } from '../dns/client/resolvers.ts';
import { DEFAULT_TOP } from '../report/report-data.ts';
import { openWriter } from '../store/open.ts';
import { SurveyError } from '../survey/errors.ts';
import { addTransportOption } from './dns-options.ts';
import { type CliIo, note, writeAll } from './io.ts';
import { printReport } from './print-report.ts';
import { reportDataOf } from './report-data.ts';
import { writeReportFolder } from './report-folder.ts';
import { historyOf } from './report-history.ts';
import { runLists } from './run-survey.ts';
import { type SurveyOptions, surveyOptions } from './survey-options.ts';

interface DemoOptions {
  readonly dir: string;
  readonly transport: TransportChoice;
}

interface DemoSurvey {
  readonly list: string;
  readonly name: string;
  readonly checks: readonly string[];
  readonly title: string;
}

const SURVEYS: readonly DemoSurvey[] = [
  {
    list: 'demo-core.txt',
    name: 'core',
    checks: ['mx', 'spf', 'dmarc'],
    title: 'domains of which MX, SPF and DMARC were measured',
  },
  {
    list: 'demo-mx-spf.txt',
    name: 'mx-spf',
    checks: ['mx', 'spf'],
    title: 'domains of which MX and SPF were measured, DMARC was not',
  },
];

/** Rows of the tables by segment on the terminal: the demo is to fit a screen or two. */
const TOP_SEGMENTS = 8;
const DATA_FOLDER = fileURLToPath(new URL('../../../data/', import.meta.url));

export function demoCommand(io: CliIo): Command {
  const command = new Command('demo')
    .description('the whole job offline on real records: name server, survey, report, CSV')
    .option('--dir <folder>', 'folder for the stores and CSV files', 'mailcensus-demo');
  return addTransportOption(command).action(async (options: DemoOptions) => demo(io, options));
}

async function demo(io: CliIo, { dir, transport }: DemoOptions): Promise<void> {
  // The name server's modules are loaded here alone: other verbs start faster without them.
  const { readRecordBytes, recordSource } = await import('../loopback/records.ts');
  const { SAFE_WINDOW, startLoopbackServer } = await import('../loopback/server.ts');
  const records = readRecordFile();
  makeFolder(dir);
  const zone = readRecordBytes(records);
  const server = await startLoopbackServer({ source: recordSource(zone) });
  note(
    io,
    `a name server on ${server.address}:${server.port} answers from ${zone.domains.length.toLocaleString('en-US')} real domains’ records (data/README.md says whose)`,
  );
  try {
    const resolver = { address: server.address, family: 4, port: server.port } as const;
    const asking = { transport, window: SAFE_WINDOW };
    for (const survey of SURVEYS) await surveyOne(io, survey, dir, resolver, asking);
  } finally {
    await server.close();
  }
  note(
    io,
    'These are real records, mostly of public bodies: not a sample of the Internet. Include targets that no copyable source has answer a placeholder.',
  );
  const folder = relative('', dir) || '.';
  note(io, `Look at ${join(folder, 'core', 'report.html')} and the CSV files beside it, or ask:`);
  note(io, `  scripts/mailcensus report --store ${join(folder, 'core.sqlite')}`);
}

async function surveyOne(
  io: CliIo,
  survey: DemoSurvey,
  dir: string,
  resolver: ResolverAddress,
  asking: Pick<SurveyOptions, 'transport' | 'window'>,
): Promise<void> {
  const path = join(dir, `${survey.name}.sqlite`);
  for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(path + ending, { force: true });
  note(
    io,
    `\n${survey.title}: survey data/${survey.list} --hosts keep --checks ${survey.checks.join(',')}`,
  );
  const store = openWriter(path, { checks: CHECKS, now: io.now });
  try {
    const options: SurveyOptions = {
      ...surveyOptions(new Command()).opts<SurveyOptions>(),
      store: path,
      checks: survey.checks,
      hosts: 'keep',
      ...asking,
    };
    const { run, isComplete } = await runLists(
      io,
      [join(DATA_FOLDER, survey.list)],
      options,
      { resolvers: [resolver] },
      store,
    );
    if (!isComplete) throw new SurveyError('stopped', 'the demo was stopped; call it again');
    await writeAll(io.stdout, '\n');
    await printReport(io, store, run, TOP_SEGMENTS);
    await writeReportFolder(store, reportDataOf(store, run), join(dir, survey.name), {
      language: 'en',
      topSegments: DEFAULT_TOP,
      csv: { hasBom: false, isRaw: false },
      isAggregateOnly: false,
      ...historyOf(store, run, { store: path, compare: false }),
    });
  } finally {
    store.close();
  }
}

function readRecordFile(): Buffer {
  const path = join(DATA_FOLDER, 'records-open.ndjson.gz');
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError(
      'machine',
      `${path} cannot be read (${code}): the demo answers from it, run it from a whole checkout`,
      { cause: error },
    );
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError('usage', `${dir} cannot be made (${code}); give another --dir`, {
      cause: error,
    });
  }
}
