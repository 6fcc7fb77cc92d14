import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNights } from '../../src/statistics/compare-nights.ts';
import type { Change, Comparison } from '../../src/statistics/comparison.ts';
import { FLOW_STATES } from '../../src/statistics/flows.ts';
import { figure, type MeasureKey, measureKeys } from '../../src/statistics/metrics.ts';
import { newcombeDifference, newcombePaired } from '../../src/statistics/newcombe.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import { keysOf, nightOf, type Seen, type Seen2, seenTwice } from './nights.ts';
import { ALL_CHECKS, dmarcFlags, domain, outcome, readerOf } from './profiles.ts';

const EVERY = measureKeys(ALL_CHECKS);
const ADOPTION: MeasureKey = { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' };

const WITH = domain(
  'exists',
  'present',
  outcome('absent'),
  outcome('none', dmarcFlags('any', 'own', 'valid_own')),
);
const WITHOUT = domain('exists', 'present', outcome('absent'), outcome('absent'));
const FAILED = domain('exists', 'present', outcome('absent'), outcome('error_timeout'));

interface Options {
  readonly measures?: readonly MeasureKey[];
  readonly design?: 'census' | 'srs';
  readonly population?: number;
}

function compare(names: readonly Seen2[], options: Options = {}): Comparison {
  const { measures = [ADOPTION], design = 'census', population = names.length } = options;
  const keys = (type: string, from: keyof Seen2, to: keyof Seen2) => ({
    from: keysOf(
      type,
      names.map((one) => one[from] as readonly string[]),
    ),
    to: keysOf(
      type,
      names.map((one) => one[to] as readonly string[]),
    ),
  });
  return compareNights(
    nightOf(
      names.map(({ from }) => from),
      '2026-06-01',
    ),
    nightOf(
      names.map(({ to }) => to),
      '2026-11-01',
    ),
    {
      design,
      measures,
      segments: [keys('list', 'segmentsFrom', 'segmentsTo')],
      operators: [{ role: 'mx', ...keys('mx', 'operatorsFrom', 'operatorsTo') }],
      populations: { from: population, to: population },
      notes: ['a note'],
    },
  );
}

const name = (from: Seen, to: Seen, more: Partial<Seen2> = {}): Seen2 => ({
  from,
  to,
  segmentsFrom: [],
  segmentsTo: [],
  operatorsFrom: [],
  operatorsTo: [],
  ...more,
});

const times = (count: number, one: Seen2): Seen2[] => Array.from({ length: count }, () => one);

/** Where one name stands, from the figure of that name alone. */
function standing(seen: Seen, { metric, class: of, denominatorId }: MeasureKey) {
  if (typeof seen === 'string') return { isKnown: false, isCounted: false };
  const share = figure(readerOf([seen]), metric, of, denominatorId, 1);
  return {
    isKnown: share !== undefined && share.denominator > 0 && share.unknown === 0,
    isCounted: (share?.numerator ?? 0) > 0,
  };
}

/** The names of a segment, each side only where it was in the segment that night. */
function namesIn(names: readonly Seen2[], segment: string): Seen2[] {
  if (segment === 'all') return [...names];
  return names
    .map((one) => ({
      ...one,
      from: one.segmentsFrom.includes(segment) ? one.from : ('gone' as const),
      to: one.segmentsTo.includes(segment) ? one.to : ('gone' as const),
    }))
    .filter(({ from, to }) => from !== 'gone' || to !== 'gone');
}

function crossOf(seen: readonly Seen[], { metric, class: of, denominatorId }: MeasureKey) {
  const asked = seen.filter((one): one is Profile => typeof one !== 'string');
  const targets = seen.filter((one) => one !== 'gone').length;
  return figure(readerOf(asked), metric, of, denominatorId, targets);
}

function panelOf(names: readonly Seen2[], key: MeasureKey) {
  const panel = names
    .map(({ from, to }) => ({ from: standing(from, key), to: standing(to, key) }))
    .filter(({ from, to }) => from.isKnown && to.isKnown);
  const count = (keep: (one: (typeof panel)[number]) => boolean) => panel.filter(keep).length;
  return {
    denominator: panel.length,
    from: count(({ from }) => from.isCounted),
    to: count(({ to }) => to.isCounted),
    gained: count(({ from, to }) => to.isCounted && !from.isCounted),
    lost: count(({ from, to }) => from.isCounted && !to.isCounted),
  };
}

const expectIdentity = ({ cross, panel, composition }: Change): void => {
  const { denominator } = panel;
  expect(composition.entrants).toBe(cross.to.denominator - denominator);
  expect(composition.leavers).toBe(cross.from.denominator - denominator);
  if (composition.effect === undefined) return;
  expect(cross.difference).toBeCloseTo((panel.difference ?? Number.NaN) + composition.effect, 12);
  const { entrants, leavers } = composition;
  const rest = (share: Change['cross']['to'], counted: number, names: number) =>
    names === 0 ? 0 : (share.numerator - counted) / names;
  const entered =
    (entrants / cross.to.denominator) *
    (rest(cross.to, panel.to, entrants) - panel.to / denominator);
  const left =
    -(leavers / cross.from.denominator) *
    (rest(cross.from, panel.from, leavers) - panel.from / denominator);
  expect(composition.entrantEffect).toBeCloseTo(entered, 12);
  expect(composition.leaverEffect).toBeCloseTo(left, 12);
};

describe('compareNights', () => {
  it('equals following each name by itself, whatever the measures and segments', () => {
    fc.assert(
      fc.property(seenTwice, fc.subarray([...EVERY], { maxLength: 8 }), (names, measures) => {
        const { changes } = compare(names, { measures });
        const segments = [...new Set(changes.map(({ segment }) => segment))];
        const listed = ['a', 'b', 'c'].filter((of) => namesIn(names, of).length > 0);
        expect(segments).toEqual(measures.length > 0 ? ['all', ...listed] : []);
        for (const change of changes) {
          const { metric, class: of, denominatorId, cross, panel } = change;
          const key = { metric, class: of, denominatorId };
          const inside = namesIn(names, change.segment);
          const ofNight = (side: 'from' | 'to') => inside.map((one) => one[side]);
          expect([key, cross.from]).toEqual([key, crossOf(ofNight('from'), key)]);
          expect([key, cross.to]).toEqual([key, crossOf(ofNight('to'), key)]);
          expect([key, panel]).toMatchObject([key, panelOf(inside, key)]);
          expect([cross.interval, panel.interval]).toEqual([undefined, undefined]);
          expectIdentity(change);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('counts flows name by name', () => {
    fc.assert(
      fc.property(seenTwice, (names) => {
        const { flows, changes } = compare(names);
        expect(flows.map(({ segment }) => segment)).toEqual(changes.map((one) => one.segment));
        for (const { segment, counts } of flows) {
          const inside = namesIn(names, segment).filter(
            ({ from, to }) => from !== 'gone' || to !== 'gone',
          );
          expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(inside.length);
          const gone = FLOW_STATES.indexOf('not_listed');
          const entered = (counts[gone] ?? []).reduce((sum, count) => sum + count, 0);
          expect(entered).toBe(inside.filter(({ from }) => from === 'gone').length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('accounts for the targets of both nights', () => {
    const names = [
      ...times(3, name(WITH, WITH)),
      ...times(2, name('gone', WITH)),
      name(WITH, 'gone'),
      name('waiting', FAILED),
      name('gone', 'gone'),
    ];
    const { from, to, common, left, entered, notes } = compare(names);
    expect(from).toMatchObject({ night: '2026-06-01', targets: 5, attempted: 4 });
    expect(to).toMatchObject({ night: '2026-11-01', targets: 6, attempted: 6 });
    expect([common, left, entered]).toEqual([4, 1, 2]);
    expect(notes).toEqual(['a note']);
  });

  it('takes a name without an answer on either night as neither gained nor lost', () => {
    const names = [name(WITH, FAILED), name(FAILED, WITH), name(WITHOUT, WITH), name(WITH, WITH)];
    const [change] = compare(names).changes;
    expect(change?.panel).toMatchObject({ denominator: 2, from: 1, to: 2, gained: 1, lost: 0 });
    expect(change?.cross.from).toMatchObject({ numerator: 2, denominator: 3, unknown: 1 });
  });

  it('leaves what has no denominator undefined, never zero', () => {
    const [change] = compare([name(WITH, 'gone')]).changes;
    expect(change?.cross).toMatchObject({ difference: undefined, interval: undefined });
    expect(change?.cross.to.share).toBeUndefined();
    expect(change?.panel).toMatchObject({ denominator: 0, difference: undefined });
    expect(change?.composition).toMatchObject({ leavers: 1, entrants: 0, effect: undefined });
    expect(change?.isLowN).toBe(true);
  });

  it('takes a name that changes its segment as leaving the one and entering the other', () => {
    const moved = { segmentsFrom: ['1-1k'], segmentsTo: ['1k-10k'] };
    const { changes } = compare([name(WITH, WITH, moved)]);
    const found = changes.map(({ segment, composition: { entrants, leavers } }) => [
      segment,
      entrants,
      leavers,
    ]);
    expect(found).toEqual([
      ['all', 0, 0],
      ['1-1k', 0, 1],
      ['1k-10k', 1, 0],
    ]);
  });

  it('gives a sample the intervals of Newcombe for its part of the population', () => {
    const names = [
      ...times(14, name(WITH, WITH)),
      ...times(5, name(WITH, WITHOUT)),
      ...times(22, name(WITHOUT, WITHOUT)),
    ];
    const [change] = compare(names, { design: 'srs', population: 82 }).changes;
    const populationSize = 82;
    expect(change?.cross.interval).toEqual(
      newcombeDifference({ x: 14, n: 41, populationSize }, { x: 19, n: 41, populationSize }),
    );
    expect(change?.panel.interval).toEqual(
      newcombePaired({ both: 14, lost: 5, gained: 0, neither: 22 }, populationSize),
    );
  });

  it('sorts changes by segment, metric, class and denominator, whatever order was asked for', () => {
    const names = times(2, name(WITH, WITH, { segmentsFrom: ['b', 'a'], segmentsTo: ['b', 'a'] }));
    const measures = [EVERY[40], ADOPTION, EVERY[3]].filter((one) => one !== undefined);
    const order = (list: readonly MeasureKey[]) =>
      compare(names, { measures: list }).changes.map(
        ({ segment, metric, class: of, denominatorId }) =>
          [segment, metric, of, denominatorId].join(' '),
      );
    expect(order(measures)).toEqual(order([...measures].reverse()));
    expect(order([ADOPTION]).map((text) => text.split(' ')[0])).toEqual(['all', 'a', 'b']);
  });

  it('refuses a measure that does not exist', () => {
    const measures = [{ ...ADOPTION, metric: 'dmarc.adoptoin' }];
    expect(() => compare([name(WITH, WITH)], { measures })).toThrow(RangeError);
  });
});

describe('operators behind a change', () => {
  const at = (operator: string, from = operator) => ({
    operatorsFrom: [from],
    operatorsTo: operator === '' ? [] : [operator],
  });

  it('names the one that makes a quarter or more of the net gain, and none below', () => {
    const gain = (driven: number) => [
      ...times(driven, name(WITHOUT, WITH, at('xx.example'))),
      ...times(
        12 - driven,
        name(WITHOUT, WITH, { operatorsFrom: ['self'], operatorsTo: ['self'] }),
      ),
      ...times(50, name(WITH, WITH, at('still.example'))),
    ];
    const driver = (driven: number) => compare(gain(driven)).changes[0]?.driver;
    expect(driver(3)).toEqual({ role: 'mx', operator: 'xx.example', share: 0.25 });
    expect(driver(2)).toBeUndefined();
  });

  it('wants the gain to go the same way as the net', () => {
    const names = [
      ...times(9, name(WITHOUT, WITH, at('up.example'))),
      ...times(4, name(WITH, WITHOUT, at('down.example'))),
    ];
    expect(compare(names).changes[0]?.driver).toMatchObject({ operator: 'up.example' });
    const falling = names.map((one) => ({ ...one, from: one.to, to: one.from }));
    expect(compare(falling).changes[0]?.driver).toMatchObject({ operator: 'up.example' });
  });

  it('says nothing of a handful of names', () => {
    expect(compare(times(3, name(WITHOUT, WITH, at('x.example')))).changes[0]?.driver).toBe(
      undefined,
    );
  });

  it('looks at each segment by itself', () => {
    const names = [
      ...times(
        6,
        name(WITHOUT, WITH, { ...at('x.example'), segmentsFrom: ['a'], segmentsTo: ['a'] }),
      ),
      ...times(
        6,
        name(WITHOUT, WITH, { ...at('y.example'), segmentsFrom: ['b'], segmentsTo: ['b'] }),
      ),
    ];
    const drivers = compare(names).changes.map(({ segment, driver }) => [
      segment,
      driver?.operator,
    ]);
    expect(drivers).toEqual([
      ['all', 'x.example'],
      ['a', 'x.example'],
      ['b', 'y.example'],
    ]);
  });

  it('adds up contributions by the operator of the second night, else of the first', () => {
    const names = [
      ...times(4, name(WITHOUT, WITH, at('new.example', 'old.example'))),
      ...times(2, name(WITH, WITHOUT, at('', 'old.example'))),
      ...times(4, name(WITH, WITH, at('old.example'))),
      name(FAILED, WITH, at('new.example')),
    ];
    const contribution = (operator: string, domains: number, from: number, to: number) => ({
      role: 'mx',
      operator,
      domains,
      from,
      to,
      contribution: (to - from) / 10,
    });
    expect(compare(names).contributions).toEqual([
      contribution('new.example', 4, 0, 4),
      contribution('old.example', 6, 6, 4),
    ]);
  });

  it('lists the ten that move most, either way', () => {
    const names = Array.from({ length: 12 }, (_, i) =>
      times(i + 1, name(WITH, WITHOUT, at(`o${i}.example`))),
    ).flat();
    const found = compare(names).contributions;
    expect(found.map(({ operator }) => operator)).toEqual(
      [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((i) => `o${i}.example`),
    );
  });

  it('adds up to the change of the panel where each name has one operator', () => {
    fc.assert(
      fc.property(seenTwice, (names) => {
        const single = names.map((one) => ({ ...one, operatorsTo: [one.operatorsTo[0] ?? 'z'] }));
        const { changes, contributions } = compare(single);
        const sum = contributions.reduce((total, one) => total + one.contribution, 0);
        expect(sum).toBeCloseTo(changes[0]?.panel.difference ?? 0, 12);
      }),
    );
  });
});
