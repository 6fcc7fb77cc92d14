/**
 * A night's calls of our own command line, as arguments: the survey, then the report. Pure. A night
 * runs in processes of its own, so that whatever ends one cannot end the scheduler.
 */
import type { OutputConfig, RedisConfig, SurveyConfig } from './config.ts';

export interface NightCall {
  readonly survey: SurveyConfig;
  readonly night: string;
  /** Names of the whole configuration that are not asked. */
  readonly optOut: string | undefined;
  readonly redis: RedisConfig | undefined;
}

/** `survey LIST… --night …`: the same at every attempt, so that a later one goes on where one stopped. */
export function surveyArguments({ survey, night, optOut, redis }: NightCall): string[] {
  const value = (option: string, of: string | number | undefined): string[] =>
    of === undefined ? [] : [`${option}=${of}`];
  const each = (option: string, of: readonly string[] | undefined): string[] =>
    (of ?? []).map((one) => `${option}=${one}`);
  return [
    'survey',
    ...value('--store', survey.store),
    ...value('--night', night),
    ...value('--tz', survey.timeZone),
    ...value('--checks', survey.checks?.join(',')),
    ...value('--format', survey.format),
    ...value('--column', survey.column),
    ...each('--label-column', survey.labelColumns),
    ...value('--hosts', survey.hosts),
    ...each('--resolver', survey.resolvers),
    ...value('--rate', survey.rate),
    ...value('--window', survey.window),
    ...value('--threads', survey.threads),
    ...value('--timeout', survey.timeoutMs),
    ...value('--attempts', survey.attempts),
    ...value('--transport', survey.transport),
    ...value('--sample', survey.sample),
    ...value('--seed', survey.seed),
    ...(survey.spfVoids ? ['--spf-voids'] : []),
    ...(survey.nxdomainCut ? [] : ['--no-nxdomain-cut']),
    ...each(
      '--opt-out',
      [optOut, survey.optOut].filter((path) => path !== undefined),
    ),
    ...redisArguments(redis),
    '--quiet',
    // A list whose name begins with a hyphen is a list all the same.
    '--',
    ...survey.lists,
  ];
}

function redisArguments(redis: RedisConfig | undefined): string[] {
  if (redis?.workers !== true) return [];
  return [
    `--redis=${redis.url}`,
    ...(redis.prefix === undefined ? [] : [`--redis-prefix=${redis.prefix}`]),
    ...(redis.caFile === undefined ? [] : [`--redis-ca=${redis.caFile}`]),
    ...(redis.passwordFile === undefined ? [] : [`--redis-password-file=${redis.passwordFile}`]),
  ];
}

/** `report --night … --out FOLDER`, of one language. */
export function reportArguments(
  survey: SurveyConfig,
  outputs: OutputConfig,
  call: { readonly night: string; readonly folder: string; readonly language: string },
): string[] {
  return [
    'report',
    `--store=${survey.store}`,
    `--night=${call.night}`,
    `--out=${call.folder}`,
    `--lang=${call.language}`,
    ...outputs.bySegments.map((segments) => `--by=${segments}`),
    ...(outputs.aggregateOnly ? ['--aggregate-only'] : []),
  ];
}
