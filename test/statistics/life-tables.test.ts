import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SURVIVAL_EVENTS, type SurvivalEvent } from '../../src/statistics/life-table.ts';
import {
  type LifeState,
  LifeTables,
  lifeTableRows,
  type StateSpell,
  twelveMonthProbability,
  type WaveCounts,
  wavesInTwelveMonths,
} from '../../src/statistics/life-tables.ts';

/** One state a wave; `gap` is no target that night. */
type Wave = LifeState | 'gap';

const LETTERS: Readonly<Record<string, Wave>> = {
  a: 'absent',
  n: 'none',
  e: 'enforced',
  '?': 'unknown',
  '.': 'gap',
};

const waves = (text: string): Wave[] => [...text].map((letter) => LETTERS[letter] ?? 'gap');

function spellsOf(states: readonly Wave[]): StateSpell[] {
  const spells: { state: LifeState; fromWave: number; toWave: number }[] = [];
  for (const [wave, state] of states.entries()) {
    const last = spells.at(-1);
    if (state === 'gap') continue;
    if (last?.state === state && last.toWave === wave - 1) last.toWave = wave;
    else spells.push({ state, fromWave: wave, toWave: wave });
  }
  return spells;
}

const AT_RISK: Readonly<Record<SurvivalEvent, readonly Wave[]>> = {
  adopt: ['absent'],
  enforce: ['none'],
  drop: ['none', 'enforced'],
};
const AFTER: Readonly<Record<SurvivalEvent, readonly Wave[]>> = {
  adopt: ['none', 'enforced'],
  enforce: ['enforced'],
  drop: ['absent'],
};

const isHidden = (state: Wave | undefined): boolean =>
  state === undefined || state === 'unknown' || state === 'gap';

interface Step {
  readonly interval: number;
  readonly what: keyof WaveCounts;
}

/** One name wave by wave, from the definition and without spells. */
function stepsOf(states: readonly Wave[], event: SurvivalEvent): Step[] {
  const isIn = (state: Wave | undefined) => state !== undefined && AT_RISK[event].includes(state);
  const entry = states.findIndex(isIn);
  if (entry < 0) return [];
  const left = states.findIndex((state, i) => i > entry && !isIn(state) && !isHidden(state));
  const end = left < 0 ? states.length : left;
  return states.flatMap((before, wave): Step[] => {
    if (wave < entry || wave >= end || !isIn(before)) return [];
    const interval = wave + 1 - entry;
    const now = states[wave + 1];
    if (isHidden(now)) return [{ interval: interval - 1, what: 'censored' }];
    const atRisk: Step = { interval, what: 'atRisk' };
    if (wave + 1 !== end) return [atRisk];
    return [atRisk, { interval, what: AFTER[event].includes(now as Wave) ? 'events' : 'censored' }];
  });
}

function bruteForce(names: readonly (readonly Wave[])[], event: SurvivalEvent): WaveCounts[] {
  const steps = names.flatMap((states) => stepsOf(states, event));
  const count = (interval: number, what: keyof WaveCounts) =>
    steps.filter((step) => step.interval === interval && step.what === what).length;
  const rows: WaveCounts[] = [];
  for (let interval = 1; count(interval, 'atRisk') > 0; interval++)
    rows.push({
      atRisk: count(interval, 'atRisk'),
      events: count(interval, 'events'),
      censored: count(interval, 'censored'),
    });
  return rows;
}

function tablesOf(names: readonly (readonly Wave[])[], segments: readonly string[][] = []) {
  const tables = new LifeTables('tld');
  for (const [i, states] of names.entries()) tables.domain(segments[i] ?? [], spellsOf(states));
  return tables.tables();
}

const rowsOf = (event: SurvivalEvent, ...names: string[]) =>
  (tablesOf(names.map(waves)).find((table) => table.event === event)?.rows ?? []).map((row) => [
    row.atRisk,
    row.events,
    row.censored,
  ]);

const wave: fc.Arbitrary<Wave> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Wave>('absent', 'none', 'enforced') },
  { weight: 1, arbitrary: fc.constantFrom<Wave>('unknown', 'gap') },
);

/** Long spells, as names have them. */
const history = fc
  .array(fc.tuple(wave, fc.integer({ min: 1, max: 6 })), { maxLength: 8 })
  .map((runs) => runs.flatMap(([state, count]) => Array.from({ length: count }, () => state)));

describe('LifeTables', () => {
  it('counts as a reading wave by wave does', () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 30 }), (names) => {
        const tables = tablesOf(names);
        expect(tables.map(({ event }) => event)).toEqual(SURVIVAL_EVENTS);
        for (const { event, rows } of tables)
          expect(
            rows.map(({ atRisk, events, censored }) => ({ atRisk, events, censored })),
          ).toEqual(bruteForce(names, event));
      }),
    );
  });

  it('starts the time of a name where it is first seen in the state', () => {
    expect(rowsOf('adopt', 'aan', '.aan', 'eaan')).toEqual([
      [3, 0, 0],
      [3, 3, 0],
    ]);
  });

  it('censors at the last good wave, on an error, off the list and at the end', () => {
    expect(rowsOf('adopt', 'aa?', 'aa.', 'aa', 'aaaa')).toEqual([
      [4, 0, 3],
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('has a name back at risk, as late as it is seen again', () => {
    expect(rowsOf('adopt', 'aa?aan', 'aaaaaa')).toEqual([
      [2, 0, 1],
      [1, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
      [2, 1, 1],
    ]);
  });

  it('gives no time to an event that happened out of sight', () => {
    expect(rowsOf('adopt', 'aa?n', 'aaaa')).toEqual([
      [2, 0, 1],
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('takes a name once, even if it comes into the state again', () => {
    expect(rowsOf('drop', 'nanna')).toEqual([[1, 1, 0]]);
  });

  it('goes on from none to enforced for a drop, and counts a drop as no enforcement', () => {
    expect(rowsOf('drop', 'nea')).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect(rowsOf('enforce', 'nna')).toEqual([
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('has a table for each segment of a name, sorted, after the total', () => {
    const tables = tablesOf([waves('an'), waves('aa')], [['jp', 'de'], ['jp']]);
    const adopt = tables.filter(({ event }) => event === 'adopt');
    expect(
      adopt.map(({ segmentType, segment, rows }) => [segmentType, segment, rows[0]?.atRisk]),
    ).toEqual([
      ['total', 'all', 2],
      ['tld', 'de', 1],
      ['tld', 'jp', 2],
    ]);
  });

  it('is empty without names, and for a name that is seen but once', () => {
    expect(tablesOf([]).every(({ rows }) => rows.length === 0)).toBe(true);
    expect(rowsOf('adopt', 'a')).toEqual([]);
  });
});

describe('lifeTableRows', () => {
  it('gives the reference table of the design', () => {
    const rows = lifeTableRows([
      { atRisk: 3, events: 1, censored: 0 },
      { atRisk: 3, events: 0, censored: 1 },
      { atRisk: 2, events: 1, censored: 1 },
    ]);
    expect(rows.map(({ survival }) => survival.toFixed(4))).toEqual(['0.6667', '0.6667', '0.3333']);
    expect(rows.map(({ se }) => se.toFixed(4))).toEqual(['0.2722', '0.2722', '0.2722']);
  });

  it('agrees with the published Kaplan-Meier of the 6-MP arm (Freireich 1963)', () => {
    const deaths = new Map([
      [6, 3],
      [7, 1],
      [10, 1],
      [13, 1],
      [16, 1],
      [22, 1],
      [23, 1],
    ]);
    const lost = new Map([
      [6, 1],
      [9, 1],
      [10, 1],
      [11, 1],
      [17, 1],
      [19, 1],
      [20, 1],
      [25, 1],
      [32, 2],
      [34, 1],
      [35, 1],
    ]);
    let atRisk = 21;
    const weeks = Array.from({ length: 35 }, (_, i) => {
      const events = deaths.get(i + 1) ?? 0;
      const censored = lost.get(i + 1) ?? 0;
      const counts = { atRisk, events, censored };
      atRisk -= events + censored;
      return counts;
    });
    const rows = lifeTableRows(weeks);
    const at = (week: number) => [
      rows[week - 1]?.survival.toFixed(4),
      rows[week - 1]?.se.toFixed(4),
    ];
    expect(at(6)).toEqual(['0.8571', '0.0764']);
    expect(at(10)).toEqual(['0.7529', '0.0963']);
    expect(at(23)).toEqual(['0.4482', '0.1346']);
    expect(rows.find(({ survival }) => survival <= 0.5)?.wave).toBe(23);
  });

  it('ends where nobody is at risk, and stays between 0 and 1', () => {
    const end = { atRisk: 0, events: 0, censored: 0 };
    const later = { atRisk: 4, events: 0, censored: 0 };
    expect(lifeTableRows([{ atRisk: 2, events: 2, censored: 0 }, end, later])).toEqual([
      expect.objectContaining({ survival: 0, se: 0, ciLow: 0, ciHigh: 0 }),
    ]);
    const [row] = lifeTableRows([{ atRisk: 40, events: 1, censored: 0 }]);
    expect(row?.ciLow).toBeGreaterThan(0);
    expect(row?.ciLow).toBeLessThan(0.975);
    expect(row?.ciHigh).toBeGreaterThan(0.975);
    expect(row?.ciHigh).toBeLessThan(1);
  });
});

describe('twelve months', () => {
  const monthly = Array.from({ length: 14 }, (_, i) =>
    new Date(Date.UTC(2025, i, 1)).toISOString().slice(0, 10),
  );

  it('are as many intervals as the distance of the nights makes', () => {
    expect(wavesInTwelveMonths(monthly)).toBe(12);
    expect(wavesInTwelveMonths(['2026-01-01', '2026-01-02', '2026-01-03'])).toBe(365);
    expect(wavesInTwelveMonths(['2026-01-01'])).toBeUndefined();
    expect(wavesInTwelveMonths([])).toBeUndefined();
    expect(wavesInTwelveMonths(['nonsense', '2026-01-01'])).toBeUndefined();
  });

  it('have a probability only where the nights reach that far', () => {
    const [table] = tablesOf([
      ...Array.from({ length: 9 }, () => waves('a'.repeat(14))),
      waves(`${'a'.repeat(6)}${'n'.repeat(8)}`),
    ]);
    expect(table && twelveMonthProbability(table, monthly)).toMatchObject({ wave: 12 });
    expect((table && twelveMonthProbability(table, monthly))?.probability).toBeCloseTo(0.1, 12);
    const [short] = tablesOf([waves('aaan')]);
    expect(short && twelveMonthProbability(short, monthly)).toBeUndefined();
  });
});
