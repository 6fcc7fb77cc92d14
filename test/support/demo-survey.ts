/** The demo's second list surveyed by the command line over loopback, and what its store then says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { readRecordBytes, recordSource } from '../../src/loopback/records.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/loopback/server.ts';
import { runCli } from './cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const LIST = join(ROOT, 'data', 'demo-mx-spf.txt');

/** The command line's entry, built. */
export const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');

/** Columns that the moment of asking decides: when, and how often. */
const OF_THE_MOMENT = ['measured_at', 'attempts'];

export function serveDemoRecords(): Promise<LoopbackServer> {
  const records = readRecordBytes(readFileSync(join(ROOT, 'data', 'records-open.ndjson.gz')));
  return startLoopbackServer({ source: recordSource(records) });
}

export function surveyArgs(store: string, port: number, more: readonly string[] = []): string[] {
  return [
    ...['survey', LIST, '--store', store, '--hosts', 'keep', '--window', '100'],
    ...['--resolver', `127.0.0.1:${port}`, '--night', '2026-11-24', ...more],
  ];
}

/** The exported rows, without the columns of the moment. */
export async function rowsOf(store: string): Promise<Record<string, string>[]> {
  const { code, stdout, stderr } = await runCli(['export', 'domains', '--store', store]);
  expect(code, stderr).toBe(0);
  const rows = parse<Record<string, string>>(stdout, { columns: true });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => !OF_THE_MOMENT.includes(key))),
  );
}

/** Domains that the newest run has committed; 0 while there is no store. */
export async function doneIn(store: string): Promise<number> {
  const { code, stdout } = await runCli(['status', '--json', '--store', store]);
  return code === 0 ? (JSON.parse(stdout) as { done: number }).done : 0;
}
