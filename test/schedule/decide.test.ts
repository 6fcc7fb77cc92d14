import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/schedule/decide.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 100 * DAY;
const base = { nowMs: now, slots: [], isRunning: false, catchUpMs: 12 * HOUR };

describe('decide', () => {
  it('runs a slot at its time', () => {
    expect(decide({ ...base, slots: [now - 900] })).toEqual([
      { slotMs: now - 900, action: 'run', reason: 'due' },
    ]);
  });

  it('catches the newest up when it is younger than the limit, and notes the others as missed', () => {
    const slots = [now - 2 * DAY - HOUR, now - DAY - HOUR, now - HOUR];
    expect(decide({ ...base, slots })).toEqual([
      { slotMs: slots[0], action: 'miss' },
      { slotMs: slots[1], action: 'miss' },
      { slotMs: slots[2], action: 'run', reason: 'catch_up' },
    ]);
  });

  it('notes all as missed when the newest is too old', () => {
    const slots = [now - DAY - 13 * HOUR, now - 13 * HOUR];
    expect(decide({ ...base, slots }).map(({ action }) => action)).toEqual(['miss', 'miss']);
  });

  it('catches nothing up with a limit of 0, yet runs what has just come', () => {
    const strict = { ...base, catchUpMs: 0 };
    expect(decide({ ...strict, slots: [now - HOUR] })[0]?.action).toBe('miss');
    expect(decide({ ...strict, slots: [now - 30_000] })[0]?.action).toBe('run');
  });

  it('skips what comes while the night before still runs', () => {
    expect(decide({ ...base, slots: [now - DAY, now], isRunning: true })).toEqual([
      { slotMs: now - DAY, action: 'skip' },
      { slotMs: now, action: 'skip' },
    ]);
  });

  it('takes a night up that was broken off, however long ago it began', () => {
    const broken = { slotMs: now - 20 * DAY, aliveAtMs: now - HOUR };
    expect(decide({ ...base, broken })).toEqual([
      { slotMs: broken.slotMs, action: 'run', reason: 'resumed' },
    ]);
  });

  it('gives a broken night up when nobody took it up in time, or a newer night begins', () => {
    const old = { slotMs: now - 3 * DAY, aliveAtMs: now - 2 * DAY };
    expect(decide({ ...base, broken: old })).toEqual([{ slotMs: old.slotMs, action: 'give_up' }]);
    const young = { slotMs: now - DAY, aliveAtMs: now - HOUR };
    expect(decide({ ...base, broken: young, slots: [now - HOUR] })).toEqual([
      { slotMs: young.slotMs, action: 'give_up' },
      { slotMs: now - HOUR, action: 'run', reason: 'catch_up' },
    ]);
  });

  it('decides every slot once, and runs one night at most, the last', () => {
    const ages = fc.uniqueArray(fc.integer({ min: 0, max: 5 * DAY }), { maxLength: 8 });
    fc.assert(
      fc.property(
        ages,
        fc.boolean(),
        fc.integer({ min: 0, max: 2 * DAY }),
        fc.option(
          fc.record({ slot: fc.integer({ min: 6 * DAY, max: 9 * DAY }), alive: fc.nat(3 * DAY) }),
        ),
        (old, isRunning, catchUpMs, wasBroken) => {
          const slots = old.map((age) => now - age).sort((a, b) => a - b);
          const broken =
            wasBroken === null || isRunning
              ? undefined
              : { slotMs: now - wasBroken.slot, aliveAtMs: now - wasBroken.alive };
          const decisions = decide({ nowMs: now, slots, isRunning, catchUpMs, broken });
          const expected = broken === undefined ? slots : [broken.slotMs, ...slots];
          expect(decisions.map(({ slotMs }) => slotMs).sort((a, b) => a - b)).toEqual(expected);
          const runs = decisions.filter(({ action }) => action === 'run');
          expect(runs.length).toBeLessThanOrEqual(isRunning ? 0 : 1);
          if (runs.length === 1) expect(decisions.at(-1)).toBe(runs[0]);
        },
      ),
    );
  });
});
