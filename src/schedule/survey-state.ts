/**
 * A survey as a scheduler takes it up: its lock, and its state fitted to the configuration of today.
 */
import { mkdirSync } from 'node:fs';
import { SurveyError } from '../survey/errors.ts';
import type { SurveyConfig } from './config.ts';
import type { LoadedConfig } from './read-config.ts';
import { slotUpTo } from './slots.ts';
import { newState, readState, type SurveyState, stateFile, writeState } from './state.ts';

/** Held for as long as this process keeps a survey; the kernel drops it with the process. */
export interface SurveyLock {
  release(): void;
}

export interface KeptSurvey {
  readonly name: string;
  readonly survey: SurveyConfig;
  readonly lock: SurveyLock;
  state: SurveyState;
}

interface KeepParts {
  readonly config: LoadedConfig;
  readonly takeLock: (path: string) => SurveyLock | undefined;
}

const MS_PER_HOUR = 3_600_000;

/** Throws SurveyError when another process keeps the survey, or its state cannot be read. */
export function keepSurvey(
  { config, takeLock }: KeepParts,
  name: string,
  nowMs: number,
): KeptSurvey {
  const survey = config.surveys[name];
  if (survey === undefined) throw new RangeError(`no survey ${name}`);
  makeFolder(config.state);
  const lock = takeLock(stateFile(config.state, name));
  if (lock === undefined) {
    throw new SurveyError(
      'machine',
      `survey ${name} is kept by another mailcensus schedule (its lock is in ${config.state}); end that one first`,
    );
  }
  try {
    return { name, survey, lock, state: stateNow(config.state, name, survey, nowMs) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * A survey that is new, or comes at other times now, has missed nothing; from now on it may, so that
 * is written down at once.
 */
function stateNow(folder: string, name: string, survey: SurveyConfig, nowMs: number): SurveyState {
  const { cron, timeZone } = survey;
  const old = readState(folder, name);
  if (old?.cron === cron && old.timeZone === timeZone) return old;
  const state =
    old === undefined
      ? newState(cron, timeZone, nowMs)
      : { ...old, cron, timeZone, decidedMs: Math.max(old.decidedMs, nowMs) };
  writeState(folder, name, state);
  return state;
}

/** The state in which the newest slot is not decided, where its night is not complete and young enough. */
export function reopened({ survey, state }: KeptSurvey, nowMs: number): SurveyState {
  const slotMs = slotUpTo(survey, nowMs);
  const isDecided = slotMs !== undefined && state.decidedMs >= slotMs;
  if (!isDecided || state.running !== undefined) return state;
  if (nowMs - slotMs > survey.catchUpHours * MS_PER_HOUR) return state;
  const isComplete = state.nights.some(
    (night) => night.slotMs === slotMs && night.outcome === 'complete',
  );
  return isComplete ? state : { ...state, decidedMs: slotMs - 1 };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError('usage', `${path} cannot be made (${code}); name another as "state"`, {
      cause: error,
    });
  }
}
