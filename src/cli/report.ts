/** `report`: the figures of one run as text. */
import { Command } from 'commander';
import { wantsColor, widthOf } from '../report/text/paint.ts';
import { textReport } from '../report/text-report.ts';
import { openReader } from '../store/open.ts';
import type { StoreReader } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { type CliIo, writeAll } from './io.ts';
import { wholeNumber } from './option-values.ts';
import { chosenRun, reportDataOf } from './report-data.ts';
import { DEFAULT_STORE } from './store-option.ts';

interface ReportOptions {
  readonly store: string;
  readonly night?: string;
  readonly run?: number;
  readonly top: number;
}

export const DEFAULT_TOP = 15;

export function reportCommand(io: CliIo): Command {
  return new Command('report')
    .description('the figures of one run: breakdown, adoption, per top-level domain')
    .option('--store <file>', 'the survey’s store', DEFAULT_STORE)
    .option('--night <date>', 'the run of that night (default: the newest)')
    .option('--run <id>', 'the run of that id', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--top <n>', 'rows of the tables by segment', wholeNumber(1, 10_000), DEFAULT_TOP)
    .action(async (options: ReportOptions) => {
      const store = openReader(options.store);
      try {
        await printReport(io, store, chosenRun(store, options.store, options), options.top);
      } finally {
        store.close();
      }
    });
}

/** Prints the report as wide and as coloured as stdout bears. */
export async function printReport(
  io: CliIo,
  store: StoreReader,
  run: RunRow,
  topSegments: number,
): Promise<void> {
  const text = textReport(reportDataOf(store, run), {
    width: widthOf(io.stdout),
    isColored: wantsColor(io.stdout, process.env),
    topSegments,
  });
  await writeAll(io.stdout, text);
}
