/**
 * What a person may ask of a store and cannot have: one line on stderr that names the thing and says
 * the way out, exit status 2, nothing on stdout and no file.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAnalysisStore } from '../support/analysis-store.ts';
import { type CliResult, runCli } from '../support/cli.ts';

type Case = readonly [args: readonly string[], ...names: readonly (string | RegExp)[]];

/** Nights 1 to 3 are a series, 4 has another list, 5 was aborted, 6 is open. */
const NIGHT_CASES: readonly Case[] = [
  [['report', '--night', '2026-01-09'], '2026-01-09', 'mailcensus runs'],
  [['report', '--night', '2026-02-30'], '2026-02-30', 'YYYY-MM-DD'],
  [['report', '--run', '99'], 'run 99', 'mailcensus runs'],
  [['export', 'metrics', '--night', 'monday'], 'monday', 'YYYY-MM-DD'],
  [['compare', '2026-01-01', '2026-01-09'], '2026-01-09', /nearest: 2026-01-04/u],
  [['compare', '2026-01-01', '2026-13-01'], '2026-13-01', 'YYYY-MM-DD'],
  [['compare', '2026-01-01', 'run:77'], 'run:77', 'mailcensus runs'],
  [['compare', '2026-01-01', '2026-01-05'], '2026-01-05', 'aborted', 'mailcensus runs'],
  [['compare', '2026-01-01', 'run:6'], '2026-01-06', 'not finished', 'mailcensus runs'],
  [['compare', '2026-01-02', '2026-01-02'], '2026-01-02', 'same night'],
  [['compare', '2026-01-01', '2026-01-02', '2026-01-03'], '3 nights', 'mailcensus trend'],
  [['compare', '2026-01-03', '2026-01-04'], '2026-01-04', '0.0 %', '--any-list'],
  [['compare'], 'different lists', '--any-list'],
  [['export', 'flows', '--to', '2026-01-01'], 'before 2026-01-01', 'mailcensus runs'],
  [['export', 'operators', '--from', 'x'], '"x"', 'YYYY-MM-DD'],
  [['export', 'survival', '--to', '2026-01-01'], 'two finished nights', 'mailcensus runs'],
  [['trend', '--from', '2026-13'], '2026-13', 'YYYY-MM'],
  [['trend', '--to', '2026-02-31'], '2026-02-31', 'YYYY-MM-DD'],
  [
    ['report', '--run', '6', '--format', 'html', '--compare', 'run:1'],
    '2026-01-06',
    'not finished',
  ],
  [['report', '--run', '2', '--format', 'json', '--compare', 'run:3'], '--compare', 'earlier'],
  [['report', '--run', '2', '--compare', 'run:1'], 'mailcensus compare', '--format html'],
];

const WORD_CASES: readonly Case[] = [
  [['compare', 'run:1', 'run:2', '--metric', 'dmarc.adopton'], /did you mean dmarc\.adoption\?/u],
  [['trend', '--metric', 'dmarc.policy'], 'dmarc.policy:reject'],
  [['trend', '--metric', 'dmarc.policy:rejct'], '"rejct"', 'dmarc.policy:reject'],
  [['trend', '--denominator', 'exsting'], /did you mean existing\?/u, 'measured_dmarc'],
  [['report', '--denominator', 'targets'], '--denominator', 'known_dmarc'],
  [['report', '--run', '1', '--by', 'regsitry'], /did you mean registry\?/u],
  [['report', '--run', '1', '--by', 'label:sectr'], /did you mean label:sector\?/u],
  [['report', '--run', '4', '--by', 'label:sector'], 'no label columns'],
  [['report', '--run', '1', '--by', 'tld,rank,list'], 'tld,rank,list', 'two different ones'],
  [['report', '--run', '1', '--by', 'label:empty'], 'label:empty', 'leave it out'],
  [['compare', 'run:1', 'run:2', '--by', 'label:empty'], 'label:empty', 'leave it out'],
  [['trend', '--by', 'label:empty', '--to', '2026-01-03'], 'label:empty', 'leave it out'],
  [['trend', '--only', 'con', '--to', '2026-01-03'], /did you mean com\?/u],
  [['trend', '--by', 'total', '--only', 'com'], '--only', '--by'],
  [['export', 'survival', '--by', 'tld', '--by', 'rank'], 'one --by'],
  [['export', 'domains', '--format', 'xlsx'], 'xlsx', 'parquet'],
  [['report', '--known-by', 'sector'], '"sector"', 'COLUMN=VALUE'],
  [['report', '--run', '1', '--known-by', 'sectr=bank'], /did you mean label:sector\?/u],
  [['report', '--run', '1', '--known-by', 'sector=\u001b[31mbonk'], 'sector', /\\u001b|\\x1B/u],
  [['report', '--run', '1', '--denominator', 'known_dmarc'], 'no night before', '--known-by'],
  [['report', '--run', '1', '--aggregate-only', '--by', 'mx'], '--by mx', '--aggregate-only'],
  [['survey', 'list.txt', '--until-ci', '0'], '--until-ci', '0.5pp'],
  [['survey', 'list.txt', '--until-ci', '1pp', '--metric', 'mx.class'], '--metric', 'spf.adoption'],
];

describe('a request that cannot be met', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-requests-'));
  const store = join(folder, 'store.sqlite');

  beforeAll(() => {
    writeAnalysisStore(store, { isTroubled: true });
    writeFileSync(join(folder, 'in-the-way'), 'a file\n');
    mkdirSync(join(folder, 'a-folder'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cli = (args: readonly string[]): Promise<CliResult> => runCli([...args, '--store', store]);

  function expectRefused(
    { code, stdout, stderr }: CliResult,
    names: readonly (string | RegExp)[],
  ): void {
    expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toMatch(/^mailcensus: /u);
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+|a fault of ours/u);
    for (const name of names) {
      if (typeof name === 'string') expect(stderr).toContain(name);
      else expect(stderr).toMatch(name);
    }
    expect(stderr).not.toContain('\u001b');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  }

  const titled = (cases: readonly Case[]) =>
    cases.map(([args, ...names]) => ({ title: args.join(' '), args, names }));

  it.concurrent.each(titled(NIGHT_CASES))('of a night: $title', async ({ args, names }) => {
    expectRefused(await cli(args), names);
  });

  it.concurrent.each(titled(WORD_CASES))('of a word: $title', async ({ args, names }) => {
    expectRefused(await cli(args), names);
  });

  it.concurrent.each([
    { args: ['report', '--run', '3', '--out'], out: 'in-the-way', names: ['no folder'] },
    { args: ['report', '--run', '3', '--out'], out: 'not/there', names: ['does not exist'] },
    { args: ['export', 'metrics', '--run', '3', '--out'], out: 'not/m.csv', names: ['create it'] },
    { args: ['export', 'domains', '--run', '3', '--out'], out: 'a-folder', names: ['a folder'] },
    { args: ['trend', '--out'], out: 'in-the-way/t.csv', names: ['not a folder'] },
  ])('of a place to write: $args to $out', async ({ args, out, names }) => {
    expectRefused(await cli([...args, join(folder, out)]), [out, ...names]);
    expect(existsSync(join(folder, 'not'))).toBe(false);
    expect(readdirSync(join(folder, 'a-folder'))).toEqual([]);
  });

  it('leaves no half file where a comparison is refused', async () => {
    for (const args of [
      ['compare', 'run:3', 'run:4', '--out', join(folder, 'half.txt')],
      ['export', 'flows', '--from', 'run:3', '--to', 'run:4', '--out', join(folder, 'half.csv')],
      ['report', '--run', '4', '--compare', 'run:5', '--out', join(folder, 'half')],
    ]) {
      expectRefused(await cli(args), []);
    }
    expect(readdirSync(folder).filter((name) => name.includes('half'))).toEqual([]);
  });

  it('compares lists without a common name where it is told to, and says what it did', async () => {
    const { code, stdout } = await cli(['compare', '2026-01-03', '2026-01-04', '--any-list']);
    expect(code).toBe(0);
    expect(stdout).toContain('0 on both nights · 80 left · 80 entered');
    expect(stdout).toContain('the lists are not the same bytes');
  });

  it('takes the night before for --to alone', async () => {
    const { code, stdout } = await cli(['export', 'flows', '--to', '2026-01-02']);
    expect(code).toBe(0);
    const [first] = parse<Record<string, string>>(stdout, { columns: true });
    expect(first).toMatchObject({ wave_from: '2026-01-01', wave_to: '2026-01-02' });
  });

  it('prints no share over an empty denominator, in no format', async () => {
    const metrics = await cli(['export', 'metrics', '--run', '4']);
    const rows = parse<Record<string, string>>(metrics.stdout, { columns: true });
    const empty = rows.filter((row) => row['denominator'] === '0');
    expect(empty.map((row) => row['metric'])).toContain('dmarc.policy');
    expect(new Set(empty.map((row) => row['share']))).toEqual(new Set(['']));
    const texts = await Promise.all([
      cli(['report', '--run', '4', '--tables']),
      cli(['compare', 'run:3', 'run:4', '--any-list', '--metric', 'dmarc.policy:reject']),
      cli(['trend', '--metric', 'dmarc.policy:reject']),
      cli(['report', '--run', '4', '--format', 'html']),
    ]);
    for (const { code, stdout } of texts) {
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/NaN|Infinity|undefined/u);
    }
    const [report, comparison, trend] = texts.map(({ stdout }) => stdout);
    expect(report).toMatch(/DMARC +existing +0 \/ 80 +0\.0 %\n +with mail +0 \/ 0 +n\/a/u);
    expect(comparison).toMatch(/01-04 +0 \/ 0 +n\/a +-/u);
    expect(trend).toMatch(/2026-01-04 +-/u);
  });
});
