import { describe, expect, it } from 'vitest';
import { markdownTable, median, spread } from '../../scripts/bench-figures.ts';

describe('median', () => {
  it('is the middle value, or between the two in the middle', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('spread', () => {
  it('gives the median with the lowest and the highest round', () => {
    expect(spread([3.961, 3.82, 3.83], 2)).toBe('3.83 (3.82–3.96)');
    expect(spread([200_000, 1_000_000, 300_000], 0)).toBe('300,000 (200,000–1,000,000)');
  });

  it('gives one figure when the rounds read the same, and a dash when none is known', () => {
    expect(spread([0.001, 0.002], 2)).toBe('0.00');
    expect(spread([undefined, 7, undefined], 0)).toBe('7');
    expect(spread([undefined], 0)).toBe('-');
    expect(spread([], 0)).toBe('-');
  });
});

describe('markdownTable', () => {
  it('pads every column, so that it can be read in a terminal', () => {
    expect(
      markdownTable(
        ['row', 'µs'],
        [
          ['engine', '3.83'],
          ['c', '12.00'],
        ],
      ),
    ).toEqual([
      '| row    |    µs |',
      '| ------ | ----: |',
      '| engine |  3.83 |',
      '| c      | 12.00 |',
    ]);
  });
});
