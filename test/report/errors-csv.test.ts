import { describe, expect, it } from 'vitest';
import { errorsCsv } from '../../src/report/errors-csv.ts';
import type { FailureRow } from '../../src/statistics/failure-rows.ts';

const row = (segmentType: string, segment: string, more: Partial<FailureRow> = {}): FailureRow => ({
  wave: '2026-11-24',
  segmentType,
  segment,
  query: 'mx',
  errorClass: 'error_timeout',
  firstPass: 12,
  final: 9,
  denominator: 1000,
  ...more,
});

describe('errors.csv', () => {
  it('has the published columns, first pass beside the last; segments in their order', () => {
    const rows = [
      row('tld', 'jp'),
      row('total', 'all'),
      row('total', 'all', { query: 'spf', errorClass: 'temperror', firstPass: 0, final: 0 }),
      row('tld', '=com'),
    ];
    expect([...errorsCsv(rows)].join('')).toBe(
      [
        'wave,segment_type,segment,query,error_class,first_pass,final,denominator',
        '2026-11-24,total,all,mx,error_timeout,12,9,1000',
        '2026-11-24,total,all,spf,temperror,0,0,1000',
        "2026-11-24,tld,'=com,mx,error_timeout,12,9,1000",
        '2026-11-24,tld,jp,mx,error_timeout,12,9,1000',
        '',
      ].join('\r\n'),
    );
  });
});
