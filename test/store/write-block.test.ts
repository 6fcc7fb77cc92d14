import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DMARC_CLASSES } from '../../src/statistics/layout.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { BlockResult, RunRow, SharedAnswer } from '../../src/survey/ports.ts';
import {
  addList,
  config,
  contentOf,
  type DomainState,
  NOTHING_FOUND,
  plan,
  resultOf,
  SHAPES,
  SPF_RECORD,
  temporaryPath,
  temporaryWriter,
} from './fixture.ts';

const NAMES = Array.from({ length: 2500 }, (_, i) => `n${i}.${i % 3 ? 'com' : 'org'}`);
const PUBLISHED: DomainState = {
  ...NOTHING_FOUND,
  checks: { ...NOTHING_FOUND.checks, spf: SPF_RECORD },
};
const FAILED: DomainState = { ...PUBLISHED, existence: 2, existenceReason: 4, attempts: 3 };

/** Each night a tenth of the names changes, and one in thirty fails. */
const stateOn = (night: number) => (name: string) => {
  const number = Number(name.slice(1, name.indexOf('.')));
  if ((number + night) % 30 === 0) return FAILED;
  if (number % 4 !== 0 && (number + night) % 10 !== 0) return NOTHING_FOUND;
  const body = `[["v=spf1 ip4:10.0.0.${number % 200} -all"],["-all",${night % 2}]]`;
  return { ...PUBLISHED, checks: { ...PUBLISHED.checks, spf: { ...SPF_RECORD, body } } };
};

const SHARED: SharedAnswer = {
  qname: 'spf.example.net',
  qtype: 'TXT',
  answer: { status: 'noerror', records: ['v=spf1 -all'], aliases: [] },
};

function resultsOf(store: StoreWriter, run: RunRow, night: number): BlockResult[] {
  return store.openBlocks(run.id).map(({ block, pass }) => ({
    ...resultOf(store.loadBlock(run.id, block, pass), run.config.checks, stateOn(night)),
    sharedAnswers: [SHARED],
  }));
}

function surveyNights(path: string, orders: readonly number[]): void {
  const store = temporaryWriter(path);
  const list = addList(store, NAMES);
  for (const night of [1, 2, 3]) {
    const run = store.planRun(plan(night, config([list.id])));
    const results = resultsOf(store, run, night);
    const shuffled = orders.map((at) => results[at % results.length] as BlockResult);
    for (const result of [...shuffled, ...results]) store.writeBlock(result);
    store.finishRun(run.id, 1);
  }
  store.close();
}

describe('writeBlock', () => {
  it('gives the same content in any order of blocks and however often they are delivered', () => {
    const path = temporaryPath();
    surveyNights(path, []);
    const once = contentOf(path);
    expect(once.length).toBeGreaterThan(3000);
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 6 }), (orders) => {
        const other = temporaryPath();
        surveyNights(other, orders);
        expect(contentOf(other)).toEqual(once);
      }),
      { numRuns: 4 },
    );
  });

  it('writes a block once: the second delivery adds nothing', () => {
    const store = temporaryWriter();
    const run = store.planRun(plan(1, config([addList(store, ['a.com', 'b.com']).id])));
    const job = store.loadBlock(run.id, 0, 1);
    const first = store.writeBlock(resultOf(job, run.config.checks, () => PUBLISHED));
    const second = store.writeBlock(resultOf(job, run.config.checks, () => NOTHING_FOUND));
    // An MX outcome has no unwritten class: both domains' `none` is a row.
    expect(first).toEqual({ written: true, domains: 2, changed: 4, failed: 0 });
    expect(second).toEqual({ written: false, domains: 0, changed: 0, failed: 0 });
    expect([...store.domainRows(run.id)][0]?.checks['spf']?.class).toBe('minus_all');
    expect(store.run(run.id)).toMatchObject({ blocksDone: 1, domainsDone: 2, queries: 6 });
  });

  it('drops a late result of a run that was aborted', () => {
    const store = temporaryWriter();
    const run = store.planRun(plan(1, config([addList(store, ['a.com']).id])));
    const result = resultOf(store.loadBlock(run.id, 0, 1), run.config.checks, () => PUBLISHED);
    store.abortRun(run.id);
    expect(store.writeBlock(result).written).toBe(false);
    expect([...store.domainRows(run.id)][0]?.isAttempted).toBe(false);
  });

  it('leaves everything as it was when a row cannot be written', () => {
    const path = temporaryPath();
    // A class that the counters do not know fails after the block's rows are written.
    const uncounted = SHAPES.map(({ name, classes }) => ({ name, classes: [...classes, 'later'] }));
    const store = temporaryWriter(path, { checks: uncounted });
    const run = store.planRun(plan(1, config([addList(store, NAMES).id])));
    const [first, second, ...rest] = resultsOf(store, run, 1) as [BlockResult, BlockResult];
    store.writeBlock(first);
    const before = contentOf(path);
    const spoilt = second.checks.map((check, i) => {
      if (i !== 2) return check;
      const classes = [...check.classes];
      classes[classes.length - 1] = DMARC_CLASSES.length;
      return { ...check, classes };
    });
    const shared = [{ ...SHARED, qname: 'other.example' }];
    const hostile = { ...second, checks: spoilt, sharedAnswers: shared };
    expect(() => store.writeBlock(hostile)).toThrow('no counter for later');
    expect(contentOf(path)).toEqual(before);
    for (const result of [second, ...rest]) expect(store.writeBlock(result).written).toBe(true);
    store.finishRun(run.id, 1);
    store.close();
    const clean = temporaryPath();
    const other = temporaryWriter(clean);
    const same = other.planRun(plan(1, config([addList(other, NAMES).id])));
    for (const result of resultsOf(other, same, 1)) other.writeBlock(result);
    other.finishRun(same.id, 1);
    other.close();
    expect(contentOf(path)).toEqual(contentOf(clean));
  });

  it.each([
    ['other domains', (r: BlockResult) => ({ ...r, ids: r.ids.map((id) => id + 1) })],
    ['fewer domains', (r: BlockResult) => ({ ...r, ids: r.ids.slice(1) })],
    ['a check too few', (r: BlockResult) => ({ ...r, checks: r.checks.slice(1) })],
    ['a check twice', (r: BlockResult) => ({ ...r, checks: [...r.checks.slice(1), r.checks[1]] })],
    ['a class out of range', (r: BlockResult) => withColumn(r, { classes: [99, 0] })],
    ['a class that is no number', (r: BlockResult) => withColumn(r, { classes: [Number.NaN, 0] })],
    ['a reason out of range', (r: BlockResult) => withColumn(r, { reasons: [9, 0] })],
    ['negative flags', (r: BlockResult) => withColumn(r, { flags: [-1, 0] })],
    ['too few bodies', (r: BlockResult) => withColumn(r, { bodies: [null] })],
    ['existence without its reason', (r: BlockResult) => ({ ...r, existence: [2, 0] })],
    ['half an attempt', (r: BlockResult) => ({ ...r, attempts: [0.5, 1] })],
    ['no number of queries', (r: BlockResult) => ({ ...r, queries: Number.NaN })],
    [
      'a shared answer without a name',
      (r: BlockResult) => ({ ...r, sharedAnswers: [{ ...SHARED, qname: 5 as unknown as string }] }),
    ],
    ['a block that was not planned', (r: BlockResult) => ({ ...r, block: 7 })],
    ['a pass that was not planned', (r: BlockResult) => ({ ...r, pass: 2 })],
  ] as [string, (result: BlockResult) => BlockResult][])('refuses %s whole', (_, spoil) => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const run = store.planRun(plan(1, config([addList(store, ['a.com', 'b.com']).id])));
    const job = store.loadBlock(run.id, 0, 1);
    const result = resultOf(job, run.config.checks, () => PUBLISHED);
    const before = contentOf(path);
    expect(() => store.writeBlock(spoil(result))).toThrow(RangeError);
    expect(contentOf(path)).toEqual(before);
    expect(store.writeBlock(result).written).toBe(true);
  });
});

const withColumn = (result: BlockResult, part: object): BlockResult => ({
  ...result,
  checks: result.checks.map((check, i) => (i === 1 ? { ...check, ...part } : check)),
});

describe('shared answers', () => {
  const answered = (records: string[]): SharedAnswer => ({
    ...SHARED,
    answer: { status: 'noerror', records, aliases: ['alias.example'] },
  });

  it('hold within a run from the first definitive one, and are given back to a resumed run', () => {
    const store = temporaryWriter();
    const list = addList(store, NAMES);
    const run = store.planRun(plan(1, config([list.id])));
    const [first, second, third] = resultsOf(store, run, 1) as [
      BlockResult,
      BlockResult,
      BlockResult,
    ];
    const timeout: SharedAnswer = {
      ...SHARED,
      answer: { status: 'timeout', extendedError: undefined },
    };
    store.writeBlock({ ...first, sharedAnswers: [timeout] });
    expect([...store.sharedAnswers(run.id)]).toEqual([]);
    store.writeBlock({ ...second, sharedAnswers: [answered(['one'])] });
    store.writeBlock({ ...third, sharedAnswers: [answered(['two'])] });
    expect([...store.sharedAnswers(run.id)]).toEqual([answered(['one'])]);
  });

  it('of an earlier run are not taken for seen in the next, and stay readable for theirs', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const list = addList(store, ['a.com']);
    const nights = [['one'], ['one'], ['two']].map((records, i) => {
      const run = store.planRun(plan(i + 1, config([list.id])));
      expect([...store.sharedAnswers(run.id)]).toEqual([]);
      const job = store.loadBlock(run.id, 0, 1);
      const result = resultOf(job, run.config.checks, () => NOTHING_FOUND);
      store.writeBlock({ ...result, sharedAnswers: [answered(records)] });
      store.finishRun(run.id, 1);
      return run.id;
    });
    const held = nights.map((runId) => [...store.sharedAnswers(runId)].map((one) => one.answer));
    expect(held).toMatchObject([
      [{ records: ['one'] }],
      [{ records: ['one'] }],
      [{ records: ['two'] }],
    ]);
    store.close();
    const rows = contentOf(path).filter((line) => line.startsWith('["spf.example.net"'));
    expect(rows.length).toBe(2);
  });

  it('keep NODATA and NXDOMAIN apart (RFC 2308 §2.2)', () => {
    const store = temporaryWriter();
    const run = store.planRun(plan(1, config([addList(store, ['a.com']).id])));
    const result = resultOf(store.loadBlock(run.id, 0, 1), run.config.checks, () => NOTHING_FOUND);
    const nodata: SharedAnswer = {
      ...SHARED,
      qname: 'a',
      answer: { status: 'nodata', aliases: [] },
    };
    const gone: SharedAnswer = {
      ...SHARED,
      qname: 'b',
      answer: { status: 'nxdomain', aliases: ['x'] },
    };
    store.writeBlock({ ...result, sharedAnswers: [gone, nodata] });
    expect([...store.sharedAnswers(run.id)]).toEqual([nodata, gone]);
  });
});
