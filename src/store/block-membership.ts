/**
 * Which domains of a block a run asks, and whether the block is done, for readers that go through
 * many runs block by block. The bits of equal list sets are read once a block.
 */
import type { Database, Statement } from 'better-sqlite3';
import { addMembers, blockOf, type Members, noMembers } from './pack.ts';
import { PackedRows, packed, wide } from './packed-rows.ts';

export interface RunBlock {
  readonly members: Members;
  readonly isDone: boolean;
}

/** Bits of a planned block. */
const IS_PLANNED = 1;
const IS_DONE = 2;
/** It has bits of its own (a sample), not those of the run's lists. */
const HAS_MEMBERS = 4;

export class BlockMembership {
  readonly #planned: Statement<[number], Buffer | null>;
  readonly #ofSample: Statement<[number, number], Buffer | null>;
  readonly #ofList: Statement<[number, number], Buffer | null>;
  readonly #listsOfRun: Statement<[number], number>;
  readonly #blocks: number;
  /** By run, an octet a block: asked for one by one, the blocks of a year cost more than its changes. */
  readonly #blocksOfRun = new Map<number, Uint8Array>();
  readonly #listIds = new Map<number, readonly number[]>();
  /** By ids of lists, of the block that was asked for last. */
  readonly #unions = new Map<string, Members>();
  #block = -1;

  constructor(db: Database) {
    this.#blocks = extentOf(db).blocks;
    this.#planned = db
      .prepare<[number], Buffer | null>(
        `SELECT ${packed([
          wide('block'),
          `${IS_PLANNED} + ${IS_DONE} * (done_at IS NOT NULL) + ${HAS_MEMBERS} * (members IS NOT NULL)`,
        ])} FROM run_block WHERE run_id = ? AND pass = 1`,
      )
      .pluck();
    this.#ofSample = db
      .prepare<[number, number], Buffer | null>(
        'SELECT members FROM run_block WHERE run_id = ? AND block = ? AND pass = 1',
      )
      .pluck();
    this.#ofList = db
      .prepare<[number, number], Buffer | null>(
        'SELECT members FROM list_block WHERE list_id = ? AND block = ?',
      )
      .pluck();
    this.#listsOfRun = db
      .prepare<[number], number>('SELECT list_id FROM run_list WHERE run_id = ? ORDER BY list_id')
      .pluck();
  }

  /**
   * Undefined where the run has no domain in the block. Not to be written to. A block that was open when
   * the run was first asked for stays so.
   */
  of(runId: number, block: number): RunBlock | undefined {
    const planned = this.#blocksOf(runId)[block] ?? 0;
    if (planned === 0) return undefined;
    const isDone = (planned & IS_DONE) !== 0;
    if ((planned & HAS_MEMBERS) === 0) return { members: this.#union(runId, block), isDone };
    const members = noMembers();
    addMembers(this.#ofSample.get(runId, block) ?? null, members);
    return { members, isDone };
  }

  #blocksOf(runId: number): Uint8Array {
    const known = this.#blocksOfRun.get(runId);
    if (known !== undefined) return known;
    const blocks = new Uint8Array(this.#blocks);
    const rows = new PackedRows(this.#planned.get(runId));
    while (rows.hasMore) blocks[rows.nextWide()] = rows.next();
    this.#blocksOfRun.set(runId, blocks);
    return blocks;
  }

  #union(runId: number, block: number): Members {
    if (block !== this.#block) this.#unions.clear();
    this.#block = block;
    const listIds = this.#listIdsOf(runId);
    const key = listIds.join();
    const known = this.#unions.get(key);
    if (known !== undefined) return known;
    const union = noMembers();
    for (const listId of listIds) {
      const members = this.#ofList.get(listId, block);
      if (members !== undefined) addMembers(members, union);
    }
    this.#unions.set(key, union);
    return union;
  }

  #listIdsOf(runId: number): readonly number[] {
    const known = this.#listIds.get(runId);
    if (known !== undefined) return known;
    const listIds = this.#listsOfRun.all(runId);
    this.#listIds.set(runId, listIds);
    return listIds;
  }
}

/** How many blocks the store has, and the length that an array by domain id has. */
export function extentOf(db: Database): { readonly blocks: number; readonly ids: number } {
  const last = db.prepare<[], number | null>('SELECT max(id) FROM domain').pluck().get() ?? -1;
  return { blocks: blockOf(last) + 1, ids: last + 1 };
}
