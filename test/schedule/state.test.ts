import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  newState,
  readState,
  type SurveyState,
  stateFile,
  withNight,
  withRunning,
  writeState,
} from '../../src/schedule/state.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailcensus-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const night = (slotMs: number) => ({
  night: '2026-11-24',
  slotMs,
  outcome: 'failed' as const,
  reason: 'due' as const,
  attempts: 4,
  exitStatus: 3,
  why: 'survey: exit 3: stopped',
  startedAtMs: slotMs,
  endedAtMs: slotMs + 10,
});

describe('the state of a survey', () => {
  it('is read back as it was written, and leaves no other file behind', () => {
    const running = {
      night: '2026-11-25',
      slotMs: 2_000,
      reason: 'resumed' as const,
      attempt: 2,
      startedAtMs: 2_000,
      aliveAtMs: 2_500,
      pid: 42,
    };
    const state = withRunning(withNight(newState('0 3 * * *', 'UTC', 500), night(1_000)), running);
    writeState(join(folder, 'deep'), 'jp', state);
    expect(readState(join(folder, 'deep'), 'jp')).toEqual(state);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['jp.json']);
    expect(state.decidedMs).toBe(2_000);
    expect(withRunning(state, undefined)).not.toHaveProperty('running');
  });

  it('is undefined before the first', () => {
    expect(readState(folder, 'never')).toBeUndefined();
  });

  it('counts nights by outcome and keeps the newest 400', () => {
    let state: SurveyState = newState('0 3 * * *', 'UTC', 0);
    for (let i = 1; i <= 405; i++) state = withNight(state, night(i));
    expect(state.counts).toEqual({ complete: 0, failed: 405, missed: 0, skipped: 0 });
    expect(state.nights).toHaveLength(400);
    expect(state.nights.at(-1)?.slotMs).toBe(405);
  });

  it.each([
    ['cut', '{"version":1,"cron":"0 3 * *'],
    ['of another version', '{"version":2}'],
    ['no object', '[]'],
    ['with a negative count', JSON.stringify({ ...newState('', '', 0), decidedMs: -1 })],
    ['empty', ''],
  ])('is refused when it is %s, with the way out', (_, text) => {
    writeFileSync(stateFile(folder, 'bad'), text);
    expect(() => readState(folder, 'bad')).toThrowError(/bad\.json is damaged.*move it away/u);
  });

  it('that cannot be written is the machine’s fault, in one line', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeState(join(folder, 'file'), 'jp', newState('', '', 0))).toThrowError(
      /cannot be written \((?:ENOTDIR|EEXIST)\)/u,
    );
  });
});
