/** `schedule`: runs the surveys of a configuration at their times, or tells others how to. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { escapeText } from '../report/text-escape.ts';
import type { LoadedConfig } from '../schedule/read-config.ts';
import type { Scheduler, SchedulerParts } from '../schedule/scheduler.ts';
import { LOG_FORMATS, type LogFormat } from '../sight/log.ts';
import type { MetricsServer } from '../sight/metrics-server.ts';
import type { MetricsSnapshot } from '../sight/metrics-snapshot.ts';
import { takeWriterLock } from '../store/lock.ts';
import { SurveyError, type SurveyErrorCode } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';
import { DEFAULT_CONFIG, loadConfig } from './config-option.ts';
import { EXIT } from './exit.ts';
import { type CliIo, note, writeAll } from './io.ts';
import { addMetricsOptions, type MetricsOptions } from './metrics-options.ts';
import { oneOf } from './option-values.ts';
import { openRedisPlace } from './redis-options.ts';
import { figuresOfStore } from './store-sight.ts';
import { TOOL_VERSION } from './version.ts';

const PRINTS = ['systemd', 'cron'] as const;

interface ScheduleOptions extends MetricsOptions {
  readonly config: string;
  readonly check: boolean;
  readonly print?: (typeof PRINTS)[number];
  readonly once?: string;
  readonly log: LogFormat;
}

/** Slots that `--check` shows of each survey. */
const SHOWN_SLOTS = 3;

export function scheduleCommand(io: CliIo): Command {
  const command = new Command('schedule')
    .description('runs the surveys of a configuration at their times, until it is stopped')
    .option('--config <file>', 'surveys and their times', DEFAULT_CONFIG)
    .option('--check', 'only look whether the configuration is right, and when it is due', false)
    .option('--print <kind>', 'print systemd units or crontab lines instead', oneOf(PRINTS))
    .option(
      '--once <survey>',
      'only run the night of that survey that is due now, for a timer outside or by hand',
    )
    .option('--log <format>', `events as ${LOG_FORMATS.join(' or ')}`, oneOf(LOG_FORMATS), 'text');
  return addMetricsOptions(command).action(async (options: ScheduleOptions) => {
    const config = await loadConfig(io, options.config, true);
    if (options.check) await check(io, config);
    else if (options.print !== undefined) await print(io, config, options.print);
    else await run(io, config, options);
  });
}

async function check(io: CliIo, config: LoadedConfig): Promise<void> {
  const { nextSlots, localTime } = await import('../schedule/slots.ts');
  const lines = Object.entries(config.surveys).map(([name, survey]) => {
    const slots = nextSlots(survey, io.now(), SHOWN_SLOTS).map((slot) =>
      localTime(slot, survey.timeZone),
    );
    return `${name}   ${slots.join(', ')}`;
  });
  const text = ['the configuration is right; the surveys are due', ...lines].map(escapeText);
  await writeAll(io.stdout, `${text.join('\n')}\n`);
}

/** This process again: the same node, with the same options, and the same entry. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

async function print(
  io: CliIo,
  config: LoadedConfig,
  kind: (typeof PRINTS)[number],
): Promise<void> {
  const { systemdUnits, crontabLines } = await import('../schedule/print-units.ts');
  const parts = { config, command: [process.execPath, ...process.execArgv, MAIN] };
  await writeAll(io.stdout, kind === 'systemd' ? systemdUnits(parts) : crontabLines(parts));
}

async function run(io: CliIo, config: LoadedConfig, options: ScheduleOptions): Promise<void> {
  const { Scheduler, waitInProcess } = await import('../schedule/scheduler.ts');
  const parts = await partsOf(io, config, options);
  const all = Object.keys(config.surveys);
  const { once } = options;
  if (once !== undefined && !all.includes(once)) {
    throw new SurveyError(
      'usage',
      `--once ${once}: there is no such survey in ${options.config}${suggestion(once, all)}`,
    );
  }
  // Redis is asked before anything is taken: it says in seconds what is wrong.
  const place = once === undefined ? await redisPlaceOf(config) : undefined;
  const scheduler = Scheduler.open(parts, once === undefined ? all : [once]);
  let metrics: MetricsServer | undefined;
  try {
    metrics = await openScheduleMetrics(io, config, options, scheduler, parts);
    if (once !== undefined) {
      await runOnce(io, scheduler, once);
      return;
    }
    parts.say('schedule_started', { surveys: all.length, by: place?.target.shown ?? 'clock' });
    if (place === undefined) await waitInProcess(scheduler, parts);
    else {
      const { waitForRedis } = await import('../schedule/redis-triggers.ts');
      await waitForRedis({ ...parts, place, surveys: config.surveys, scheduler });
    }
    parts.say('schedule_stopped', {});
  } finally {
    await metrics?.close();
    scheduler.close();
  }
}

async function partsOf(
  io: CliIo,
  config: LoadedConfig,
  { log: format }: ScheduleOptions,
): Promise<SchedulerParts> {
  const { childRunner } = await import('../schedule/child.ts');
  const { WARNING_EVENTS } = await import('../schedule/events.ts');
  const { openLog } = await import('../sight/log.ts');
  const log = openLog({
    format,
    write: (line) => io.stderr.write(line),
    now: io.now,
    warnings: WARNING_EVENTS,
    part: 'schedule',
  });
  return {
    config,
    now: io.now,
    runChild: childRunner({ main: MAIN, folder: config.folder }),
    say: log,
    pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    takeLock: takeWriterLock,
    signal: io.signal,
  };
}

function redisPlaceOf({ redis }: LoadedConfig) {
  if (redis === undefined) return Promise.resolve(undefined);
  const { url, prefix, caFile, passwordFile } = redis;
  return openRedisPlace({
    redis: url,
    ...(prefix === undefined ? {} : { redisPrefix: prefix }),
    ...(caFile === undefined ? {} : { redisCa: caFile }),
    ...(passwordFile === undefined ? {} : { redisPasswordFile: passwordFile }),
  });
}

async function openScheduleMetrics(
  io: CliIo,
  config: LoadedConfig,
  { metrics: port, metricsHost: host }: ScheduleOptions,
  scheduler: Scheduler,
  { say }: SchedulerParts,
): Promise<MetricsServer | undefined> {
  if (port === undefined) return undefined;
  const { openMetrics } = await import('../sight/metrics-server.ts');
  const { slotAfter } = await import('../schedule/slots.ts');
  const read = (): MetricsSnapshot => ({
    surveys: Object.entries(config.surveys).map(([survey, settings]) => {
      const state = scheduler.stateOf(survey);
      const lastCompleteMs = state?.nights.findLast(
        ({ outcome }) => outcome === 'complete',
      )?.endedAtMs;
      return {
        survey,
        run: figuresOfStore(settings.store),
        schedule: {
          nextSlotMs: slotAfter(settings, io.now()),
          isRunning: state?.running !== undefined,
          lastCompleteMs,
          nights: state?.counts ?? {},
        },
      };
    }),
  });
  const server = await openMetrics({ port, host, version: TOOL_VERSION, read });
  say('metrics_listening', { url: server.url });
  return server;
}

/** The exit status says how the night ended, for whoever called. */
const CODE_BY_STATUS: Readonly<Record<number, SurveyErrorCode>> = {
  [EXIT.usage]: 'usage',
  [EXIT.stopped]: 'stopped',
};

async function runOnce(io: CliIo, scheduler: Scheduler, name: string): Promise<void> {
  const before = scheduler.stateOf(name)?.nights.length ?? 0;
  scheduler.reopenNewest(name);
  scheduler.tick();
  await scheduler.settled();
  const state = scheduler.stateOf(name);
  if (state?.running !== undefined) {
    throw new SurveyError('stopped', `the night of ${name} was stopped; the same command goes on`);
  }
  const last = state?.nights.at(-1);
  if (state === undefined || last === undefined || state.nights.length === before) {
    note(
      io,
      `nothing is due of ${name}${last === undefined ? '' : `: night ${last.night} is ${last.outcome}`}`,
    );
    return;
  }
  if (last.outcome === 'complete') return;
  const code = CODE_BY_STATUS[last.exitStatus ?? EXIT.failed] ?? 'machine';
  throw new SurveyError(code, `night ${last.night} of ${name} ${last.outcome}: ${last.why}`);
}
