/**
 * The tables of a store file and how older files are brought up to date. One file holds one survey:
 * one writer process, any number of readers. `application_id` says whose file it is, `user_version`
 * which of the layouts below it has. Must never touch a file that is not ours.
 *
 * The commonest outcome of a check is "no row" (`default_class`): that a domain was asked at all
 * follows from the run's checks, its membership, its block being done and the absence of an outage.
 */
import type { Database } from 'better-sqlite3';
import { SurveyError } from '../survey/errors.ts';

/** "MCen". */
export const APPLICATION_ID = 0x4d43656e;

/** Id of the pseudo-check that keeps whether a domain exists. */
export const EXISTENCE_CHECK_ID = 0;

/** Id of the segment that every domain is in. */
export const TOTAL_SEGMENT_ID = 1;

/** Statements of layout 1. Times are milliseconds since the epoch. */
const LAYOUT_1 = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- total, TLDs and registries; a registry lies in one TLD
CREATE TABLE segment(
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK(type IN ('total', 'tld', 'registry')),
  parent_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE(type, name, parent_id)
) STRICT;
INSERT INTO segment VALUES(1, 'total', 0, 'all');

-- ids in the order of a seeded hash of the name, newcomers after the others; block = id / 1024
CREATE TABLE domain(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  registry_id INTEGER NOT NULL REFERENCES segment(id)
) STRICT;

CREATE TABLE list(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  options_key TEXT NOT NULL,
  targets INTEGER NOT NULL,
  accounting TEXT NOT NULL,
  label_columns TEXT NOT NULL,
  has_ranks INTEGER NOT NULL,
  UNIQUE(sha256, options_key)
) STRICT;
-- members: one bit a domain; NULL = all 1024
CREATE TABLE list_block(
  list_id INTEGER NOT NULL REFERENCES list(id),
  block INTEGER NOT NULL,
  n INTEGER NOT NULL,
  members BLOB,
  PRIMARY KEY(list_id, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE label(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
-- only of lists with ranks or labels
CREATE TABLE list_member(
  list_id INTEGER NOT NULL REFERENCES list(id),
  domain_id INTEGER NOT NULL,
  rank INTEGER,
  label_id INTEGER,
  PRIMARY KEY(list_id, domain_id)
) STRICT, WITHOUT ROWID;

-- names of the counters by position, so that the packed counts explain themselves
CREATE TABLE counter_layout(
  id INTEGER PRIMARY KEY,
  names TEXT NOT NULL,
  headline TEXT NOT NULL,
  UNIQUE(names, headline)
) STRICT;
CREATE TABLE run(
  id INTEGER PRIMARY KEY,
  night TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('running', 'finished', 'aborted')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  resumes INTEGER NOT NULL DEFAULT 0,
  union_targets INTEGER NOT NULL,
  targets INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  blocks_done INTEGER NOT NULL DEFAULT 0,
  domains_done INTEGER NOT NULL DEFAULT 0,
  queries INTEGER NOT NULL DEFAULT 0,
  layout_id INTEGER NOT NULL REFERENCES counter_layout(id),
  config TEXT NOT NULL,
  provenance TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_one_open ON run(status) WHERE status = 'running';
CREATE UNIQUE INDEX run_night ON run(night) WHERE status <> 'aborted';
CREATE TABLE run_list(
  run_id INTEGER NOT NULL REFERENCES run(id),
  position INTEGER NOT NULL,
  list_id INTEGER NOT NULL REFERENCES list(id),
  PRIMARY KEY(run_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_resume(
  run_id INTEGER NOT NULL REFERENCES run(id),
  resume INTEGER NOT NULL,
  provenance TEXT NOT NULL,
  PRIMARY KEY(run_id, resume)
) STRICT, WITHOUT ROWID;
-- members NULL = all of the run's lists; attempts NULL = 1 each
CREATE TABLE run_block(
  run_id INTEGER NOT NULL REFERENCES run(id),
  block INTEGER NOT NULL,
  pass INTEGER NOT NULL,
  n INTEGER NOT NULL,
  members BLOB,
  done_at INTEGER,
  changed INTEGER,
  failed INTEGER,
  queries INTEGER,
  measured_at INTEGER,
  duration_ms INTEGER,
  headline BLOB,
  attempts BLOB,
  PRIMARY KEY(run_id, block, pass)
) STRICT, WITHOUT ROWID;

CREATE TABLE check_type(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  classes TEXT NOT NULL,
  default_class INTEGER
) STRICT;
INSERT INTO check_type VALUES(0, 'existence', '["exists","nxdomain","unknown"]', 0);

-- record texts and answers, each once
CREATE TABLE record(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX record_hash ON record(hash);
-- a row only where the definitive outcome differs from the one before of that domain and check
CREATE TABLE observation(
  domain_id INTEGER NOT NULL,
  check_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  class INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  body_id INTEGER,
  PRIMARY KEY(domain_id, check_id, run_id)
) STRICT, WITHOUT ROWID;
-- no definitive outcome; a row only on change, reason 0 = answers again
CREATE TABLE outage(
  domain_id INTEGER NOT NULL,
  check_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  class INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  body_id INTEGER,
  PRIMARY KEY(domain_id, check_id, run_id)
) STRICT, WITHOUT ROWID;
-- answers to shared questions; seen_run_id is the last run with a definitive answer
CREATE TABLE shared_question(
  id INTEGER PRIMARY KEY,
  qname TEXT NOT NULL,
  qtype TEXT NOT NULL,
  seen_run_id INTEGER NOT NULL,
  UNIQUE(qname, qtype)
) STRICT;
CREATE TABLE shared_answer(
  question_id INTEGER NOT NULL REFERENCES shared_question(id),
  run_id INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY(question_id, run_id)
) STRICT, WITHOUT ROWID;

-- derived: fingerprints of the newest observation and outage of each id of the block; NULL = all 0
CREATE TABLE block_state(
  block INTEGER NOT NULL,
  check_id INTEGER NOT NULL,
  fingerprints BLOB,
  outages BLOB,
  PRIMARY KEY(block, check_id)
) STRICT;
-- derived: packed counters, written in the block's transaction; a TLD is the sum of its registries
CREATE TABLE counter(
  run_id INTEGER NOT NULL REFERENCES run(id),
  segment_id INTEGER NOT NULL REFERENCES segment(id),
  counts BLOB NOT NULL,
  PRIMARY KEY(run_id, segment_id)
) STRICT, WITHOUT ROWID;
`;

/** Apart from its table, so that an import of many names can build it in one go (`list-stage.ts`). */
export const CREATE_NAME_INDEX = 'CREATE UNIQUE INDEX domain_name ON domain(name);';

/** Statements of layout 2: the index over the names stands by itself, and registries are not looked up. */
const LAYOUT_2 = `
CREATE TABLE domain_2(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  registry_id INTEGER NOT NULL
) STRICT;
INSERT INTO domain_2 SELECT id, name, registry_id FROM domain ORDER BY id;
DROP TABLE domain;
ALTER TABLE domain_2 RENAME TO domain;
${CREATE_NAME_INDEX}
`;

/**
 * Statements of layout 3: which worker asked a block, and what each has done. `origin` is JSON of who
 * it was and how it asked; `failed` JSON of its pairs without a definitive outcome by reason.
 */
const LAYOUT_3 = `
CREATE TABLE run_worker(
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  origin TEXT NOT NULL,
  blocks INTEGER NOT NULL DEFAULT 0,
  domains INTEGER NOT NULL DEFAULT 0,
  queries INTEGER NOT NULL DEFAULT 0,
  failed TEXT NOT NULL DEFAULT '{}',
  UNIQUE(run_id, origin)
) STRICT;
-- NULL: the survey asked it itself
ALTER TABLE run_block ADD COLUMN worker_id INTEGER;
`;

/** Entry `i` takes a file from `user_version` i to i + 1. Append only. */
const MIGRATIONS: readonly string[] = [LAYOUT_1, LAYOUT_2, LAYOUT_3];

/** `user_version` of a file this version writes. */
export const LAYOUT_VERSION = MIGRATIONS.length;

/** What a file says of itself. */
export interface FileStamp {
  readonly applicationId: number;
  readonly layoutVersion: number;
}

export function readStamp(db: Database): FileStamp {
  return {
    applicationId: Number(db.pragma('application_id', { simple: true })),
    layoutVersion: Number(db.pragma('user_version', { simple: true })),
  };
}

/** Refuses another program's file and one of a newer version; `path` is for the message. */
export function checkStamp(stamp: FileStamp, path: string): void {
  if (stamp.applicationId !== APPLICATION_ID) {
    throw new SurveyError(
      'usage',
      `${path} is another program's SQLite database, not a mailcensus store; name another file with --store`,
    );
  }
  if (stamp.layoutVersion > LAYOUT_VERSION) {
    throw new SurveyError(
      'usage',
      `${path} was written by a newer mailcensus (layout ${stamp.layoutVersion}, this version knows ${LAYOUT_VERSION}); update mailcensus or name another file with --store`,
    );
  }
}

/** Creates the tables of an empty file: the whole in one transaction, with the stamp in it. */
export function createTables(db: Database): void {
  db.pragma('page_size = 8192');
  db.transaction(() => {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    migrateFrom(0, db);
  }).immediate();
}

/** Brings an older file of ours up to date in one transaction. */
export function migrate(db: Database): void {
  db.transaction(() => migrateFrom(readStamp(db).layoutVersion, db)).immediate();
}

function migrateFrom(version: number, db: Database): void {
  for (const statements of MIGRATIONS.slice(version)) db.exec(statements);
  db.pragma(`user_version = ${LAYOUT_VERSION}`);
}
