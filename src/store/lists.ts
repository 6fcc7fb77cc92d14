/**
 * Lists on their way in: names are staged in a temporary table on disk, then entered as domains,
 * membership bits, ranks and labels in one transaction. Memory does not grow with the list, and a
 * kill at any moment leaves the store as it was.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import type { ListHead, StagedList } from '../survey/import-list.ts';
import { BLOCK_SIZE, type ListAccounting, type ListRow } from '../survey/ports.ts';
import { hash53 } from './hash.ts';
import {
  addMember,
  addMembers,
  blockOf,
  countMembers,
  isMember,
  noMembers,
  packMembers,
  slotOf,
} from './pack.ts';

interface StoredList {
  readonly id: number;
  readonly name: string;
  readonly sha256: string;
  readonly accounting: string;
  readonly label_columns: string;
  readonly has_ranks: number;
}

const SELECT_LIST = 'SELECT id, name, sha256, accounting, label_columns, has_ranks FROM list';

const toListRow = (row: StoredList): ListRow => ({
  id: row.id,
  name: row.name,
  sha256: row.sha256,
  accounting: JSON.parse(row.accounting) as ListAccounting,
  labelColumns: JSON.parse(row.label_columns) as string[],
  hasRanks: row.has_ranks === 1,
});

export function findList(db: Database, sha256: string, optionsKey: string): ListRow | undefined {
  const row = db
    .prepare<[string, string], StoredList>(`${SELECT_LIST} WHERE sha256 = ? AND options_key = ?`)
    .get(sha256, optionsKey);
  return row && toListRow(row);
}

/** Up to `count` names of a list, of its first block. */
export function someNames(db: Database, listId: number, count: number): DomainName[] {
  const first = db
    .prepare<[number], { block: number; members: Buffer | null }>(
      'SELECT block, members FROM list_block WHERE list_id = ? ORDER BY block LIMIT 1',
    )
    .get(listId);
  if (first === undefined) return [];
  const members = noMembers();
  addMembers(first.members, members);
  const from = first.block * BLOCK_SIZE;
  return db
    .prepare<[number, number], { id: number; name: DomainName }>(
      'SELECT id, name FROM domain WHERE id BETWEEN ? AND ? ORDER BY id',
    )
    .all(from, from + BLOCK_SIZE - 1)
    .filter(({ id }) => isMember(members, slotOf(id)))
    .slice(0, count)
    .map(({ name }) => name);
}

/** The lists of a run, in the order they were given. */
export function listsOfRun(db: Database, runId: number): ListRow[] {
  return db
    .prepare<[number], StoredList>(
      `${SELECT_LIST} JOIN run_list ON list_id = id WHERE run_id = ? ORDER BY position`,
    )
    .all(runId)
    .map(toListRow);
}

const STAGE_TABLE = `
DROP TABLE IF EXISTS temp.stage;
PRAGMA temp.cache_size = -4096;
CREATE TEMP TABLE stage(
  name TEXT PRIMARY KEY,
  hash INTEGER NOT NULL,
  tld TEXT NOT NULL,
  registry TEXT NOT NULL,
  rank INTEGER,
  labels TEXT
) STRICT, WITHOUT ROWID;
`;

/**
 * New domains take ids in the order of the seeded hash: any part of them is a random sample. CROSS
 * JOIN fixes the order of the loops: SQLite knows no sizes of a fresh table, and would read the whole
 * stage once for each registry.
 */
const ENTER_DOMAINS = [
  `INSERT OR IGNORE INTO segment(type, parent_id, name)
   SELECT 'tld', 0, tld FROM (SELECT DISTINCT tld FROM temp.stage) ORDER BY tld`,
  `INSERT OR IGNORE INTO segment(type, parent_id, name)
   SELECT 'registry', t.id, s.registry
   FROM (SELECT DISTINCT tld, registry FROM temp.stage) s
   CROSS JOIN segment t ON t.type = 'tld' AND t.name = s.tld AND t.parent_id = 0
   ORDER BY s.tld, s.registry`,
  `INSERT INTO domain(name, registry_id)
   SELECT s.name, r.id FROM temp.stage s
   CROSS JOIN segment t ON t.type = 'tld' AND t.name = s.tld AND t.parent_id = 0
   CROSS JOIN segment r ON r.type = 'registry' AND r.name = s.registry AND r.parent_id = t.id
   WHERE NOT EXISTS (SELECT 1 FROM domain d WHERE d.name = s.name)
   ORDER BY s.hash, s.name`,
];

const ENTER_LABELS =
  'INSERT OR IGNORE INTO label(text) SELECT DISTINCT labels FROM temp.stage WHERE labels IS NOT NULL';

const ENTER_MEMBERS = `INSERT INTO list_member(list_id, domain_id, rank, label_id)
   SELECT @listId, d.id, s.rank, l.id FROM temp.stage s
   CROSS JOIN domain d ON d.name = s.name LEFT JOIN label l ON l.text = s.labels
   ORDER BY d.id`;

/** Begins a list. The transaction stays open until the end, so that single rows cost no commit. */
export function stageList(db: Database, onEnd: () => void): StagedList {
  const idSeed = Number(
    db.prepare<[], string>("SELECT value FROM meta WHERE key = 'id_seed'").pluck().get(),
  );
  db.exec(STAGE_TABLE);
  db.exec('BEGIN');
  const insert = db.prepare('INSERT OR IGNORE INTO temp.stage VALUES(?, ?, ?, ?, ?, ?)');
  let count = 0;
  let isOpen = true;
  const end = (command: 'COMMIT' | 'ROLLBACK') => {
    if (!isOpen) return;
    isOpen = false;
    onEnd();
    if (db.inTransaction) db.exec(command);
    db.exec('DROP TABLE IF EXISTS temp.stage');
  };
  return {
    add: ({ name, tld, registry, rank, labels }) => {
      const kept = labels.length > 0 ? JSON.stringify(labels) : null;
      const hash = hash53(name, idSeed);
      const { changes } = insert.run(name, hash, tld, registry, rank ?? null, kept);
      count += changes;
      return changes === 1;
    },
    commit: (head) => {
      try {
        const list = enterList(db, head, count);
        end('COMMIT');
        return list;
      } finally {
        end('ROLLBACK');
      }
    },
    discard: () => end('ROLLBACK'),
  };
}

function enterList(db: Database, list: ListHead, count: number): ListRow {
  const known = findList(db, list.sha256, list.optionsKey);
  if (known !== undefined) return known;
  if (list.accounting.targets !== count) {
    throw new RangeError(`${list.name}: ${count} names staged, ${list.accounting.targets} counted`);
  }
  const newcomers = enterDomains(db);
  const info = db
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
  enterBlocks(db, listId, newcomers.count === count ? range(newcomers) : membersById(db));
  if (list.hasRanks || list.labelColumns.length > 0) {
    db.prepare(ENTER_LABELS).run();
    db.prepare(ENTER_MEMBERS).run({ listId });
  }
  return findList(db, list.sha256, list.optionsKey) as ListRow;
}

interface Newcomers {
  readonly count: number;
  readonly lastId: number;
}

/** Ids are given in a row, so the newcomers' are the last `count` up to `lastId`. */
function enterDomains(db: Database): Newcomers {
  let newcomers: Newcomers = { count: 0, lastId: 0 };
  for (const statement of ENTER_DOMAINS) {
    const { changes, lastInsertRowid } = db.prepare(statement).run();
    newcomers = { count: changes, lastId: Number(lastInsertRowid) };
  }
  return newcomers;
}

/** Every name of the list is new, so that no name need be looked up. */
function* range({ count, lastId }: Newcomers): Generator<number> {
  for (let id = lastId - count + 1; id <= lastId; id++) yield id;
}

function membersById(db: Database): IterableIterator<number> {
  const ids = db
    .prepare<[], number>(
      'SELECT d.id FROM temp.stage s CROSS JOIN domain d ON d.name = s.name ORDER BY d.id',
    )
    .pluck() as Statement<[], number>;
  return ids.iterate();
}

function enterBlocks(db: Database, listId: number, ids: Iterable<number>): void {
  const blocks = new Map<number, Uint8Array>();
  for (const id of ids) {
    const members = blocks.get(blockOf(id)) ?? noMembers();
    blocks.set(blockOf(id), members);
    addMember(members, slotOf(id));
  }
  const insert = db.prepare('INSERT INTO list_block VALUES(?, ?, ?, ?)');
  for (const [block, members] of blocks) {
    insert.run(listId, block, countMembers(members), packMembers(members));
  }
}
