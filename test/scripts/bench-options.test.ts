import { describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/bench-options.ts';

describe('readOptions', () => {
  it('measures every row of two zones in three rounds when nothing is said', () => {
    expect(readOptions([])).toMatchObject({
      subject: 'table',
      domains: [200_000, 1_000_000],
      rounds: 3,
      window: 2000,
      rows: ['engine', 'survey', 'c-ares', 'dns2', 'dnsperf', 'peers'],
      transports: ['batch', 'dgram'],
      peers: [],
    });
  });

  it('takes lists, and peers whose command has equals signs in it', () => {
    const options = readOptions([
      ...['--domains', '10,20', '--rows', 'engine,peers', '--transport', 'dgram'],
      ...['--peer', 'one=A=1; run $A {port}', '--peer', 'two=other', '--peer-check', 'one=wc -l'],
      '--survey-args=--threads 1',
    ]);
    expect(options).toMatchObject({
      domains: [10, 20],
      rows: ['engine', 'peers'],
      transports: ['dgram'],
      surveyArgs: ['--threads', '1'],
      peers: [
        { name: 'one', command: 'A=1; run $A {port}', check: 'wc -l' },
        { name: 'two', command: 'other', check: undefined },
      ],
    });
  });

  it('gives each subject its own defaults', () => {
    expect(readOptions(['soak'])).toMatchObject({ domains: [200_000], queries: 10_000_000 });
    expect(readOptions(['memory'])).toMatchObject({ domains: [400_000], window: 300 });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['nonsense']],
    [['table', 'soak']],
    [['--rounds', '0']],
    [['--domains', '2e5']],
    [['--window=-1']],
    [['--rows', 'engine,massdns']],
    [['--transport', 'quic']],
    [['--peer', 'massdns']],
    [['--peer-check', 'unknown=wc']],
    [['--no-such-option']],
  ])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow();
  });
});
