import { describe, expect, it } from 'vitest';
import { reportArguments, surveyArguments } from '../../src/schedule/commands.ts';
import { runCli } from '../support/cli.ts';
import { configWith } from './fixture.ts';

/** Everything that can be set. */
const FULL = {
  format: 'csv',
  column: 'domain',
  labelColumns: ['sector', '--odd'],
  hosts: 'keep',
  resolvers: ['127.0.0.1', '[::1]:5353'],
  checks: ['mx', 'spf'],
  rate: 2_000,
  window: 500,
  threads: 2,
  timeoutMs: 1_500,
  attempts: 2,
  transport: 'dgram',
  sample: 1_000,
  seed: 7,
  spfVoids: true,
  nxdomainCut: false,
  outputs: {
    folder: 'out',
    bySegments: ['registry', 'tld,rank'],
    aggregateOnly: true,
    languages: ['ja'],
  },
};

const optionsIn = (help: string): ReadonlySet<string> =>
  new Set(help.match(/(?<=^ {2}(?:-\w, )?)--[\w-]+/gmu));

const namesOf = (args: readonly string[]): readonly string[] =>
  args
    .slice(0, args.includes('--') ? args.indexOf('--') : undefined)
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.split('=', 1)[0] ?? '');

describe('a night’s calls', () => {
  const survey = configWith(FULL).surveys['jp']!;
  const night = '2026-11-24';

  it('use options that the verbs have, and no others', async () => {
    const redis = {
      url: 'redis://127.0.0.1',
      prefix: 'mc',
      caFile: '/ca',
      passwordFile: '/pw',
      workers: true,
    };
    const args = surveyArguments({ survey, night, optOut: '/opt-out.txt', redis });
    const known = optionsIn((await runCli(['help', 'survey'])).stdout);
    expect(known.size).toBeGreaterThan(20);
    expect(namesOf(args).filter((name) => !known.has(name))).toEqual([]);
    const reportKnown = optionsIn((await runCli(['help', 'report'])).stdout);
    const report = reportArguments(survey, survey.outputs!, {
      night,
      folder: '/o',
      language: 'ja',
    });
    expect(namesOf(report).filter((name) => !reportKnown.has(name))).toEqual([]);
  });

  it('say everything that is set, and values that begin with a hyphen as values', () => {
    const args = surveyArguments({ survey, night, optOut: undefined, redis: undefined });
    expect(args.join(' ')).toBe(
      [
        `survey --store=${survey.store} --night=2026-11-24 --tz=UTC --checks=mx,spf --format=csv`,
        '--column=domain --label-column=sector --label-column=--odd --hosts=keep',
        '--resolver=127.0.0.1 --resolver=[::1]:5353 --rate=2000 --window=500 --threads=2',
        '--timeout=1500 --attempts=2 --transport=dgram --sample=1000 --seed=7 --spf-voids',
        `--no-nxdomain-cut --quiet -- ${survey.lists.join(' ')}`,
      ].join(' '),
    );
  });

  it('leave the verb’s defaults alone', () => {
    const plain = configWith().surveys['jp']!;
    const args = surveyArguments({ survey: plain, night, optOut: undefined, redis: undefined });
    expect(namesOf(args)).toEqual(['--store', '--night', '--tz', '--quiet']);
  });

  it('name Redis only where the workers ask', () => {
    const redis = { url: 'redis://127.0.0.1', workers: false };
    const args = surveyArguments({ survey, night, optOut: undefined, redis });
    expect(args.join(' ')).not.toContain('redis');
  });

  it('are read by the survey: it looks for the list and not at the options', async () => {
    const args = surveyArguments({
      survey: { ...survey, lists: ['--no-such-list.csv'], store: '/nonexistent/x.sqlite' },
      night,
      optOut: undefined,
      redis: undefined,
    });
    const { code, stderr } = await runCli(args);
    expect(code).not.toBe(0);
    expect(stderr).not.toMatch(/unknown option|argument/u);
    expect(stderr).toContain('/nonexistent');
  });
});
