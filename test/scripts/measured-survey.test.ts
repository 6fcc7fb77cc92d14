import { describe, expect, it } from 'vitest';
import { classDifferences, type Found } from '../../scripts/measured-survey.ts';

const expected = {
  mx: { none: 1, present: 2 },
  spf: { absent: 3 },
  dmarc: { none: 2, reject: 1 },
};

function found(more: Partial<Found['classes']> = {}): Found {
  const classes = {
    mx: new Map(Object.entries(expected.mx)),
    spf: new Map(Object.entries(expected.spf)),
    dmarc: new Map(Object.entries(expected.dmarc)),
    ...more,
  };
  return { night: '2026-01-01', queries: 9, domains: 3, unknown: 0, retried: 0, classes };
}

describe('classDifferences', () => {
  it('is empty when every class has its count', () => {
    expect(classDifferences(found(), expected)).toEqual([]);
  });

  it('names a class that is short, one that is missing and one that the zone has not', () => {
    const seen = found({
      spf: new Map([
        ['absent', 2],
        ['error_timeout', 1],
      ]),
      dmarc: new Map([['none', 2]]),
    });
    expect(classDifferences(seen, expected)).toEqual([
      'spf absent: found 2, true 3',
      'spf error_timeout: found 1, true 0',
      'dmarc reject: found 0, true 1',
    ]);
  });
});
