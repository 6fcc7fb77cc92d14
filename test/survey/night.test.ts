import { describe, expect, it } from 'vitest';
import { decideRun, isNight, nightOf } from '../../src/survey/night.ts';
import type { RunConfig, RunRow, RunStatus } from '../../src/survey/ports.ts';

const CONFIG = { listIds: [1] } as unknown as RunConfig;
const OTHER = { listIds: [2] } as unknown as RunConfig;
const isSame = (a: RunConfig, b: RunConfig) => a === b;

const run = (night: string, status: RunStatus, config = CONFIG): RunRow =>
  ({ id: Number(night.slice(-2)), night, status, config }) as unknown as RunRow;

const decide = (night: string, runs: readonly RunRow[], isExplicit = false, config = CONFIG) =>
  decideRun({ night, isExplicit, config }, runs, isSame);

describe('nightOf', () => {
  it('gives the calendar date in the survey’s time zone, not in UTC', () => {
    const at = Date.parse('2026-11-24T20:00:00Z');
    expect(nightOf(at, 'UTC')).toBe('2026-11-24');
    expect(nightOf(at, 'Asia/Tokyo')).toBe('2026-11-25');
  });
});

describe('isNight', () => {
  it.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', 'today', ''])(
    'refuses %s',
    (text) => {
      expect(isNight(text)).toBe(false);
    },
  );
  it('takes a real date', () => expect(isNight('2028-02-29')).toBe(true));
});

describe('decideRun', () => {
  it('starts in an empty store', () => {
    expect(decide('2026-11-24', [])).toEqual({ action: 'start', abort: undefined });
  });
  it('resumes an open run of the same configuration even past midnight', () => {
    const open = run('2026-11-24', 'running');
    expect(decide('2026-11-25', [open])).toEqual({ action: 'resume', run: open });
  });
  it('closes an open older run when a newer night is asked for by name', () => {
    const open = run('2026-11-24', 'running');
    expect(decide('2026-11-25', [open], true)).toEqual({ action: 'start', abort: open });
  });
  it('closes an open older run of another configuration', () => {
    const open = run('2026-11-24', 'running', OTHER);
    expect(decide('2026-11-25', [open])).toEqual({ action: 'start', abort: open });
  });
  it('shows a finished night again', () => {
    const finished = run('2026-11-24', 'finished');
    expect(decide('2026-11-24', [finished])).toEqual({ action: 'show', run: finished });
  });
  it.each(['running', 'finished'] as const)(
    'refuses a %s night with other lists or configuration',
    (status) => {
      const decision = decide('2026-11-24', [run('2026-11-24', status, OTHER)]);
      expect(decision.action).toBe('refuse');
    },
  );
  it('refuses an earlier night, because history is read as of a run', () => {
    const decision = decide('2026-11-23', [run('2026-11-24', 'finished')], true);
    expect(decision).toMatchObject({ action: 'refuse' });
  });
  it('refuses an aborted night', () => {
    const runs = [run('2026-11-24', 'aborted'), run('2026-11-25', 'finished')];
    expect(decide('2026-11-24', runs, true).action).toBe('refuse');
  });
});
