/** `trend`: one measure over the nights of a store, of the whole and by segment. */
import { Command } from 'commander';
import { writeOutput } from '../report/atomic-write.ts';
import { trendJson } from '../report/report-json-changes.ts';
import { wantsColor, widthOf } from '../report/text/paint.ts';
import { trendCsv } from '../report/trend-csv.ts';
import { trendText } from '../report/trend-text.ts';
import type { Trend } from '../statistics/trend.ts';
import { openReader } from '../store/open.ts';
import type { RunRow } from '../survey/ports.ts';
import { nightsBetween } from './chosen-nights.ts';
import type { CliIo } from './io.ts';
import { measureChoice } from './measure-choice.ts';
import { collect, oneOf } from './option-values.ts';
import {
  addCsvOptions,
  addStoreOption,
  addTextOptions,
  type CsvFlags,
  type StoreOption,
  type TextOptions,
} from './run-options.ts';
import { trendOf } from './trend-data.ts';

const FORMATS = ['text', 'json', 'csv'] as const;

interface TrendOptions extends StoreOption, TextOptions, CsvFlags {
  readonly by: string;
  readonly only?: readonly string[];
  readonly metric: string;
  readonly denominator?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: (typeof FORMATS)[number];
  readonly out: string;
}

const DEFAULT_SERIES = 5;

export function trendCommand(io: CliIo): Command {
  const command = new Command('trend')
    .description('one measure over many nights, of the whole and of the largest segments')
    .option('--by <type>', 'segments, as tld, registry, rank, label:COLUMN; total for none', 'tld')
    .option('--only <segment>', 'this segment instead of the largest; repeatable', collect)
    .option('--metric <id>', 'the measure, as dmarc.policy:reject', 'dmarc.adoption')
    .option('--denominator <id>', 'of which names (default: the usual ones of the metric)')
    .option('--from <date>', 'first night: YYYY-MM-DD, YYYY-MM or YYYY')
    .option('--to <date>', 'last night, the same')
    .option('--format <name>', `output: ${FORMATS.join(', ')}`, oneOf(FORMATS), 'text')
    .option('--out <file>', 'file to write, - for standard output', '-');
  addCsvOptions(addTextOptions(addStoreOption(command)));
  command.setOptionValue('top', DEFAULT_SERIES);
  return command.action(async (options: TrendOptions) => {
    const store = openReader(options.store);
    try {
      const nights = nightsBetween(store, options.store, options);
      const { checks } = (nights.at(-1) as RunRow).config;
      const measure = measureChoice(options.metric, options.denominator, checks);
      const asked = nights.filter((run) =>
        measure.needs.every((need) => run.config.checks.includes(need)),
      );
      const { by, top, only = [] } = options;
      const trend = trendOf(store, asked, { by, top, names: only, measure: measure.of });
      await writeOutput(options.out, chunksOf(trend, options, io));
    } finally {
      store.close();
    }
  });
}

function chunksOf(trend: Trend, options: TrendOptions, io: CliIo): Iterable<string> {
  switch (options.format) {
    case 'json':
      return [`${JSON.stringify(trendJson(trend), null, 2)}\n`];
    case 'csv':
      return trendCsv(trend, { hasBom: options.csvBom, isRaw: options.csvRaw });
    case 'text':
      return [
        trendText(trend, {
          width: widthOf(io.stdout),
          isColored: options.out === '-' && wantsColor(io.stdout, process.env),
          language: options.lang,
        }),
      ];
    default:
      return options.format satisfies never;
  }
}
