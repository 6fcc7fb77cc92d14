/**
 * One night of one survey from its first attempt to its folder: the survey is called, called again
 * after a pause when it fails, then the report. Exit status 3 (stopped, resumable) goes on by the same
 * command like every other failure: a survey that was cut off knows itself where it was.
 */
import { SurveyError } from '../survey/errors.ts';
import type { ChildEnd, RunChild } from './child.ts';
import { type NightCall, reportArguments, surveyArguments } from './commands.ts';
import type { Say } from './events.ts';
import { removeOldFolders, writeNightFolder } from './outputs.ts';

export interface NightParts extends NightCall {
  readonly name: string;
  readonly runChild: RunChild;
  readonly say: Say;
  /** Resolves after so long, or as soon as the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called before each attempt, counted from 1. */
  readonly onAttempt: (attempt: number) => void;
  readonly signal: AbortSignal;
}

export interface NightEnd {
  /** `interrupted`: the scheduler was told to stop; the night is not over. */
  readonly outcome: 'complete' | 'failed' | 'interrupted';
  readonly attempts: number;
  readonly exitStatus: number | undefined;
  /** Why it failed. */
  readonly why: string | undefined;
}

/** What an attempt came to; undefined `why` is success. */
interface Attempt {
  readonly exitStatus: number | undefined;
  readonly why: string | undefined;
}

export async function runNight(parts: NightParts): Promise<NightEnd> {
  const { survey, signal, say, name, night } = parts;
  for (let attempts = 1; ; attempts++) {
    parts.onAttempt(attempts);
    const { exitStatus, why } = await attempt(parts);
    if (why === undefined) return { outcome: 'complete', attempts, exitStatus, why };
    const isLast = attempts > survey.retries;
    if (signal.aborted) return { outcome: 'interrupted', attempts, exitStatus, why };
    if (isLast) return { outcome: 'failed', attempts, exitStatus, why };
    const pauseSeconds = survey.retryPauseSeconds;
    say('night_retried', { survey: name, night, attempt: attempts, exitStatus, why, pauseSeconds });
    await parts.pause(pauseSeconds * 1000, signal);
    if (signal.aborted) return { outcome: 'interrupted', attempts, exitStatus, why };
  }
}

async function attempt(parts: NightParts): Promise<Attempt> {
  const surveyEnd = await call(parts, surveyArguments(parts));
  if (surveyEnd.exitStatus !== 0) return failed('survey', surveyEnd);
  const { outputs } = parts.survey;
  if (outputs === undefined) return { exitStatus: 0, why: undefined };
  try {
    const { name, night, say } = parts;
    const folder = await writeNightFolder(
      outputs,
      { survey: name, night },
      async (into, language) => {
        const args = reportArguments(parts.survey, outputs, { night, folder: into, language });
        const end = await call(parts, args);
        if (end.exitStatus !== 0) throw new ReportFailedError(failed('report', end));
      },
    );
    say('outputs_written', { survey: name, night, folder });
    for (const removed of await removeOldFolders(outputs, name, night)) {
      say('outputs_removed', { survey: name, night, removed });
    }
    return { exitStatus: 0, why: undefined };
  } catch (error) {
    if (error instanceof ReportFailedError) return error.attempt;
    if (error instanceof SurveyError) return { exitStatus: undefined, why: error.message };
    throw error;
  }
}

/** Carries a report's end out of the folder that was being filled. */
class ReportFailedError extends Error {
  override readonly name = 'ReportFailedError';
  readonly attempt: Attempt;

  constructor(attempt: Attempt) {
    super(attempt.why);
    this.attempt = attempt;
  }
}

function call(parts: NightParts, args: readonly string[]): Promise<ChildEnd> {
  const { name, night, say, signal } = parts;
  return parts.runChild(args, {
    onLine: (line) => say('night_said', { survey: name, night, line }),
    signal,
  });
}

function failed(verb: string, { exitStatus, signal, lastLine }: ChildEnd): Attempt {
  const how = exitStatus === undefined ? `ended by ${signal}` : `exit ${exitStatus}`;
  return { exitStatus, why: `${verb}: ${how}${lastLine === undefined ? '' : `: ${lastLine}`}` };
}
