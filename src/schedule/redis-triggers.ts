/**
 * Lets Redis keep the times: one BullMQ job scheduler a survey, whose job is the night. What a night
 * is, and what is missed, skipped or taken up again, stays with `Scheduler`; the job only says that a
 * slot has come and ends as its night does, so that any view of the queue shows how nights went.
 *
 * An upsert moves a job that is overdue to the next slot, so it is made only where something differs.
 */
import { type Job, Queue, Worker } from 'bullmq';
import { connectRedis, type RedisPlace } from '../queue/redis-connection.ts';
import type { SurveyConfig } from './config.ts';
import type { Say } from './events.ts';
import type { Scheduler } from './scheduler.ts';
import { slotAfter } from './slots.ts';

export const SCHEDULE_QUEUE = 'schedule';

export interface TriggerParts {
  readonly place: RedisPlace;
  readonly surveys: Readonly<Record<string, SurveyConfig>>;
  readonly scheduler: Scheduler;
  readonly say: Say;
  readonly now: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const BEAT_MS = 30_000;
const ERROR_INTERVAL_MS = 60_000;
/** A scheduler that died gives its job back after so long; its night is taken up by the state anyway. */
const LOCK_MS = 30_000;
const MAX_STALLS = 1_000;
/** Of the event stream and of the ended jobs: enough to look at. */
const KEPT = 400;

/** The same reader of patterns as everywhere else, whatever BullMQ brings along. */
const settings = {
  repeatStrategy: (
    atMs: number,
    { pattern, tz }: { readonly pattern?: string; readonly tz?: string },
  ): number | undefined => slotAfter({ cron: pattern ?? '', timeZone: tz ?? 'UTC' }, atMs),
};

/** Waits for what Redis says until the signal fires, then for the nights under way. */
export async function waitForRedis(parts: TriggerParts): Promise<void> {
  const { place, scheduler, signal } = parts;
  const client = connectRedis(place);
  const onError = errorSayer(parts);
  client.on('error', onError);
  const common = { connection: client, prefix: place.prefix, settings };
  const queue = new Queue(SCHEDULE_QUEUE, { ...common, streams: { events: { maxLen: 10 } } });
  queue.on('error', onError);
  let worker: Worker | undefined;
  try {
    await Promise.race([enterSurveys(queue, parts.surveys), aborted(signal)]);
    if (!signal.aborted) {
      worker = new Worker(SCHEDULE_QUEUE, (job) => runJob(job, scheduler), {
        ...common,
        // A slot that comes while a night runs must be seen, to be skipped.
        concurrency: 2 * Object.keys(parts.surveys).length,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS / 3,
        maxStalledCount: MAX_STALLS,
      });
      worker.on('error', onError);
    }
    scheduler.tick();
    while (!signal.aborted) {
      scheduler.beat();
      await parts.pause(BEAT_MS, signal);
    }
    await scheduler.settled();
  } finally {
    await Promise.race([worker?.close(), parts.pause(CLOSE_PATIENCE_MS, NEVER)]);
    client.disconnect();
  }
}

const CLOSE_PATIENCE_MS = 3_000;
const NEVER = new AbortController().signal;

/** Names the slot, which is the job's time and not the time at which it came to be taken. */
async function runJob(job: Job, scheduler: Scheduler): Promise<string> {
  const slotMs = job.opts.prevMillis ?? job.timestamp + (job.opts.delay ?? 0);
  const night = await scheduler.due(job.name, slotMs);
  if (night?.outcome === 'failed') throw new Error(night.why ?? 'failed');
  return night?.outcome ?? 'nothing to do';
}

/** Enters what is new or differs, removes what the configuration no longer has. */
async function enterSurveys(
  queue: Queue,
  surveys: Readonly<Record<string, SurveyConfig>>,
): Promise<void> {
  for (const [name, { cron, timeZone }] of Object.entries(surveys)) {
    const there = await queue.getJobScheduler(name);
    if (there?.pattern === cron && there.tz === timeZone && there.next !== undefined) continue;
    await queue.upsertJobScheduler(
      name,
      { pattern: cron, tz: timeZone },
      {
        name,
        opts: { attempts: 1, removeOnComplete: { count: KEPT }, removeOnFail: { count: KEPT } },
      },
    );
  }
  for (const { key } of await queue.getJobSchedulers()) {
    if (!Object.hasOwn(surveys, key)) await queue.removeJobScheduler(key);
  }
}

function errorSayer({ say, now }: TriggerParts): (error: Error) => void {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (now() - saidAtMs < ERROR_INTERVAL_MS) return;
    saidAtMs = now();
    say('redis_error', { why: error.message });
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
