/** `export`: the files of a survey, one at a time. */
import { Command } from 'commander';
import { type Chunks, writeOutput } from '../report/atomic-write.ts';
import { openReader } from '../store/open.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import { nightsBetween, pairBetween } from './chosen-nights.ts';
import { comparisonOf } from './compare-data.ts';
import {
  DOMAIN_FORMATS,
  type DomainFormat,
  domainsFile,
  PAIR_FILES,
  RUN_FILES,
  survivalFile,
} from './export-files.ts';
import type { CliIo } from './io.ts';
import { oneOf } from './option-values.ts';
import { chosenRun, reportDataOf } from './report-data.ts';
import {
  addCsvOptions,
  addRunOptions,
  addSegmentOption,
  addStoreOption,
  type CsvFlags,
  type RunOptions,
  type SegmentOptions,
  type StoreOption,
} from './run-options.ts';
import { extraSegmentsOf } from './segment-data.ts';

interface FileOptions extends CsvFlags {
  readonly out: string;
}

interface RunFileOptions extends RunOptions, SegmentOptions, FileOptions {}

interface DomainsOptions extends RunOptions, FileOptions {
  readonly format: DomainFormat;
}

interface PairFileOptions extends StoreOption, SegmentOptions, FileOptions {
  readonly from?: string;
  readonly to?: string;
  readonly anyList: boolean;
}

/** What each file needs to know of operators. */
const PAIR_OPERATORS = { changes: 'none', flows: 'none', operators: 'all' } as const;

export function exportCommand(io: CliIo): Command {
  return new Command('export')
    .description('a file of figures or of domains, as CSV, JSON lines or Parquet')
    .addCommand(domainsCommand(io))
    .addCommand(runFileCommand('metrics', 'every share with numerator, denominator and bounds'))
    .addCommand(runFileCommand('errors', 'failed look-ups by kind'))
    .addCommand(pairFileCommand('changes', 'what changed between two nights, three ways'))
    .addCommand(pairFileCommand('flows', 'names by DMARC class on two nights'))
    .addCommand(pairFileCommand('operators', 'who is behind a change: mail and report operators'))
    .addCommand(survivalCommand());
}

function domainsCommand(io: CliIo): Command {
  const command = new Command('domains')
    .description('one row a domain, unknown ones with their reason')
    .option(
      '--format <name>',
      `file format: ${DOMAIN_FORMATS.join(', ')}`,
      oneOf(DOMAIN_FORMATS),
      'csv',
    );
  return fileOptions(addRunOptions(command)).action((options: DomainsOptions) => {
    if (options.format === 'parquet' && options.out === '-' && io.stdout.isTTY) {
      throw new SurveyError(
        'usage',
        'Parquet is no text for a terminal: name a file with --out, or send it on with a pipe',
      );
    }
    return writeFrom(options, (store) =>
      domainsFile(store, chosenRun(store, options.store, options), options.format, csvOf(options)),
    );
  });
}

function runFileCommand(name: keyof typeof RUN_FILES, description: string): Command {
  const command = new Command(name).description(description);
  return fileOptions(addSegmentOption(addRunOptions(command))).action((options: RunFileOptions) =>
    writeFrom(options, (store) => {
      const run = chosenRun(store, options.store, options);
      const extraSegments = extraSegmentsOf(store, run, options.by ?? []);
      const data = { ...reportDataOf(store, run), extraSegments };
      return RUN_FILES[name](data, csvOf(options));
    }),
  );
}

function pairFileCommand(name: keyof typeof PAIR_FILES, description: string): Command {
  const command = new Command(name)
    .description(description)
    .option('--from <night>', 'the earlier night (default: the one before, or the newest two)')
    .option('--to <night>', 'the later night (default: the newest)')
    .option('--any-list', 'compare lists that have little in common, too', false);
  return fileOptions(addSegmentOption(addStoreOption(command))).action((options: PairFileOptions) =>
    writeFrom(options, (store) => {
      const comparison = comparisonOf(store, pairBetween(store, options.store, options), {
        by: options.by ?? ['tld', 'registry'],
        isAnyList: options.anyList,
        operators: PAIR_OPERATORS[name],
      });
      return PAIR_FILES[name](comparison, csvOf(options));
    }),
  );
}

function survivalCommand(): Command {
  const command = new Command('survival')
    .description('life tables over the nights: how long names take to adopt, to enforce, to drop')
    .option('--from <date>', 'first night: YYYY-MM-DD, YYYY-MM or YYYY')
    .option('--to <date>', 'last night, the same');
  return fileOptions(addSegmentOption(addStoreOption(command))).action(
    (options: PairFileOptions) => {
      const [by, ...more] = options.by ?? [];
      if (more.length > 0) {
        throw new SurveyError('usage', 'life tables are by one segment type: give one --by');
      }
      return writeFrom(options, (store) =>
        survivalFile(store, nightsBetween(store, options.store, options), by, csvOf(options)),
      );
    },
  );
}

function fileOptions(command: Command): Command {
  return addCsvOptions(command).option('--out <file>', 'file to write, - for standard output', '-');
}

async function writeFrom(
  { store: path, out }: StoreOption & FileOptions,
  chunksOf: (store: StoreReader) => Chunks,
): Promise<void> {
  const store = openReader(path);
  try {
    await writeOutput(out, chunksOf(store));
  } finally {
    store.close();
  }
}

const csvOf = ({ csvBom, csvRaw }: CsvFlags) => ({ hasBom: csvBom, isRaw: csvRaw });
