/**
 * Exit statuses, and the one place where an error becomes a line on stderr: 0 complete, 1 failed,
 * 2 usage or bad input, 3 stopped early and resumable.
 */
import { CommanderError } from 'commander';
import { escapeText } from '../report/text-escape.ts';
import { SurveyError, type SurveyErrorCode } from '../survey/errors.ts';

export const EXIT = { complete: 0, failed: 1, usage: 2, stopped: 3 } as const;

const STATUS_BY_CODE: Readonly<Record<SurveyErrorCode, number>> = {
  machine: EXIT.failed,
  usage: EXIT.usage,
  stopped: EXIT.stopped,
};

/** The exit status for what a verb threw; prints one line unless commander already did. */
export function exitStatusOf(error: unknown, printError: (line: string) => void): number {
  if (error instanceof CommanderError) {
    // Help and version end with 0; every other complaint of commander is a usage error.
    return error.exitCode === 0 ? EXIT.complete : EXIT.usage;
  }
  if (error instanceof SurveyError) {
    printError(`mailcensus: ${escapeText(error.message)}`);
    return STATUS_BY_CODE[error.code];
  }
  printError(`mailcensus: a fault of ours, please report it: ${describe(error)}`);
  return EXIT.failed;
}

/** A fault of ours keeps its stack, since no input of the user's may lead here. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
