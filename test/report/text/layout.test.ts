import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bar,
  displayWidth,
  flow,
  padEnd,
  tableLines,
  truncate,
  wrap,
} from '../../../src/report/text/layout.ts';
import {
  bounds,
  count,
  duration,
  localTime,
  percent,
  pointDecimals,
  pointRange,
  points,
  range,
} from '../../../src/report/text/numbers.ts';
import { paintOf, wantsColor, widthOf } from '../../../src/report/text/paint.ts';
import { shareOf } from '../../../src/statistics/shares.ts';

describe('layout', () => {
  it('counts East Asian wide characters as two cells and marks as none (UAX #11)', () => {
    expect(displayWidth('jp:日本')).toBe(7);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(padEnd('日本', 6)).toBe('日本  ');
    expect(truncate('日本語のリスト', 7)).toBe('日本語…');
    expect(truncate('short', 7)).toBe('short');
  });

  it('draws bars to an eighth of a cell, and anything above zero shows', () => {
    expect(bar(1, 4)).toBe('████');
    expect(bar(0.5, 4)).toBe('██');
    expect(bar(0.00001, 4)).toBe('▏');
    expect(bar(0, 4)).toBe('');
    expect(bar(Number.NaN, 4)).toBe('');
    expect(bar(7, 4)).toBe('████');
  });

  it('breaks lines before the width, never inside a part', () => {
    expect(flow(['aaa 1', 'bbb 2', 'ccc 3'], 16, '  ')).toEqual(['  aaa 1 · bbb 2', '  ccc 3']);
    expect(wrap('one two three', 9, '* ', '  ')).toEqual(['* one two', '  three']);
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12 })), (parts) => {
        for (const line of flow(parts, 20, '')) expect(displayWidth(line)).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('breaks a Japanese sentence between characters, but not before a full stop or in a word', () => {
    const text = '割合は全体に対する推定値。範囲は [範囲] の中、リゾルバの話。';
    for (let width = 12; width < 60; width++) {
      const lines = wrap(text, width, '* ', '  ');
      expect(
        lines
          .map((line) => line.slice(2))
          .join('')
          .replaceAll(' ', ''),
      ).toBe(text.replaceAll(' ', ''));
      for (const line of lines) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/^..[、。]/u);
      }
      expect(lines.join('\n')).toContain('リゾルバ');
      expect(lines.join('\n')).toContain('[範囲]');
    }
  });

  it('cuts a word that no line holds, so that no text from outside passes the width', () => {
    expect(wrap('abcdefghij k', 6, '* ', '  ')).toEqual(['* abcd', '  efgh', '  ij k']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        for (const line of wrap(text, 20, '* ', '  '))
          expect(displayWidth(line)).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('leaves out a column without a single cell', () => {
    const columns = [
      { title: 'a', align: 'left' },
      { title: 'empty', align: 'right' },
      { title: 'n', align: 'right' },
    ] as const;
    expect(
      tableLines(
        columns,
        [
          ['x', '', '10'],
          ['日', '', '7'],
        ],
        '',
      ),
    ).toEqual(['a    n', 'x   10', '日   7']);
  });
});

describe('numbers', () => {
  it('never prints a share that is not zero as 0.0, nor one that is not all as 100.0', () => {
    expect(percent(1 / 100_000)).toBe('<0.1 %');
    expect(percent(99_999 / 100_000)).toBe('>99.9 %');
    expect([percent(0), percent(1), percent(undefined)]).toEqual(['0.0 %', '100.0 %', 'n/a']);
    expect(count(1_234_567)).toBe('1,234,567');
  });

  it('rounds ranges outward, and prints none where nothing is open', () => {
    expect(range({ low: 0.32751, high: 0.34601 })).toBe('[32.7–34.7]');
    expect(bounds(shareOf({ numerator: 1, denominator: 4 }))).toBe('');
    expect(bounds(shareOf({ numerator: 1, denominator: 2, unknownOutside: 2 }))).toBe(
      '[25.0–75.0]',
    );
  });

  it('gives differences in percentage points with their sign, and dust none', () => {
    expect([0.004, -0.0123, 0].map((of) => points(of, 1))).toEqual(['+0.4', '-1.2', '0.0']);
    expect(points(-0.0001, 1)).toBe('-0.0');
    expect(points(0.3 - 0.2 - 0.1, 1)).toBe('0.0');
    expect([undefined, Number.NaN].map((of) => points(of, 1))).toEqual(['-', '-']);
    expect(pointRange({ low: -0.00301, high: 0.01101 }, 1)).toBe('[-0.4,+1.2]');
    expect(pointRange({ low: -0.003, high: 0.011 }, 1)).toBe('[-0.3,+1.1]');
    expect(pointDecimals([0.002, undefined, -0.009])).toBe(2);
    expect(pointDecimals([0.002, -0.02])).toBe(1);
  });

  it('gives durations and local times', () => {
    expect([500, 69_000, 4_320_000].map((milliseconds) => duration(milliseconds))).toEqual([
      '1 s',
      '1 min 9 s',
      '1 h 12 min',
    ]);
    const at = Date.UTC(2026, 10, 23, 23, 0, 3);
    expect(localTime(at, 'Asia/Tokyo')).toBe('2026-11-24 08:00:03');
    expect(localTime(at, 'No/Where')).toBe('2026-11-23 23:00:03');
  });
});

describe('paint', () => {
  it('is off for a file, a pipe, NO_COLOR and a dumb terminal (no-color.org)', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColor({}, {})).toBe(false);
    expect(paintOf(false).ofClass('reject', '█')).toBe('█');
  });

  it('lays out for the terminal within limits, and for 80 cells elsewhere', () => {
    expect(widthOf({ isTTY: true, columns: 200 })).toBe(120);
    expect(widthOf({ isTTY: true, columns: 20 })).toBe(72);
    expect(widthOf({ columns: 200 })).toBe(80);
  });
});
