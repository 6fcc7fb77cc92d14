/** List files of one test in a folder of their own, and a sink that remembers what came. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ListEntry, ListSink } from '../../src/survey/list-ledger.ts';
import { type ListOptions, type ListSummary, readList } from '../../src/survey/seeder.ts';

export function tempLists(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-lists-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

export interface RememberingSink extends ListSink {
  readonly entries: ListEntry[];
}

export function rememberingSink(): RememberingSink {
  const seen = new Set<string>();
  const entries: ListEntry[] = [];
  return {
    entries,
    add: (entry) => {
      if (seen.has(entry.name)) return;
      seen.add(entry.name);
      entries.push(entry);
    },
    settle: () => entries.length,
  };
}

export const DEFAULTS: ListOptions = {
  format: undefined,
  column: undefined,
  labelColumns: [],
  hosts: 'refuse',
};

export interface Reading extends ListSummary {
  readonly names: readonly string[];
  readonly entries: readonly ListEntry[];
}

export async function read(path: string, options: Partial<ListOptions> = {}): Promise<Reading> {
  const sink = rememberingSink();
  const summary = await readList({ path }, { ...DEFAULTS, ...options }, sink);
  return { ...summary, entries: sink.entries, names: sink.entries.map(({ name }) => name) };
}

/** What a list fails with: the error's code and line. */
export async function failure(
  path: string,
  options: Partial<ListOptions> = {},
): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await read(path, options);
  } catch (error) {
    const { name, code, message } = error as { name: string; code: string; message: string };
    if (name !== 'SurveyError') throw error;
    return { code, message };
  }
  throw new Error(`${path} was read without a fault`);
}
