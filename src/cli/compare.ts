/** `compare A B`: what changed between two nights, three ways, by segment, and who is behind it. */
import { Command } from 'commander';
import { writeOutput } from '../report/atomic-write.ts';
import { changesCsv } from '../report/changes-csv.ts';
import { compareText } from '../report/compare-text.ts';
import { comparisonJson } from '../report/report-json-changes.ts';
import { wantsColor, widthOf } from '../report/text/paint.ts';
import type { Comparison } from '../statistics/comparison.ts';
import type { MeasureKey } from '../statistics/metrics.ts';
import { openReader } from '../store/open.ts';
import { type NightPair, nightPair } from './chosen-nights.ts';
import { comparisonOf } from './compare-data.ts';
import type { CliIo } from './io.ts';
import { measureChoice } from './measure-choice.ts';
import { oneOf } from './option-values.ts';
import {
  addCsvOptions,
  addSegmentOption,
  addStoreOption,
  addTextOptions,
  type CsvFlags,
  type SegmentOptions,
  type StoreOption,
  type TextOptions,
} from './run-options.ts';

const FORMATS = ['text', 'json', 'csv'] as const;

interface CompareOptions extends StoreOption, SegmentOptions, TextOptions, CsvFlags {
  readonly metric: string;
  readonly denominator?: string;
  readonly format: (typeof FORMATS)[number];
  readonly out: string;
  readonly anyList: boolean;
  readonly operators: boolean;
}

const DEFAULT_SEGMENTS: readonly string[] = ['tld'];

export function compareCommand(io: CliIo): Command {
  const command = new Command('compare')
    .description('what changed between two nights: cross-section, panel and composition')
    .argument(
      '[nights...]',
      'two nights (YYYY-MM-DD), months (YYYY-MM: its newest night) or run:ID; default: the newest two',
    )
    .option('--metric <id>', 'what the tables show, as dmarc.policy:reject', 'dmarc.adoption')
    .option('--denominator <id>', 'of which names (default: the usual ones of the metric)')
    .option('--any-list', 'compare lists that have little in common, too', false)
    .option(
      '--operators',
      'with the tables of mail and report operators, however many names moved',
      false,
    )
    .option('--format <name>', `output: ${FORMATS.join(', ')}`, oneOf(FORMATS), 'text')
    .option('--out <file>', 'file to write, - for standard output', '-');
  addCsvOptions(addTextOptions(addSegmentOption(addStoreOption(command))));
  return command.action(async (nights: readonly string[], options: CompareOptions) => {
    const store = openReader(options.store);
    try {
      const pair = nightPair(store, options.store, nights);
      const { metric, denominator } = options;
      const { of } = measureChoice(metric, denominator, checksOfBoth(pair));
      const comparison = comparisonOf(store, pair, {
        by: options.by ?? DEFAULT_SEGMENTS,
        measure: of,
        isAnyList: options.anyList,
        operators: options.operators ? 'all' : 'drivers',
      });
      await writeOutput(options.out, chunksOf(comparison, of, options, io));
    } finally {
      store.close();
    }
  });
}

const checksOfBoth = ({ from, to }: NightPair): readonly string[] =>
  to.config.checks.filter((check) => from.config.checks.includes(check));

function chunksOf(
  comparison: Comparison,
  of: MeasureKey,
  options: CompareOptions,
  io: CliIo,
): Iterable<string> {
  switch (options.format) {
    case 'json':
      return [`${JSON.stringify(comparisonJson(comparison, false), null, 2)}\n`];
    case 'csv':
      return changesCsv(comparison, { hasBom: options.csvBom, isRaw: options.csvRaw });
    case 'text':
      return [
        compareText(comparison, {
          width: widthOf(io.stdout),
          isColored: options.out === '-' && wantsColor(io.stdout, process.env),
          language: options.lang,
          topSegments: options.top,
          ...of,
        }),
      ];
    default:
      return options.format satisfies never;
  }
}
