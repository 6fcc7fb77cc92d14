/**
 * The shape of `mailcensus.config.json`: what may stand in it, of which kind, with which default.
 * It reads no file and touches no disk (`read-config.ts` does); a value that the command line would
 * refuse is refused here, by the same bounds.
 */
import { z } from 'zod';
import { CHECKS } from '../checks/table.ts';
import { TRANSPORT_CHOICES } from '../dns/client/choose-transport.ts';
import { MAX_WINDOW } from '../dns/client/engine-options.ts';
import { parseResolver } from '../dns/client/resolvers.ts';
import { parseRedisUrl, REDIS_PREFIX } from '../queue/redis-url.ts';
import { LANGUAGES } from '../report/language/language.ts';
import { MAX_ATTEMPTS, MAX_RATE, MAX_SEED, MAX_THREADS, MAX_TIMEOUT_MS } from '../survey/limits.ts';
import { LIST_FORMATS } from '../survey/list-format.ts';
import { HOSTS_MODES } from '../survey/list-ledger.ts';
import { isTimeZone, slotAfter } from './slots.ts';

export const OUTPUT_KINDS = ['csv', 'html', 'json'] as const;

export type OutputKind = (typeof OUTPUT_KINDS)[number];

const MAX_LISTS = 1_000;
const MAX_TEXT_LENGTH = 4_096;
const MAX_DAYS = 36_500;

/** Of a survey: it becomes a folder, a file name, a unit's name and a metric's label. */
const SURVEY_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/u;
/** Five fields of numbers and names: what croner, systemd and every cron understand alike. */
const CRON_FIELD =
  /^(?:\*(?:\/\d{1,2})?|(?:\d{1,2}|[A-Za-z]{3})(?:-(?:\d{1,2}|[A-Za-z]{3})(?:\/\d{1,2})?)?)$/u;

const text = z.string().min(1).max(MAX_TEXT_LENGTH).refine(hasNoControl, {
  message: 'has a control character',
});
const whole = (least: number, most: number) => z.int().min(least).max(most);

const resolver = text.superRefine((value, context) => {
  const parsed = parseResolver(value);
  if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
});

const timeZone = text.refine(isTimeZone, {
  message: 'is no time zone; it takes a name as Asia/Tokyo',
});

const cron = text.superRefine((value, context) => {
  const complaint = cronComplaint(value);
  // What is empty is said already.
  if (value !== '' && complaint !== undefined)
    context.addIssue({ code: 'custom', message: complaint });
});

const checkNames = CHECKS.map(({ name }) => name);

const outputs = z.strictObject({
  /** Dated folders `FOLDER/SURVEY/NIGHT` are made in it. */
  folder: text,
  csv: z.boolean().default(true),
  html: z.boolean().default(true),
  json: z.boolean().default(false),
  languages: z.array(z.enum(LANGUAGES)).min(1).max(LANGUAGES.length).default(['en']),
  /** Segments of the breakdowns, each as a `report --by` takes it. */
  bySegments: z.array(text).max(20).default([]),
  /** No file names a single domain. */
  aggregateOnly: z.boolean().default(false),
  /** Days that dated folders are kept; without it for ever. The store's history is never touched. */
  retentionDays: whole(1, MAX_DAYS).optional(),
});

const survey = z.strictObject({
  lists: z.array(text).min(1).max(MAX_LISTS),
  format: z.enum(LIST_FORMATS).optional(),
  column: text.optional(),
  labelColumns: z.array(text).max(100).default([]),
  hosts: z.enum(HOSTS_MODES).optional(),
  store: text,
  resolvers: z.array(resolver).min(1).max(64).optional(),
  checks: z
    .array(z.enum(checkNames as [string, ...string[]]))
    .min(1)
    .optional(),
  rate: whole(0, MAX_RATE).optional(),
  window: whole(1, MAX_WINDOW).optional(),
  threads: whole(1, MAX_THREADS).optional(),
  timeoutMs: whole(1, MAX_TIMEOUT_MS).optional(),
  attempts: whole(1, MAX_ATTEMPTS).optional(),
  transport: z.enum(TRANSPORT_CHOICES).optional(),
  sample: whole(0, 1e12).optional(),
  seed: whole(0, MAX_SEED).optional(),
  spfVoids: z.boolean().default(false),
  nxdomainCut: z.boolean().default(true),
  /** Names that are not asked; beside the one of the whole file, if both are given. */
  optOut: text.optional(),
  cron,
  timeZone,
  /** A night that the scheduler was down for is begun late only if it is younger than that. */
  catchUpHours: z
    .number()
    .min(0)
    .max(24 * 366)
    .default(12),
  retries: whole(0, 100).default(3),
  retryPauseSeconds: whole(0, 86_400).default(600),
  outputs: outputs.optional(),
});

const redisUrl = text.superRefine((value, context) => {
  const parsed = parseRedisUrl(value);
  if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
});

const redis = z.strictObject({
  /** As `--redis` takes it. A password in it is for a file that only its owner may read. */
  url: redisUrl,
  prefix: text.regex(REDIS_PREFIX, 'takes letters, digits, _ . and -').optional(),
  /** File that holds the password alone, so that it stands in no configuration. */
  passwordFile: text.optional(),
  /** PEM file of authorities to trust instead of the system's. */
  caFile: text.optional(),
  /** Blocks are asked by `mailcensus worker` processes; false: Redis only keeps the times. */
  workers: z.boolean().default(true),
});

export const scheduleConfig = z.strictObject({
  /** Folder of the scheduler's own state, one file a survey. */
  state: text.default('mailcensus-schedule'),
  redis: redis.optional(),
  optOut: text.optional(),
  surveys: z
    .record(z.string().regex(SURVEY_NAME, 'takes 1 to 32 of a-z, 0-9 and -'), survey)
    .refine((surveys) => Object.keys(surveys).length > 0, { message: 'has no survey' })
    .refine((surveys) => Object.keys(surveys).length <= 100, { message: 'has more than 100' }),
});

/** As the file says it, with defaults; paths still as written. */
export type ScheduleConfig = z.infer<typeof scheduleConfig>;
export type SurveyConfig = ScheduleConfig['surveys'][string];
export type OutputConfig = NonNullable<SurveyConfig['outputs']>;
export type RedisConfig = NonNullable<ScheduleConfig['redis']>;

/** Keys that may stand in an object of the file, by the path of that object; for suggestions. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const [first, , third] = path;
  if (first === undefined) return Object.keys(scheduleConfig.shape);
  if (first === 'redis') return Object.keys(redis.shape);
  return Object.keys(third === 'outputs' ? outputs.shape : survey.shape);
}

function hasNoControl(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}

/** Why a pattern cannot be used; undefined when it can. */
function cronComplaint(pattern: string): string | undefined {
  const fields = pattern.trim().split(/\s+/u);
  const isPlain = fields.every((field) => field.split(',').every((part) => CRON_FIELD.test(part)));
  if (fields.length !== 5 || !isPlain) {
    return 'is no cron pattern; it takes five fields as "15 2 * * *" (minute hour day month weekday)';
  }
  try {
    return slotAfter({ cron: pattern, timeZone: 'UTC' }, 0) === undefined
      ? 'never comes'
      : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /u, '') : '';
    return `is no cron pattern (${why})`;
  }
}
