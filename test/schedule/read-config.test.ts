import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/schedule/read-config.ts';
import { at, configWith, SURVEY, tempFolder } from './fixture.ts';

const nowMs = at('2026-11-24T00:00Z');

/** The problems of a configuration, its folder holding `list.txt` and a folder `dir`. */
function problemsOf(value: unknown, areFilesChecked = true): readonly string[] {
  const folder = tempFolder();
  writeFileSync(join(folder, 'list.txt'), 'example.com\n');
  mkdirSync(join(folder, 'dir'));
  const path = join(folder, 'mailcensus.config.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  const reading = readConfig(path, { nowMs, areFilesChecked });
  return 'problems' in reading
    ? reading.problems.map((problem) => problem.replaceAll(folder, 'FOLDER'))
    : [];
}

const withSurvey = (survey: object, whole: object = {}) => ({
  surveys: { jp: { ...SURVEY, ...survey } },
  ...whole,
});

describe('readConfig', () => {
  it('takes paths from the folder of the file and fills the defaults in', () => {
    const config = configWith({ outputs: { folder: 'out' } });
    expect(config.surveys['jp']).toMatchObject({
      lists: [join(config.folder, 'list.txt')],
      store: join(config.folder, 'jp.sqlite'),
      retries: 3,
      catchUpHours: 12,
      outputs: { folder: join(config.folder, 'out'), csv: true, html: true, languages: ['en'] },
    });
    expect(config.state).toBe(join(config.folder, 'mailcensus-schedule'));
  });

  it('names every problem of the values at once, each with its place', () => {
    const bad = {
      surveys: {
        jp: {
          ...SURVEY,
          lists: ['list.txt', 7],
          rate: 'fast',
          window: 0,
          checks: ['spf', 'dkim'],
          resolvers: ['127.0.0.1', 'dns.example'],
          timeZone: 'Asia/Tokio',
          cron: '61 2 * * *',
          outputs: { folder: 'out', languages: ['jp'] },
        },
        'No Name': SURVEY,
      },
      retention: 3,
    };
    expect(problemsOf(bad)).toEqual([
      'surveys.jp.lists[1]: takes text in quotes',
      expect.stringMatching(/^surveys\.jp\.resolvers\[1\]: is not an IP address/u),
      'surveys.jp.checks[1]: takes mx, spf, dmarc',
      'surveys.jp.rate: takes a number',
      'surveys.jp.window: takes 1 or more',
      expect.stringMatching(/^surveys\.jp\.cron: is no cron pattern \(.*61\)$/u),
      'surveys.jp.timeZone: is no time zone; it takes a name as Asia/Tokyo',
      'surveys.jp.outputs.languages[0]: takes en, ja',
      'surveys.No Name: is no name of a survey: it takes 1 to 32 of a-z, 0-9 and -',
      'retention: is no setting',
    ]);
  });

  it('suggests the setting that was meant', () => {
    expect(
      problemsOf(withSurvey({ resolver: [], outputs: { folder: 'o', lang: 1, htm: true } })),
    ).toEqual([
      'surveys.jp.outputs.lang: is no setting',
      'surveys.jp.outputs.htm: is no setting (did you mean html?)',
      'surveys.jp.resolver: is no setting (did you mean resolvers?)',
    ]);
    expect(
      problemsOf({ ...withSurvey({}), optout: 'x', redis: { url: 'redis://a', prefx: 'b' } }),
    ).toEqual([
      'redis.prefx: is no setting (did you mean prefix?)',
      'optout: is no setting (did you mean optOut?)',
    ]);
  });

  it('says what is missing and what it takes', () => {
    expect(problemsOf({ surveys: { jp: {} } })).toEqual([
      'surveys.jp.lists: is missing; it takes a list in [ ]',
      'surveys.jp.store: is missing; it takes text in quotes',
      'surveys.jp.cron: is missing; it takes text in quotes',
      'surveys.jp.timeZone: is missing; it takes text in quotes',
    ]);
    expect(problemsOf([])).toEqual(['the file: takes settings in { }']);
    expect(problemsOf({ surveys: {} })).toEqual(['surveys: has no survey']);
  });

  it('looks at the files: lists, opt-outs, the store’s folder', () => {
    const bad = withSurvey(
      { lists: ['list.txt', 'none.txt', 'dir'], store: 'no/jp.sqlite', optOut: 'out.txt' },
      { redis: { url: 'redis://127.0.0.1', caFile: 'ca.pem' } },
    );
    expect(problemsOf(bad)).toEqual([
      'redis.caFile: no such file (FOLDER/ca.pem)',
      'surveys.jp.lists[1]: no such file (FOLDER/none.txt)',
      'surveys.jp.lists[2]: is a folder (FOLDER/dir)',
      'surveys.jp.optOut: FOLDER/out.txt: no such file; check the path',
      'surveys.jp.store: its folder: no such folder (FOLDER/no/jp.sqlite)',
    ]);
    expect(problemsOf(bad, false)).toEqual([]);
  });

  it('tells two surveys in one store, two times on one date, and outputs of nothing', () => {
    const surveys = {
      jp: { ...SURVEY, cron: '0 3,15 * * *' },
      tv: { ...SURVEY, outputs: { folder: 'o', csv: false, html: false } },
    };
    expect(problemsOf({ surveys })).toEqual([
      'surveys.jp.cron: comes twice on 2026-11-24; a store takes one run a night',
      'surveys.tv.store: is the store of jp too; a store belongs to one survey',
      'surveys.tv.outputs: names no kind of file; set csv, html or json',
    ]);
  });

  it('tells what the workers must be given instead', () => {
    const redis = { redis: { url: 'redis://127.0.0.1' } };
    expect(problemsOf(withSurvey({ rate: 100 }, redis))).toEqual([
      'surveys.jp.rate: says how to ask, and with "redis" the workers ask: give it to them',
    ]);
    expect(
      problemsOf(withSurvey({ rate: 100 }, { redis: { ...redis.redis, workers: false } })),
    ).toEqual([]);
  });

  it.each(['* * * *', '@daily', '0 0 3 * * *', '0 3 L * *', '0 3 30 2 *', '0/5 3 * * *', ''])(
    'refuses the pattern %j',
    (cron) => {
      expect(problemsOf(withSurvey({ cron }))).toHaveLength(1);
    },
  );

  it('never says a Redis password', () => {
    const said = problemsOf(withSurvey({}, { redis: { url: 'redis://u:geheim@/x/y' } }));
    expect(said).toHaveLength(1);
    expect(said.join()).not.toContain('geheim');
  });

  it.each([
    ['{"surveys": ', /is no JSON: .*/u],
    ['', /is no JSON/u],
    ['{"surveys": {}, }', /is no JSON: .*(?:line 1|position)/u],
  ])('is one line for %j', (text, line) => {
    expect(() => problemsOf(text)).toThrowError(line);
  });

  it('survives hostile keys and a flood of problems', () => {
    expect(
      problemsOf('{"__proto__": {"surveys": {}}, "surveys": {"constructor": {}}}').length,
    ).toBeGreaterThan(0);
    const flood = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, 1]));
    const problems = problemsOf({ ...withSurvey({}), ...flood });
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 250 more');
  });

  it('says that there is none', () => {
    expect(() => readConfig('/no/such.json', { nowMs, areFilesChecked: true })).toThrowError(
      /no such file; --config names another/u,
    );
  });
});
