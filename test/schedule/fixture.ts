/** A configuration on disk, and a scheduler whose clock and children are the test's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ChildEnd, RunChild } from '../../src/schedule/child.ts';
import type { EventValues } from '../../src/schedule/events.ts';
import { type LoadedConfig, readConfig } from '../../src/schedule/read-config.ts';
import { Scheduler, type SchedulerParts } from '../../src/schedule/scheduler.ts';

export const at = (iso: string): number => Date.parse(iso);

export const OK: ChildEnd = { exitStatus: 0, signal: undefined, lastLine: undefined };

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-schedule-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const SURVEY = {
  lists: ['list.txt'],
  store: 'jp.sqlite',
  cron: '0 3 * * *',
  timeZone: 'UTC',
};

/** Writes a configuration with one survey `jp` into a new folder and reads it. */
export function configWith(survey: object = {}, whole: object = {}): LoadedConfig {
  const folder = tempFolder();
  writeFileSync(join(folder, 'list.txt'), 'example.com\n');
  const path = join(folder, 'mailcensus.config.json');
  const value = { surveys: { jp: { ...SURVEY, ...survey } }, ...whole };
  writeFileSync(path, JSON.stringify(value));
  const reading = readConfig(path, { nowMs: at('2026-11-24T00:00Z'), areFilesChecked: true });
  if ('problems' in reading) throw new Error(reading.problems.join('\n'));
  return reading.config;
}

/** What was asked of a child, to be answered by the test. */
export interface Call {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  end(end: ChildEnd): void;
}

export interface Stage {
  readonly scheduler: Scheduler;
  readonly parts: SchedulerParts;
  readonly calls: Call[];
  readonly said: { readonly event: string; readonly values: EventValues }[];
  /** Names of the events so far, without what children said. */
  events(): string[];
  /** Stops the scheduler as a signal does. */
  stop(): void;
  nowMs: number;
}

/** `answer` ends every call at once; without it the test does. Pauses are not waited for. */
export function stage(
  config: LoadedConfig,
  nowIso: string,
  answer?: (args: readonly string[]) => ChildEnd,
): Stage {
  const controller = new AbortController();
  const calls: Call[] = [];
  const said: Stage['said'] = [];
  const clock = { nowMs: at(nowIso) };
  const runChild: RunChild = (args, { signal }) =>
    new Promise((resolve) => {
      calls.push({ args, signal, end: resolve });
      if (answer !== undefined) resolve(answer(args));
    });
  const parts: SchedulerParts = {
    config,
    now: () => clock.nowMs,
    runChild,
    say: (event, values) => said.push({ event, values }),
    pause: async () => undefined,
    takeLock: () => ({ release: () => undefined }),
    signal: controller.signal,
  };
  const scheduler = Scheduler.open(parts, Object.keys(config.surveys));
  return {
    scheduler,
    parts,
    calls,
    said,
    events: () => said.map(({ event }) => event),
    stop: () => controller.abort('SIGTERM'),
    get nowMs() {
      return clock.nowMs;
    },
    set nowMs(value) {
      clock.nowMs = value;
    },
  };
}
