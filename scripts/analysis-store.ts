/**
 * A store of many nights for measuring how analyses read it: a synthetic population whose outcomes
 * change a little every night, written block by block by the survey's own writer. Only the disk's
 * promises are left out (`synchronous = OFF`, no check of the whole file after each night), which
 * change the time of writing and not the file. Everything follows from the options; the figures are
 * nobody's.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CHECKS } from '../src/checks/table.ts';
import type { DomainName } from '../src/names/domain-name.ts';
import { openWriter } from '../src/store/open.ts';
import { finishRun, planRun } from '../src/store/runs.ts';
import { BlockWriter } from '../src/store/write-block.ts';
import { BLOCK_SIZE, type RunProvenance } from '../src/survey/ports.ts';
import { blockOf, nextNight } from './analysis-population.ts';
import { drawsFrom } from './seeded-draws.ts';

export interface AnalysisStoreOptions {
  readonly domains: number;
  readonly nights: number;
  readonly registries: number;
  /** Kept there and taken again when it has the same size. */
  readonly folder: string;
}

/** Registries to a top-level domain. */
const REGISTRIES_A_TLD = 8;
const FIRST_NIGHT_MS = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;

const PROVENANCE: RunProvenance = {
  toolVersion: 'bench',
  nodeVersion: process.version,
  checkVersions: {},
  pslVersion: 'none',
  transport: 'none',
  threads: 1,
  resolvers: [],
  timeoutMs: 1,
  attempts: 1,
  window: 1,
  rate: 0,
  timeZone: 'UTC',
  commandLine: [],
};

/** Few registries have most of the names. */
function importNames(path: string, options: AnalysisStoreOptions): number {
  const writer = openWriter(path, { checks: CHECKS });
  try {
    const draw = drawsFrom(1);
    const stage = writer.stageList();
    for (let i = 0; i < options.domains; i++) {
      const registry = Math.floor(options.registries * draw() ** 3);
      const tld = `t${Math.floor(registry / REGISTRIES_A_TLD)}`;
      const name = `d${i}.r${registry}.${tld}` as DomainName;
      stage.add({ name, tld, registry: `${tld}:r${registry}`, rank: i + 1, labels: [] });
    }
    const targets = stage.settle();
    const counted = { lines: targets, blank: 0, refused: {}, duplicates: 0, reduced: 0, targets };
    const head = { name: 'synthetic', sha256: 'synthetic', optionsKey: '', labelColumns: [] };
    return stage.commit({ ...head, hasRanks: true, accounting: { ...counted, examples: [] } }).id;
  } finally {
    writer.close();
  }
}

function idsByBlock(db: Database.Database): [block: number, ids: number[]][] {
  const blocks = new Map<number, number[]>();
  for (const id of db.prepare<[], number>('SELECT id FROM domain ORDER BY id').pluck().all()) {
    const block = Math.floor(id / BLOCK_SIZE);
    const ids = blocks.get(block) ?? [];
    blocks.set(block, ids);
    ids.push(id);
  }
  return [...blocks];
}

function writeNights(path: string, listId: number, options: AnalysisStoreOptions): void {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  try {
    const writer = new BlockWriter(db, () => FIRST_NIGHT_MS);
    const draw = drawsFrom(2);
    const blocks = idsByBlock(db).map(([block, ids]) => blockOf(block, ids, draw));
    const config = { listIds: [listId], checks: CHECKS.map(({ name }) => name), sample: 0 };
    const same = { seed: 1, design: 'census', isSpfVoids: false, isNxdomainCut: true } as const;
    for (let night = 0; night < options.nights; night++) {
      const startedAtMs = FIRST_NIGHT_MS + night * DAY_MS;
      const plan = { night: new Date(startedAtMs).toISOString().slice(0, 10), startedAtMs };
      const run = db
        .transaction(() =>
          planRun(db, { ...plan, config: { ...config, ...same }, provenance: PROVENANCE }),
        )
        .immediate();
      const takeBack = night === 0 ? undefined : nextNight(blocks, options.domains, draw);
      for (const block of blocks) {
        block.runId = run.id;
        writer.members.load(run.id, block.block, block.pass);
        writer.write(block);
      }
      finishRun(db, run.id, startedAtMs);
      takeBack?.();
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** Path of the store, made where the folder has none of that size. */
export function analysisStore(options: AnalysisStoreOptions, say: (line: string) => void): string {
  const { domains, nights, registries, folder } = options;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `analysis-${domains}-${nights}-${registries}.sqlite`);
  if (existsSync(path)) {
    // Brings a file of an older layout up to date.
    openWriter(path, { checks: CHECKS }).close();
    return path;
  }
  const draft = `${path}.draft`;
  const removeDraft = () => {
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(`${draft}${end}`, { force: true });
  };
  removeDraft();
  say(`making ${path}: ${nights} nights of ${domains} domains`);
  const began = performance.now();
  writeNights(draft, importNames(draft, options), options);
  renameSync(draft, path);
  removeDraft();
  say(`made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return path;
}
