import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open.ts';
import { isSameConfig } from '../../src/store/run-rows.ts';
import { sampleHash } from '../../src/store/sample.ts';
import { SurveyError } from '../../src/survey/errors.ts';
import {
  accounting,
  addList,
  config,
  entry,
  NOTHING_FOUND,
  night,
  PROVENANCE,
  plan,
  resultOf,
  surveyAll,
  temporaryPath,
  temporaryWriter,
} from './fixture.ts';

const numbered = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}.com`);

describe('planRun', () => {
  it('plans every block of the union of its lists, each domain once', () => {
    const store = temporaryWriter();
    const one = addList(store, numbered(1500), 'one');
    const two = addList(store, [...numbered(1200), ...numbered(1000, 'm')], 'two');
    const run = store.planRun(plan(1, config([one.id, two.id])));
    expect(run).toMatchObject({ night: night(1), status: 'running', targets: 2500, blocks: 3 });
    expect(run.config).toEqual(config([one.id, two.id]));
    expect(run.provenance).toEqual(PROVENANCE);
    const jobs = store
      .openBlocks(run.id)
      .map(({ block, pass }) => store.loadBlock(run.id, block, pass));
    const names = jobs.flatMap((job) => job.names);
    expect(new Set(names)).toEqual(new Set([...numbered(1500), ...numbered(1000, 'm')]));
    expect(names.length).toBe(2500);
    for (const job of jobs) expect([...job.ids].sort((a, b) => a - b)).toEqual(job.ids);
  });

  it('draws the names with the smallest seeded hash, whatever list or store they came from', () => {
    const names = numbered(3000);
    const wanted = [...names].sort((a, b) => sampleHash(a, 42) - sampleHash(b, 42)).slice(0, 250);
    for (const order of [names, [...names].reverse()]) {
      const store = temporaryWriter();
      const list = addList(store, order);
      const sampled = config([list.id], { sample: 250, seed: 42, design: 'srs' });
      const run = store.planRun(plan(1, sampled));
      expect(run.targets).toBe(250);
      surveyAll(store, run, () => NOTHING_FOUND);
      store.finishRun(run.id, 1);
      expect([...store.domainRows(run.id)].map((row) => row.name)).toEqual([...wanted].sort());
      expect(store.runAccounting(run.id).union).toMatchObject({
        targets: 3000,
        notSampled: 2750,
        attempted: 250,
        open: 0,
      });
    }
  });

  it('takes a sample larger than the list as the whole list', () => {
    const store = temporaryWriter();
    const list = addList(store, numbered(5));
    expect(store.planRun(plan(1, config([list.id], { sample: 9 }))).targets).toBe(5);
  });

  it('closes an open run of an earlier night as aborted', () => {
    const store = temporaryWriter();
    const list = addList(store, numbered(5));
    const first = store.planRun(plan(1, config([list.id])));
    const second = store.planRun(plan(2, config([list.id])));
    expect(store.runs().map((run) => run.status)).toEqual(['aborted', 'running']);
    expect(store.openRun()?.id).toBe(second.id);
    expect(store.lastRun()?.id).toBe(second.id);
    expect(store.runOfNight(night(1))?.id).toBe(first.id);
    expect(store.runOfNight(night(3))).toBeUndefined();
  });

  it('refuses an earlier night and a night that has its run, and changes nothing', () => {
    const store = temporaryWriter();
    const list = addList(store, numbered(5));
    store.planRun(plan(5, config([list.id])));
    const before = store.runs();
    for (const number of [4, 5]) {
      expect(() => store.planRun(plan(number, config([list.id])))).toThrow(SurveyError);
      expect(() => store.planRun(plan(number, config([list.id])))).toThrow(night(5));
    }
    expect(store.runs()).toEqual(before);
  });

  it('may plan a night again whose run was aborted', () => {
    const store = temporaryWriter();
    const list = addList(store, numbered(5));
    store.abortRun(store.planRun(plan(1, config([list.id]))).id);
    const again = store.planRun(plan(1, config([list.id])));
    expect(store.runOfNight(night(1))?.id).toBe(again.id);
  });

  it('refuses checks that the store does not know and lists without a name', () => {
    const store = temporaryWriter();
    const list = addList(store, ['a.com']);
    expect(() => store.planRun(plan(1, config([list.id], { checks: ['bimi'] })))).toThrow('bimi');
    expect(() => store.planRun(plan(1, config([])))).toThrow(RangeError);
    expect(store.runs()).toEqual([]);
  });
});

describe('the life of a run', () => {
  it('is taken up again with what was open, and keeps count of it', () => {
    const path = temporaryPath();
    const first = temporaryWriter(path);
    const list = addList(first, numbered(2500));
    const planned = first.planRun(plan(1, config([list.id])));
    const order = first.openBlocks(planned.id);
    const job = first.loadBlock(planned.id, order[0]?.block ?? 0, 1);
    first.writeBlock(resultOf(job, planned.config.checks, () => NOTHING_FOUND));
    first.close();
    const second = temporaryWriter(path);
    const open = second.openRun();
    expect(open?.id).toBe(planned.id);
    const resolvers = ['192.0.2.1:53'];
    expect(second.resumeRun(planned.id, { ...PROVENANCE, resolvers }).resumes).toBe(1);
    expect(second.run(planned.id).provenance).toEqual(PROVENANCE);
    expect(second.openBlocks(planned.id)).toEqual(order.slice(1));
    expect(() => second.finishRun(planned.id, 1)).toThrow('2 blocks are open');
    expect(second.run(planned.id).status).toBe('running');
    surveyAll(second, planned, () => NOTHING_FOUND);
    const finished = second.finishRun(planned.id, 77);
    expect(finished).toMatchObject({ status: 'finished', finishedAtMs: 77, domainsDone: 2500 });
    expect(statSync(`${path}-wal`).size).toBe(0);
    const total = [...second.counters(planned.id)][0];
    expect(total?.counts['domains@no_mail']).toBe(2500);
    expect(() => second.resumeRun(planned.id, PROVENANCE)).toThrow(RangeError);
    expect(() => second.abortRun(planned.id)).toThrow(RangeError);
  });

  it('may end early when it was to, and counts the rest as left out of a sample', () => {
    const store = temporaryWriter();
    const names = numbered(3000);
    const list = addList(store, names);
    const until = { metric: 'dmarc.adoption', halfWidth: 0.1 };
    const run = store.planRun(plan(1, config([list.id], { until })));
    const [first] = store.openBlocks(run.id);
    const job = store.loadBlock(run.id, first?.block ?? -1, 1);
    store.writeBlock(resultOf(job, run.config.checks, () => NOTHING_FOUND));
    expect(store.finishRun(run.id, 5000)).toMatchObject({ status: 'finished', blocksDone: 1 });
    expect(store.runAccounting(run.id).union).toMatchObject({
      targets: names.length,
      attempted: job.ids.length,
      notSampled: names.length - job.ids.length,
      open: 0,
    });
  });

  it('ends although a reader is in the middle of an export', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const run = store.planRun(plan(1, config([addList(store, numbered(50)).id])));
    const reader = openReader(path);
    const rows = reader.domainRows(run.id);
    rows.next();
    surveyAll(store, run, () => NOTHING_FOUND);
    const before = performance.now();
    expect(store.finishRun(run.id, 1).status).toBe('finished');
    expect(performance.now() - before).toBeLessThan(3000);
    rows.return?.();
    reader.close();
  });

  it('hands blocks out in an order that follows the seed, not the ids', () => {
    const store = temporaryWriter();
    const list = addList(store, numbered(12_000));
    const orders = [1, 2].map((seed, i) => {
      const run = store.planRun(plan(i + 1, config([list.id], { seed })));
      return store.openBlocks(run.id).map(({ block }) => block);
    });
    const sorted = orders.map((order) => [...order].sort((a, b) => a - b));
    expect(sorted[0]).toEqual(sorted[1]);
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[0]).not.toEqual(sorted[0]);
  });
});

describe('runAccounting', () => {
  it('reconciles: lines = blank + refused + duplicates + targets, targets = notSampled + attempted + open', () => {
    const store = temporaryWriter();
    const add = (name: string, names: string[], more: object) => {
      const stage = store.stageList();
      for (const one of names) stage.add(entry(one));
      const counted = accounting(names.length, more);
      const shape = { labelColumns: [], hasRanks: false };
      return stage.commit({
        name,
        sha256: name,
        optionsKey: '',
        accounting: counted,
        ...shape,
      });
    };
    const one = add('one', numbered(2000), {
      lines: 2010,
      blank: 4,
      refused: { 'ip-address': 2, url: 1 },
      duplicates: 3,
      reduced: 1,
    });
    const two = add('two', numbered(1100), { lines: 1105, blank: 0, refused: { url: 5 } });
    const run = store.planRun(plan(1, config([one.id, two.id])));
    const { block, pass } = store.openBlocks(run.id)[0] ?? { block: 0, pass: 1 };
    const job = store.loadBlock(run.id, block, pass);
    store.writeBlock(resultOf(job, run.config.checks, () => NOTHING_FOUND));
    const { lists, union } = store.runAccounting(run.id);
    expect(lists.map((list) => list.name)).toEqual(['one', 'two']);
    expect(union).toEqual({
      lines: 3115,
      blank: 4,
      refused: { 'ip-address': 2, url: 6 },
      duplicates: 1103,
      reduced: 1,
      targets: 2000,
      notSampled: 0,
      attempted: job.ids.length,
      open: 2000 - job.ids.length,
    });
    expect(union.lines).toBe(union.blank + 8 + union.duplicates + union.targets);
  });
});

describe('isSameConfig', () => {
  const base = config([1, 2]);
  it.each([
    ['lists in another order', { listIds: [2, 1] }, true],
    ['checks in another order', { checks: ['dmarc', 'spf', 'mx'] }, true],
    ['another seed without a sample', { seed: 9 }, true],
    ['another list', { listIds: [1, 3] }, false],
    ['a list more', { listIds: [1, 2, 3] }, false],
    ['a check fewer', { checks: ['mx', 'spf'] }, false],
    ['a sample', { sample: 5 }, false],
    ['the design', { design: 'srs' as const }, false],
    ['void look-ups', { isSpfVoids: true }, false],
    ['the NXDOMAIN cut', { isNxdomainCut: false }, false],
  ])('%s: %s -> %s', (_, change, isSame) => {
    expect(isSameConfig(base, { ...base, ...change })).toBe(isSame);
    expect(isSameConfig({ ...base, ...change }, base)).toBe(isSame);
  });

  it('takes the seed of a sample into account', () => {
    const sampled = { ...base, sample: 5 };
    expect(isSameConfig(sampled, { ...sampled, seed: 2 })).toBe(false);
  });
});
