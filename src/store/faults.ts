/**
 * Turns what SQLite and the file system throw into the one line that names the store and the way
 * out. Faults of ours (TypeError, a broken invariant) pass through unchanged.
 */
import { SurveyError } from '../survey/errors.ts';

/** By SQLite's result code or the system's; undefined for what is a fault of ours. */
function describe(code: string, path: string): SurveyErrorParts | undefined {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'machine',
      message: `${path}: the disk of the store or of the temporary folder is full; nothing stored is lost: free space and give the same command again`,
    };
  }
  // A store of ours is never in rollback mode: an interrupted write of that kind is another's.
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_READONLY_ROLLBACK') {
    return {
      code: 'usage',
      message: `${path} is not a mailcensus store; name another file with --store`,
    };
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return {
      code: 'machine',
      message: `${path} is damaged (${code}); restore a backup or name another file with --store`,
    };
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS') {
    return {
      code: 'usage',
      message: `${path} is read-only; make it and its folder writable or name another file with --store`,
    };
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'usage',
      message: `${path} cannot be opened; check that the file and its folder may be read and written, or name another file with --store`,
    };
  }
  if (/^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/u.test(code)) {
    return {
      code: 'machine',
      message: `${path} is locked by another program; close it and give the same command again`,
    };
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return {
      code: 'machine',
      message: `${path}: the disk reported an error (${code}); check the disk and its free space, then give the same command again`,
    };
  }
  return undefined;
}

interface SurveyErrorParts {
  readonly code: 'usage' | 'machine';
  readonly message: string;
}

/** A SurveyError for a known fault of the file or the machine; anything else as it came. */
export function toSurveyError(error: unknown, path: string): unknown {
  if (error instanceof SurveyError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const parts = describe(code, path);
  if (parts !== undefined) return new SurveyError(parts.code, parts.message, { cause: error });
  return error;
}

/** Runs `work`; what it throws is thrown as a SurveyError where the fault is a known one. */
export function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toSurveyError(error, path);
  }
}

/** The same for rows read one by one. */
export function* guardedRows<Row>(
  path: string,
  rows: () => Iterable<Row>,
): Generator<Row, void, undefined> {
  try {
    yield* rows();
  } catch (error) {
    throw toSurveyError(error, path);
  }
}
