/**
 * The figures of a run that are kept ready: where the lines of its lists went, the counters of its
 * segments, and the headline counters of its blocks (which cluster intervals need).
 */
import type { Database } from 'better-sqlite3';
import type { ListRow } from '../survey/ports.ts';
import { listsOfRun } from './lists.ts';
import { addPackedCounts } from './pack.ts';
import { readRun } from './run-rows.ts';

export type Counts = Readonly<Record<string, number>>;

export interface SegmentCounts {
  readonly segmentType: 'total' | 'tld' | 'registry';
  /** `all` for the total. */
  readonly segment: string;
  /** Counters of the run's layout by name; one that is 0 is missing. */
  readonly counts: Counts;
}

export interface BlockHeadline {
  readonly block: number;
  readonly pass: number;
  readonly domains: number;
  /** (domain, check) pairs that changed, and that had no definitive outcome. */
  readonly changed: number;
  readonly failed: number;
  readonly counts: Counts;
}

/**
 * Where everything went. Invariants: lines = blank + refused + duplicates + targets; targets =
 * notSampled + attempted + open.
 */
export interface UnionAccounting {
  readonly lines: number;
  readonly blank: number;
  readonly refused: Counts;
  /** Within lists, and names that a later list has again. */
  readonly duplicates: number;
  readonly reduced: number;
  readonly targets: number;
  readonly notSampled: number;
  /** Asked, with whatever outcome. */
  readonly attempted: number;
  /** Not yet asked; in an aborted run, never. */
  readonly open: number;
}

export interface RunAccounting {
  readonly lists: readonly ListRow[];
  readonly union: UnionAccounting;
}

export function runAccounting(db: Database, runId: number): RunAccounting {
  const run = readRun(db, runId);
  const lists = listsOfRun(db, runId);
  const targets = db
    .prepare<[number], number>('SELECT union_targets FROM run WHERE id = ?')
    .pluck()
    .get(runId) as number;
  // A run that ended early, as it was told to, has left the rest out like a sample.
  const toAsk = run.status === 'finished' ? run.domainsDone : run.targets;
  const refused: Record<string, number> = {};
  let inLists = 0;
  const sum = { lines: 0, blank: 0, duplicates: 0, reduced: 0 };
  for (const { accounting } of lists) {
    sum.lines += accounting.lines;
    sum.blank += accounting.blank;
    sum.duplicates += accounting.duplicates;
    sum.reduced += accounting.reduced;
    inLists += accounting.targets;
    for (const [reason, count] of Object.entries(accounting.refused)) {
      refused[reason] = (refused[reason] ?? 0) + count;
    }
  }
  return {
    lists,
    union: {
      ...sum,
      refused,
      duplicates: sum.duplicates + inLists - targets,
      targets,
      notSampled: targets - toAsk,
      attempted: run.domainsDone,
      open: toAsk - run.domainsDone,
    },
  };
}

interface Layout {
  readonly names: string;
  readonly headline: string;
}

function layoutOf(db: Database, runId: number): { names: string[]; headline: string[] } {
  readRun(db, runId);
  const { names, headline } = db
    .prepare<[number], Layout>(
      'SELECT names, headline FROM counter_layout JOIN run ON layout_id = counter_layout.id WHERE run.id = ?',
    )
    .get(runId) as Layout;
  return { names: JSON.parse(names) as string[], headline: JSON.parse(headline) as string[] };
}

/** Zeros are left out: most counters of a small segment are 0, and a list may have thousands of them. */
function named(names: readonly string[], counts: Float64Array): Counts {
  const byName: Record<string, number> = {};
  for (let i = 0; i < names.length; i++) {
    const value = counts[i] as number;
    if (value !== 0) byName[names[i] as string] = value;
  }
  return byName;
}

type CounterRow = [type: 'total' | 'registry', tld: string | null, name: string, counts: Buffer];

/** The total, then every TLD, then every registry, each in bytewise order. */
export function* runCounters(db: Database, runId: number): Generator<SegmentCounts> {
  const { names } = layoutOf(db, runId);
  const rows = db
    .prepare<[number], CounterRow>(
      `SELECT s.type, t.name, s.name, c.counts FROM counter c
       JOIN segment s ON s.id = c.segment_id LEFT JOIN segment t ON t.id = s.parent_id
       WHERE c.run_id = ? ORDER BY t.name, s.name`,
    )
    .raw()
    .all(runId);
  const registries: [string, Buffer][] = [];
  let tld: string | undefined;
  const sum = new Float64Array(names.length);
  const tldCounts: SegmentCounts[] = [];
  const endTld = () => {
    if (tld !== undefined) {
      tldCounts.push({ segmentType: 'tld', segment: tld, counts: named(names, sum) });
    }
    sum.fill(0);
  };
  for (const [type, parent, segment, counts] of rows) {
    if (type === 'total') {
      yield { segmentType: 'total', segment, counts: named(names, unpacked(names, counts)) };
      continue;
    }
    if (parent !== tld) endTld();
    tld = parent ?? '';
    addPackedCounts(counts, sum);
    registries.push([segment, counts]);
  }
  endTld();
  yield* tldCounts;
  registries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [segment, counts] of registries) {
    yield { segmentType: 'registry', segment, counts: named(names, unpacked(names, counts)) };
  }
}

function unpacked(names: readonly string[], counts: Uint8Array): Float64Array {
  const values = new Float64Array(names.length);
  addPackedCounts(counts, values);
  return values;
}

type HeadlineRow = [
  block: number,
  pass: number,
  n: number,
  changed: number,
  failed: number,
  headline: Buffer,
];

/** Headline counters of the blocks that are done. */
export function* blockHeadlines(db: Database, runId: number): Generator<BlockHeadline> {
  const { headline } = layoutOf(db, runId);
  const rows = db
    .prepare<[number], HeadlineRow>(
      `SELECT block, pass, n, changed, failed, headline FROM run_block
       WHERE run_id = ? AND done_at IS NOT NULL ORDER BY block, pass`,
    )
    .raw()
    .iterate(runId);
  for (const [block, pass, domains, changed, failed, packed] of rows) {
    const counts = named(headline, unpacked(headline, packed));
    yield { block, pass, domains, changed, failed, counts };
  }
}
