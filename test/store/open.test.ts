import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toSurveyError } from '../../src/store/faults.ts';
import { openReader, openWriter } from '../../src/store/open.ts';
import { APPLICATION_ID, LAYOUT_VERSION } from '../../src/store/schema.ts';
import { SurveyError } from '../../src/survey/errors.ts';
import {
  addList,
  config,
  contentOf,
  NOTHING_FOUND,
  plan,
  SHAPES,
  surveyAll,
  temporaryFolder,
  temporaryPath,
  temporaryWriter,
} from './fixture.ts';

const openings = [
  ['openWriter', (path: string) => openWriter(path, { checks: SHAPES })],
  ['openReader', (path: string) => openReader(path)],
] as const;

/** The error, which must be one line for a person, without a trace of SQLite's own words. */
function refusal(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SurveyError)) throw error;
    expect(error.message).not.toContain('\n');
    return { code: error.code, message: error.message };
  }
  throw new Error('nothing was refused');
}

const bytesOf = (path: string): string => readFileSync(path).toString('base64');

describe.each(openings)('%s', (_, open) => {
  it.each([
    ['a text file', 'just some lines\nof text, longer than a header\n'.repeat(50)],
    ['a few bytes', 'x'],
    ['SQLite cut in the middle of its header', 'SQLite format 3\0'],
  ])('refuses %s untouched', (_what, content) => {
    const path = temporaryPath();
    writeFileSync(path, content);
    const before = bytesOf(path);
    const { code, message } = refusal(() => open(path));
    expect(code).toBe('usage');
    expect(message).toContain(path);
    expect(message).toContain('--store');
    expect(bytesOf(path)).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.each(['DELETE', 'WAL'])("refuses another program's database (%s) untouched", (mode) => {
    const path = temporaryPath();
    const db = new Database(path);
    db.pragma(`journal_mode = ${mode}`);
    db.exec('CREATE TABLE run(id); INSERT INTO run VALUES(1); PRAGMA user_version = 1');
    db.close();
    const before = bytesOf(path);
    const { code, message } = refusal(() => open(path));
    expect(code).toBe('usage');
    expect(message).toContain("another program's SQLite database");
    expect(bytesOf(path)).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('refuses a store of a newer version untouched', () => {
    const path = temporaryPath();
    temporaryWriter(path).close();
    const db = new Database(path);
    db.pragma(`user_version = ${LAYOUT_VERSION + 1}`);
    db.close();
    const before = bytesOf(path);
    const { code, message } = refusal(() => open(path));
    expect(code).toBe('usage');
    expect(message).toContain('newer mailcensus');
    expect(bytesOf(path)).toBe(before);
  });

  it('refuses a folder that does not exist, and a folder in the place of the file', () => {
    const folder = temporaryFolder();
    const lost = refusal(() => open(join(folder, 'lost', 'store.sqlite')));
    expect(lost.code).toBe('usage');
    expect(lost.message).toContain('does not exist');
    const isFolder = refusal(() => open(folder));
    expect(isFolder.code).toBe('usage');
    expect(isFolder.message).toContain('is not a file');
  });

  it('says that a damaged store is damaged', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    addList(store, ['a.com']);
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 8192);
    writeFileSync(path, bytes);
    const { code, message } = refusal(() => open(path).runs());
    expect(code).toBe('machine');
    expect(message).toContain('is damaged');
  });
});

describe('openWriter', () => {
  it('creates a store of the documented layout, and opens it again', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    addList(store, ['a.com']);
    store.close();
    const again = temporaryWriter(path);
    expect(again.runs()).toEqual([]);
    again.close();
    const db = new Database(path, { readonly: true });
    onTestFinished(() => void db.close());
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(db.pragma('user_version', { simple: true })).toBe(LAYOUT_VERSION);
    expect(db.pragma('page_size', { simple: true })).toBe(8192);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('brings a store of layout 1 up to date with all it holds', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    addList(store, ['a.com', 'b.jp', 'c.com']);
    store.close();
    const now = contentOf(path);
    const db = new Database(path);
    db.exec(`CREATE TABLE old(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
        registry_id INTEGER NOT NULL REFERENCES segment(id)) STRICT;
      INSERT INTO old SELECT * FROM domain;
      DROP TABLE domain;
      ALTER TABLE old RENAME TO domain;
      DROP TABLE run_worker;
      ALTER TABLE run_block DROP COLUMN worker_id;
      PRAGMA user_version = 1`);
    db.close();
    expect(() => openReader(path)).toThrow('older mailcensus');
    temporaryWriter(path).close();
    expect(contentOf(path)).toEqual(now);
    const again = temporaryWriter(path);
    addList(again, ['d.com', 'a.com'], 'later');
    again.close();
    const migrated = new Database(path, { readonly: true });
    onTestFinished(() => void migrated.close());
    expect(migrated.pragma('user_version', { simple: true })).toBe(LAYOUT_VERSION);
    expect(migrated.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(migrated.pragma('index_list(domain)')).toMatchObject([{ name: 'domain_name' }]);
  });

  it('takes an empty file, as `touch` leaves it', () => {
    const path = temporaryPath();
    writeFileSync(path, '');
    expect(temporaryWriter(path).runs()).toEqual([]);
  });

  it('never opens a database in memory, whatever the name', () => {
    const folder = temporaryFolder();
    const path = join(folder, ':memory:');
    temporaryWriter(path).close();
    expect(existsSync(path)).toBe(true);
  });

  it('leaves no log behind when it is closed', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    addList(store, ['a.com']);
    store.close();
    expect(readdirSync(dirname(path)).sort()).toEqual(['store.sqlite', 'store.sqlite.lock']);
  });

  it('refuses a second writer by the process of the first, and lets it in after that', () => {
    const path = temporaryPath();
    const first = temporaryWriter(path);
    const { code, message } = refusal(() => openWriter(path, { checks: SHAPES }));
    expect(code).toBe('machine');
    expect(message).toContain(`locked by a running survey (process ${process.pid})`);
    addList(first, ['a.com']);
    first.close();
    const second = temporaryWriter(path);
    expect(second.planRun(plan(1, config([1]))).targets).toBe(1);
  });

  it('refuses classes that are others than the stored ones, and takes new ones at the end', () => {
    const path = temporaryPath();
    temporaryWriter(path, { checks: [{ name: 'mx', classes: ['present', 'none'] }] }).close();
    const renamed = [{ name: 'mx', classes: ['present', 'missing'] }];
    expect(refusal(() => openWriter(path, { checks: renamed })).message).toContain(
      'the check mx has other classes',
    );
    temporaryWriter(path, {
      checks: [{ name: 'mx', classes: ['present', 'none', 'new'] }],
    }).close();
    const swapped = [{ name: 'mx', classes: ['present', 'none', 'other'] }];
    expect(refusal(() => openWriter(path, { checks: swapped })).code).toBe('usage');
  });

  it('says that a store is read-only', (context) => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    addList(store, ['a.com']);
    store.close();
    if (!makeImmutable(path)) {
      return context.skip('this user and file system cannot make a file read-only');
    }
    const { code, message } = refusal(() => openWriter(path, { checks: SHAPES }));
    expect(code).toBe('usage');
    expect(message).toContain('is read-only');
  });

  it('says that the disk is full, leaves what is stored and goes on when there is room', (context) => {
    const folder = temporaryFolder();
    if (!mountSmall(folder)) {
      return context.skip('a full disk needs a small tmpfs, which this user cannot mount');
    }
    const path = join(folder, 'store.sqlite');
    const store = temporaryWriter(path);
    const list = addList(store, ['a.com']);
    const run = store.planRun(plan(1, config([list.id])));
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024));
    const filler = Buffer.alloc(8 * 1024 * 1024);
    expect(() => writeFileSync(join(folder, 'ballast'), filler)).toThrow('ENOSPC');
    const names = Array.from({ length: 5000 }, (_, i) => `n${i}.com`);
    const { code, message } = refusal(() => {
      addList(store, names, 'big');
    });
    expect(code).toBe('machine');
    expect(message).toContain('full');
    writeFileSync(join(folder, 'ballast'), '');
    surveyAll(store, run, () => NOTHING_FOUND);
    expect(store.finishRun(run.id, 1).status).toBe('finished');
    expect(addList(store, names, 'big').accounting.targets).toBe(5000);
    store.close();
  });
});

describe('openReader', () => {
  it('says when there is no store', () => {
    const path = temporaryPath();
    expect(refusal(() => openReader(path)).message).toContain('does not exist');
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    expect(refusal(() => openReader(path)).message).toContain('is empty');
  });

  it('reads what is committed while a writer works, and one snapshot at a time', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const list = addList(store, ['a.com', 'b.com']);
    const reader = openReader(path);
    onTestFinished(() => reader.close());
    expect(reader.openRun()).toBeUndefined();
    const run = store.planRun(plan(1, config([list.id])));
    expect(reader.openRun()?.id).toBe(run.id);
    const rows = reader.domainRows(run.id);
    expect(rows.next().value).toMatchObject({ name: 'a.com', isAttempted: false });
    surveyAll(store, run, () => NOTHING_FOUND);
    expect(rows.next().value).toMatchObject({ name: 'b.com', isAttempted: false });
    expect(rows.next().done).toBe(true);
    expect([...reader.domainRows(run.id)].map((row) => row.isAttempted)).toEqual([true, true]);
    expect(refusal(() => reader.run(99)).code).toBe('usage');
  });
});

describe('toSurveyError', () => {
  it.each([
    ['SQLITE_FULL', 'machine', 'full'],
    ['ENOSPC', 'machine', 'full'],
    ['SQLITE_IOERR_WRITE', 'machine', 'the disk reported an error'],
    ['SQLITE_READONLY_DBMOVED', 'usage', 'read-only'],
    ['SQLITE_CANTOPEN', 'usage', 'cannot be opened'],
    ['EACCES', 'usage', 'cannot be opened'],
    ['SQLITE_BUSY_SNAPSHOT', 'machine', 'locked by another program'],
    ['SQLITE_CORRUPT_INDEX', 'machine', 'damaged'],
    ['SQLITE_NOTADB', 'usage', 'not a mailcensus store'],
    ['SQLITE_READONLY_ROLLBACK', 'usage', 'not a mailcensus store'],
  ])('says %s in one line', (sqliteCode, code, words) => {
    const cause = new Database.SqliteError('two\nlines', sqliteCode);
    const error = toSurveyError(cause, 'x.sqlite');
    expect(error).toBeInstanceOf(SurveyError);
    expect(error).toMatchObject({ code, cause });
    expect((error as SurveyError).message).toContain(words);
    expect((error as SurveyError).message).not.toContain('\n');
  });

  it('leaves faults of ours as they are', () => {
    const constraint = new Database.SqliteError('NOT NULL', 'SQLITE_CONSTRAINT_NOTNULL');
    expect(toSurveyError(constraint, 'x')).toBe(constraint);
    const bug = new TypeError('x');
    expect(toSurveyError(bug, 'x')).toBe(bug);
  });
});

function succeeds(command: string, ...words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Read-only even for root, undone when the test ends. */
function makeImmutable(path: string): boolean {
  if (process.getuid?.() !== 0) {
    if (!succeeds('chmod', 'a-w', path)) return false;
    onTestFinished(() => void succeeds('chmod', 'u+w', path));
    return true;
  }
  const isDone = succeeds('chattr', '+i', path) || succeeds('mount', '--bind', '-r', path, path);
  if (isDone) {
    onTestFinished(() => void (succeeds('chattr', '-i', path) || succeeds('umount', path)));
  }
  return isDone;
}

/** A file system of 4 MB on the folder, for as long as the test runs. */
function mountSmall(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const isDone = succeeds('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder);
  if (isDone) onTestFinished(() => void succeeds('umount', folder));
  return isDone;
}
