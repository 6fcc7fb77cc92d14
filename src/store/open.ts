/**
 * Opens stores. A file is looked at before anything is written, so that another program's database,
 * a newer store or a file that is no database is refused untouched. One writer at a time holds
 * `<path>.lock`; readers need no lock.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { SurveyError } from '../survey/errors.ts';
import { BUSY_TIMEOUT_MS } from './care.ts';
import { type CheckShape, registerChecks } from './check-catalog.ts';
import { guarded } from './faults.ts';
import { takeWriterLock } from './lock.ts';
import { checkStamp, createTables, LAYOUT_VERSION, migrate, readStamp } from './schema.ts';
import { createReader, createWriter, type StoreReader, type StoreWriter } from './store.ts';

export interface WriterOptions {
  /** Every check that a run of this process may ask; their names and classes are kept in the file. */
  readonly checks: readonly CheckShape[];
  /** Seed of the order of ids, for a new file; an existing one keeps its own. */
  readonly idSeed?: number;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

/** 8 MB of pages (negative: in 1024 octets). Measured: 32 MB saved nothing and grew with the list. */
const WRITER_CACHE = -8192;

/** The log is cut to this after the spike of an import, in bytes. */
const MAX_IDLE_LOG_BYTES = 32 * 1024 * 1024;

const DEFAULT_ID_SEED = 1;

const STORE_ID_BYTES = 6;

/** Creates or opens the store for writing; the lock is held until `close`. */
export function openWriter(path: string, options: WriterOptions): StoreWriter {
  return guarded(path, () => {
    const file = resolve(path);
    refuseImpossiblePath(file, path);
    if (hasContent(file)) refuseForeignFile(file, path);
    const lock = takeWriterLock(file);
    if (lock === undefined) throw lockedError(file, path);
    let db: Database.Database | undefined;
    try {
      if (!hasContent(file)) createStore(file);
      db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
      const opened = prepareForWriting(db, path, options);
      const close = () => {
        opened.close();
        lock.release();
      };
      return createWriter(opened, path, { now: options.now ?? Date.now, close });
    } catch (error) {
      db?.close();
      lock.release();
      throw error;
    }
  });
}

/** Opens a store for reading. Throws SurveyError when there is none. */
export function openReader(path: string): StoreReader {
  return guarded(path, () => {
    const file = resolve(path);
    refuseImpossiblePath(file, path);
    if (!hasContent(file)) {
      const what = existsSync(file) ? 'is empty' : 'does not exist';
      throw new SurveyError(
        'usage',
        `${path} ${what}: no survey was stored there; run \`survey\` first or name the store with --store`,
      );
    }
    const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      const stamp = readStamp(db);
      checkStamp(stamp, path);
      if (stamp.layoutVersion < LAYOUT_VERSION) {
        throw new SurveyError(
          'usage',
          `${path} was written by an older mailcensus; run \`survey\` on it once to bring it up to date`,
        );
      }
    } catch (error) {
      db.close();
      throw error;
    }
    return createReader(db, path, () => db.close());
  });
}

function refuseImpossiblePath(file: string, path: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SurveyError(
      'usage',
      `${path}: the folder ${folder} does not exist; create it or name another file with --store`,
    );
  }
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    throw new SurveyError('usage', `${path} is not a file; name a store file with --store`);
  }
}

const hasContent = (file: string): boolean =>
  (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

/**
 * Through SQLite, not by reading the bytes: closing any other descriptor of the file would drop the
 * locks that this process may hold on it (POSIX advisory locks).
 */
function refuseForeignFile(file: string, path: string): void {
  const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    checkStamp(readStamp(db), path);
  } finally {
    db.close();
  }
}

/** Under another name first: a creation that is cut off leaves no half store under this one. */
function createStore(file: string): void {
  const draft = `${file}.new`;
  const removeDraft = () => {
    for (const part of [draft, `${draft}-journal`]) rmSync(part, { force: true });
  };
  removeDraft();
  try {
    const db = new Database(draft);
    try {
      createTables(db);
    } finally {
      db.close();
    }
    renameSync(draft, file);
  } catch (error) {
    removeDraft();
    throw error;
  }
}

function prepareForWriting(
  db: Database.Database,
  path: string,
  options: WriterOptions,
): Database.Database {
  db.pragma('temp_store = FILE');
  db.pragma(`cache_size = ${WRITER_CACHE}`);
  db.pragma('foreign_keys = ON');
  checkStamp(readStamp(db), path);
  if (readStamp(db).layoutVersion < LAYOUT_VERSION) migrate(db);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`journal_size_limit = ${MAX_IDLE_LOG_BYTES}`);
  db.transaction(() => {
    registerChecks(db, options.checks, path);
    const keepSeed = db.prepare("INSERT OR IGNORE INTO meta VALUES('id_seed', ?)");
    keepSeed.run(String(options.idSeed ?? DEFAULT_ID_SEED));
    const keepId = db.prepare("INSERT OR IGNORE INTO meta VALUES('store_id', ?)");
    keepId.run(randomBytes(STORE_ID_BYTES).toString('hex'));
    db.prepare("INSERT OR REPLACE INTO meta VALUES('writer_pid', ?)").run(String(process.pid));
  }).immediate();
  return db;
}

function lockedError(file: string, path: string): SurveyError {
  const pid = readWriterPid(file);
  const who = pid === undefined ? '' : ` (process ${pid})`;
  return new SurveyError(
    'machine',
    `${path} is locked by a running survey${who}: wait for its end or stop it with Ctrl-C; it can be read meanwhile`,
  );
}

/** Who last took the lock; undefined while the file is being created. */
function readWriterPid(file: string): string | undefined {
  if (!hasContent(file)) return undefined;
  const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    return db.prepare<[], string>("SELECT value FROM meta WHERE key = 'writer_pid'").pluck().get();
  } catch {
    return undefined;
  } finally {
    db.close();
  }
}
