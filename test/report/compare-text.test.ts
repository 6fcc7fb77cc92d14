import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/report/compare-text.ts';
import { displayWidth } from '../../src/report/text/layout.ts';
import type { Change, Comparison } from '../../src/statistics/comparison.ts';
import { shareOf } from '../../src/statistics/shares.ts';
import { keysOf, twoNights } from './two-nights.ts';

const golden = (name: string) => join(import.meta.dirname, '../fixtures/report', name);
const CENSUS = twoNights();

/** The line of a segment, cells parted. */
function lineOf(text: string, name: string): readonly string[] {
  const line = text.split('\n').find((of) => of.startsWith(`  ${name} `));
  return line?.trim().split(/ {2,}/u) ?? [];
}

function withChanges(edit: (change: Change) => Change, comparison = CENSUS): Comparison {
  return { ...comparison, changes: comparison.changes.map(edit) };
}

describe('compareText', () => {
  it('looks as agreed in English on 80 columns and in Japanese on 120', async () => {
    await expect(compareText(CENSUS)).toMatchFileSnapshot(golden('compare-80.txt'));
    await expect(compareText(CENSUS, { language: 'ja', width: 120 })).toMatchFileSnapshot(
      golden('compare-ja-120.txt'),
    );
  });

  it('gives the change three times, each with its names (counted by hand from the groups)', () => {
    const text = compareText(CENSUS);
    // Policies: 811 of 2,054 known, then 886 of 2,005.
    expect(text).toMatch(/10-24 +811 \/ 2,054 +39\.5 %\n/u);
    expect(text).toMatch(/11-24 +886 \/ 2,005 +44\.2 % +\+4\.7/u);
    // 62+18+8+1+5 adopted, 7+2 dropped, of 1,992 known on both nights.
    expect(text).toMatch(/both +\(\+94 -9\) 1,992 +\+4\.3\n/u);
    // 10 entered the list and 3 came into sight; 50 left it and 12 went out of sight.
    expect(text).toMatch(/lists +\(\+13 -62\) +\+0\.4\n/u);
    expect(text).toContain('2,007 on both nights · 50 left · 10 entered');
  });

  it('has a line for each segment, those below 30 names last', () => {
    const text = compareText(CENSUS, { width: 120 });
    const [, , n, before, after, points, bounds, both, ...rest] = lineOf(text, 'jp:lg');
    expect([n, before, after, points, both]).toEqual(['988', '29.8', '38.6', '+8.8', '978']);
    expect(rest).toEqual(['+8.3', '88/7', '+0.5', '*']);
    expect(bounds).toBe('[+8.2,+9.5]');
    const at = (name: string) => text.indexOf(`\n  ${name} `);
    expect(at('jp:co')).toBeLessThan(at('jp:lg'));
    expect(at('jp:lg')).toBeLessThan(at('jp:tiny'));
    expect(text).toContain('below 30 names on a night');
  });

  it('names an operator that makes a quarter or more of a net gain', () => {
    const text = compareText(CENSUS);
    expect(text).toContain('* jp:lg is operator-driven: xx.ne.example (mx) makes 76.5 %');
    expect(lineOf(text, 'jp:lg').at(-1)).toBe('*');
    expect(lineOf(text, 'jp:co').at(-1)).not.toBe('*');
    expect(lineOf(text, 'xx.ne.example')).toEqual(['xx.ne.example', '62', '0', '62', '+3.11']);
  });

  it('has intervals for a sample and bounds for a census', () => {
    const sample = compareText(twoNights({ design: 'srs' }));
    expect(sample).toContain('95 % CI');
    expect(sample).not.toContain('[range]');
    expect(compareText(CENSUS)).not.toContain('95 % CI');
  });

  it('says when a change is smaller than what the unmeasured names allow', () => {
    const from = shareOf({ numerator: 300, denominator: 1000, unknownOutside: 20 });
    const to = shareOf({ numerator: 305, denominator: 1000, unknownOutside: 20 });
    const small = withChanges((change) => ({
      ...change,
      cross: { ...change.cross, from, to, difference: 0.005 },
    }));
    expect(compareText(small)).toContain('+0.50~');
    expect(compareText(small)).toContain('~ within the unmeasured');
    const large = { ...to, numerator: 400, share: 0.4, boundLow: 0.39, boundHigh: 0.42 };
    const clear = withChanges((change) => ({
      ...change,
      cross: { ...change.cross, from, to: large, difference: 0.1 },
    }));
    expect(compareText(clear)).not.toContain('within the unmeasured');
  });

  it('counts where policies moved, and does not take a name out of sight for a dropped policy', () => {
    const text = compareText(CENSUS);
    expect(text).toContain('adopted 94 (none 86, quarantine 0, reject 8)');
    expect(text).toMatch(
      /tightened 20 · loosened 3\s+(?:· )?dropped 9\s+(?:· )?(?:· )?lost sight of 12/u,
    );
    expect(lineOf(text, 'absent')).toEqual(['absent', '1,107', '86', '.', '8', '12', '30']);
    const narrow: Comparison = {
      ...CENSUS,
      flows: CENSUS.flows.map((flow) => ({
        ...flow,
        counts: flow.counts.map((row) => row.map((value) => (value + 1) * 10_000_000)),
      })),
    };
    expect(compareText(narrow)).toContain('The matrix does not fit into 80 cells');
  });

  it('shows the measure that was chosen, and says when the comparison does not have it', () => {
    const text = compareText(CENSUS, { metric: 'dmarc.enforced_of' });
    expect(text).toContain('By registry type · DMARC enforced of existing names');
    expect(compareText(CENSUS, { metric: 'mx.class', class: 'null' })).toContain(
      'This comparison does not have mx.class null',
    );
  });

  it('prints no share over an empty denominator', () => {
    const nothing = shareOf({ numerator: 0, denominator: 0 });
    const empty = withChanges((change) => ({
      ...change,
      cross: { from: nothing, to: nothing, difference: undefined, interval: undefined },
      panel: { ...change.panel, denominator: 0, difference: undefined },
      composition: { ...change.composition, effect: undefined },
    }));
    expect(compareText(empty)).toMatch(/0 \/ 0 +n\/a/u);
    for (const text of [compareText(empty), compareText(empty, { language: 'ja' })])
      expect(text).not.toMatch(/NaN|undefined|Infinity/u);
    const none = { ...CENSUS, changes: [], flows: [], contributions: [] };
    expect(compareText(none)).not.toMatch(/NaN|undefined|Infinity/u);
  });

  it('warns of a night that is not complete', () => {
    const open = { ...CENSUS, to: { ...CENSUS.to, attempted: 1900 } };
    expect(compareText(open)).toContain('2026-11-24 is not complete: 1,900 of 2,017');
    expect(compareText(CENSUS)).not.toContain('not complete');
  });

  it('lets nothing from a label, an operator or a note reach the terminal, at any width', () => {
    const hostile = 'a\x1b[31m\u202e\u0007日本語のとても長いラベルの値です、本当に長い値です';
    const comparison: Comparison = {
      ...twoNights({
        keys: [
          keysOf('label:s\x1b]0;x\x07ector', (of) => `${of.registry} ${hostile}`),
          keysOf('tld,rank', (of) => `${of.registry} / none`),
        ],
        notes: [`${hostile}${hostile}`, 'plain note '.repeat(30).trim()],
        nights: ['2025-11-24', '2026-11-24'],
      }),
      contributions: CENSUS.contributions.map((of) => ({
        ...of,
        role: hostile,
        operator: hostile,
      })),
    };
    for (const language of ['en', 'ja'] as const)
      for (const width of [72, 80, 100, 120]) {
        const text = compareText(comparison, { language, width });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/u);
        for (const line of text.split('\n'))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
      }
  });

  it('is the same text with and without color, once the inks are taken off', () => {
    const colored = compareText(CENSUS, { isColored: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the inks are control sequences.
    expect(colored.replace(/\x1b\[[\d;]*m/gu, '')).toBe(compareText(CENSUS));
  });

  it('has the same figures in Japanese', () => {
    const figures = (text: string) => text.match(/[+-]?\d[\d,]*\.\d+/gu)?.sort();
    const japanese = compareText(CENSUS, { language: 'ja', width: 120 });
    expect(figures(japanese)).toEqual(figures(compareText(CENSUS, { width: 120 })));
    expect(japanese).toContain('新規導入 94');
    expect(japanese).toContain('獲得/喪失');
  });
});
