/** The options of `survey`: what is surveyed, how, and into which store. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { CHECKS } from '../checks/table.ts';
import { HEADLINE_METRICS } from '../statistics/counters.ts';
import { MAX_SEED, MAX_THREADS } from '../survey/limits.ts';
import { LIST_FORMATS, type ListFormat } from '../survey/list-format.ts';
import { HOSTS_MODES, type HostsMode } from '../survey/list-ledger.ts';
import { addDnsOptions, type DnsOptions } from './dns-options.ts';
import { collect, commaList, oneOf, percentagePoints, wholeNumber } from './option-values.ts';
import { addRedisOptions, type RedisOptions } from './redis-options.ts';
import { DEFAULT_STORE } from './store-option.ts';

export interface SurveyOptions extends DnsOptions, RedisOptions {
  readonly store: string;
  readonly checks: readonly string[];
  readonly sample: number;
  readonly seed: number;
  /** Half width as a fraction; undefined for all names. */
  readonly untilCi?: number;
  readonly metric: string;
  readonly night?: string;
  readonly tz: string;
  readonly format?: ListFormat;
  readonly column?: string;
  readonly labelColumn?: readonly string[];
  readonly hosts: HostsMode;
  readonly optOut?: readonly string[];
  readonly spfVoids: boolean;
  readonly quiet: boolean;
  readonly threads: number;
}

/** Queries in flight at most. How many each resolver is given below that, it shows itself. */
export const DEFAULT_WINDOW = 2000;

export function surveyOptions(command: Command): Command {
  const withLists = command
    .option('--store <file>', 'the survey’s store', DEFAULT_STORE)
    .option(
      '--checks <names>',
      'checks to run',
      commaList,
      CHECKS.map((check) => check.name),
    )
    .option(
      '--sample <n>',
      'survey a simple random sample of n names, 0 for all',
      wholeNumber(0, 1e12),
      0,
    )
    .option('--seed <n>', 'seed of the sample', wholeNumber(0, MAX_SEED), 1)
    .option(
      '--until-ci <points>',
      'end as soon as the 95 % interval is that narrow, as 0.5pp for ± 0.5 points; the run is a sample then',
      percentagePoints,
    )
    .option(
      '--metric <id>',
      `what --until-ci looks at: ${HEADLINE_METRICS.join(', ')}`,
      oneOf(HEADLINE_METRICS),
      'dmarc.adoption',
    )
    .option('--night <date>', 'YYYY-MM-DD of the run (default: today, or the open run)')
    .option('--tz <zone>', 'time zone that nights are counted in', systemTimeZone())
    .option(
      '--format <name>',
      `format of the lists: ${LIST_FORMATS.join(', ')} (default: found out)`,
      oneOf(LIST_FORMATS),
    )
    .option('--column <name>', 'CSV column with the names, by header or number')
    .option('--label-column <name>', 'CSV column to keep as a label; repeatable', collect)
    .option(
      '--hosts <mode>',
      `names below a registrable domain: ${HOSTS_MODES.join(', ')}`,
      oneOf(HOSTS_MODES),
      'refuse',
    )
    .option(
      '--opt-out <file>',
      'names that must not be asked, one a line, each with all below it; repeatable',
      collect,
    )
    .option('--spf-voids', 'also ask the targets of SPF a, mx and exists', false)
    .option(
      '--threads <n>',
      'threads that ask, window and rate divided over them (default: cores less one)',
      wholeNumber(1, MAX_THREADS),
      defaultThreads(),
    )
    .option('--quiet', 'no progress, only the report', false);
  const withDns = addDnsOptions(withLists, { window: DEFAULT_WINDOW });
  return addRedisOptions(withDns, 'have workers ask, over this Redis');
}

/** One core is left to the main thread, which writes, and to a resolver on the same host. */
export function defaultThreads(): number {
  return Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1));
}

function systemTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
