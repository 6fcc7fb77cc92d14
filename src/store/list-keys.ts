/**
 * Segments that follow from a domain's registration and from the lists of a run: top-level domain,
 * registry, rank bucket, list, label. Read block by block, many rows as one value.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import { rankBucket } from '../statistics/rank-buckets.ts';
import { BLOCK_SIZE, type ListRow } from '../survey/ports.ts';
import { extentOf } from './block-membership.ts';
import { GroupTable, NO_GROUP } from './group-table.ts';
import { unionOfLists } from './members.ts';
import { isMember } from './pack.ts';
import { BlockStatement, packed, wide } from './packed-rows.ts';

/** By the registration of the name, which is the same in every run. */
export function registrationKeys(db: Database, type: 'tld' | 'registry'): SegmentKeys {
  const { blocks, ids } = extentOf(db);
  const table = new GroupTable();
  const ofRegistry = new Map<number, number>();
  const name = type === 'tld' ? 't.name' : 'r.name';
  const registries = db
    .prepare<[], [id: number, name: string]>(
      `SELECT r.id, ${name} FROM segment r JOIN segment t ON t.id = r.parent_id
       WHERE r.type = 'registry'`,
    )
    .raw()
    .iterate();
  for (const [id, segment] of registries) ofRegistry.set(id, table.of([segment]));
  const domains = new BlockStatement(
    db,
    `SELECT ${packed(['id - @first', wide('registry_id')])} FROM domain
     WHERE id BETWEEN @first AND @last`,
  );
  const ofDomain = new Uint32Array(ids);
  for (let block = 0; block < blocks; block++) {
    const rows = domains.rows(block, {});
    while (rows.hasMore) {
      const slot = rows.next();
      ofDomain[block * BLOCK_SIZE + slot] = ofRegistry.get(rows.nextWide()) ?? NO_GROUP;
    }
  }
  return { type, groups: table.groups, ofDomain };
}

/** By the names of the lists that have the domain; lists of one name are one segment. */
export function listKeys(db: Database, lists: readonly ListRow[]): SegmentKeys {
  const table = new GroupTable();
  const ofDomain = new Uint32Array(extentOf(db).ids);
  for (const list of lists) {
    for (const [block, members] of unionOfLists(db, [list.id])) {
      const first = block * BLOCK_SIZE;
      for (let slot = 0; slot < BLOCK_SIZE && first + slot < ofDomain.length; slot++) {
        if (!isMember(members, slot)) continue;
        ofDomain[first + slot] = table.add(ofDomain[first + slot] as number, list.name);
      }
    }
  }
  return { type: 'list', groups: table.groups, ofDomain };
}

/** No rank goes beyond it: what a packed row holds. */
const MAX_RANK = 2 ** 40 - 1;

/** By the rank in the first of the lists that ranks the domain; the bucket `none` without one. */
export function rankKeys(db: Database, lists: readonly ListRow[]): SegmentKeys {
  const { blocks, ids } = extentOf(db);
  const table = new GroupTable();
  const unranked = table.of([rankBucket(undefined)]);
  const ofDomain = new Uint32Array(ids).fill(unranked);
  const ranks = new BlockStatement<{ readonly list: number }>(
    db,
    `SELECT ${packed(['domain_id - @first', wide(`min(max(rank, 0), ${MAX_RANK})`)])}
     FROM list_member
     WHERE list_id = @list AND domain_id BETWEEN @first AND @last AND rank IS NOT NULL`,
  );
  const isRanked = new Uint8Array(BLOCK_SIZE);
  for (let block = 0; block < blocks; block++) {
    isRanked.fill(0);
    for (const list of lists) {
      if (!list.hasRanks) continue;
      const rows = ranks.rows(block, { list: list.id });
      while (rows.hasMore) {
        const slot = rows.next();
        const bucket = rankBucket(rows.nextWide());
        if (isRanked[slot] === 1) continue;
        isRanked[slot] = 1;
        ofDomain[block * BLOCK_SIZE + slot] = table.add(NO_GROUP, bucket);
      }
    }
  }
  return { type: 'rank', groups: table.groups, ofDomain };
}

/**
 * By the value of a label column in the first of the lists that gives the domain one; a domain without
 * a value is in no group. Values are text from outside, as they were read.
 */
export function labelKeys(db: Database, lists: readonly ListRow[], column: string): SegmentKeys {
  const { blocks, ids } = extentOf(db);
  const table = new GroupTable();
  const ofDomain = new Uint32Array(ids);
  const labels = new BlockStatement<{ readonly list: number }>(
    db,
    `SELECT ${packed(['domain_id - @first', wide('label_id')])} FROM list_member
     WHERE list_id = @list AND domain_id BETWEEN @first AND @last AND label_id IS NOT NULL`,
  );
  const sources = lists
    .filter(({ labelColumns }) => labelColumns.includes(column))
    .map(({ id, labelColumns }) => ({
      list: id,
      values: new LabelValues(db, labelColumns.indexOf(column), table),
    }));
  for (let block = 0; block < blocks; block++) {
    for (const { list, values } of sources) {
      const rows = labels.rows(block, { list });
      while (rows.hasMore) {
        const id = block * BLOCK_SIZE + rows.next();
        const group = values.groupOf(rows.nextWide());
        if (ofDomain[id] === NO_GROUP) ofDomain[id] = group;
      }
    }
  }
  return { type: `label:${column}`, groups: table.groups, ofDomain };
}

/** One column of stored label rows, each read once. */
class LabelValues {
  readonly #text: Statement<[number], string>;
  readonly #at: number;
  readonly #table: GroupTable;
  readonly #known = new Map<number, number>();

  constructor(db: Database, at: number, table: GroupTable) {
    this.#text = db.prepare<[number], string>('SELECT text FROM label WHERE id = ?').pluck();
    this.#at = at;
    this.#table = table;
  }

  groupOf(labelId: number): number {
    const known = this.#known.get(labelId);
    if (known !== undefined) return known;
    const values = JSON.parse(this.#text.get(labelId) ?? '[]') as (string | null)[];
    const value = values[this.#at] ?? '';
    const group = value === '' ? NO_GROUP : this.#table.add(NO_GROUP, value);
    this.#known.set(labelId, group);
    return group;
  }
}
