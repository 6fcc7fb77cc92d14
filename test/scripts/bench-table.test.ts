import { describe, expect, it } from 'vitest';
import {
  type BenchRow,
  hasFailed,
  type Measured,
  ratioLines,
  runRows,
  tableLines,
} from '../../scripts/bench-table.ts';

const silently = () => undefined;

function measured(cpuSeconds: number, more: Partial<Measured> = {}): Measured {
  return {
    domains: 1000,
    queries: 3000,
    wallSeconds: 0.5,
    cpuSeconds,
    peakMegabytes: 80,
    lost: 0,
    retried: 0,
    differences: [],
    ...more,
  };
}

/** A row that costs so many seconds in each round; a string is a failure. */
function row(
  name: string,
  rounds: readonly (number | string | Measured)[],
  more: Partial<BenchRow> = {},
): BenchRow {
  let round = 0;
  const measure = async () => {
    const next = rounds[round++];
    if (typeof next === 'string') throw new Error(next);
    return typeof next === 'object' ? next : measured(next ?? Number.NaN);
  };
  return { name, zoneDomains: 1000, role: 'other', measure, ...more };
}

describe('runRows', () => {
  it('runs each row once before any row a second time', async () => {
    const order: string[] = [];
    const noting = (name: string): BenchRow => ({
      ...row(name, []),
      measure: async () => {
        order.push(name);
        return measured(1);
      },
    });
    await runRows([noting('a'), noting('b'), noting('c')], 2, silently);
    expect(order.join('')).toBe('abcabc');
  });

  it('leaves a row out once it failed, keeps its rounds and goes on with the others', async () => {
    const results = await runRows(
      [row('ill', [1, 'it broke', 3]), row('well', [1, 2, 3])],
      3,
      silently,
    );
    expect(results.map(({ rounds }) => rounds.length)).toEqual([1, 3]);
    expect(results[0]?.problem).toBe('it broke');
  });
});

describe('tableLines', () => {
  it('prints a row for each client with medians and ranges', async () => {
    const [head, , line] = tableLines(
      await runRows([row('engine', [0.012, 0.015, 0.03])], 3, silently),
    );
    const cells = (text = '') => text.split('|').map((cell) => cell.trim());
    const shown = Object.fromEntries(cells(head).map((name, i) => [name, cells(line)[i]]));
    expect(shown).toMatchObject({
      row: 'engine',
      domains: '1,000',
      queries: '3,000',
      'CPU µs/query': '5.00 (4.00–10.00)',
      'CPU µs/domain': '15.0 (12.0–30.0)',
      'domains/s': '2,000',
      'queries/s': '6,000',
      'peak RSS MB': '80',
      lost: '0',
      retried: '0',
      classes: 'ok',
    });
  });

  it('says WRONG when one round of several is wrong, and what differs below', async () => {
    const wrong = measured(1, { differences: ['spf: found 1, true 2'] });
    const lines = tableLines(await runRows([row('engine', [1, wrong, 1])], 3, silently));
    expect(lines[2]).toMatch(/WRONG \|$/u);
    expect(lines.slice(3)).toEqual(['', 'engine (1,000) is WRONG: spf: found 1, true 2']);
  });

  it('says on one line why a row was not run, without its stack', async () => {
    const stack = `ended with 1:\n\nSyntaxError: no such thing\n    at here (file.js:1:2)\n${'x'.repeat(500)}`;
    const lines = tableLines(await runRows([row('ill', [stack])], 1, silently));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(
      /^ill \(1,000\) could not be run: ended with 1:; SyntaxError: no such/u,
    );
    expect(lines[1]).not.toContain('at here');
    expect(lines[1]?.length).toBeLessThan(400);
  });
});

describe('hasFailed', () => {
  const failed = async (one: BenchRow) => hasFailed(await runRows([one], 1, silently));

  it('is true for a wrong row and for one that broke, not for one that cannot be had here', async () => {
    expect(await failed(row('good', [1]))).toBe(false);
    expect(await failed(row('unchecked', [measured(1, { differences: undefined })]))).toBe(false);
    expect(await failed(row('missing', [], { unavailable: 'not installed' }))).toBe(false);
    expect(await failed(row('broken', ['no']))).toBe(true);
    expect(await failed(row('wrong', [measured(1, { differences: ['mx'] })]))).toBe(true);
  });
});

describe('ratioLines', () => {
  it('divides round by round, so that a slow phase that meets both cancels', async () => {
    const results = await runRows(
      [
        row('ours', [1, 2, 10], { role: 'own' }),
        row('massdns', [2, 4, 20], { role: 'peer' }),
        row('dnsperf', [1, 1, 1]),
      ],
      3,
      silently,
    );
    const lines = ratioLines(results);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^\| ours \(1,000\) against massdns \| +0\.50 \| +0\.50 \|$/u);
  });

  it('compares rows of one zone only, and says nothing without a peer', async () => {
    const own = row('ours', [1], { role: 'own' });
    const other = row('massdns', [1], { role: 'peer', zoneDomains: 7 });
    expect(ratioLines(await runRows([own, other], 1, silently))).toEqual([]);
    expect(ratioLines(await runRows([own], 1, silently))).toEqual([]);
  });
});
