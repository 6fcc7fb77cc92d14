/**
 * A year of nights, and every figure that the command line gives of it: each is counted again name by
 * name from the model that the year was written from (test/support/year-*.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWriter } from '../../src/store/open.ts';
import { SHAPES } from '../store/fixture.ts';
import { isTarget, type ModelNight, writeYear, type Year } from '../store/synthetic-year.ts';
import { runCli } from '../support/cli.ts';
import {
  changeRows,
  flowCounts,
  lifeCounts,
  membersOf,
  type NightPair,
} from '../support/year-changes.ts';
import { type Facts, factsOn, namesBySegment } from '../support/year-names.ts';
import { type CountedShare, countOf, SHARES, shareNamed } from '../support/year-shares.ts';

interface Row {
  readonly segment_type: string;
  readonly segment: string;
  readonly metric: string;
  readonly class: string | null;
  readonly denominator_id: string;
  readonly [column: string]: unknown;
}

interface ComparisonJson {
  readonly changes: readonly Row[];
  readonly flows: readonly Readonly<Record<string, unknown>>[];
  readonly common: number;
  readonly left: number;
  readonly entered: number;
}

type CsvRow = Readonly<Record<string, string>>;

const COUNTED = ['numerator', 'denominator', 'share', 'bound_low', 'bound_high'] as const;
const CHANGED = [
  ...['design', 'x_from', 'n_from', 'share_from', 'x_to', 'n_to', 'share_to', 'diff'],
  ...['ci_low', 'ci_high', 'gained', 'lost'],
];
const FLOWING = ['segment_type', 'segment', 'class_from', 'class_to'];
const LIVING = ['event', 'segment_type', 'segment', 'wave'];
const POLICIES = ['none', 'quarantine', 'reject'];

const keyOf = (row: Row): string =>
  [row.segment_type, row.segment, row.metric, row.class ?? '', row.denominator_id].join('|');

const shareOfRow = (row: Row): CountedShare =>
  shareNamed(row.metric, row.class ?? '', row.denominator_id);

const cellOf = (column: string, value: number | null): string => {
  if (value === null) return '';
  return ['numerator', 'denominator'].includes(column) ? String(value) : value.toFixed(6);
};

/** Key by key, so that a difference is told in one line. */
function expectSame(
  found: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, value] of expected) expect([key, found.get(key)]).toEqual([key, value]);
}

/** Kaplan-Meier from the counts of the file itself. */
function expectSurvival(rows: readonly CsvRow[]): void {
  let survival = 1;
  for (const row of rows) {
    if (row['wave'] === '1') survival = 1;
    survival *= 1 - Number(row['events']) / Number(row['at_risk']);
    expect(Number(row['survival'])).toBeCloseTo(survival, 5);
  }
}

/** What a name's own record asks for; why there is none to ask, for one that had a record. */
function ownClassOf({ exists, dmarc }: Facts): string {
  if (exists === false && dmarc.isKnown) return 'nxdomain';
  if (!POLICIES.includes(dmarc.class) || dmarc.flags.has('valid_own')) return dmarc.class;
  return dmarc.flags.has('any') ? 'invalid' : 'absent';
}

describe('a year of nights through the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-analysis-'));
  const store = join(folder, 'year.sqlite');
  let year: Year;
  /** Finished, with all three checks. */
  let full: readonly ModelNight[];

  beforeAll(() => {
    const writer = openWriter(store, { checks: SHAPES });
    year = writeYear(writer, { nights: 365, names: 240, seed: 7 });
    writer.close();
    full = year.nights.filter(({ isDone, checks }) => isDone && checks.length === 3);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function cli(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCli([...args, '--store', store]);
    expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  const json = async <Shape>(...args: readonly string[]): Promise<Shape> =>
    JSON.parse(await cli(...args, '--format', 'json')) as Shape;

  const csv = async (...args: readonly string[]): Promise<CsvRow[]> =>
    parse<CsvRow>(await cli(...args), { columns: true });

  /** A full night, by its part of the year. */
  const at = (part: number): ModelNight => full[Math.round(part * (full.length - 1))] as ModelNight;

  const factsOf = (night: ModelNight, names: readonly string[]): readonly Facts[] =>
    names.map((name) => factsOn(night, name));

  const nightsWith = (check: string, last: string): readonly ModelNight[] =>
    year.nights.filter(
      ({ isDone, checks, night }) => isDone && checks.includes(check) && night <= last,
    );

  /** What `metrics` must hold, by key; segments other than the total have no share of targets here. */
  function expectedMetrics(night: ModelNight, types: readonly string[]): Map<string, unknown> {
    const isMissing = (check: string) => !night.checks.includes(check);
    const asked = SHARES.filter(
      ({ needs, denominatorId }) =>
        !needs.some(isMissing) && !(denominatorId.endsWith('mail') && isMissing('mx')),
    );
    const rowsOf = (type: string, segment: string, names: readonly string[]) => {
      const facts = factsOf(night, names);
      return asked
        .filter(({ denominatorId }) => type === 'total' || denominatorId !== 'targets')
        .map((share) => {
          const { metric, class: name, denominatorId } = share;
          const key = [type, segment, metric, name, denominatorId].join('|');
          return [key, countOf(share, facts)] as const;
        });
    };
    return new Map(
      types.flatMap((type) =>
        [...namesBySegment(night, year.names, type)].flatMap((one) => rowsOf(type, ...one)),
      ),
    );
  }

  async function expectReport(night: ModelNight, types: readonly string[]): Promise<void> {
    const report = await json<{ metrics: Row[] }>(
      ...['report', '--night', night.night, '--no-compare'],
      ...types.flatMap((type) => ['--by', type]),
    );
    const found = report.metrics
      .filter((row) => row.segment_type === 'total' || row.denominator_id !== 'targets')
      .map((row) => {
        const counted = Object.fromEntries(COUNTED.map((id) => [id, row[id]]));
        return [keyOf(row), counted] as const;
      });
    expectSame(new Map(found), expectedMetrics(night, ['total', 'tld', 'registry', ...types]));
  }

  it.each([0, 0.5, 1])('report: every figure of a night, at %s of the year', async (part) => {
    await expectReport(at(part), ['rank', 'list', 'label:sector', 'tld,rank']);
  });

  it('report: every figure of nights that asked some of the checks', async () => {
    for (const check of ['dmarc', 'spf']) {
      const night = nightsWith(check, '9999').find(({ checks }) => checks.length < 3);
      await expectReport(night as ModelNight, []);
    }
  });

  function expectChanges(
    changes: readonly Row[],
    nights: NightPair,
    types: readonly string[],
    shares: readonly CountedShare[],
  ): void {
    const rowsOf = (type: string, segment: string, members: readonly (readonly string[])[]) =>
      shares.map((share) => {
        const { metric, class: name, denominatorId } = share;
        const key = [type, segment, metric, name, denominatorId].join('|');
        return [key, changeRows(share, nights, members)] as const;
      });
    const expected = types.flatMap((type) =>
      [...membersOf(nights, year.names, type)].flatMap((one) => rowsOf(type, ...one)),
    );
    const found = new Map<string, unknown[]>();
    for (const change of changes) {
      const rows = found.get(keyOf(change)) ?? [];
      found.set(keyOf(change), rows);
      rows.push(Object.fromEntries(CHANGED.map((id) => [id, change[id]])));
    }
    expectSame(found, new Map(expected));
  }

  it.each([
    { from: 0.01, to: 1, metric: 'dmarc.policy:reject', by: ['tld', 'label:sector'] },
    { from: 0.48, to: 0.5, metric: 'spf.permerror', by: ['registry', 'rank'] },
    { from: 0.7, to: 0.95, metric: 'nonsending.open', by: ['tld,rank'] },
  ])('compare: $metric from $from to $to, three ways, and the flows', async (wish) => {
    const nights = [at(wish.from), at(wish.to)] as const;
    const types = ['total', ...wish.by];
    const comparison = await json<ComparisonJson>(
      ...['compare', nights[0].night, nights[1].night, '--metric', wish.metric],
      ...wish.by.flatMap((type) => ['--by', type]),
    );
    const shares = [...new Set(comparison.changes.map(shareOfRow))];
    expect(shares.map((one) => `${one.metric}:${one.class}@${one.denominatorId}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^${wish.metric}:?@`, 'u')),
        ...['dmarc.adoption:@existing', 'spf.adoption:@mail', 'protected:@existing'],
      ]),
    );
    expectChanges(comparison.changes, nights, types, shares);
    const flows = comparison.flows.map((flow) => [
      FLOWING.map((id) => flow[id]).join('|'),
      flow['domains'],
    ]);
    const moved = flowCounts(nights, year.names, types);
    expect(Object.fromEntries(flows)).toEqual(Object.fromEntries(moved));
    const listed = nights.map((night) => year.names.filter((name) => isTarget(night, name)));
    const [before = [], after = []] = listed;
    const common = before.filter((name) => after.includes(name)).length;
    expect(comparison).toMatchObject({
      common,
      left: before.length - common,
      entered: after.length - common,
    });
  });

  it.each([
    { metric: 'dmarc.adoption', name: '', of: 'existing', by: 'tld', check: 'dmarc' },
    { metric: 'dmarc.policy', name: 'reject', of: 'dmarc_valid', by: 'registry', check: 'dmarc' },
    { metric: 'spf.published', name: '', of: 'mail', by: 'tld', check: 'spf' },
  ])('trend: $metric by $by on every night of the year', async (wish) => {
    const { metric, name, of, by } = wish;
    const last = at(1).night;
    const rows = await csv(
      ...['trend', '--metric', name === '' ? metric : `${metric}:${name}`, '--denominator', of],
      ...['--by', by, '--format', 'csv', '--top', '20', '--to', last],
    );
    const share = shareNamed(metric, name, of);
    const nights = nightsWith(wish.check, last);
    const expected = nights.flatMap((night) =>
      ['total', by].flatMap((type) =>
        [...namesBySegment(night, year.names, type)].map(([segment, names]) => {
          const counted = countOf(share, factsOf(night, names));
          const cells = COUNTED.map((id) => cellOf(id, counted[id]));
          return [[night.night, type, segment].join('|'), cells] as const;
        }),
      ),
    );
    const found = rows.map((row) => {
      const key = [row['wave'], row['segment_type'], row['segment']].join('|');
      return [key, COUNTED.map((id) => row[id])] as const;
    });
    expect(nights.length).toBeGreaterThan(300);
    expectSame(new Map(found), new Map(expected));
  });

  it('export survival: who was at risk, who had the event, who went out of sight', async () => {
    const last = at(1).night;
    const rows = await csv('export', 'survival', '--by', 'tld', '--to', last);
    const found = rows.map((row) => {
      const key = LIVING.map((id) => row[id]).join('|');
      return [key, ['at_risk', 'events', 'censored'].map((id) => Number(row[id]))] as const;
    });
    expect(rows.reduce((sum, row) => sum + Number(row['events']), 0)).toBeGreaterThan(200);
    expectSame(new Map(found), lifeCounts(nightsWith('dmarc', last), year.names, 'tld'));
    expectSurvival(rows);
  });

  async function expectKnown(
    { night }: ModelNight,
    options: readonly string[],
    classes: readonly string[],
  ): Promise<void> {
    const { known_dmarc: found } = await json<{ known_dmarc: Record<string, unknown> }>(
      ...['report', '--night', night, '--no-compare', ...options],
    );
    const tally = (wanted: readonly string[]) =>
      Object.fromEntries(wanted.map((of) => [of, classes.filter((one) => one === of).length]));
    const errors = classes.filter((one) => !POLICIES.includes(one));
    expect(classes.length).toBeGreaterThan(20);
    expect(found).toMatchObject({
      known: classes.length,
      error: errors.length,
      ...tally(POLICIES),
    });
    expect(found['parts']).toEqual(tally([...new Set(errors)]));
  }

  it.each([0.3, 1])('report --denominator known_dmarc, at %s of the year', async (part) => {
    const night = at(part);
    const earlier = year.nights.filter(({ isDone, runId }) => isDone && runId < night.runId);
    const classesOf = (names: readonly string[]) => factsOf(night, names).map(ownClassOf);
    const hadRecord = (name: string) =>
      earlier.some((one) => isTarget(one, name) && factsOn(one, name).dmarc.flags.has('any'));
    const known = year.names.filter((name) => isTarget(night, name) && hadRecord(name));
    await expectKnown(night, ['--denominator', 'known_dmarc'], classesOf(known));
    const banks = namesBySegment(night, year.names, 'label:sector').get('bank') ?? [];
    await expectKnown(night, ['--known-by', 'sector=bank'], classesOf(banks));
  });
});
