/**
 * The writer's lock: an exclusive transaction held on a tiny database beside the store. The kernel
 * drops it with the process, however that ends, so no stale lock is ever left behind. Its file stays
 * (0 bytes): removing it would race with the next writer.
 */
import Database from 'better-sqlite3';

export interface WriterLock {
  release(): void;
}

/** Takes the lock of the store at `path`; undefined when another writer holds it. */
export function takeWriterLock(path: string): WriterLock | undefined {
  const db = new Database(`${path}.lock`, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return undefined;
    }
    throw error;
  }
}
