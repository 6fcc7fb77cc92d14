/**
 * What a scheduler must know after a restart, one JSON file a survey: which slots are decided, which
 * night runs, how the last nights ended. Written whole or not at all; the store, where the figures
 * are, is never touched by it, and a survey without the file begins anew, with nothing missed.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SurveyError } from '../survey/errors.ts';

export const NIGHT_OUTCOMES = ['complete', 'failed', 'missed', 'skipped'] as const;

export type NightOutcome = (typeof NIGHT_OUTCOMES)[number];

const at = z.int().min(0).max(8.64e15);
const count = z.int().min(0);

const nightRecord = z.object({
  /** Date of the slot in the survey's time zone. */
  night: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
  slotMs: at,
  outcome: z.enum(NIGHT_OUTCOMES),
  reason: z.enum(['due', 'catch_up', 'resumed']).optional(),
  /** Calls of the survey; 0 where none was made. */
  attempts: count,
  /** Of the last call; missing where none was made or a signal ended it. */
  exitStatus: z.int().min(0).max(255).optional(),
  /** Why, where it is not complete. */
  why: z.string().max(500).optional(),
  startedAtMs: at.optional(),
  endedAtMs: at,
});

const runningNight = z.object({
  night: nightRecord.shape.night,
  slotMs: at,
  reason: z.enum(['due', 'catch_up', 'resumed']),
  attempt: count,
  startedAtMs: at,
  /** When its process was last there. */
  aliveAtMs: at,
  pid: z.int().min(0),
});

const surveyState = z.object({
  version: z.literal(1),
  cron: z.string(),
  timeZone: z.string(),
  /** Slots up to and with this one are decided. */
  decidedMs: at,
  running: runningNight.optional(),
  /** Since the file was made. */
  counts: z.object({ complete: count, failed: count, missed: count, skipped: count }),
  /** Newest last. */
  nights: z.array(nightRecord),
});

export type NightRecord = z.infer<typeof nightRecord>;
export type RunningNight = z.infer<typeof runningNight>;
export type SurveyState = z.infer<typeof surveyState>;

const MAX_NIGHTS = 400;

export function newState(cron: string, timeZone: string, nowMs: number): SurveyState {
  const counts = { complete: 0, failed: 0, missed: 0, skipped: 0 };
  return { version: 1, cron, timeZone, decidedMs: nowMs, counts, nights: [] };
}

/** The state with a night's end entered. */
export function withNight(state: SurveyState, record: NightRecord): SurveyState {
  const { counts, nights } = state;
  return {
    ...state,
    decidedMs: Math.max(state.decidedMs, record.slotMs),
    counts: { ...counts, [record.outcome]: counts[record.outcome] + 1 },
    nights: [...nights, record].slice(-MAX_NIGHTS),
  };
}

export function withRunning(state: SurveyState, running: RunningNight | undefined): SurveyState {
  const { running: _, ...rest } = state;
  if (running === undefined) return rest;
  return { ...rest, decidedMs: Math.max(state.decidedMs, running.slotMs), running };
}

export const stateFile = (folder: string, survey: string): string => join(folder, `${survey}.json`);

/** Undefined where there is none yet; throws SurveyError on one that is damaged or cannot be read. */
export function readState(folder: string, survey: string): SurveyState | undefined {
  const path = stateFile(folder, survey);
  try {
    return surveyState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) {
      throw new SurveyError('machine', `${path} cannot be read (${code})`, { cause: error });
    }
    throw new SurveyError(
      'usage',
      `${path} is damaged, or of another version; move it away, and the survey begins anew with nothing missed`,
      { cause: error },
    );
  }
}

export function writeState(folder: string, survey: string, state: SurveyState): void {
  const path = stateFile(folder, survey);
  const temporary = `${path}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(temporary, 'w', 0o644);
    try {
      writeSync(file, `${JSON.stringify(state, undefined, 1)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError('machine', `${path} cannot be written (${code})`, { cause: error });
  }
}
