/** Stores on temporary files, and small worlds to put into them. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { DomainName } from '../../src/names/domain-name.ts';
import { DMARC_CLASSES, MX_CLASSES, SPF_CLASSES } from '../../src/statistics/layout.ts';
import type { CheckShape } from '../../src/store/check-catalog.ts';
import { openWriter, type WriterOptions } from '../../src/store/open.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { ListEntry } from '../../src/survey/list-ledger.ts';
import type {
  BlockJob,
  BlockResult,
  ListAccounting,
  ListRow,
  RunConfig,
  RunProvenance,
  RunRow,
} from '../../src/survey/ports.ts';

export const SHAPES: readonly CheckShape[] = [
  { name: 'mx', classes: MX_CLASSES },
  { name: 'spf', classes: SPF_CLASSES },
  { name: 'dmarc', classes: DMARC_CLASSES },
];

export const PROVENANCE: RunProvenance = {
  toolVersion: '0.1.0',
  nodeVersion: '20',
  checkVersions: { mx: 1, spf: 1, dmarc: 1 },
  pslVersion: '7',
  transport: 'dgram',
  threads: 1,
  resolvers: ['127.0.0.1:53'],
  timeoutMs: 1000,
  attempts: 3,
  window: 100,
  rate: 0,
  timeZone: 'UTC',
  commandLine: ['survey', 'list.txt'],
};

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const temporaryPath = (): string => join(temporaryFolder(), 'store.sqlite');

/** A writer that is closed when the test ends, unless the test did so itself. */
export function temporaryWriter(
  path = temporaryPath(),
  options: WriterOptions = { checks: SHAPES },
): StoreWriter {
  const writer = openWriter(path, options);
  let isOpen = true;
  const close = () => {
    if (isOpen) writer.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { ...writer, close };
}

export const accounting = (targets: number, more?: Partial<ListAccounting>): ListAccounting => ({
  lines: targets,
  blank: 0,
  refused: {},
  duplicates: 0,
  reduced: 0,
  targets,
  examples: [],
  ...more,
});

/** `a.co.jp` lies in `jp:co`, everything else in its TLD's own registry. */
export function entry(name: string, more?: Partial<ListEntry>): ListEntry {
  const labels = name.split('.');
  const tld = labels.at(-1) ?? '';
  const registry = tld === 'jp' ? `jp:${labels.length > 2 ? labels.at(-2) : 'general'}` : tld;
  return { name: name as DomainName, tld, registry, rank: undefined, labels: [], ...more };
}

export function addList(writer: StoreWriter, names: readonly string[], name = 'list'): ListRow {
  const stage = writer.stageList();
  for (const one of names) stage.add(entry(one));
  const targets = stage.settle();
  const sha256 = createHash('sha256').update(names.join('\n')).digest('hex');
  const duplicates = names.length - targets;
  const head = { name, sha256, optionsKey: name, labelColumns: [], hasRanks: false };
  return stage.commit({
    ...head,
    accounting: accounting(targets, { lines: names.length, duplicates }),
  });
}

export const config = (listIds: readonly number[], more?: Partial<RunConfig>): RunConfig => ({
  listIds,
  checks: SHAPES.map(({ name }) => name),
  sample: 0,
  seed: 1,
  design: 'census',
  isSpfVoids: false,
  isNxdomainCut: true,
  ...more,
});

export const night = (number: number): string => `2026-01-${String(number).padStart(2, '0')}`;

export const plan = (number: number, runConfig: RunConfig) => ({
  night: night(number),
  config: runConfig,
  provenance: PROVENANCE,
  startedAtMs: 1000 * number,
});

/** What a check came to; class and flags as stored. */
export interface Outcome {
  readonly class: number;
  readonly reason: number;
  readonly flags: number;
  readonly body: string | null;
}

export interface DomainState {
  readonly existence: number;
  readonly existenceReason: number;
  readonly attempts: number;
  readonly checks: Readonly<Record<string, Outcome>>;
}

const ABSENT: Readonly<Record<string, Outcome>> = {
  mx: { class: MX_CLASSES.indexOf('none'), reason: 0, flags: 0, body: null },
  spf: { class: SPF_CLASSES.indexOf('absent'), reason: 0, flags: 0, body: null },
  dmarc: { class: DMARC_CLASSES.indexOf('absent'), reason: 0, flags: 0, body: null },
};

export const NOTHING_FOUND: DomainState = {
  existence: 0,
  existenceReason: 0,
  attempts: 1,
  checks: ABSENT,
};

export const SPF_RECORD: Outcome = {
  class: SPF_CLASSES.indexOf('minus_all'),
  reason: 0,
  flags: 3,
  body: '[["v=spf1 -all"],["-all",0]]',
};

/** The result of a job when each domain is in the state that `stateOf` gives. */
export function resultOf(
  job: BlockJob,
  checks: readonly string[],
  stateOf: (name: string) => DomainState,
): BlockResult {
  const states = job.names.map(stateOf);
  return {
    runId: job.runId,
    block: job.block,
    pass: job.pass,
    ids: job.ids,
    existence: states.map((state) => state.existence),
    existenceReasons: states.map((state) => state.existenceReason),
    attempts: states.map((state) => state.attempts),
    checks: checks.map((check) => {
      const outcomes = states.map((state) => state.checks[check] ?? (ABSENT[check] as Outcome));
      return {
        check,
        classes: outcomes.map((outcome) => outcome.class),
        reasons: outcomes.map((outcome) => outcome.reason),
        flags: outcomes.map((outcome) => outcome.flags),
        bodies: outcomes.map((outcome) => outcome.body),
      };
    }),
    sharedAnswers: [],
    queries: 3 * job.ids.length,
    measuredAtMs: 1000 + job.block,
    durationMs: 10,
  };
}

/** Asks every open block of a run. */
export function surveyAll(
  writer: StoreWriter,
  run: RunRow,
  stateOf: (name: string) => DomainState,
): void {
  for (const { block, pass } of writer.openBlocks(run.id)) {
    writer.writeBlock(resultOf(writer.loadBlock(run.id, block, pass), run.config.checks, stateOf));
  }
}

/** Content of a closed store as text, without times and serial ids of records. */
export function contentOf(path: string): string[] {
  const db = new Database(path, { readonly: true });
  try {
    return [
      'SELECT id, name, registry_id FROM domain ORDER BY id',
      'SELECT id, type, parent_id, name FROM segment ORDER BY id',
      'SELECT list_id, block, n, hex(members) FROM list_block ORDER BY 1, 2',
      'SELECT id, night, status, targets, blocks, blocks_done, domains_done, queries FROM run ORDER BY 1',
      `SELECT run_id, block, pass, n, hex(members), done_at IS NULL, changed, failed, queries,
         hex(headline), hex(attempts) FROM run_block ORDER BY 1, 2, 3`,
      `SELECT domain_id, check_id, run_id, class, flags, text FROM observation
         LEFT JOIN record ON record.id = body_id ORDER BY 1, 2, 3`,
      `SELECT domain_id, check_id, run_id, reason, class, flags, text FROM outage
         LEFT JOIN record ON record.id = body_id ORDER BY 1, 2, 3`,
      'SELECT hash, text FROM record ORDER BY text',
      'SELECT block, check_id, hex(fingerprints), hex(outages) FROM block_state ORDER BY 1, 2',
      'SELECT run_id, segment_id, hex(counts) FROM counter ORDER BY 1, 2',
      `SELECT qname, qtype, seen_run_id, run_id, outcome, text FROM shared_question q
         LEFT JOIN shared_answer a ON a.question_id = q.id
         LEFT JOIN record r ON r.id = record_id ORDER BY 1, 2, 4`,
    ].flatMap((query) => [
      `-- ${query}`,
      ...db
        .prepare(query)
        .raw()
        .all()
        .map((row) => JSON.stringify(row)),
    ]);
  } finally {
    db.close();
  }
}
