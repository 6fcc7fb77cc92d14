/**
 * Care of a store file after a run: looks whether it is sound and empties its log.
 */
import type { Database } from 'better-sqlite3';
import { SurveyError } from '../survey/errors.ts';

/** How long a statement waits for another connection's lock, in milliseconds. */
export const BUSY_TIMEOUT_MS = 5000;

/** Throws SurveyError when SQLite finds damage. A reader at work keeps the log from being emptied. */
export function checkAndTrim(db: Database, path: string): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') {
    throw new SurveyError(
      'machine',
      `${path} is damaged (${String(found)}); keep a copy of it and restore a backup`,
    );
  }
  // Without waiting: an export that runs for minutes must not hold up the end of the survey.
  db.pragma('busy_timeout = 0');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
}
