import { describe, expect, it } from 'vitest';
import { survivalCsv } from '../../src/report/survival-csv.ts';
import type { LifeTable, LifeTableRow } from '../../src/statistics/life-table.ts';

const row = (wave: number, more: Partial<LifeTableRow> = {}): LifeTableRow => ({
  wave,
  atRisk: 10,
  events: 2,
  censored: 1,
  hazard: 0.2,
  survival: 0.8,
  se: 0.126491,
  ciLow: 0.409188,
  ciHigh: 0.945884,
  ...more,
});

const table = (
  event: LifeTable['event'],
  segmentType: string,
  segment: string,
  rows: readonly LifeTableRow[],
): LifeTable => ({ event, segmentType, segment, rows, medianWave: undefined }) as LifeTable;

describe('survival.csv', () => {
  it('has the published columns; rows by event as declared, segment and wave', () => {
    const tables = [
      table('drop', 'total', 'all', [row(1)]),
      table('adopt', 'tld', '@jp', [row(1)]),
      table('adopt', 'total', 'all', [row(2, { atRisk: 7, events: 0, hazard: 0 }), row(1)]),
      table('enforce', 'total', 'all', []),
    ];
    const lines = [
      'event,segment_type,segment,wave,at_risk,events,censored,hazard,survival,se,ci_low,ci_high',
      'adopt,total,all,1,10,2,1,0.200000,0.800000,0.126491,0.409188,0.945884',
      'adopt,total,all,2,7,0,1,0.000000,0.800000,0.126491,0.409188,0.945884',
      "adopt,tld,'@jp,1,10,2,1,0.200000,0.800000,0.126491,0.409188,0.945884",
      'drop,total,all,1,10,2,1,0.200000,0.800000,0.126491,0.409188,0.945884',
      '',
    ];
    expect([...survivalCsv(tables)].join('')).toBe(lines.join('\r\n'));
    expect([...survivalCsv([...tables].reverse())].join('')).toBe(lines.join('\r\n'));
  });
});
