/**
 * Brings one list into the store, once: a list whose bytes and reading options are known is not read
 * again. What fails half-way leaves the store as it was.
 */
import { stat } from 'node:fs/promises';
import { hashFile, type ListSource } from './list-bytes.ts';
import type { ListSink } from './list-ledger.ts';
import type { ListAccounting, ListRow } from './ports.ts';
import { type ListOptions, readList } from './seeder.ts';

/** A list on its way into the store. */
export interface StagedList extends ListSink {
  /** Enters the list; `accounting.targets` must be the number of different names. */
  commit(head: ListHead): ListRow;
  discard(): void;
}

export interface ListHead {
  readonly name: string;
  /** Of the bytes as given, hex. */
  readonly sha256: string;
  /** What decided how the bytes were read. */
  readonly optionsKey: string;
  readonly accounting: ListAccounting;
  readonly labelColumns: readonly string[];
  readonly hasRanks: boolean;
}

/** What an import needs of a store. */
export interface ListStore {
  findList(sha256: string, optionsKey: string): ListRow | undefined;
  stageList(): StagedList;
}

export interface ImportedList {
  readonly row: ListRow;
  /** The list was in the store before this call. */
  readonly wasKnown: boolean;
}

export async function importList(
  source: ListSource,
  options: ListOptions,
  store: ListStore,
): Promise<ImportedList> {
  const optionsKey = optionsKeyOf(options);
  if (await canBeReadTwice(source.path)) {
    const known = store.findList(await hashFile(source.path), optionsKey);
    if (known !== undefined) return { row: known, wasKnown: true };
  }
  const stage = store.stageList();
  try {
    const summary = await readList(source, options, stage);
    const known = store.findList(summary.sha256, optionsKey);
    if (known !== undefined) {
      stage.discard();
      return { row: known, wasKnown: true };
    }
    const { name, sha256, accounting, labelColumns, hasRanks } = summary;
    const head = { name, sha256, optionsKey, accounting, labelColumns, hasRanks };
    return { row: stage.commit(head), wasKnown: false };
  } catch (error) {
    stage.discard();
    throw error;
  }
}

/** A pipe, as of `<(command)`, gives its bytes once; what is no file at all is told by the reader. */
async function canBeReadTwice(path: string): Promise<boolean> {
  if (path === '-') return false;
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/** The same bytes read otherwise are another list. Without an opt-out the key is that of older stores. */
function optionsKeyOf({ format, column, labelColumns, hosts, optOut }: ListOptions): string {
  const key = [format ?? null, column ?? null, labelColumns, hosts];
  return JSON.stringify(optOut === undefined ? key : [...key, optOut.sha256]);
}
