import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { flowsCsv } from '../../src/report/flows-csv.ts';
import { COMPARISON } from './small-comparison.ts';

const text = [...flowsCsv(COMPARISON)].join('');

describe('flows.csv', () => {
  it('has the published columns in their order', () => {
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(
      'wave_from,wave_to,segment_type,segment,class_from,class_to,domains,share_of_from',
    );
  });

  it('has a row for each flow of any name, its share of those that began there, in order', () => {
    const rows: string[][] = parse(text, { from_line: 2, record_delimiter: '\r\n' });
    expect(rows.map((row) => row.slice(2))).toEqual([
      ['total', 'all', 'absent', 'absent', '60', '0.800000'],
      ['total', 'all', 'absent', 'reject', '15', '0.200000'],
      ['total', 'all', 'none', 'none', '20', '0.800000'],
      ['total', 'all', 'none', 'error', '5', '0.200000'],
      ['total', 'all', 'not_listed', 'absent', '30', '0.750000'],
      ['total', 'all', 'not_listed', 'none', '10', '0.250000'],
      ['tld', 'jp', 'absent', 'none', '2', '1.000000'],
      ['mx', 'hoster.example', 'none', 'reject', '1', '1.000000'],
    ]);
    expect(new Set(rows.map((row) => row.slice(0, 2).join(' ')))).toEqual(
      new Set(['2026-06-01 2026-11-24']),
    );
  });
});
