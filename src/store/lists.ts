/** Lists as they stand in the file, read. `list-stage.ts` brings them in. */
import type { Database } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import { BLOCK_SIZE, type ListAccounting, type ListRow } from '../survey/ports.ts';
import { addMembers, isMember, noMembers, slotOf } from './pack.ts';

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
