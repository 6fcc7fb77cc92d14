/**
 * What a scheduler says of itself: one event a happening, with a name that stays and its values beside
 * it. How it is written down is not decided here (`sight/log.ts`).
 */

/** Each event's name and what it says, as `docs/operations.md` lists them. */
export const SCHEDULE_EVENTS = {
  schedule_started: 'the scheduler begins to wait',
  schedule_stopped: 'the scheduler has ended, on a signal',
  metrics_listening: 'metrics can be read',
  night_started: 'a survey’s night begins: due, catch_up or resumed',
  night_said: 'a line that the survey or the report wrote on stderr',
  night_retried: 'an attempt failed; another follows after a pause',
  night_complete: 'the night is measured and its files are written',
  night_failed: 'the last attempt failed, or the night was broken off and given up',
  night_missed: 'nobody was there at its time, and it is too old to catch up',
  night_skipped: 'its time came while the night before still ran',
  night_interrupted: 'the scheduler was stopped; the night goes on when it starts again',
  outputs_written: 'the night’s folder is there',
  outputs_removed: 'a folder older than the retention was removed',
  state_unwritten: 'the scheduler’s own file could not be written; it is tried again',
  redis_error: 'Redis cannot be reached or refuses; said once a minute at most',
} as const;

export type ScheduleEventName = keyof typeof SCHEDULE_EVENTS;

/** Events that a person should look at. */
export const WARNING_EVENTS: readonly ScheduleEventName[] = [
  'night_retried',
  'night_failed',
  'night_missed',
  'night_skipped',
  'state_unwritten',
  'redis_error',
];

/** Values of an event: plain, and few. */
export type EventValues = Readonly<Record<string, string | number | boolean | undefined>>;

export type Say = (event: ScheduleEventName, values: EventValues) => void;
