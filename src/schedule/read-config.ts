/**
 * Reads and checks `mailcensus.config.json`. Every problem is found in one go and named with its
 * place, as `surveys.jp.lists[0]: no such file`. Nothing is begun on a file with a problem.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { SurveyError } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';
import { readOptOut } from '../survey/opt-out.ts';
import {
  keysAt,
  type RedisConfig,
  type ScheduleConfig,
  type SurveyConfig,
  scheduleConfig,
} from './config.ts';
import { dateWithTwo } from './slots.ts';

const MAX_CONFIG_BYTES = 1_000_000;
const MAX_SHOWN = 50;

/** A checked configuration; every path in it is absolute. */
export interface LoadedConfig extends ScheduleConfig {
  /** Of the file. */
  readonly path: string;
  /** Of the file; the folder that surveys run in. */
  readonly folder: string;
}

export type ConfigReading =
  | { readonly config: LoadedConfig }
  /** One line each, that begins with the place in the file. */
  | { readonly problems: readonly string[] };

/**
 * Throws SurveyError only where there is no file or no JSON to look at. Without `areFilesChecked` the
 * lists and other files it names may be missing just now: for who only reads what was.
 */
export function readConfig(
  path: string,
  { nowMs, areFilesChecked }: { readonly nowMs: number; readonly areFilesChecked: boolean },
): ConfigReading {
  const value = parseJson(path, readText(path));
  const parsed = scheduleConfig.safeParse(value, { reportInput: true });
  if (!parsed.success) return { problems: bounded(parsed.error.issues.flatMap(problemsOf)) };
  const config = withPaths(parsed.data, resolve(path));
  const files = areFilesChecked ? [...fileProblems(config)] : [];
  const problems = [...files, ...surveyProblems(config, nowMs)];
  return problems.length > 0 ? { problems: bounded(problems) } : { config };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_CONFIG_BYTES) {
      throw new SurveyError('usage', `${path}: is over 1 MB, which no configuration is`);
    }
    return readFileSync(path, 'utf8').replace(/^\ufeff/u, '');
  } catch (error) {
    if (error instanceof SurveyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
    throw new SurveyError(
      'usage',
      `${path}: ${why}; --config names another, docs/operations.md has one to begin with`,
      { cause: error },
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SurveyError('usage', `${path}: is no JSON: ${why}${lineOf(text, why)}`, {
      cause: error,
    });
  }
}

/** The line of `at position N`, which people look for. */
function lineOf(text: string, message: string): string {
  const position = /at position (\d+)/u.exec(message)?.[1];
  if (position === undefined || message.includes('(line ')) return '';
  return ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}

function bounded(problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_SHOWN;
  return more > 0 ? [...problems.slice(0, MAX_SHOWN), `and ${more} more`] : problems;
}

/** As `surveys.jp.lists[0]`. */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) =>
      typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`,
    )
    .join('');
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue): readonly string[] {
  const place = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const at = placeOf([...issue.path, key]);
      return `${at}: is no setting${suggestion(key, keysAt(issue.path))}`;
    });
  }
  return [`${place === '' ? 'the file' : place}: ${complaintOf(issue)}`];
}

function complaintOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; it takes ${kindOf(issue.expected)}`
        : `takes ${kindOf(issue.expected)}`;
    case 'invalid_value':
      return `takes ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `takes ${issue.minimum} or more`
        : 'is empty';
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `takes ${issue.maximum} or less`
        : 'is too long';
    case 'invalid_key':
      return `is no name of a survey: it ${issue.issues[0]?.message ?? ''}`;
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'settings in { }',
  record: 'settings in { }',
};

const kindOf = (expected: string): string => KINDS[expected] ?? expected;

/** Paths are from the folder of the file, wherever the call is made. */
function withPaths(config: ScheduleConfig, path: string): LoadedConfig {
  const folder = dirname(path);
  const at = (name: string): string => resolve(folder, name);
  const surveys = Object.fromEntries(
    Object.entries(config.surveys).map(([name, survey]): [string, SurveyConfig] => [
      name,
      {
        ...survey,
        lists: survey.lists.map(at),
        store: at(survey.store),
        ...(survey.optOut === undefined ? {} : { optOut: at(survey.optOut) }),
        ...(survey.outputs === undefined
          ? {}
          : { outputs: { ...survey.outputs, folder: at(survey.outputs.folder) } }),
      },
    ]),
  );
  const { redis } = config;
  return {
    ...config,
    ...(redis === undefined ? {} : { redis: redisWithPaths(redis, at) }),
    path,
    folder,
    state: at(config.state),
    ...(config.optOut === undefined ? {} : { optOut: at(config.optOut) }),
    surveys,
  };
}

function redisWithPaths(redis: RedisConfig, at: (name: string) => string): RedisConfig {
  const { caFile, passwordFile } = redis;
  return {
    ...redis,
    ...(caFile === undefined ? {} : { caFile: at(caFile) }),
    ...(passwordFile === undefined ? {} : { passwordFile: at(passwordFile) }),
  };
}

function* fileProblems(config: LoadedConfig): Generator<string> {
  const { optOut, redis } = config;
  if (optOut !== undefined) yield* optOutProblems('optOut', optOut);
  yield* fileProblemsOf([
    ['redis.caFile', redis?.caFile],
    ['redis.passwordFile', redis?.passwordFile],
  ]);
  for (const [name, survey] of Object.entries(config.surveys)) {
    const place = `surveys.${name}`;
    yield* fileProblemsOf(survey.lists.map((list, i) => [`${place}.lists[${i}]`, list]));
    if (survey.optOut !== undefined) yield* optOutProblems(`${place}.optOut`, survey.optOut);
    const inFolder = folderProblem(dirname(survey.store));
    if (inFolder !== undefined) yield `${place}.store: its folder: ${inFolder} (${survey.store})`;
  }
}

function* fileProblemsOf(
  files: readonly (readonly [place: string, path: string | undefined])[],
): Generator<string> {
  for (const [place, path] of files) {
    const problem = path === undefined ? undefined : fileProblem(path);
    if (problem !== undefined) yield `${place}: ${problem} (${path})`;
  }
}

function* optOutProblems(place: string, path: string): Generator<string> {
  try {
    readOptOut(path);
  } catch (error) {
    if (!(error instanceof SurveyError)) throw error;
    yield `${place}: ${error.message}`;
  }
}

function fileProblem(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? 'is a folder' : undefined;
  } catch (error) {
    return notFound(error, 'no such file');
  }
}

function folderProblem(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'is no folder';
  } catch (error) {
    return notFound(error, 'no such folder');
  }
}

function notFound(error: unknown, absent: string): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? absent : `cannot be looked at (${code})`;
}

/** Settings that each worker has for itself. */
const WORKERS_OWN = [
  'resolvers',
  'rate',
  'window',
  'threads',
  'timeoutMs',
  'attempts',
  'transport',
] as const;

/** What no single setting shows: two surveys in one store, two slots in one night. */
function* surveyProblems(config: LoadedConfig, nowMs: number): Generator<string> {
  const ownerOf = new Map<string, string>();
  for (const [name, survey] of Object.entries(config.surveys)) {
    const owner = ownerOf.get(survey.store);
    if (owner !== undefined) {
      yield `surveys.${name}.store: is the store of ${owner} too; a store belongs to one survey`;
    }
    ownerOf.set(survey.store, name);
    if (config.redis?.workers === true) {
      for (const key of WORKERS_OWN.filter((one) => survey[one] !== undefined)) {
        yield `surveys.${name}.${key}: says how to ask, and with "redis" the workers ask: give it to them`;
      }
    }
    const night = dateWithTwo(survey, nowMs);
    if (night !== undefined) {
      yield `surveys.${name}.cron: comes twice on ${night}; a store takes one run a night`;
    }
    const { outputs } = survey;
    if (outputs !== undefined && !outputs.csv && !outputs.html && !outputs.json) {
      yield `surveys.${name}.outputs: names no kind of file; set csv, html or json`;
    }
  }
}
