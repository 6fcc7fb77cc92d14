import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importList, type ListHead, type ListStore } from '../../src/survey/import-list.ts';
import type { ListRow } from '../../src/survey/ports.ts';
import type { ListOptions } from '../../src/survey/seeder.ts';

const OPTIONS: ListOptions = {
  format: undefined,
  column: undefined,
  labelColumns: [],
  hosts: 'refuse',
};

function memoryStore() {
  const lists = new Map<string, ListRow>();
  const state = { staged: 0, discarded: 0, names: [] as string[] };
  const store: ListStore = {
    findList: (sha256, optionsKey) => lists.get(`${sha256} ${optionsKey}`),
    stageList: () => {
      state.staged += 1;
      const names = new Set<string>();
      return {
        add: ({ name }) => {
          names.add(name);
        },
        settle: () => names.size,
        commit: ({ optionsKey, ...head }: ListHead) => {
          const row: ListRow = { id: lists.size + 1, ...head };
          lists.set(`${head.sha256} ${optionsKey}`, row);
          state.names.push(...names);
          return row;
        },
        discard: () => {
          state.discarded += 1;
        },
      };
    },
  };
  return { store, state };
}

describe('importList', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-import-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return { path };
  };

  it('reads a list once: the same bytes under another name are known', async () => {
    const { store, state } = memoryStore();
    const text = 'example.jp\nEXAMPLE.jp.\nexample.com\n';
    const first = await importList(file('a.txt', text), OPTIONS, store);
    const second = await importList(file('b.txt', text), OPTIONS, store);
    expect(first.wasKnown).toBe(false);
    expect(second).toEqual({ row: first.row, wasKnown: true });
    expect(first.row.accounting).toMatchObject({ lines: 3, duplicates: 1, targets: 2 });
    expect(state).toMatchObject({ staged: 1, names: ['example.jp', 'example.com'] });
  });

  it('takes the same bytes read otherwise as another list', async () => {
    const { store } = memoryStore();
    const source = file('hosts.txt', 'www.example.jp\nexample.jp\n');
    const refused = await importList(source, OPTIONS, store);
    const kept = await importList(source, { ...OPTIONS, hosts: 'keep' }, store);
    expect(refused.row.accounting.targets).toBe(1);
    expect(kept.row.accounting.targets).toBe(2);
    expect(kept.row.id).not.toBe(refused.row.id);
  });

  it('reads standard input once and still knows the list again', async () => {
    const { store, state } = memoryStore();
    async function* input() {
      yield Buffer.from('example.jp\n');
    }
    await importList({ path: '-', input: input() }, OPTIONS, store);
    const again = await importList({ path: '-', input: input() }, OPTIONS, store);
    expect(again.wasKnown).toBe(true);
    expect(state.discarded).toBe(1);
  });

  it('drops what was staged when the list turns out bad', async () => {
    const { store, state } = memoryStore();
    const bad = file('bad.zone', '$ORIGIN jp.\nexample IN NS ( ns1.example.\n');
    await expect(importList(bad, OPTIONS, store)).rejects.toMatchObject({ code: 'usage' });
    expect(state).toMatchObject({ discarded: 1, names: [] });
  });
});
