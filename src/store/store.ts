/**
 * The store as the rest of the program sees it: what a reader and the one writer can do. Every fault
 * of the file or the machine comes out as a SurveyError of one line.
 */
import type { Database } from 'better-sqlite3';
import type { DomainName } from '../names/domain-name.ts';
import type { StagedList } from '../survey/import-list.ts';
import type {
  BlockJob,
  BlockReceipt,
  BlockResult,
  ListRow,
  RunProvenance,
  RunRow,
  SharedAnswer,
} from '../survey/ports.ts';
import { checkAndTrim } from './care.ts';
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
import { ListStage } from './list-stage.ts';
import { findList, someNames } from './lists.ts';
import { readLastRun, readOpenRun, readRun, readRunOfNight, readRuns } from './run-rows.ts';
import { abortRun, finishRun, openBlocks, planRun, type RunPlan, resumeRun } from './runs.ts';
import { sharedAnswersOf } from './shared-answers.ts';
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
  };
}
