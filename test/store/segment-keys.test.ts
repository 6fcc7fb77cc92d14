import { describe, expect, it } from 'vitest';
import { FIRST_PROFILE, NO_TARGET, NOT_ASKED } from '../../src/statistics/night-profiles.ts';
import type { StoreReader } from '../../src/store/store.ts';
import {
  addList,
  config,
  NOTHING_FOUND,
  plan,
  resultOf,
  surveyAll,
  temporaryWriter,
} from './fixture.ts';
import { addRichList } from './synthetic-year.ts';

const usage = (message: RegExp) =>
  expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) });

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Segments by name of the domain, through the order in which single rows come. */
function segments(store: StoreReader, runId: number, type: string): string[][] {
  const [keys] = store.segmentKeys([runId], type);
  return [...(keys?.ofDomain ?? [])].map((group) => [...(keys?.groups[group] ?? [])]);
}

describe('segments of a run', () => {
  it('are refused where there are none of that type, with the nearest and all there are', () => {
    const store = temporaryWriter();
    const listed = [{ name: 'a.com', rank: 1, labels: ['bank', 'x'] }];
    const { row } = addRichList(store, 'list', listed, ['sector', 'org\u001b']);
    const run = store.planRun(plan(1, config([row.id], { checks: ['mx', 'spf'] })));
    surveyAll(store, run, () => NOTHING_FOUND);
    const refused = (type: string) => thrownBy(() => store.segmentKeys([run.id], type));
    expect(refused('tldd')).toEqual(usage(/by "tldd" \(did you mean tld\?\)/u));
    expect(refused('label:sektor')).toEqual(usage(/did you mean label:sector\?/u));
    expect(refused('')).toEqual(
      usage(/it has tld, registry, rank, list, mx, label:sector, label:org.$/u),
    );
    // Without the DMARC check nobody's reports are known.
    expect(refused('rua')).toEqual(usage(/no segments by "rua"/u));
    expect(store.segmentTypes(run.id)).not.toContain('rua');
    expect(refused('constructor')).toEqual(usage(/no segments/u));
    expect(thrownBy(() => store.segmentKeys([run.id + 1], 'tld'))).toEqual(usage(/no run/u));
    expect(thrownBy(() => store.withLabel(run.id, 'sector', 'farm'))).toEqual(
      usage(/no name of night 2026-01-01 has "farm" as its "sector"/u),
    );
  });

  it('by label are the values as they were read, and a list without the column has none', () => {
    const store = temporaryWriter();
    const hostile = ['\u001b[2J', '__proto__', '=cmd', 'x'.repeat(300)];
    const listed = hostile.map((value, i) => ({
      name: `n${i}.com`,
      rank: undefined,
      labels: [value],
    }));
    const rich = addRichList(store, 'rich', listed, ['org'], false);
    const plain = addList(store, ['n0.com', 'other.com']);
    const run = store.planRun(plan(1, config([plain.id, rich.row.id])));
    surveyAll(store, run, () => NOTHING_FOUND);
    expect(segments(store, run.id, 'label:org').flat().sort()).toEqual([...hostile].sort());
    const known = store.withLabel(run.id, 'org', '__proto__');
    expect(known.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(
      segments(store, run.id, 'rank')
        .flat()
        .filter((of) => of !== 'none'),
    ).toEqual([]);
  });

  it('of two runs with the same lists are one object', () => {
    const store = temporaryWriter();
    const list = addList(store, ['a.com', 'b.jp']);
    const runs = [1, 2].map((n) => {
      const run = store.planRun(plan(n, config([list.id])));
      surveyAll(store, run, () => NOTHING_FOUND);
      return store.finishRun(run.id, n).id;
    });
    for (const type of ['tld', 'rank', 'list']) {
      const [a, b] = store.segmentKeys(runs, type);
      expect(a).toBe(b);
    }
  });
});

describe('the profiles of a night', () => {
  it('tell a name that is no target from one whose block is open, and both from what was asked', () => {
    const store = temporaryWriter();
    const names = Array.from({ length: 2100 }, (_, i) => `n${i}.com`);
    addList(store, names, 'all');
    const some = addList(store, names.slice(50), 'some');
    const run = store.planRun(plan(1, config([some.id])));
    const [first] = store.openBlocks(run.id);
    const job = store.loadBlock(run.id, first?.block ?? 0, 1);
    store.writeBlock(resultOf(job, run.config.checks, () => NOTHING_FOUND));
    const [night] = store.nightProfiles([run.id]);
    const counts = new Map<number, number>();
    for (const at of night?.ofDomain ?? []) counts.set(at, (counts.get(at) ?? 0) + 1);
    // Ids begin with 1: the place of id 0 is no target either.
    expect(counts).toEqual(
      new Map([
        [NO_TARGET, 51],
        [FIRST_PROFILE, job.ids.length],
        [NOT_ASKED, 2050 - job.ids.length],
      ]),
    );
  });

  it('of a sample are those of its names alone, and the spells too', () => {
    const store = temporaryWriter();
    const names = Array.from({ length: 3000 }, (_, i) => `n${i}.com`);
    const list = addList(store, names);
    const run = store.planRun(plan(1, config([list.id], { sample: 700, design: 'srs' })));
    surveyAll(store, run, () => NOTHING_FOUND);
    store.finishRun(run.id, 1);
    const [night] = store.nightProfiles([run.id]);
    expect(night?.ofDomain.filter((at) => at !== NO_TARGET)).toHaveLength(700);
    const spells = [...store.dmarcSpells([run.id])];
    expect(spells).toHaveLength(700);
    expect(spells.every(({ id }) => night?.ofDomain[id] === FIRST_PROFILE)).toBe(true);
    expect(spells[0]?.spells).toEqual([{ state: 'absent', fromWave: 0, toWave: 0 }]);
  });

  it('are refused for a run that the store does not have, and waves that do not ascend too', () => {
    const store = temporaryWriter();
    expect(thrownBy(() => store.nightProfiles([1]))).toEqual(usage(/no run 1/u));
    expect(thrownBy(() => [...store.dmarcSpells([2, 1])])).toBeInstanceOf(RangeError);
    expect([...store.dmarcSpells([])]).toEqual([]);
    expect(thrownBy(() => store.countersOfRuns([1], { segmentType: 'total' }))).toEqual(
      usage(/no run 1/u),
    );
  });

  it('and counters of a segment that no run has are refused with the nearest', () => {
    const store = temporaryWriter();
    addList(store, ['a.com', 'b.co.jp']);
    const names = (segmentType: 'tld' | 'registry', name: string) =>
      thrownBy(() => store.countersOfRuns([], { segmentType, names: [name] }));
    expect(names('tld', 'con')).toEqual(usage(/no tld "con" \(did you mean com\?\)/u));
    expect(names('registry', 'jp:ca')).toEqual(usage(/did you mean jp:co\?/u));
  });
});
