/** What the readers for analysis give of a year of nights is what the model of the year has. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawsFrom } from '../../scripts/seeded-draws.ts';
import { COUNTERS, tally } from '../../src/statistics/counters.ts';
import { DMARC_CLASSES } from '../../src/statistics/layout.ts';
import type { StateSpell } from '../../src/statistics/life-tables.ts';
import {
  FIRST_PROFILE,
  type NightProfiles,
  NO_TARGET,
  NOT_ASKED,
  type SegmentKeys,
} from '../../src/statistics/night-profiles.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import type { DomainRow } from '../../src/store/domain-rows.ts';
import { openWriter } from '../../src/store/open.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import { SHAPES } from './fixture.ts';
import {
  ANY,
  isTarget,
  type ModelNight,
  VALID_OWN,
  writeYear,
  type Year,
} from './synthetic-year.ts';

type Counted = Record<string, number>;

const withoutZeros = (values: ArrayLike<number>): Counted =>
  Object.fromEntries(COUNTERS.map((id, i) => [id, values[i] ?? 0]).filter(([, n]) => n !== 0));

/** What a rank falls into, written out once more. */
function bucketOf(rank: number | undefined): string {
  if (rank === undefined) return 'none';
  if (rank > 1_000_000) return '>1M';
  if (rank > 100_000) return '100k-1M';
  if (rank > 10_000) return '10k-100k';
  return rank > 1000 ? '1k-10k' : '1-1k';
}

/** Undefined for one that was not asked. */
function profileOf({ isAttempted, existence, checks }: DomainRow): Profile | undefined {
  if (!isAttempted) return undefined;
  const seen = Object.entries(checks).map(
    ([name, { class: of, isKnown, flags }]) => [name, { class: of, isKnown, flags }] as const,
  );
  return { existence, checks: Object.fromEntries(seen) };
}

const mxGroup = ({ name, checks }: DomainRow): string[] => {
  const records = checks['mx']?.isKnown === true ? checks['mx'].records : [];
  const host = records.map((record) => record.split(' ')[1] ?? '').find((one) => one !== '.');
  if (host === undefined) return [];
  if (host === `mail.${name}`) return ['self'];
  return [host.includes('.example') ? 'host.example' : 'big.co.jp'];
};

const ruaGroup = ({ name, checks }: DomainRow): string[] => {
  const records = checks['dmarc']?.isKnown === true ? checks['dmarc'].records : [];
  if (records.length !== 1) return [];
  const hosts = [...(records[0] ?? '').matchAll(/mailto:[a-z]@([a-z0-9.]+)/gu)].map((m) => m[1]);
  const operators = hosts.map((host) => {
    if (host === name) return 'self';
    return host?.endsWith('.vendor.example') ? 'vendor.example' : (host ?? '');
  });
  return [...new Set(operators)].sort();
};

/** By type: the segments of a row that was read the slow way. */
const SEGMENTS_OF: Readonly<Record<string, (row: DomainRow) => string[]>> = {
  tld: ({ tld }) => [tld],
  registry: ({ registry }) => [registry],
  rank: ({ rank }) => [bucketOf(rank)],
  list: ({ lists }) => [...new Set(lists)].sort(),
  'label:sector': ({ labels }) => [labels['sector'] ?? []].flat(),
  'label:org': ({ labels }) => [labels['org'] ?? []].flat(),
  mx: mxGroup,
  rua: ruaGroup,
};

const YEARS = [
  { label: 'a year of 300 names', nights: 365, names: 300, seed: 1, pairs: 10 },
  { label: 'nights of names in several blocks', nights: 6, names: 2200, seed: 2, pairs: 2 },
];

describe.each(YEARS)('$label', (options) => {
  let store: StoreWriter;
  let year: Year;
  let ids: ReadonlyMap<string, number>;
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-year-'));

  beforeAll(() => {
    const path = join(folder, 'year.sqlite');
    store = openWriter(path, { checks: SHAPES });
    year = writeYear(store, options);
    const db = new Database(path, { readonly: true });
    const rows = db.prepare<[], [string, number]>('SELECT name, id FROM domain').raw().all();
    ids = new Map(rows);
    db.close();
  });

  afterAll(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const idOf = (name: string) => ids.get(name) as number;

  function pairs(): [ModelNight, ModelNight][] {
    const draw = drawsFrom(options.seed + 10);
    const some = () => year.nights[Math.floor(draw() * year.nights.length)] as ModelNight;
    return Array.from({ length: options.pairs }, () => [some(), some()]);
  }

  function expectNight(found: NightProfiles, model: ModelNight): void {
    expect(found.runId).toBe(model.runId);
    expect(found.night).toBe(model.night);
    const texts = found.profiles.map((profile) => JSON.stringify(profile));
    expect(new Set(texts).size).toBe(texts.length);
    const rows = [...store.domainRows(model.runId)];
    expect(rows).toHaveLength(year.names.filter((name) => isTarget(model, name)).length);
    const wanted = new Map(rows.map((row) => [idOf(row.name), profileOf(row)]));
    const ofDomain = [...found.ofDomain.entries()].filter(([, at]) => at !== NO_TARGET);
    const profiles = ofDomain.map(([id, at]) => [id, found.profiles[at - FIRST_PROFILE]] as const);
    expect(new Map(profiles)).toEqual(wanted);
    for (const [, at] of ofDomain) expect(at === NOT_ASKED).toBe(!model.isDone);
    expect(new Set(ofDomain.map(([, at]) => at)).size).toBe(model.isDone ? texts.length : 1);
  }

  /** Counters by segment from profiles, each domain tallied by itself. */
  function recount({ profiles, ofDomain }: NightProfiles, keys: SegmentKeys): Map<string, Counted> {
    const counts = new Map<string, Float64Array>();
    for (let id = 0; id < ofDomain.length; id++) {
      const profile = profiles[(ofDomain[id] as number) - FIRST_PROFILE];
      if (profile === undefined) continue;
      for (const segment of keys.groups[keys.ofDomain[id] as number] ?? []) {
        const own = counts.get(segment) ?? new Float64Array(COUNTERS.length);
        counts.set(segment, own);
        tally(profile, own);
      }
    }
    return new Map([...counts].map(([segment, values]) => [segment, withoutZeros(values)]));
  }

  it('has the profiles of each night that single rows have, for pairs in any order', () => {
    for (const [from, to] of pairs()) {
      const [a, b] = store.nightProfiles([from.runId, to.runId]);
      expectNight(a as NightProfiles, from);
      expectNight(b as NightProfiles, to);
    }
  });

  it('has profiles that add up to the stored counters, of registries and of TLDs', () => {
    for (const [model] of pairs()) {
      const [night] = store.nightProfiles([model.runId]);
      for (const type of ['registry', 'tld']) {
        const [keys] = store.segmentKeys([model.runId], type);
        const stored = [...store.counters(model.runId)]
          .filter(({ segmentType }) => segmentType === type)
          .map(({ segment, counts }) => [segment, counts] as const);
        expect(recount(night as NightProfiles, keys as SegmentKeys)).toEqual(new Map(stored));
      }
    }
  });

  it('has the segments of each target that single rows have, of every type', () => {
    for (const [from, to] of pairs()) {
      const runIds = [from.runId, to.runId];
      const types = store
        .segmentTypes(from.runId)
        .filter((type) => store.segmentTypes(to.runId).includes(type));
      expect(Object.keys(SEGMENTS_OF)).toEqual(expect.arrayContaining(types));
      const keys = types.map((type) => [type, store.segmentKeys(runIds, type)] as const);
      for (const [n, runId] of runIds.entries()) {
        const rows = [...store.domainRows(runId)];
        for (const [type, of] of keys) {
          const { groups, ofDomain } = of[n] as SegmentKeys;
          const found = rows.map(({ name }) => groups[ofDomain[idOf(name)] as number]);
          expect([type, found]).toEqual([type, rows.map((row) => SEGMENTS_OF[type]?.(row))]);
        }
      }
    }
  });

  it('has the counters of many runs that each run has by itself', () => {
    const runIds = year.nights.map(({ runId }) => runId);
    const all = store.countersOfRuns(runIds, { segmentType: 'registry' });
    const tlds = store.countersOfRuns(runIds, { segmentType: 'tld', names: ['jp', 'com'] });
    const total = store.countersOfRuns(runIds, {
      segmentType: 'total',
      counters: ['domains@mail', 'no such counter'],
    });
    for (const [n, runId] of runIds.entries()) {
      const stored = [...store.counters(runId)];
      const of = (type: string) => stored.filter(({ segmentType }) => segmentType === type);
      expect(all[n]).toEqual({ runId, segments: of('registry') });
      const wanted = of('tld').filter(({ segment }) => segment === 'jp' || segment === 'com');
      expect(tlds[n]?.segments).toEqual(wanted.reverse());
      const mail = of('total').map(({ counts }) => counts['domains@mail']);
      expect(total[n]?.segments.map(({ counts }) => Object.entries(counts))).toEqual(
        mail.map((count) => (count === undefined ? [] : [['domains@mail', count]])),
      );
    }
  });

  function spellsOf(name: string): StateSpell[] {
    const spells: StateSpell[] = [];
    for (const [wave, night] of year.nights.entries()) {
      if (!isTarget(night, name)) continue;
      const state = stateOf(night, name);
      const last = spells.at(-1);
      if (last?.state === state && last.toWave === wave - 1)
        spells[spells.length - 1] = { ...last, toWave: wave };
      else spells.push({ state, fromWave: wave, toWave: wave });
    }
    return spells;
  }

  function stateOf(night: ModelNight, name: string): StateSpell['state'] {
    const dmarc = night.states.get(name)?.checks['dmarc'];
    if (!night.isDone || !night.checks.includes('dmarc') || dmarc === undefined) return 'unknown';
    if (dmarc.reason !== 0) return 'unknown';
    if ((dmarc.flags & VALID_OWN) === 0) return 'absent';
    return DMARC_CLASSES[dmarc.class] === 'none' ? 'none' : 'enforced';
  }

  it('has the spells of every domain that reading night by night gives', () => {
    const runIds = year.nights.map(({ runId }) => runId);
    const [keys] = store.segmentKeys(runIds.slice(-1), 'tld');
    const wanted = year.names
      .map((name) => ({
        id: idOf(name),
        segments: [name.split('.').at(-1)],
        spells: spellsOf(name),
      }))
      .filter(({ spells }) => spells.length > 0)
      .sort((a, b) => a.id - b.id);
    expect([...store.dmarcSpells(runIds, keys)]).toEqual(wanted);
  });

  it('has the spells of some waves only, from what was known before the first', () => {
    const later = year.nights.filter((_, n) => n >= 4 && n % 3 === 1);
    const whole = year.nights;
    const runIds = later.map(({ runId }) => runId);
    const found = new Map([...store.dmarcSpells(runIds)].map(({ id, spells }) => [id, spells]));
    for (const name of year.names) {
      year = { ...year, nights: later };
      const wanted = spellsOf(name);
      year = { ...year, nights: whole };
      expect(found.get(idOf(name)) ?? []).toEqual(wanted);
    }
  });

  it('knows the names that had a DMARC record in an earlier night, or until one', () => {
    const middle = year.nights[Math.floor(year.nights.length / 2)] as ModelNight;
    for (const which of ['before', 'until'] as const) {
      const known = store.everDmarc(middle.runId, which);
      const wanted = year.names.filter((name) =>
        year.nights.some(
          (night) =>
            (night.runId < middle.runId || (which === 'until' && night === middle)) &&
            night.isDone &&
            night.checks.includes('dmarc') &&
            isTarget(night, name) &&
            ((night.states.get(name)?.checks['dmarc']?.flags ?? 0) & ANY) !== 0,
        ),
      );
      expect(year.names.filter((name) => known[ids.get(name) ?? -1] === 1)).toEqual(wanted);
    }
  });
});
