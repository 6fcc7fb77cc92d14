/** `survey LIST…`: one run from lists to report. */
import { Command } from 'commander';
import { CHECKS } from '../checks/table.ts';
import { DEFAULT_TOP } from '../report/report-data.ts';
import { count } from '../report/text/numbers.ts';
import { openWriter } from '../store/open.ts';
import { SurveyError } from '../survey/errors.ts';
import type { Asking } from './asking.ts';
import { resolversOf } from './dns-options.ts';
import type { CliIo } from './io.ts';
import { printReport } from './print-report.ts';
import { openRedisPlace } from './redis-options.ts';
import { runLists } from './run-survey.ts';
import { type SurveyOptions, surveyOptions } from './survey-options.ts';

export function surveyCommand(io: CliIo): Command {
  const command = new Command('survey')
    .description('one run: bring lists in, ask the DNS, store what was seen, print the report')
    .argument(
      '<list...>',
      'files of domains: plain, CSV, zone file, each perhaps gzip; - is stdin',
    );
  return surveyOptions(command).action(async (lists: readonly string[], options: SurveyOptions) => {
    const asking = await askingOf(command, options);
    const store = openWriter(options.store, { checks: CHECKS, now: io.now });
    try {
      const { run, isComplete } = await runLists(io, lists, options, asking, store);
      if (!isComplete) {
        throw new SurveyError(
          'stopped',
          `stopped with ${count(run.domainsDone)} of ${count(run.targets)} domains done and stored; the same command goes on from there`,
        );
      }
      await printReport(io, store, run, DEFAULT_TOP);
    } finally {
      store.close();
    }
  });
}

/** Options that each worker has for itself. */
const WORKERS_OWN = [
  'resolver',
  'timeout',
  'attempts',
  'window',
  'rate',
  'transport',
  'threads',
] as const;

async function askingOf(command: Command, options: SurveyOptions): Promise<Asking> {
  if (options.redis !== undefined) {
    const own = WORKERS_OWN.find((name) => command.getOptionValueSource(name) === 'cli');
    if (own !== undefined) {
      throw new SurveyError(
        'usage',
        `--${own} says how to ask, and with --redis the workers ask: give it to them`,
      );
    }
  }
  const place = await openRedisPlace(options);
  return place === undefined ? { resolvers: resolversOf(options) } : { place };
}
