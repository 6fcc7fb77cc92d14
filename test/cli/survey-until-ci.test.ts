/**
 * `survey --until-ci` against a name server on loopback: the run ends before its list does, is a sample
 * from then on and says so, and leaves the way free for the next night.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../../src/loopback/server.ts';
import { type AnswerSource, TYPE_CODES } from '../../src/loopback/source.ts';
import { BLOCK_SIZE } from '../../src/survey/ports.ts';
import { type CliResult, runCli } from '../support/cli.ts';

const BLOCKS = 30;
/** Ids begin at 1, so that the first block has one name less. */
const NAMES = BLOCKS * BLOCK_SIZE - 1;
/** It never ends before these. */
const LEAST_BLOCKS = 20;
const LIMIT_MS = 120_000;

const RECORD = 'v=DMARC1; p=reject';
const TXT = Uint8Array.from([RECORD.length, ...Buffer.from(RECORD)]);

/** Every name of the list exists; every third has a DMARC record. */
const SOURCE: AnswerSource = {
  look(qname, typeCode) {
    const number = /(?:^|\.)name(\d+)\.com$/u.exec(qname)?.[1];
    if (number === undefined) return { status: qname === 'com' ? 'nodata' : 'nxdomain' };
    if (!qname.startsWith('_dmarc.')) return { status: 'nodata' };
    if (Number(number) % 3 !== 0) return { status: 'nxdomain' };
    return typeCode === TYPE_CODES.TXT ? { status: 'noerror', rdata: [TXT] } : { status: 'nodata' };
  },
};

interface RunJson {
  readonly status: string;
  readonly done: number;
  readonly blocks_done: number;
}

describe('survey --until-ci', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-until-'));
  const store = join(folder, 'store.sqlite');
  const list = join(folder, 'list.txt');
  let server: LoopbackServer;
  let survey: CliResult;

  const surveyOn = (night: string, more: readonly string[]): Promise<CliResult> =>
    runCli([
      ...['survey', list, '--store', store, '--night', night, '--checks', 'dmarc', '--quiet'],
      ...['--resolver', `127.0.0.1:${server.port}`, '--window', '150', '--threads', '1', ...more],
    ]);

  beforeAll(async () => {
    server = await startLoopbackServer({ source: SOURCE });
    writeFileSync(list, Array.from({ length: NAMES }, (_, i) => `name${i}.com\n`).join(''));
    survey = await surveyOn('2026-11-24', ['--until-ci', '5pp']);
  }, LIMIT_MS);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function stdoutOf(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCli([...args, '--store', store]);
    expect(code, stderr).toBe(0);
    return stdout;
  }

  const runs = async (): Promise<readonly RunJson[]> =>
    (await stdoutOf('runs', '--json'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunJson);

  const firstRun = async (): Promise<RunJson> => (await runs())[0] as RunJson;

  it('ends by itself before the list does, and is finished', async () => {
    expect(survey.code, survey.stderr).toBe(0);
    const run = await firstRun();
    expect(run).toMatchObject({
      night: '2026-11-24',
      status: 'finished',
      blocks: BLOCKS,
      until: { metric: 'dmarc.adoption', halfWidth: 0.05 },
    });
    expect(run.blocks_done).toBeGreaterThanOrEqual(LEAST_BLOCKS);
    expect(run.blocks_done).toBeLessThan(BLOCKS);
    expect([0, 1]).toContain(run.blocks_done * BLOCK_SIZE - run.done);
  });

  it('says on its report that it is a sample of so many, with an interval', async () => {
    const run = await firstRun();
    const done = run.done.toLocaleString('en-US');
    const all = NAMES.toLocaleString('en-US');
    const text = survey.stdout.replaceAll(/\s+/gu, ' ');
    expect(text).toMatch(new RegExp(`sample.{0,40}${done} of (?:the )?${all}`, 'u'));
    expect(text).not.toContain('not complete');
    const report = JSON.parse(await stdoutOf('report', '--format', 'json')) as {
      readonly run: Record<string, unknown>;
      readonly accounting: Record<string, number>;
      readonly metrics: Record<string, unknown>[];
    };
    expect(report.run).toMatchObject({ design: 'srs', population_size: NAMES });
    expect(report.accounting).toMatchObject({
      not_sampled: NAMES - run.done,
      open: 0,
    });
    const adoption = report.metrics.find(
      (row) => row['metric'] === 'dmarc.adoption' && row['denominator_id'] === 'existing',
    );
    const [low, high] = [adoption?.['ci_low'] as number, adoption?.['ci_high'] as number];
    expect(adoption).toMatchObject({ denominator: run.done, ci_method: 'wilson_fpc' });
    // A third of all names has a record; the sample is so large that the truth is within a point.
    expect(Math.abs((adoption?.['share'] as number) - 1 / 3)).toBeLessThan(0.01);
    expect(high - low).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(0.05);
  });

  it('lets the next night begin, which is compared with it as a sample', async () => {
    const next = await surveyOn('2026-11-25', ['--sample', '500']);
    expect(next.code, next.stderr).toBe(0);
    expect((await runs()).map((run) => run.status)).toEqual(['finished', 'finished']);
    const comparison = JSON.parse(await stdoutOf('compare', '--any-list', '--format', 'json')) as {
      readonly design: string;
      readonly changes: Record<string, unknown>[];
    };
    expect(comparison.design).toBe('srs');
    expect(comparison.changes[0]).toMatchObject({ design: 'cross', ci_method: 'newcombe' });
  });

  it('shows its report again for the same night, and does not ask again', async () => {
    const before = server.counters.udp;
    const again = await surveyOn('2026-11-24', ['--until-ci', '5pp']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toBe(survey.stdout);
    expect(again.stderr).toContain('2026-11-24 is finished');
    expect(server.counters.udp).toBe(before);
  });
});
