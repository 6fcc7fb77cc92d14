/** Options that several reading verbs share: which store, which run, which segments. */
import type { Command } from 'commander';
import { LANGUAGES, type Language } from '../report/language/language.ts';
import { DEFAULT_TOP } from '../report/report-data.ts';
import { collect, oneOf, wholeNumber } from './option-values.ts';
import { DEFAULT_STORE } from './store-option.ts';

export interface StoreOption {
  readonly store: string;
}

export interface RunOptions extends StoreOption {
  readonly night?: string;
  readonly run?: number;
}

export interface SegmentOptions {
  readonly by?: readonly string[];
}

export interface TextOptions {
  readonly lang: Language;
  readonly top: number;
}

export interface CsvFlags {
  readonly csvBom: boolean;
  readonly csvRaw: boolean;
}

export function addStoreOption(command: Command): Command {
  return command.option('--store <file>', 'the survey’s store', DEFAULT_STORE);
}

export function addRunOptions(command: Command): Command {
  return addStoreOption(command)
    .option('--night <date>', 'the run of that night (default: the newest)')
    .option('--run <id>', 'the run of that id', wholeNumber(1, Number.MAX_SAFE_INTEGER));
}

export function addSegmentOption(command: Command): Command {
  return command.option(
    '--by <type>',
    'segments: tld, registry, rank, list, label:COLUMN, mx, rua, or two as tld,rank; repeatable',
    collect,
  );
}

export function addTextOptions(command: Command): Command {
  return command
    .option('--lang <language>', `language: ${LANGUAGES.join(', ')}`, oneOf(LANGUAGES), 'en')
    .option('--top <n>', 'rows of the tables by segment', wholeNumber(1, 10_000), DEFAULT_TOP);
}

export function addCsvOptions(command: Command): Command {
  return command
    .option('--csv-bom', 'begin with a byte order mark, for spreadsheets that want one', false)
    .option('--csv-raw', 'do not guard text cells against being read as formulas', false);
}
