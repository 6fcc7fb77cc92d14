/**
 * Lists on their way in: names are staged in a temporary table on disk, then entered as domains,
 * membership bits, ranks and labels in one transaction. Memory does not grow with the list, and a
 * kill at any moment leaves the store as it was.
 *
 * Nothing is looked up name by name: SQLite sorts the stage once, which finds duplicates and the
 * order of ids, and the index over the names is built anew where most names are. Measured with a
 * million names: 2.5 µs a name, where rows entered one by one into the index cost 13.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { ListHead, StagedList } from '../survey/import-list.ts';
import type { ListEntry } from '../survey/list-ledger.ts';
import type { ListRow } from '../survey/ports.ts';
import { BulkInsert } from './bulk-insert.ts';
import { hash53 } from './hash.ts';
import { findList } from './lists.ts';
import { addMember, blockOf, countMembers, noMembers, packMembers, slotOf } from './pack.ts';
import { CREATE_NAME_INDEX } from './schema.ts';

const DROP_STAGE = `
DROP VIEW IF EXISTS temp.entry;
DROP TABLE IF EXISTS temp.looked_up;
DROP TABLE IF EXISTS temp.stage;
DROP TABLE IF EXISTS temp.stage_registry;
`;

/** A list may have a name twice: then its first row counts, which is the one of the lowest rowid. */
const CREATE_STAGE = `
${DROP_STAGE}
PRAGMA temp.cache_size = -4096;
CREATE TEMP TABLE stage(
  hash INTEGER NOT NULL,
  name TEXT NOT NULL,
  registry INTEGER NOT NULL,
  rank INTEGER,
  labels TEXT
) STRICT;
CREATE TEMP TABLE stage_registry(
  id INTEGER PRIMARY KEY,
  tld TEXT NOT NULL,
  name TEXT NOT NULL,
  segment_id INTEGER
) STRICT;
`;

const ENTER_SEGMENTS = `
INSERT OR IGNORE INTO segment(type, parent_id, name)
  SELECT DISTINCT 'tld', 0, tld FROM temp.stage_registry ORDER BY tld;
INSERT OR IGNORE INTO segment(type, parent_id, name)
  SELECT 'registry', t.id, r.name FROM temp.stage_registry r
  CROSS JOIN segment t ON t.type = 'tld' AND t.name = r.tld AND t.parent_id = 0
  ORDER BY r.tld, r.name;
UPDATE temp.stage_registry SET segment_id = (
  SELECT r.id FROM segment t
  CROSS JOIN segment r ON r.type = 'registry' AND r.name = stage_registry.name AND r.parent_id = t.id
  WHERE t.type = 'tld' AND t.name = stage_registry.tld AND t.parent_id = 0);
`;

/** Every name once; of a store without names no name need be looked up, nor the result be kept. */
const ENTRIES_OF_FIRST_LIST = `
CREATE TEMP VIEW entry AS
  SELECT hash, name, registry, rank, labels, NULL AS domain_id, min(rowid) AS line
  FROM temp.stage GROUP BY hash, name;
`;

/** In the order of names, so that the look-ups go through the index from its one end to the other. */
const ENTRIES = `
CREATE TEMP TABLE looked_up AS
  SELECT s.hash, s.name, s.registry, s.rank, s.labels, d.id AS domain_id
  FROM (SELECT hash, name, registry, rank, labels, min(rowid) FROM temp.stage GROUP BY name) s
  LEFT JOIN domain d ON d.name = s.name;
CREATE TEMP VIEW entry AS SELECT * FROM temp.looked_up;
`;

/** New domains take ids in the order of the seeded hash: any part of them is a random sample. */
const ENTER_DOMAINS = `INSERT INTO domain(name, registry_id)
  SELECT e.name, r.segment_id FROM temp.entry e
  CROSS JOIN temp.stage_registry r ON r.id = e.registry
  WHERE e.domain_id IS NULL ORDER BY e.hash, e.name`;

const ENTER_LABELS = `INSERT OR IGNORE INTO label(text)
  SELECT labels FROM temp.entry WHERE labels IS NOT NULL GROUP BY labels ORDER BY min(name)`;

/** Newcomers got their ids in this very order. */
const ENTER_MEMBERS = `INSERT INTO list_member(list_id, domain_id, rank, label_id)
  SELECT @listId, e.id, e.rank, l.id FROM (
    SELECT domain_id AS id, rank, labels FROM temp.entry WHERE domain_id IS NOT NULL
    UNION ALL
    SELECT @lastOldId + row_number() OVER (ORDER BY hash, name), rank, labels
    FROM temp.entry WHERE domain_id IS NULL
  ) e LEFT JOIN label l ON l.text = e.labels
  ORDER BY e.id`;

/** Above this many old names for a new one, entering the new ones into the index is the cheaper way. */
const MAX_OLD_PER_NEW = 10;

interface Settled {
  /** Different names of the list. */
  readonly count: number;
  readonly newcomers: number;
  /** The newcomers' ids begin above it; ids are given in a row. */
  readonly lastOldId: number;
}

/** One list on its way in. The transaction stays open until the end, so that nothing is committed before. */
export class ListStage implements StagedList {
  readonly #db: Database;
  readonly #onEnd: () => void;
  readonly #idSeed: number;
  readonly #rows: BulkInsert;
  readonly #registries: RegistryNumbers;
  #settled: Settled | undefined;
  #isOpen = true;

  constructor(db: Database, onEnd: () => void) {
    this.#db = db;
    this.#onEnd = onEnd;
    const idSeed = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'id_seed'").pluck();
    this.#idSeed = Number(idSeed.get());
    db.exec(CREATE_STAGE);
    db.exec('BEGIN');
    this.#rows = new BulkInsert(db, 'temp.stage', 5);
    this.#registries = new RegistryNumbers(db);
  }

  add({ name, tld, registry, rank, labels }: ListEntry): void {
    this.#rows.add(
      hash53(name, this.#idSeed),
      name,
      this.#registries.of(tld, registry),
      rank ?? null,
      labels.length > 0 ? JSON.stringify(labels) : null,
    );
  }

  settle(): number {
    this.#settled ??= this.#enterDomains();
    return this.#settled.count;
  }

  commit(head: ListHead): ListRow {
    try {
      const known = findList(this.#db, head.sha256, head.optionsKey);
      if (known !== undefined) return known;
      this.#enterList(head);
      this.#end('COMMIT');
    } finally {
      this.#end('ROLLBACK');
    }
    return findList(this.#db, head.sha256, head.optionsKey) as ListRow;
  }

  discard(): void {
    this.#end('ROLLBACK');
  }

  #end(command: 'COMMIT' | 'ROLLBACK'): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onEnd();
    if (this.#db.inTransaction) this.#db.exec(command);
    this.#db.exec(DROP_STAGE);
  }

  #enterDomains(): Settled {
    const db = this.#db;
    this.#rows.flush();
    db.exec(ENTER_SEGMENTS);
    const lastOldId =
      db.prepare<[], number | null>('SELECT max(id) FROM domain').pluck().get() ?? 0;
    db.exec(lastOldId === 0 ? ENTRIES_OF_FIRST_LIST : ENTRIES);
    // Of a first list it is not asked: that would sort the list once more.
    const known = lastOldId === 0 ? 0 : this.#count('domain_id IS NOT NULL');
    const isIndexRebuilt =
      lastOldId === 0 || this.#count('domain_id IS NULL') * MAX_OLD_PER_NEW > lastOldId;
    if (isIndexRebuilt) db.exec('DROP INDEX domain_name');
    const newcomers = db.prepare(ENTER_DOMAINS).run().changes;
    if (isIndexRebuilt) db.exec(CREATE_NAME_INDEX);
    return { count: known + newcomers, newcomers, lastOldId };
  }

  #count(condition: string): number {
    const sql = `SELECT count(*) FROM temp.entry WHERE ${condition}`;
    return this.#db.prepare<[], number>(sql).pluck().get() as number;
  }

  #enterList(list: ListHead): void {
    const count = this.settle();
    if (list.accounting.targets !== count) {
      throw new RangeError(
        `${list.name}: ${count} names staged, ${list.accounting.targets} counted`,
      );
    }
    const info = this.#db
      .prepare(
        `INSERT INTO list(name, sha256, options_key, targets, accounting, label_columns, has_ranks)
         VALUES(?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        list.name,
        list.sha256,
        list.optionsKey,
        count,
        JSON.stringify(list.accounting),
        JSON.stringify(list.labelColumns),
        list.hasRanks ? 1 : 0,
      );
    const listId = Number(info.lastInsertRowid);
    enterBlocks(this.#db, listId, this.#ids());
    if (list.hasRanks || list.labelColumns.length > 0) {
      this.#db.prepare(ENTER_LABELS).run();
      const { lastOldId } = this.#settled as Settled;
      this.#db.prepare(ENTER_MEMBERS).run({ listId, lastOldId });
    }
  }

  *#ids(): Generator<number> {
    const { count, newcomers, lastOldId } = this.#settled as Settled;
    if (newcomers < count) {
      const sql = 'SELECT domain_id FROM temp.entry WHERE domain_id IS NOT NULL';
      yield* this.#db.prepare<[], number>(sql).pluck().iterate();
    }
    for (let id = lastOldId + 1; id <= lastOldId + newcomers; id++) yield id;
  }
}

/** Numbers of registries within one stage; there are some thousand in all the world. */
class RegistryNumbers {
  readonly #insert: Statement<[string, string]>;
  readonly #byTld = new Map<string, Map<string, number>>();

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO temp.stage_registry(tld, name) VALUES(?, ?)');
  }

  of(tld: string, registry: string): number {
    let numbers = this.#byTld.get(tld);
    if (numbers === undefined) {
      numbers = new Map();
      this.#byTld.set(tld, numbers);
    }
    let number = numbers.get(registry);
    if (number === undefined) {
      number = Number(this.#insert.run(tld, registry).lastInsertRowid);
      numbers.set(registry, number);
    }
    return number;
  }
}

function enterBlocks(db: Database, listId: number, ids: Iterable<number>): void {
  const blocks = new Map<number, Uint8Array>();
  for (const id of ids) {
    const block = blockOf(id);
    let members = blocks.get(block);
    if (members === undefined) {
      members = noMembers();
      blocks.set(block, members);
    }
    addMember(members, slotOf(id));
  }
  const insert = db.prepare('INSERT INTO list_block VALUES(?, ?, ?, ?)');
  for (const [block, members] of blocks) {
    insert.run(listId, block, countMembers(members), packMembers(members));
  }
}
