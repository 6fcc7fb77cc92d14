/**
 * Segments by who runs a domain's mail exchanges or takes its DMARC reports, as of one or more runs,
 * from one scan of the changes. Each stored body is read once, however many domains and nights it
 * holds for.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import { isSelf, SELF } from '../names/operator.ts';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import { BLOCK_SIZE } from '../survey/ports.ts';
import { BlockMembership, extentOf } from './block-membership.ts';
import { type ChangeRows, ChangeStatement } from './change-rows.ts';
import { GroupTable, NO_GROUP } from './group-table.ts';
import { mxOperators, ruaOperators } from './operators.ts';
import { BlockStatement, type PackedRows, packed, wide } from './packed-rows.ts';
import { checksOfRun } from './run-rows.ts';

export type OperatorRole = 'mx' | 'rua';

/** The check whose records name the operators. */
export const CHECK_OF_ROLE: Readonly<Record<OperatorRole, string>> = { mx: 'mx', rua: 'dmarc' };

const READERS: Readonly<
  Record<OperatorRole, (records: readonly string[]) => readonly DomainName[]>
> = { mx: mxOperators, rua: ruaOperators };

/**
 * In the order of `runIds`, which are ascending and asked the check of the role. A domain whose look-up
 * failed, that was not asked or that names no operator is in no group. With `only` (not 0 by domain
 * id) the others are in no group either, and are not read.
 */
export function operatorKeys(
  db: Database,
  runIds: readonly number[],
  role: OperatorRole,
  only?: Uint8Array,
): SegmentKeys[] {
  const { blocks, ids } = extentOf(db);
  const bodies = new BodyReader(db, runIds, role, only !== undefined);
  const operators = new OperatorReader(db, role);
  const names = new NameReader(db);
  const membership = new BlockMembership(db);
  const ofDomain = runIds.map(() => new Uint32Array(ids));
  for (let block = 0; block < blocks; block++) {
    const areDone = runIds.map((runId) => membership.of(runId, block)?.isDone === true);
    const wanted = only === undefined ? undefined : idsIn(block, only);
    if (!areDone.includes(true) || wanted?.length === 0) continue;
    const held = bodies.read(block, wanted);
    operators.prepare(held);
    const named = names.of(block);
    for (const [n, own] of ofDomain.entries()) {
      const bodyIds = held[n];
      if (areDone[n] === true && bodyIds !== undefined)
        operators.enter(bodyIds, named, own.subarray(block * BLOCK_SIZE));
    }
  }
  return ofDomain.map((own) => ({ type: role, groups: operators.groups, ofDomain: own }));
}

function idsIn(block: number, only: Uint8Array): number[] {
  const wanted: number[] = [];
  const end = Math.min(only.length, (block + 1) * BLOCK_SIZE);
  for (let id = block * BLOCK_SIZE; id < end; id++) if (only[id] !== 0) wanted.push(id);
  return wanted;
}

const NO_BODY = 0;

/** Which body holds as of each run, by slot; `NO_BODY` also while a look-up fails. */
class BodyReader {
  readonly #runIds: readonly number[];
  readonly #observations: ChangeStatement;
  readonly #outages: ChangeStatement;
  readonly #bodyIds: readonly Float64Array[];
  readonly #isFailing: readonly Uint8Array[];

  constructor(db: Database, runIds: readonly number[], role: OperatorRole, isOfSome: boolean) {
    this.#runIds = runIds;
    const checkId = checksOfRun(db, runIds[0] ?? 0).get(CHECK_OF_ROLE[role])?.id;
    if (checkId === undefined) throw new RangeError(`run ${runIds[0]} did not ask for ${role}`);
    const which = { lastRun: runIds.at(-1) ?? 0, checkId, isOfSome };
    this.#observations = new ChangeStatement(db, 'observation', [wide('body_id')], which);
    this.#outages = new ChangeStatement(db, 'outage', ['reason <> 0'], which);
    this.#bodyIds = runIds.map(() => new Float64Array(BLOCK_SIZE));
    this.#isFailing = runIds.map(() => new Uint8Array(BLOCK_SIZE));
  }

  /** The arrays are overwritten by the next call. */
  read(block: number, only?: readonly number[]): readonly Float64Array[] {
    for (const bodyIds of this.#bodyIds) bodyIds.fill(NO_BODY);
    for (const isFailing of this.#isFailing) isFailing.fill(0);
    this.#enter(this.#observations.rows(block, only), this.#bodyIds, (rest) => rest.nextWide());
    this.#enter(this.#outages.rows(block, only), this.#isFailing, (rest) => rest.next());
    for (const [n, isFailing] of this.#isFailing.entries()) {
      const bodyIds = this.#bodyIds[n] as Float64Array;
      for (let slot = 0; slot < BLOCK_SIZE; slot++) {
        if (isFailing[slot] === 1) bodyIds[slot] = NO_BODY;
      }
    }
    return this.#bodyIds;
  }

  /** Rows of one domain come by run: the newest is entered last. */
  #enter(
    rows: ChangeRows,
    into: readonly (Float64Array | Uint8Array)[],
    read: (rest: PackedRows) => number,
  ): void {
    while (rows.advance()) {
      const value = read(rows.rest);
      const { slot, runId } = rows;
      for (let n = into.length - 1; n >= 0 && runId <= (this.#runIds[n] as number); n--) {
        (into[n] as Float64Array | Uint8Array)[slot] = value;
      }
    }
  }
}

type Body = readonly [id: number, body: readonly [records?: readonly string[]]];

/** Operators of bodies and their groups, with `self` where an operator is the domain's own. */
class OperatorReader {
  readonly #readOperators: (records: readonly string[]) => readonly DomainName[];
  readonly #texts: Statement<[string], string | null>;
  readonly #table = new GroupTable();
  /** By body: 1 + the group of its operators as it names them; 0 while it is unread. */
  readonly #groupOfBody: Uint32Array;

  constructor(db: Database, role: OperatorRole) {
    this.#readOperators = READERS[role];
    // One JSON text for many bodies: they are parsed in one go.
    this.#texts = db
      .prepare<[string], string | null>(
        `SELECT group_concat('[' || id || ',' || text || ']') FROM record
         WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .pluck();
    const last = db.prepare<[], number | null>('SELECT max(id) FROM record').pluck().get() ?? 0;
    this.#groupOfBody = new Uint32Array(last + 1);
  }

  get groups(): readonly (readonly string[])[] {
    return this.#table.groups;
  }

  /** Reads those bodies that were not met before. */
  prepare(held: readonly Float64Array[]): void {
    const unread = new Set<number>();
    for (const bodyIds of held) {
      for (let slot = 0; slot < BLOCK_SIZE; slot++) {
        const bodyId = bodyIds[slot] as number;
        if (bodyId !== NO_BODY && this.#groupOfBody[bodyId] === 0) unread.add(bodyId);
      }
    }
    if (unread.size === 0) return;
    const texts = this.#texts.get(JSON.stringify([...unread])) ?? '';
    for (const [id, [records = []]] of JSON.parse(`[${texts}]`) as readonly Body[]) {
      this.#groupOfBody[id] = 1 + this.#table.of(this.#readOperators(records));
    }
  }

  /** Groups of a block's domains; all arrays by slot. */
  enter(
    bodyIds: Float64Array,
    names: readonly (DomainName | undefined)[],
    into: Uint32Array,
  ): void {
    for (let slot = 0; slot < bodyIds.length && slot < into.length; slot++) {
      const bodyId = bodyIds[slot] as number;
      if (bodyId !== NO_BODY) into[slot] = this.#groupOf(bodyId, names[slot]);
    }
  }

  #groupOf(bodyId: number, domain: DomainName | undefined): number {
    const group = (this.#groupOfBody[bodyId] ?? 0) - 1;
    if (group < 0 || domain === undefined) return NO_GROUP;
    const operators = (this.#table.groups[group] ?? []) as readonly DomainName[];
    for (const operator of operators) {
      if (!isSelf(domain, operator)) continue;
      return this.#table.of(operators.map((one) => (isSelf(domain, one) ? SELF : one)));
    }
    return group;
  }
}

/** The names of a block by slot, as two values: a row each would cost several times as much. */
class NameReader {
  readonly #slots: BlockStatement<Readonly<Record<string, never>>>;
  readonly #names: Statement<[{ readonly first: number; readonly last: number }], string | null>;

  constructor(db: Database) {
    const domains =
      'FROM (SELECT id, name FROM domain WHERE id BETWEEN @first AND @last ORDER BY id)';
    this.#slots = new BlockStatement(db, `SELECT ${packed(['id - @first'])} ${domains}`);
    this.#names = db
      .prepare<[{ readonly first: number; readonly last: number }], string | null>(
        `SELECT group_concat(name, ' ') ${domains}`,
      )
      .pluck();
  }

  of(block: number): readonly (DomainName | undefined)[] {
    const first = block * BLOCK_SIZE;
    const text = this.#names.get({ first, last: first + BLOCK_SIZE - 1 }) ?? '';
    const slots = this.#slots.rows(block, {});
    const names: (DomainName | undefined)[] = [];
    for (const name of text.split(' ')) if (slots.hasMore) names[slots.next()] = name as DomainName;
    return names;
  }
}
