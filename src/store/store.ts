/**
 * The store as the rest of the program sees it: what a reader and the one writer can do. Every fault
 * of the file or the machine comes out as a SurveyError of one line.
 */
import type { Database } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import type { NightProfiles, SegmentKeys } from '../statistics/night-profiles.ts';
import type { StagedList } from '../survey/import-list.ts';
import type {
  BlockJob,
  BlockReceipt,
  BlockResult,
  ListRow,
  RunProvenance,
  RunRow,
  RunWorkerRow,
  SharedAnswer,
} from '../survey/ports.ts';
import { checkAndTrim } from './care.ts';
import { type DomainSpells, dmarcSpells } from './dmarc-spells.ts';
import { type DomainRow, domainRows, type HistoryRow, readHistory } from './domain-rows.ts';
import { guarded, guardedRows } from './faults.ts';
import {
  type BlockHeadline,
  blockHeadlines,
  type RunAccounting,
  runAccounting,
  runCounters,
  type SegmentCounts,
} from './figures.ts';
import { everDmarc, type WhichRuns, withLabel } from './known-dmarc.ts';
import { ListStage } from './list-stage.ts';
import { findList, someNames } from './lists.ts';
import { nightProfiles } from './night-profiles.ts';
import { readLastRun, readOpenRun, readRun, readRunOfNight, readRuns } from './run-rows.ts';
import { workersOfRun } from './run-workers.ts';
import { abortRun, finishRun, openBlocks, planRun, type RunPlan, resumeRun } from './runs.ts';
import { segmentKeysOfRuns, segmentTypes } from './segment-keys.ts';
import { sharedAnswersOf } from './shared-answers.ts';
import { countersOfRuns, type RunCounters, type WantedCounters } from './trend.ts';
import { BlockWriter } from './write-block.ts';

/** Reads a store; any number of them, while a writer works. */
export interface StoreReader {
  /** In the order of nights. */
  runs(): RunRow[];
  run(runId: number): RunRow;
  openRun(): RunRow | undefined;
  /** The newest run, whatever its status. */
  lastRun(): RunRow | undefined;
  /** An aborted run only where the night has no other. */
  runOfNight(night: string): RunRow | undefined;
  runAccounting(runId: number): RunAccounting;
  /** The total, then TLDs, then registries. */
  counters(runId: number): IterableIterator<SegmentCounts>;
  /** Of the blocks that are done. */
  blockHeadlines(runId: number): IterableIterator<BlockHeadline>;
  /**
   * Every target of the run as of that run, in bytewise order of names. One snapshot: what is
   * written meanwhile is not in it. Read it to its end or break off; the store keeps its log until
   * then, and a writer cannot write while it reads so itself.
   */
  domainRows(runId: number): IterableIterator<DomainRow>;
  history(name: string): HistoryRow[];
  sharedAnswers(runId: number): IterableIterator<SharedAnswer>;
  /** Who asked the blocks that are done, by name; the survey itself first. */
  workersOfRun(runId: number): RunWorkerRow[];
  /** In the order of `runIds`, from one scan: two nights cost little more than one. */
  nightProfiles(runIds: readonly number[]): NightProfiles[];
  /** What `segmentKeys` takes for a run: `tld` to `rua`, then `label:<column>` of its lists. */
  segmentTypes(runId: number): string[];
  /**
   * In the order of `runIds`; throws SurveyError for a type that one of them does not have. With `only`
   * operators are read of those domains alone.
   */
  segmentKeys(runIds: readonly number[], type: string, only?: Uint8Array): SegmentKeys[];
  /** Stored counters of many runs for a few segments. */
  countersOfRuns(runIds: readonly number[], wanted: WantedCounters): RunCounters[];
  /** 1 by domain id for names that had a DMARC record of their own in an earlier run (or until it). */
  everDmarc(runId: number, runs?: WhichRuns): Uint8Array;
  /** 1 by domain id for names with that value in a label column of the run's lists. */
  withLabel(runId: number, column: string, value: string): Uint8Array;
  /** Domain by domain; a wave is a number into `runIds`, which ascend. */
  dmarcSpells(runIds: readonly number[], keys?: SegmentKeys): IterableIterator<DomainSpells>;
  close(): void;
}

/** The one writer of a store, from `openWriter` to `close`. */
export interface StoreWriter extends StoreReader {
  findList(sha256: string, optionsKey: string): ListRow | undefined;
  /** Nothing else may be written until what it gives is committed or discarded. */
  stageList(): StagedList;
  /** Up to `count` names of a list. */
  someNames(listId: number, count: number): DomainName[];
  planRun(plan: RunPlan): RunRow;
  resumeRun(runId: number, provenance: RunProvenance): RunRow;
  abortRun(runId: number): void;
  /** Refused while blocks are open, unless the run was to end early. Checks the file and empties its log. */
  finishRun(runId: number, atMs: number): RunRow;
  /** Blocks without a result, in the order to ask them. */
  openBlocks(runId: number): { block: number; pass: number }[];
  loadBlock(runId: number, block: number, pass: number): BlockJob;
  writeBlock(result: BlockResult): BlockReceipt;
  /** Of the file, unlike any other's; a copy of the file has the same. */
  storeId(): string;
}

/** `close` releases what the caller holds beside the connection. */
export function createReader(db: Database, path: string, close: () => void): StoreReader {
  return {
    runs: () => guarded(path, () => readRuns(db)),
    run: (runId) => guarded(path, () => readRun(db, runId)),
    openRun: () => guarded(path, () => readOpenRun(db)),
    lastRun: () => guarded(path, () => readLastRun(db)),
    runOfNight: (night) => guarded(path, () => readRunOfNight(db, night)),
    runAccounting: (runId) => guarded(path, () => runAccounting(db, runId)),
    counters: (runId) => guardedRows(path, () => runCounters(db, runId)),
    blockHeadlines: (runId) => guardedRows(path, () => blockHeadlines(db, runId)),
    domainRows: (runId) => guardedRows(path, () => domainRows(db, runId)),
    history: (name) => guarded(path, () => readHistory(db, name)),
    sharedAnswers: (runId) => guardedRows(path, () => sharedAnswersOf(db, runId)),
    nightProfiles: (runIds) => guarded(path, () => nightProfiles(db, runIds)),
    segmentTypes: (runId) => guarded(path, () => segmentTypes(db, runId)),
    segmentKeys: (runIds, type, only) =>
      guarded(path, () => segmentKeysOfRuns(db, runIds, type, only)),
    countersOfRuns: (runIds, wanted) => guarded(path, () => countersOfRuns(db, runIds, wanted)),
    everDmarc: (runId, runs) => guarded(path, () => everDmarc(db, runId, runs)),
    withLabel: (runId, column, value) => guarded(path, () => withLabel(db, runId, column, value)),
    dmarcSpells: (runIds, keys) => guardedRows(path, () => dmarcSpells(db, runIds, keys)),
    workersOfRun: (runId) => guarded(path, () => workersOfRun(db, runId)),
    close: () => guarded(path, close),
  };
}

export function createWriter(
  db: Database,
  path: string,
  parts: { readonly now: () => number; readonly close: () => void },
): StoreWriter {
  const blocks = new BlockWriter(db, parts.now);
  let isStaging = false;
  const refuseWhileStaging = () => {
    if (isStaging) throw new RangeError('a list is being staged: commit or discard it first');
  };
  /** One transaction, all or nothing. */
  const write = <Result>(work: () => Result): Result =>
    guarded(path, () => {
      refuseWhileStaging();
      return db.transaction(work).immediate();
    });
  return {
    ...createReader(db, path, parts.close),
    findList: (sha256, optionsKey) => guarded(path, () => findList(db, sha256, optionsKey)),
    someNames: (listId, count) => guarded(path, () => someNames(db, listId, count)),
    stageList: () =>
      guarded(path, () => {
        refuseWhileStaging();
        const onEnd = () => {
          isStaging = false;
        };
        const stage = new ListStage(db, onEnd);
        isStaging = true;
        return {
          add: (entry) => guarded(path, () => stage.add(entry)),
          settle: () => guarded(path, () => stage.settle()),
          commit: (head) => guarded(path, () => stage.commit(head)),
          discard: () => guarded(path, () => stage.discard()),
        };
      }),
    planRun: (plan) => write(() => planRun(db, plan)),
    resumeRun: (runId, provenance) => write(() => resumeRun(db, runId, provenance)),
    abortRun: (runId) => write(() => abortRun(db, runId)),
    finishRun: (runId, atMs) => {
      const run = write(() => finishRun(db, runId, atMs));
      guarded(path, () => checkAndTrim(db, path));
      return run;
    },
    openBlocks: (runId) => guarded(path, () => openBlocks(db, runId)),
    loadBlock: (runId, block, pass) =>
      guarded(path, () => {
        const { ids, names } = blocks.members.load(runId, block, pass);
        return { runId, block, pass, ids, names };
      }),
    writeBlock: (result) =>
      guarded(path, () => {
        refuseWhileStaging();
        return blocks.write(result);
      }),
    storeId: () => guarded(path, () => readStoreId(db)),
  };
}

function readStoreId(db: Database): string {
  return db
    .prepare<[], string>("SELECT value FROM meta WHERE key = 'store_id'")
    .pluck()
    .get() as string;
}
