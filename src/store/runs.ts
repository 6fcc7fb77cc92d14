/**
 * The life of a run in the file: planned, taken up again, finished or aborted. At most one run is
 * open, and nights only go forward: history is read "as of" a run, so rows of two runs must not
 * interleave.
 */
import type { Database } from 'better-sqlite3';
import { COUNTERS, HEADLINE } from '../statistics/counters.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunConfig, RunProvenance, RunRow } from '../survey/ports.ts';
import { hash53 } from './hash.ts';
import { unionOfLists } from './members.ts';
import {
  addMember,
  blockOf,
  countMembers,
  isMember,
  type Members,
  noMembers,
  slotOf,
} from './pack.ts';
import { checksNamed, readOpenRun, readRun } from './run-rows.ts';
import { SmallestNumbers, sampleHash } from './sample.ts';

export interface RunPlan {
  readonly night: string;
  readonly config: RunConfig;
  readonly provenance: RunProvenance;
  readonly startedAtMs: number;
}

/**
 * Plans a run: its row and its open blocks. An open run of an earlier night is closed as aborted
 * (its rows stay, they are true); a night that has its run, and a night before the newest, are
 * refused. To be called within a transaction.
 */
export function planRun(db: Database, plan: RunPlan): RunRow {
  const listIds = [...new Set(plan.config.listIds)];
  checksNamed(db, plan.config.checks);
  refuseNight(db, plan.night);
  const open = readOpenRun(db);
  if (open !== undefined) abortRun(db, open.id);
  const union = unionOfLists(db, listIds);
  const unionTargets = countAll(union);
  if (unionTargets === 0) throw new RangeError('a run needs a list with at least one name');
  const { sample, seed } = plan.config;
  const sampled = sample > 0 && sample < unionTargets ? drawSample(db, union, sample, seed) : union;
  const runId = insertRun(db, plan, { unionTargets, sampled });
  const insertList = db.prepare('INSERT INTO run_list VALUES(?, ?, ?)');
  for (const [position, listId] of listIds.entries()) insertList.run(runId, position, listId);
  const insertBlock = db.prepare(
    'INSERT INTO run_block(run_id, block, pass, n, members) VALUES(?, ?, 1, ?, ?)',
  );
  for (const [block, members] of sampled) {
    const isWhole = sampled === union;
    insertBlock.run(runId, block, countMembers(members), isWhole ? null : Buffer.from(members));
  }
  return readRun(db, runId);
}

function refuseNight(db: Database, night: string): void {
  const newest = db.prepare<[], string | null>('SELECT max(night) FROM run').pluck().get();
  if (newest && night < newest) {
    throw new SurveyError(
      'usage',
      `night ${night} lies before ${newest}, the newest in the store; nights only go forward: give a later --night or another --store`,
    );
  }
  const taken = db
    .prepare<[string], number>("SELECT id FROM run WHERE night = ? AND status <> 'aborted'")
    .pluck()
    .get(night);
  if (taken !== undefined) {
    throw new SurveyError(
      'usage',
      `night ${night} already has run ${taken} in the store; give another --night or another --store`,
    );
  }
}

const countAll = (blocks: ReadonlyMap<number, Members>): number => {
  let count = 0;
  for (const members of blocks.values()) count += countMembers(members);
  return count;
};

/**
 * The `size` names of the union with the smallest seeded hash. Two readings of the names: the first
 * finds the largest hash that is in, the second marks the names. Of names with that very hash (a
 * chance of size² / 2^53) the older ids are taken.
 */
function drawSample(
  db: Database,
  union: ReadonlyMap<number, Members>,
  size: number,
  seed: number,
): Map<number, Members> {
  const smallest = new SmallestNumbers(size);
  for (const [, name] of namesOf(db, union)) smallest.add(sampleHash(name, seed));
  const limit = smallest.largest;
  let atLimit = smallest.largestCount;
  const sampled = new Map<number, Members>();
  for (const [id, name] of namesOf(db, union)) {
    const hash = sampleHash(name, seed);
    if (hash > limit || (hash === limit && atLimit-- <= 0)) continue;
    const members = sampled.get(blockOf(id)) ?? noMembers();
    sampled.set(blockOf(id), members);
    addMember(members, slotOf(id));
  }
  return sampled;
}

function* namesOf(
  db: Database,
  union: ReadonlyMap<number, Members>,
): Generator<readonly [id: number, name: string]> {
  const rows = db
    .prepare<[], [number, string]>('SELECT id, name FROM domain ORDER BY id')
    .raw()
    .iterate();
  for (const row of rows) {
    const members = union.get(blockOf(row[0]));
    if (members !== undefined && isMember(members, slotOf(row[0]))) yield row;
  }
}

function insertRun(
  db: Database,
  plan: RunPlan,
  size: { readonly unionTargets: number; readonly sampled: ReadonlyMap<number, Members> },
): number {
  const info = db
    .prepare(
      `INSERT INTO run(night, status, started_at, union_targets, targets, blocks, layout_id, config,
         provenance) VALUES(?, 'running', ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      plan.night,
      Math.round(plan.startedAtMs),
      size.unionTargets,
      countAll(size.sampled),
      size.sampled.size,
      enterLayout(db),
      JSON.stringify(plan.config),
      JSON.stringify(plan.provenance),
    );
  return Number(info.lastInsertRowid);
}

/** Id of today's counter names; runs of one version share it. */
function enterLayout(db: Database): number {
  const names = JSON.stringify(COUNTERS);
  const headline = JSON.stringify(HEADLINE);
  db.prepare('INSERT OR IGNORE INTO counter_layout(names, headline) VALUES(?, ?)').run(
    names,
    headline,
  );
  return db
    .prepare<[string, string], number>(
      'SELECT id FROM counter_layout WHERE names = ? AND headline = ?',
    )
    .pluck()
    .get(names, headline) as number;
}

/**
 * Takes an open run up again and keeps with what. Refused when this version counts other things than
 * the one that began it: counts of both would be added up under one name.
 */
export function resumeRun(db: Database, runId: number, provenance: RunProvenance): RunRow {
  const run = readRun(db, runId);
  if (run.status !== 'running') throw new RangeError(`run ${runId} is ${run.status}, not open`);
  const begun = db.prepare<[number], number>('SELECT layout_id FROM run WHERE id = ?').pluck();
  if (begun.get(runId) !== enterLayout(db)) {
    throw new SurveyError(
      'usage',
      `run ${runId} (night ${run.night}) was begun by mailcensus ${run.provenance.toolVersion}, which counts other figures; finish it with that version or begin a newer night`,
    );
  }
  db.prepare('UPDATE run SET resumes = resumes + 1 WHERE id = ?').run(runId);
  if (run.provenance.threads === 0) {
    // Nobody has asked anything of it yet (`run-workers.ts`).
    const replace = db.prepare('UPDATE run SET provenance = ? WHERE id = ?');
    replace.run(JSON.stringify(provenance), runId);
  }
  db.prepare('INSERT INTO run_resume VALUES(?, ?, ?)').run(
    runId,
    run.resumes + 1,
    JSON.stringify(provenance),
  );
  return readRun(db, runId);
}

/** Closes an open run for good; what it saw stays. */
export function abortRun(db: Database, runId: number): void {
  const sql = "UPDATE run SET status = 'aborted' WHERE id = ? AND status = 'running'";
  if (db.prepare(sql).run(runId).changes === 0) throw new RangeError(`run ${runId} is not open`);
}

/**
 * Marks a run as finished; refused while one of its blocks is open, unless the run was to end early
 * (`until`): blocks are asked in random order, so the done ones are a random sample.
 */
export function finishRun(db: Database, runId: number, atMs: number): RunRow {
  const run = readRun(db, runId);
  if (run.status === 'running' && run.blocksDone < run.blocks && run.config.until === undefined) {
    const open = run.blocks - run.blocksDone;
    throw new RangeError(`run ${runId} cannot be finished: ${open} blocks are open`);
  }
  db.prepare(
    "UPDATE run SET status = 'finished', finished_at = ? WHERE id = ? AND status = 'running'",
  ).run(Math.round(atMs), runId);
  return readRun(db, runId);
}

/** Blocks without a result, in the order they are to be asked: by seeded hash. */
export function openBlocks(db: Database, runId: number): { block: number; pass: number }[] {
  const { seed } = readRun(db, runId).config;
  return db
    .prepare<[number], { block: number; pass: number }>(
      'SELECT block, pass FROM run_block WHERE run_id = ? AND done_at IS NULL',
    )
    .all(runId)
    .map(({ block, pass }) => ({ block, pass, order: hash53(String(block), seed) }))
    .sort((a, b) => a.pass - b.pass || a.order - b.order || a.block - b.block)
    .map(({ block, pass }) => ({ block, pass }));
}
