import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/report/text/layout.ts';
import { chosenNights } from '../../src/report/text/night-choice.ts';
import { sparkline } from '../../src/report/text/sparkline.ts';
import { trendText } from '../../src/report/trend-text.ts';
import { shareOf } from '../../src/statistics/shares.ts';
import type { Trend, TrendPoint, TrendSeries } from '../../src/statistics/trend.ts';

const golden = (name: string) => join(import.meta.dirname, '../fixtures/report', name);

const nightsFrom = (start: string, count: number, stepDays = 1): readonly string[] =>
  Array.from({ length: count }, (_, i) =>
    new Date(Date.parse(start) + i * stepDays * 86_400_000).toISOString().slice(0, 10),
  );

function point(night: string, numerator: number, denominator: number, unknown = 0): TrendPoint {
  const share = shareOf({ numerator, denominator, unknownOutside: unknown });
  return { runId: 1, night, share, interval: undefined, isComplete: true };
}

const series = (
  segment: string,
  nights: readonly string[],
  numeratorOf: (index: number) => number,
  denominator = 1000,
): TrendSeries => ({
  segment,
  points: nights.map((night, i) => point(night, numeratorOf(i), denominator)),
});

function trendOf(nights: readonly string[], of: readonly TrendSeries[]): Trend {
  return {
    segmentType: 'tld',
    metric: 'dmarc.adoption',
    class: '',
    denominatorId: 'existing',
    design: 'census',
    nights,
    series: of,
    omitted: 0,
  };
}

const YEAR = nightsFrom('2025-11-25', 365);
const LONG = trendOf(YEAR, [
  series('all', YEAR, (i) => 300 + Math.floor(i / 4)),
  series('jp', YEAR, (i) => 200 + Math.floor(i / 3)),
  series('xn--wgbh1c', YEAR, () => 250),
]);
const WEEK = nightsFrom('2026-11-18', 7);
const SHORT = trendOf(WEEK, [
  series('all', WEEK, (i) => 300 + i),
  series('jp', WEEK, (i) => 200 - i),
]);

describe('trendText', () => {
  it('looks as agreed for a year, in English on 80 columns and in Japanese on 120', async () => {
    await expect(trendText(LONG)).toMatchFileSnapshot(golden('trend-80.txt'));
    await expect(trendText(LONG, { language: 'ja', width: 120 })).toMatchFileSnapshot(
      golden('trend-ja-120.txt'),
    );
  });

  it('has first, last, their names, difference in points, lowest and highest', () => {
    const line = trendText(SHORT)
      .split('\n')
      .find((of) => of.startsWith('  jp'));
    expect(line?.trim().split(/ +/u)).toEqual([
      'jp',
      '20.0',
      '1,000',
      '19.4',
      '1,000',
      '-0.60',
      '19.4',
      '20.0',
      '█▇▆▅▃▂▁',
    ]);
  });

  it('lists every night while they are few', () => {
    const text = trendText(SHORT);
    for (const night of WEEK) expect(text).toContain(`\n  ${night} `);
    expect(text).toContain('\nNights\n');
  });

  it('marks a night that is not complete, and leaves out what a night does not have', () => {
    const [first, ...rest] = SHORT.series[1]?.points ?? [];
    const jp = { segment: 'jp', points: rest.map((of, i) => ({ ...of, isComplete: i !== 0 })) };
    const text = trendText({ ...SHORT, series: [SHORT.series[0] as TrendSeries, jp] });
    expect(first?.night).toBe('2026-11-18');
    expect(text).toMatch(/2026-11-18 +30\.0 +\.\n/u);
    expect(text).toMatch(/2026-11-19 +30\.1 +19\.9\*\n/u);
    expect(text).toContain('* the run of that night is not complete');
    expect(trendText(SHORT)).not.toContain('not complete');
  });

  it('says when the difference is smaller than what the unmeasured names allow', () => {
    const of = (last: number) => ({
      ...SHORT,
      series: [
        {
          segment: 'jp',
          points: [point('2026-11-18', 300, 1000, 9), point('2026-11-19', last, 1000, 9)],
        },
      ],
    });
    expect(trendText(of(301))).toContain('+0.10~');
    expect(trendText(of(301))).toContain('~ within the unmeasured');
    expect(trendText(of(400))).not.toContain('within the unmeasured');
  });

  it('keeps every line within the width, with wide, long and hostile segments', () => {
    const names = ['all', '日本語のラベルです', 'a\x1b[31mb\u202e', 'x'.repeat(60), 'com', 'net'];
    const trend = {
      ...trendOf(
        YEAR,
        [...names, ...names].map((name) => series(name, YEAR, (i) => i * 1e5, 1e8)),
      ),
      segmentType: 'label:s\x07ector',
      omitted: 12,
    };
    for (const language of ['en', 'ja'] as const)
      for (const width of [72, 80, 120]) {
        const text = trendText(trend, { language, width });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/u);
        for (const line of text.split('\n'))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
      }
    expect(trendText(trend)).toContain('12 smaller segments are left out');
  });

  it('says when no night has the measure, and prints no share of nothing', () => {
    const empty = [{ segment: 'jp', points: [point('2026-11-18', 0, 0)] }];
    for (const trend of [trendOf(WEEK, empty), trendOf(WEEK, []), trendOf([], [])]) {
      expect(trendText(trend)).toContain('No night of the range has this measure.');
      expect(trendText(trend)).not.toMatch(/NaN|undefined|Infinity/u);
    }
  });

  it('warns of shares of few names', () => {
    const few = trendOf(WEEK, [series('jp', WEEK, (i) => i, 29)]);
    expect(trendText(few)).toContain('Below 30 names');
    expect(trendText(SHORT)).not.toContain('Below 30 names');
  });
});

describe('chosenNights', () => {
  it('takes all of a few, else 14 with the first, the last and the ends of months', () => {
    expect(chosenNights(WEEK)).toEqual(WEEK);
    const chosen = chosenNights(YEAR);
    expect(chosen).toHaveLength(14);
    expect(chosen[0]).toBe('2025-11-25');
    expect(chosen.at(-1)).toBe('2026-11-24');
    expect(chosen).toContain('2026-02-28');
    expect([...chosen].sort()).toEqual(chosen);
  });

  it('fills the rest of a short range evenly', () => {
    const month = nightsFrom('2026-10-20', 30);
    const chosen = chosenNights(month);
    expect(chosen).toHaveLength(14);
    expect(new Set(chosen).size).toBe(14);
    expect(chosen).toContain('2026-10-31');
    const gaps = chosen.slice(1).map((night, i) => Date.parse(night) - Date.parse(chosen[i] ?? ''));
    expect(Math.max(...gaps) / 86_400_000).toBeLessThanOrEqual(4);
  });
});

describe('sparkline', () => {
  it('runs from the lowest to the highest block, flat when nothing changes', () => {
    const points = WEEK.map((night, i) => point(night, i, 10));
    expect(sparkline(points, WEEK, 40)).toBe('▁▂▃▅▆▇█');
    expect(
      sparkline(
        WEEK.map((night) => point(night, 5, 10)),
        WEEK,
        40,
      ),
    ).toBe('▄▄▄▄▄▄▄');
  });

  it('has a gap where nights are missing, on a true time scale', () => {
    const nights = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-10'];
    const line = sparkline(
      nights.map((night, i) => point(night, i, 10)),
      nights,
      40,
    );
    expect(line).toBe('▁▅ █');
    expect(sparkline([], WEEK, 40).trim()).toBe('');
    expect(sparkline([], [], 40)).toBe('');
    expect(sparkline([point('no date', 1, 2)], ['no date'], 40)).toBe('');
  });

  it('never is wider than told', () => {
    const points = YEAR.map((night, i) => point(night, i, 400));
    expect([...sparkline(points, YEAR, 12)]).toHaveLength(12);
    expect(sparkline(points, YEAR, 0)).toBe('');
  });
});
