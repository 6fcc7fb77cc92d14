/** `export domains|metrics`: the CSV files of one run. */
import { Command } from 'commander';
import { CHECKS } from '../checks/table.ts';
import { writeOutput } from '../report/atomic-write.ts';
import { domainsCsv } from '../report/domains-csv.ts';
import { metricsCsv } from '../report/metrics-csv.ts';
import { metricContext } from '../report/report-data.ts';
import { metricRows } from '../statistics/metrics.ts';
import { openReader } from '../store/open.ts';
import type { StoreReader } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { wholeNumber } from './option-values.ts';
import { chosenRun, reportDataOf } from './report-data.ts';
import { DEFAULT_STORE } from './store-option.ts';

interface ExportOptions extends CsvChoices {
  readonly store: string;
  readonly night?: string;
  readonly run?: number;
  readonly out: string;
}

export function exportCommand(): Command {
  const command = new Command('export').description('CSV of one run, as docs/csv-schema.md says');
  for (const file of CSV_FILES) command.addCommand(fileCommand(file));
  return command;
}

interface CsvChoices {
  readonly csvBom: boolean;
  readonly csvRaw: boolean;
}

/** One kind of CSV file. */
export interface CsvFile {
  readonly name: string;
  readonly description: string;
  readonly chunksOf: (store: StoreReader, run: RunRow, choices: CsvChoices) => Iterable<string>;
}

function fileCommand({ name, description, chunksOf }: CsvFile): Command {
  return new Command(name)
    .description(description)
    .option('--store <file>', 'the survey’s store', DEFAULT_STORE)
    .option('--night <date>', 'the run of that night (default: the newest)')
    .option('--run <id>', 'the run of that id', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--out <file>', 'file to write, - for standard output', '-')
    .option('--csv-bom', 'begin with a byte order mark, for spreadsheets that want one', false)
    .option('--csv-raw', 'do not guard text cells against being read as formulas', false)
    .action(async (options: ExportOptions) => {
      const store = openReader(options.store);
      try {
        const run = chosenRun(store, options.store, options);
        await writeOutput(options.out, chunksOf(store, run, options));
      } finally {
        store.close();
      }
    });
}

const domainsOf: CsvFile['chunksOf'] = (store, run, options) => {
  const { lists } = store.runAccounting(run.id);
  return domainsCsv(store.domainRows(run.id), {
    wave: run.night,
    checks: CHECKS.filter((check) => run.config.checks.includes(check.name)),
    labels: [...new Set(lists.flatMap((list) => list.labelColumns))],
    hasBom: options.csvBom,
    isRaw: options.csvRaw,
  });
};

const metricsOf: CsvFile['chunksOf'] = (store, run, options) => {
  const data = reportDataOf(store, run);
  return metricsCsv(metricRows(data.segments, metricContext(data)), {
    hasBom: options.csvBom,
    isRaw: options.csvRaw,
  });
};

export const CSV_FILES: readonly CsvFile[] = [
  {
    name: 'domains',
    description: 'one row a domain, unknown ones with their reason',
    chunksOf: domainsOf,
  },
  {
    name: 'metrics',
    description: 'every share with numerator, denominator and bounds',
    chunksOf: metricsOf,
  },
];
