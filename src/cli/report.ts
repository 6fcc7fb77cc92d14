/** `report`: the figures of one run, as text, JSON, a page, or a folder of all its files. */
import { Command } from 'commander';
import { type Chunks, writeOutput } from '../report/atomic-write.ts';
import { isNamedAfterDomains } from '../report/output-files.ts';
import type { ReportData } from '../report/report-data.ts';
import { textReport } from '../report/text-report.ts';
import { openReader } from '../store/open.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';
import { type CliIo, note } from './io.ts';
import { knownDmarcOf } from './known-dmarc-data.ts';
import { oneOf } from './option-values.ts';
import { terminalOf } from './print-report.ts';
import { chosenRun, reportDataOf } from './report-data.ts';
import {
  addCsvOptions,
  addRunOptions,
  addSegmentOption,
  addTextOptions,
  type CsvFlags,
  type RunOptions,
  type SegmentOptions,
  type TextOptions,
} from './run-options.ts';
import { extraSegmentsOf } from './segment-data.ts';

const FORMATS = ['text', 'json', 'html'] as const;
const DENOMINATORS = ['existing', 'mail', 'known_dmarc'] as const;

interface ReportOptions extends RunOptions, SegmentOptions, TextOptions, CsvFlags {
  readonly format: (typeof FORMATS)[number];
  readonly denominator?: (typeof DENOMINATORS)[number];
  readonly knownBy?: string;
  /** A night; false for none. */
  readonly compare?: string | false;
  readonly tables: boolean;
  readonly out?: string;
  readonly aggregateOnly: boolean;
}

export function reportCommand(io: CliIo): Command {
  const command = new Command('report')
    .description('the figures of one run: breakdown, adoption, segments; as text, JSON or a page')
    .option('--format <name>', `output: ${FORMATS.join(', ')}`, oneOf(FORMATS), 'text')
    .option(
      '--denominator <id>',
      'existing and mail are always shown; known_dmarc adds none, quarantine, reject and error of the names known to have had DMARC',
      oneOf(DENOMINATORS),
    )
    .option(
      '--known-by <label>',
      'COLUMN=VALUE of the list for known_dmarc (default: what earlier nights saw)',
    )
    .option('--compare <night>', 'the night to compare with (default: the one before)')
    .option('--no-compare', 'this night alone')
    .option('--tables', 'with the tables of the published surveys', false)
    .option('--out <folder>', 'write report, CSV files and JSON into this folder')
    .option('--aggregate-only', 'no file and no table that names a domain', false);
  addCsvOptions(addTextOptions(addSegmentOption(addRunOptions(command))));
  return command.action(async (options: ReportOptions) => {
    const store = openReader(options.store);
    try {
      await report(io, store, chosenRun(store, options.store, options), options);
    } finally {
      store.close();
    }
  });
}

async function report(
  io: CliIo,
  store: StoreReader,
  run: RunRow,
  options: ReportOptions,
): Promise<void> {
  if (
    options.out === undefined &&
    options.format === 'text' &&
    typeof options.compare === 'string'
  ) {
    throw new SurveyError(
      'usage',
      'the text report is of one night: mailcensus compare prints two, --format html and json take --compare',
    );
  }
  const data = dataOf(store, run, options);
  if (options.out !== undefined) {
    const { writeReportFolder } = await import('./report-folder.ts');
    const { historyOf } = await import('./report-history.ts');
    const names = await writeReportFolder(store, data, options.out, {
      language: options.lang,
      topSegments: options.top,
      csv: { hasBom: options.csvBom, isRaw: options.csvRaw },
      isAggregateOnly: options.aggregateOnly,
      ...historyOf(store, run, options),
    });
    note(io, `${options.out}: ${names.join(', ')}`);
    return;
  }
  await writeOutput('-', await chunksOf(io, store, data, options));
}

function dataOf(store: StoreReader, run: RunRow, options: ReportOptions): ReportData {
  const named = options.aggregateOnly ? (options.by ?? []).find(isNamedAfterDomains) : undefined;
  if (named !== undefined) {
    throw new SurveyError('usage', `--by ${named} names domains, which --aggregate-only forbids`);
  }
  const extraSegments = extraSegmentsOf(store, run, options.by ?? []);
  const isKnown = options.denominator === 'known_dmarc' || options.knownBy !== undefined;
  return {
    ...reportDataOf(store, run),
    ...(extraSegments.length > 0 ? { extraSegments } : {}),
    ...(isKnown ? { knownDmarc: knownDmarcOf(store, run, options.knownBy) } : {}),
  };
}

/** What only a page or JSON needs is loaded for them alone: a third of a second of CPU. */
async function chunksOf(
  io: CliIo,
  store: StoreReader,
  data: ReportData,
  options: ReportOptions,
): Promise<Chunks> {
  const { lang: language, top: topSegments, aggregateOnly } = options;
  switch (options.format) {
    case 'html': {
      const { htmlReport } = await import('../report/html/html-report.ts');
      const { historyOf } = await import('./report-history.ts');
      const { comparison, trends } = historyOf(store, data.run, options);
      return htmlReport({ data, language, topSegments, comparison, trends });
    }
    case 'json': {
      const { reportJson } = await import('../report/report-json.ts');
      const { historyOf } = await import('./report-history.ts');
      const { comparison, trends } = historyOf(store, data.run, options);
      const shown = comparison === undefined ? {} : { comparison };
      return reportJson(data, { trends, isAggregateOnly: aggregateOnly, ...shown });
    }
    case 'text':
      return [
        textReport(data, {
          ...terminalOf(io),
          language,
          topSegments,
          ...(options.by === undefined ? {} : { segmentTypes: options.by }),
          hasTables: options.tables,
        }),
      ];
    default:
      return options.format satisfies never;
  }
}
