import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open.ts';
import {
  accounting,
  addList,
  config,
  contentOf,
  entry,
  NOTHING_FOUND,
  plan,
  surveyAll,
  temporaryPath,
  temporaryWriter,
} from './fixture.ts';

const numbered = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}.com`);

const PLAIN = { labelColumns: [], hasRanks: false };

describe('stageList', () => {
  it('tells duplicates, and finds the list again by its bytes and options', () => {
    const store = temporaryWriter();
    const stage = store.stageList();
    for (const name of ['a.com', 'b.jp', 'a.com']) stage.add(entry(name));
    expect(stage.settle()).toBe(2);
    const counted = accounting(2, { lines: 3, duplicates: 1 });
    const list = stage.commit({
      name: 'x',
      sha256: 'aa',
      optionsKey: 'plain',
      accounting: counted,
      ...PLAIN,
    });
    expect(list).toMatchObject({ name: 'x', sha256: 'aa', hasRanks: false, labelColumns: [] });
    expect(list.accounting).toEqual(counted);
    expect(store.findList('aa', 'plain')).toEqual(list);
    expect(store.findList('aa', 'other')).toBeUndefined();
    expect(store.findList('bb', 'plain')).toBeUndefined();
  });

  it('refuses an accounting that does not reconcile, and leaves nothing', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const before = contentOf(path);
    const stage = store.stageList();
    stage.add(entry('a.com'));
    const head = { name: 'x', sha256: 'aa', optionsKey: '', accounting: accounting(2), ...PLAIN };
    expect(() => stage.commit(head)).toThrow(RangeError);
    expect(contentOf(path)).toEqual(before);
    addList(store, ['a.com']);
  });

  it('leaves nothing when it is discarded, or when the store is closed over it', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const before = contentOf(path);
    const stage = store.stageList();
    stage.add(entry('a.com'));
    stage.discard();
    stage.discard();
    expect(contentOf(path)).toEqual(before);
    store.stageList().add(entry('b.com'));
    store.close();
    expect(contentOf(path)).toEqual(before);
  });

  it('gives some names of a list, and of that list only', () => {
    const store = temporaryWriter();
    addList(store, numbered(50, 'other'), 'other');
    const { id } = addList(store, ['a.com', 'b.com', 'c.com']);
    expect(store.someNames(id, 2)).toHaveLength(2);
    expect(store.someNames(id, 9).toSorted()).toEqual(['a.com', 'b.com', 'c.com']);
    expect(store.someNames(999, 3)).toEqual([]);
  });

  it('keeps other writes out until its end', () => {
    const store = temporaryWriter();
    const { id } = addList(store, ['a.com']);
    const stage = store.stageList();
    expect(() => store.planRun(plan(1, config([id])))).toThrow('being staged');
    expect(() => store.stageList()).toThrow('being staged');
    stage.discard();
    expect(store.planRun(plan(1, config([id]))).targets).toBe(1);
  });

  it('gives ids by the seeded hash whatever the order of the list, newcomers at the end', () => {
    const idsOf = (...lists: string[][]) => {
      const path = temporaryPath();
      const store = temporaryWriter(path);
      for (const [i, names] of lists.entries()) addList(store, names, `list ${i}`);
      store.close();
      const db = new Database(path, { readonly: true });
      const names = db.prepare('SELECT name FROM domain ORDER BY id').pluck().all() as string[];
      db.close();
      return names;
    };
    const old = numbered(200);
    const young = numbered(50, 'young');
    const ids = idsOf(old);
    expect(ids).toEqual(idsOf([...old].reverse()));
    expect(ids).not.toEqual([...old].sort());
    const grown = idsOf(old, [...young, ...old.slice(50)]);
    expect(grown.slice(0, 200)).toEqual(ids);
    expect(new Set(grown.slice(200))).toEqual(new Set(young));
  });

  it('keeps rank and labels of each list, the first list of a run deciding', () => {
    const store = temporaryWriter();
    const add = (name: string, labelColumns: string[], entries: ReturnType<typeof entry>[]) => {
      const stage = store.stageList();
      for (const one of entries) stage.add(one);
      const head = { name, sha256: name, optionsKey: '', labelColumns, hasRanks: true };
      return stage.commit({ ...head, accounting: accounting(entries.length) });
    };
    const first = add(
      'first',
      ['sector', 'constructor'],
      [
        entry('a.com', { rank: 7, labels: ['bank', '__proto__'] }),
        entry('b.com', { labels: ['', 'x'] }),
      ],
    );
    const second = add(
      'second',
      ['sector', 'org'],
      [
        entry('a.com', { rank: 1, labels: ['shop', '銀行'] }),
        entry('b.com', { rank: 2, labels: ['shop', 'o'] }),
        entry('c.com', { rank: 3, labels: ['"quoted",', 'o'] }),
      ],
    );
    const plain = addList(store, ['c.com', 'd.com'], 'plain');
    const run = store.planRun(plan(1, config([first.id, second.id, plain.id])));
    const rows = [...store.domainRows(run.id)];
    expect(
      rows.map(({ name, rank, labels, lists }) => ({
        name,
        rank,
        lists,
        labels: { ...labels },
      })),
    ).toEqual<unknown>([
      {
        name: 'a.com',
        rank: 7,
        lists: ['first', 'second'],
        labels: { sector: 'bank', constructor: '__proto__', org: '銀行' },
      },
      {
        name: 'b.com',
        rank: 2,
        lists: ['first', 'second'],
        labels: { sector: 'shop', constructor: 'x', org: 'o' },
      },
      {
        name: 'c.com',
        rank: 3,
        lists: ['second', 'plain'],
        labels: { sector: '"quoted",', org: 'o' },
      },
      { name: 'd.com', rank: undefined, lists: ['plain'], labels: {} },
    ]);
  });

  it('takes the first row of a name that comes twice, whatever the second says', () => {
    const store = temporaryWriter();
    addList(store, ['old.com'], 'before');
    const stage = store.stageList();
    for (const name of ['old.com', 'new.com']) {
      for (const rank of [5, 1, 9]) stage.add(entry(name, { rank, labels: [`label ${rank}`] }));
    }
    const head = { name: 'x', sha256: 'aa', optionsKey: '', labelColumns: ['l'], hasRanks: true };
    const counted = accounting(2, { lines: 6, duplicates: 4 });
    const list = stage.commit({ ...head, accounting: counted });
    const rows = [...store.domainRows(store.planRun(plan(1, config([list.id]))).id)];
    expect(rows.map(({ name, rank, labels }) => [name, rank, labels['l']])).toEqual([
      ['new.com', 5, 'label 5'],
      ['old.com', 5, 'label 5'],
    ]);
  });

  it.each([
    ['a few', 3],
    ['none', 0],
    ['many', 400],
  ])('enters a list of known names and %s new ones, each name once', (_, count) => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const old = numbered(300);
    addList(store, old, 'first');
    const young = numbered(count, 'young');
    const list = addList(store, [...young, ...old.slice(100), ...young], 'second');
    expect(list.accounting.targets).toBe(200 + count);
    const run = store.planRun(plan(1, config([list.id])));
    const names = [...store.domainRows(run.id)].map(({ name }) => name);
    expect(names).toEqual([...young, ...old.slice(100)].sort());
    store.close();
    const db = new Database(path, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('index_list(domain)')).toMatchObject([{ name: 'domain_name', unique: 1 }]);
    db.close();
  });

  it('keeps registries of one name in two TLDs apart, and adds TLDs up', () => {
    const store = temporaryWriter();
    const stage = store.stageList();
    for (const [name, tld, registry] of [
      ['a.co.jp', 'jp', 'jp:co'],
      ['b.jp', 'jp', 'jp:general'],
      ['c.com', 'com', 'com'],
    ] as const) {
      stage.add(entry(name, { tld, registry }));
    }
    const head = { name: 'x', sha256: 'aa', optionsKey: '', accounting: accounting(3), ...PLAIN };
    const run = store.planRun(plan(1, config([stage.commit(head).id])));
    surveyAll(store, run, () => NOTHING_FOUND);
    const segments = [...store.counters(run.id)].map(({ segmentType, segment, counts }) => [
      segmentType,
      segment,
      counts['domains@no_mail'],
    ]);
    expect(segments).toEqual([
      ['total', 'all', 3],
      ['tld', 'com', 1],
      ['tld', 'jp', 2],
      ['registry', 'com', 1],
      ['registry', 'jp:co', 1],
      ['registry', 'jp:general', 1],
    ]);
  });

  it('shows a reader nothing until the commit', () => {
    const path = temporaryPath();
    const store = temporaryWriter(path);
    const reader = openReader(path);
    const stage = store.stageList();
    stage.add(entry('a.com'));
    expect(reader.history('a.com')).toEqual([]);
    stage.discard();
    reader.close();
  });
});
