import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChildEnd } from '../../src/schedule/child.ts';
import { type NightParts, runNight } from '../../src/schedule/night.ts';
import { configWith, OK } from './fixture.ts';

interface Play {
  readonly calls: (readonly string[])[];
  readonly said: { readonly event: string; readonly values: object }[];
  readonly pausesMs: number[];
  readonly parts: NightParts;
}

/** A night whose children answer as told; a report writes a CSV and an HTML file. */
function play(
  survey: object,
  answers: (args: readonly string[], call: number) => ChildEnd,
  signal: AbortSignal = new AbortController().signal,
): Play {
  const config = configWith({ retries: 2, retryPauseSeconds: 30, ...survey });
  const calls: (readonly string[])[] = [];
  const said: Play['said'] = [];
  const pausesMs: number[] = [];
  const parts: NightParts = {
    name: 'jp',
    survey: config.surveys['jp']!,
    night: '2026-11-24',
    optOut: undefined,
    redis: undefined,
    runChild: async (args, { onLine }) => {
      calls.push(args);
      onLine('a line');
      const out = args.find((arg) => arg.startsWith('--out='))?.slice('--out='.length);
      if (out !== undefined) {
        writeFileSync(join(out, 'metrics.csv'), '');
        writeFileSync(join(out, 'report.html'), '');
      }
      return answers(args, calls.length);
    },
    say: (event, values) => said.push({ event, values }),
    pause: async (ms) => {
      pausesMs.push(ms);
    },
    onAttempt: () => undefined,
    signal,
  };
  return { calls, said, pausesMs, parts };
}

const stopped: ChildEnd = { exitStatus: 3, signal: undefined, lastLine: 'silent resolver' };
const killed: ChildEnd = { exitStatus: undefined, signal: 'SIGKILL', lastLine: undefined };

describe('runNight', () => {
  it('surveys, reports into the dated folder, removes what is old', async () => {
    const { parts, calls, said } = play({ outputs: { folder: 'out', retentionDays: 3 } }, () => OK);
    const folder = parts.survey.outputs!.folder;
    mkdirSync(join(folder, 'jp', '2026-11-01'), { recursive: true });
    expect(await runNight(parts)).toMatchObject({ outcome: 'complete', attempts: 1 });
    expect(calls.map(([verb]) => verb)).toEqual(['survey', 'report']);
    expect(readdirSync(join(folder, 'jp'))).toEqual(['2026-11-24']);
    expect(said.map(({ event }) => event)).toEqual([
      'night_said',
      'night_said',
      'outputs_written',
      'outputs_removed',
    ]);
  });

  it('goes on from exit 3 by the same command after the pause', async () => {
    const { parts, calls, pausesMs } = play({}, (_, call) => (call < 3 ? stopped : OK));
    expect(await runNight(parts)).toMatchObject({ outcome: 'complete', attempts: 3 });
    expect(pausesMs).toEqual([30_000, 30_000]);
    expect(calls[1]).toEqual(calls[0]);
  });

  it('keeps the exit status and the last line when no attempt is left', async () => {
    const { parts } = play({}, () => stopped);
    expect(await runNight(parts)).toEqual({
      outcome: 'failed',
      attempts: 3,
      exitStatus: 3,
      why: 'survey: exit 3: silent resolver',
    });
  });

  it('says the signal that ended a survey', async () => {
    const { parts } = play({ retries: 0 }, () => killed);
    expect(await runNight(parts)).toMatchObject({
      exitStatus: undefined,
      why: 'survey: ended by SIGKILL',
    });
  });

  it('tries again when only the report failed, and leaves no half folder', async () => {
    const { parts, calls } = play({ outputs: { folder: 'out' }, retries: 1 }, (args) =>
      args[0] === 'report' ? { ...stopped, exitStatus: 1 } : OK,
    );
    expect(await runNight(parts)).toMatchObject({ outcome: 'failed', attempts: 2, exitStatus: 1 });
    expect(calls.map(([verb]) => verb)).toEqual(['survey', 'report', 'survey', 'report']);
    const left = readdirSync(join(parts.survey.outputs!.folder, 'jp'));
    expect(left.filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('is interrupted, not failed, when it is told to stop', async () => {
    const controller = new AbortController();
    const { parts, calls } = play(
      {},
      () => {
        controller.abort();
        return stopped;
      },
      controller.signal,
    );
    expect(await runNight(parts)).toMatchObject({ outcome: 'interrupted', attempts: 1 });
    expect(calls).toHaveLength(1);
  });

  it('fails with the disk’s line when the folder cannot be made', async () => {
    const { parts } = play({ outputs: { folder: 'list.txt' }, retries: 0 }, () => OK);
    expect(await runNight(parts)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('cannot be written (ENOTDIR)'),
    });
  });
});
