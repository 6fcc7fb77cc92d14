import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../src/dns/talk.ts';
import { COUNTERS, tally } from '../../src/statistics/counters.ts';
import { DMARC_CLASSES, MX_CLASSES, SPF_CLASSES } from '../../src/statistics/layout.ts';
import type { DomainRow } from '../../src/store/domain-rows.ts';
import type { StoreReader } from '../../src/store/store.ts';
import { EXISTENCE } from '../../src/survey/ports.ts';
import {
  addList,
  config,
  type DomainState,
  type Outcome,
  plan,
  resultOf,
  SHAPES,
  temporaryWriter,
} from './fixture.ts';

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  mx: MX_CLASSES,
  spf: SPF_CLASSES,
  dmarc: DMARC_CLASSES,
};

/** Few values, so that states recur, return to the default and repeat through outages. */
const outcomeOf = (check: string): fc.Arbitrary<Outcome> => {
  const classes = CLASSES[check] ?? [];
  const known = classes.findIndex((name) => name.startsWith('error_'));
  const body = fc.constantFrom(null, '[["one"],[1,null,"x"]]', '[["two"]]', '[[],[true]]');
  const definitive = fc.record({
    class: fc.nat(Math.min(known - 1, 3)),
    reason: fc.constant(0),
    flags: fc.constantFrom(0, 0, 1),
    body,
  });
  const absent = classes.indexOf('absent');
  const nothing = fc.constant({ class: Math.max(absent, 0), reason: 0, flags: 0, body: null });
  const failed = fc.record({
    class: fc.constantFrom(known, known + 1),
    reason: fc.constantFrom(1, 4),
    flags: fc.constant(0),
    body: fc.constantFrom(null, '[["kept"]]'),
  });
  return fc.oneof(nothing, definitive, failed);
};

const stateArbitrary: fc.Arbitrary<DomainState> = fc
  .record({
    exists: fc.constantFrom(0, 0, 0, 1, 2),
    reason: fc.constantFrom(1, 4),
    attempts: fc.constantFrom(1, 1, 1, 0, 3),
    mx: outcomeOf('mx'),
    spf: outcomeOf('spf'),
    dmarc: outcomeOf('dmarc'),
  })
  .map(({ exists, reason, attempts, ...checks }) => ({
    existence: exists,
    existenceReason: exists === 2 ? reason : 0,
    attempts,
    checks,
  }));

const NAMES = Array.from({ length: 12 }, (_, i) => `d${i}.${['com', 'jp', 'co.jp', 'nl'][i % 4]}`);

interface Night {
  /** Indexes into NAMES. */
  readonly members: readonly number[];
  readonly checks: readonly string[];
  readonly states: readonly DomainState[];
  readonly isAborted: boolean;
}

const nightArbitrary: fc.Arbitrary<Night> = fc.record({
  members: fc.uniqueArray(fc.nat(NAMES.length - 1), { minLength: 1 }),
  checks: fc.subarray(['mx', 'spf', 'dmarc'], { minLength: 1 }),
  states: fc.array(stateArbitrary, { minLength: NAMES.length, maxLength: NAMES.length }),
  isAborted: fc.constantFrom(false, false, false, true),
});

/** What the world was that night, straight from the model. */
function snapshot(night: Night, isAttempted: boolean): unknown[] {
  return night.members
    .map((at) => ({ name: NAMES[at] as string, state: night.states[at] as DomainState }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, state }) => ({
      name,
      isAttempted,
      existence: isAttempted ? EXISTENCE[state.existence] : 'unknown',
      existenceReason: isAttempted ? FAILURES[state.existenceReason - 1] : undefined,
      attempts: isAttempted ? state.attempts : 0,
      checks: isAttempted
        ? Object.fromEntries(night.checks.map((check) => [check, expected(check, state)]))
        : {},
    }));
}

function expected(check: string, state: DomainState): unknown {
  const outcome = state.checks[check] as Outcome;
  const [records = [], cells = []] = JSON.parse(outcome.body ?? '[]');
  return {
    class: CLASSES[check]?.[outcome.class],
    isKnown: outcome.reason === 0,
    reason: FAILURES[outcome.reason - 1],
    flags: outcome.flags,
    records,
    cells: cells.map((cell: unknown) => cell ?? undefined),
  };
}

const seen = ({ name, isAttempted, existence, existenceReason, attempts, checks }: DomainRow) => ({
  name,
  isAttempted,
  existence,
  existenceReason,
  attempts,
  checks,
});

/** Counts again from the rows, by segment, without zeros. */
function recount(rows: Iterable<DomainRow>): Map<string, Record<string, number>> {
  const counts = new Map<string, number[]>();
  for (const row of rows) {
    if (!row.isAttempted) continue;
    for (const segment of ['total all', `tld ${row.tld}`, `registry ${row.registry}`]) {
      const known = counts.get(segment) ?? new Array<number>(COUNTERS.length).fill(0);
      counts.set(segment, known);
      tally(row, known);
    }
  }
  return new Map([...counts].map(([segment, values]) => [segment, withoutZeros(values)]));
}

const withoutZeros = (values: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    COUNTERS.map((name, i) => [name, values[i] ?? 0] as const).filter(([, n]) => n > 0),
  );

function stored(store: StoreReader, runId: number): Map<string, Record<string, number>> {
  return new Map(
    [...store.counters(runId)].map(({ segmentType, segment, counts }) => [
      `${segmentType} ${segment}`,
      Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)),
    ]),
  );
}

describe('the state as of a run', () => {
  it('equals the full snapshot of that night, for every night, and so do the counters', () => {
    fc.assert(
      fc.property(fc.array(nightArbitrary, { minLength: 1, maxLength: 6 }), (nights) => {
        const store = temporaryWriter();
        const runIds = nights.map((night, i) => {
          const names = night.members.map((at) => NAMES[at] as string);
          const list = addList(store, names, `list ${i}`);
          const run = store.planRun(plan(i + 1, config([list.id], { checks: night.checks })));
          const stateOf = (name: string) => night.states[NAMES.indexOf(name)] as DomainState;
          for (const { block, pass } of night.isAborted ? [] : store.openBlocks(run.id)) {
            store.writeBlock(resultOf(store.loadBlock(run.id, block, pass), night.checks, stateOf));
          }
          if (!night.isAborted) store.finishRun(run.id, 5);
          return run.id;
        });
        for (const [i, night] of nights.entries()) {
          const runId = runIds[i] as number;
          expect([...store.domainRows(runId)].map(seen)).toEqual(snapshot(night, !night.isAborted));
          expect(stored(store, runId)).toEqual(recount(store.domainRows(runId)));
        }
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  it('holds over many blocks with newcomers, and the blocks add up to the total', () => {
    const store = temporaryWriter();
    const names = Array.from({ length: 2600 }, (_, i) => `n${i}.${i % 3 ? 'com' : 'co.jp'}`);
    const states = fc.sample(stateArbitrary, { numRuns: 200, seed: 7 });
    const stateOn = (night: number) => (name: string) =>
      states[(Number(name.slice(1, name.indexOf('.'))) * 7 + (night % 2)) % 200] as DomainState;
    const runs = [names.slice(0, 1500), names, names.slice(700)].map((part, i) => {
      const list = addList(store, part, `list ${i}`);
      const run = store.planRun(plan(i + 1, config([list.id])));
      for (const { block, pass } of store.openBlocks(run.id)) {
        const job = store.loadBlock(run.id, block, pass);
        store.writeBlock(resultOf(job, run.config.checks, stateOn(i)));
      }
      return { run: store.finishRun(run.id, 9), part };
    });
    for (const [i, { run, part }] of runs.entries()) {
      const rows = [...store.domainRows(run.id)];
      expect(rows.map((row) => row.name)).toEqual([...part].sort());
      const checks = SHAPES.map(({ name }) => name);
      const wanted = part.map((name) => [name, stateOn(i)(name)] as const).sort();
      const sorted = wanted.sort(([a], [b]) => (a < b ? -1 : 1));
      expect(rows.map((row) => row.checks)).toEqual(
        sorted.map(([, state]) => Object.fromEntries(checks.map((c) => [c, expected(c, state)]))),
      );
      const counters = stored(store, run.id);
      expect(counters).toEqual(recount(rows));
      const blocks = [...store.blockHeadlines(run.id)];
      expect(blocks.reduce((sum, block) => sum + block.domains, 0)).toBe(part.length);
      for (const name of Object.keys(blocks[0]?.counts ?? {})) {
        const sum = blocks.reduce((all, block) => all + (block.counts[name] ?? 0), 0);
        expect(sum, name).toBe(counters.get('total all')?.[name] ?? 0);
      }
    }
  });

  it('never shows the last known records in the place of a failed look-up', () => {
    const store = temporaryWriter();
    const list = addList(store, ['a.com']);
    const spf = (outcome: Outcome): DomainState => ({
      existence: 0,
      existenceReason: 0,
      attempts: 1,
      checks: { spf: outcome },
    });
    const minusAll = SPF_CLASSES.indexOf('minus_all');
    const published = { class: minusAll, reason: 0, flags: 1, body: '[["v=spf1 -all"]]' };
    const timeout = {
      class: SPF_CLASSES.indexOf('error_timeout'),
      reason: 4,
      flags: 0,
      body: null,
    };
    const nights = [published, timeout, timeout, published].map((outcome, i) => {
      const run = store.planRun(plan(i + 1, config([list.id], { checks: ['spf'] })));
      const job = store.loadBlock(run.id, 0, 1);
      const receipt = store.writeBlock(resultOf(job, ['spf'], () => spf(outcome)));
      store.finishRun(run.id, 1);
      return { run, receipt };
    });
    const shown = nights.map(({ run }) => [...store.domainRows(run.id)][0]?.checks['spf']);
    expect(shown.map((outcome) => outcome?.records)).toEqual([
      ['v=spf1 -all'],
      [],
      [],
      ['v=spf1 -all'],
    ]);
    expect(shown.map((outcome) => outcome?.reason)).toEqual([
      undefined,
      'timeout',
      'timeout',
      undefined,
    ]);
    expect(nights.map(({ receipt }) => [receipt.changed, receipt.failed])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    const history = store.history('a.com');
    expect(history.map((row) => [row.night, row.class, row.isOutageEnd])).toEqual([
      ['2026-01-01', 'minus_all', false],
      ['2026-01-02', 'error_timeout', false],
      ['2026-01-04', 'minus_all', true],
    ]);
    expect(store.history('b.com')).toEqual([]);
  });
});
