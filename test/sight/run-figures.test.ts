import { describe, expect, it } from 'vitest';
import { runFigures, unknownByReason } from '../../src/sight/run-figures.ts';
import type { RunRow } from '../../src/survey/ports.ts';

const total = {
  segmentType: 'total',
  segment: 'all',
  counts: {
    'domains@mail': 90,
    'mx.class.present@mail': 90,
    'mx.class.error_timeout@mx_unknown': 4,
    'mx.class.error_timeout@existence_unknown': 3,
    'mx.class.error_servfail@existence_unknown': 9,
    'spf.class.temperror@mail': 2,
    'dmarc.class.error_timeout@mail': 5,
  },
};

describe('unknownByReason', () => {
  it('sums each reason over all names, most first, for the checks that were asked', () => {
    expect(unknownByReason(total, ['mx', 'spf'])).toEqual([
      { check: 'mx', reason: 'servfail', names: 9 },
      { check: 'mx', reason: 'timeout', names: 7 },
      { check: 'spf', reason: 'temperror', names: 2 },
    ]);
  });

  it('is empty while nothing is stored', () => {
    const run = {
      config: { checks: ['mx'] },
      status: 'running',
      startedAtMs: 5,
    } as unknown as RunRow;
    expect(runFigures(run, undefined)).toMatchObject({
      unknown: [],
      isRunning: true,
      startedAtMs: 5,
    });
  });
});
