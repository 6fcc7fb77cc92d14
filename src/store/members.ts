/**
 * Which domains a run asks in which block: the union of its lists' bits, or the bits of its sample.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import { BLOCK_SIZE } from '../survey/ports.ts';
import { addMembers, isMember, type Members, noMembers, slotOf } from './pack.ts';

/** Bits by block of the union of lists: 128 bytes for 1,024 names. */
export function unionOfLists(db: Database, listIds: readonly number[]): Map<number, Members> {
  const read = db
    .prepare<[number], [number, Buffer | null]>(
      'SELECT block, members FROM list_block WHERE list_id = ?',
    )
    .raw();
  const union = new Map<number, Members>();
  for (const listId of listIds) {
    for (const [block, members] of read.iterate(listId)) {
      const known = union.get(block) ?? noMembers();
      union.set(block, known);
      addMembers(members, known);
    }
  }
  return union;
}

/** The domains of one block of a run; the arrays run side by side, ids ascending. */
export interface BlockDomains {
  readonly ids: readonly number[];
  readonly registryIds: readonly number[];
}

/** A block's domains as one row, side by side: a row each would cost three times as much to read. */
type DomainsRow = [ids: string, names: string | null, registryIds: string];

/** Blocks kept from when they are handed out until their results come back. */
const MAX_REMEMBERED_BLOCKS = 128;

export class MemberReader {
  readonly #planned: Statement<[number, number, number], { readonly members: Buffer | null }>;
  readonly #ofLists: Statement<[number, number], Buffer | null>;
  readonly #domains: Statement<[number, number], DomainsRow>;
  readonly #remembered = new Map<string, BlockDomains>();

  constructor(db: Database) {
    this.#planned = db.prepare(
      'SELECT members FROM run_block WHERE run_id = ? AND block = ? AND pass = ?',
    );
    this.#ofLists = db
      .prepare<[number, number], Buffer | null>(
        'SELECT b.members FROM run_list r JOIN list_block b USING(list_id) WHERE r.run_id = ? AND b.block = ?',
      )
      .pluck();
    this.#domains = db
      .prepare<[number, number], DomainsRow>(
        `SELECT json_group_array(id), group_concat(name, ' '), json_group_array(registry_id)
         FROM (SELECT * FROM domain WHERE id BETWEEN ? AND ? ORDER BY id)`,
      )
      .raw();
  }

  /** Bits of one planned block; undefined when the run has no such block. */
  bits(runId: number, block: number, pass: number): Members | undefined {
    const planned = this.#planned.get(runId, block, pass);
    if (planned === undefined) return undefined;
    const bits = noMembers();
    if (planned.members !== null) addMembers(planned.members, bits);
    else for (const members of this.#ofLists.iterate(runId, block)) addMembers(members, bits);
    return bits;
  }

  /** Domains and names of one planned block. Throws RangeError when the run has no such block. */
  load(runId: number, block: number, pass: number): BlockDomains & { names: DomainName[] } {
    const bits = this.bits(runId, block, pass);
    if (bits === undefined) throw new RangeError(`run ${runId} has no block ${block}/${pass}`);
    const first = block * BLOCK_SIZE;
    const row = this.#domains.get(first, first + BLOCK_SIZE - 1) as DomainsRow;
    const allIds = JSON.parse(row[0]) as number[];
    const allNames = (row[1] ?? '').split(' ') as DomainName[];
    const allRegistryIds = JSON.parse(row[2]) as number[];
    const ids: number[] = [];
    const names: DomainName[] = [];
    const registryIds: number[] = [];
    for (let i = 0; i < allIds.length; i++) {
      const id = allIds[i] as number;
      if (!isMember(bits, slotOf(id))) continue;
      ids.push(id);
      names.push(allNames[i] as DomainName);
      registryIds.push(allRegistryIds[i] as number);
    }
    this.#remember(`${runId}/${block}/${pass}`, { ids, registryIds });
    return { ids, names, registryIds };
  }

  /** The same without names, from memory where the block was handed out of late. */
  domains(runId: number, block: number, pass: number): BlockDomains {
    return this.#remembered.get(`${runId}/${block}/${pass}`) ?? this.load(runId, block, pass);
  }

  /** The block is done and will not be asked for again. */
  forget(runId: number, block: number, pass: number): void {
    this.#remembered.delete(`${runId}/${block}/${pass}`);
  }

  #remember(key: string, domains: BlockDomains): void {
    this.#remembered.set(key, domains);
    if (this.#remembered.size <= MAX_REMEMBERED_BLOCKS) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      break;
    }
  }
}
