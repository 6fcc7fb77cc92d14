import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { changesCsv } from '../../src/report/changes-csv.ts';
import type { Comparison } from '../../src/statistics/comparison.ts';
import { COMPARISON } from './small-comparison.ts';

const textOf = (comparison: Comparison): string => [...changesCsv(comparison)].join('');
const read = (comparison: Comparison): Record<string, string>[] =>
  parse(textOf(comparison), { columns: true, record_delimiter: '\r\n' });

describe('changes.csv', () => {
  it('has the published columns in their order, the denominator after them', () => {
    expect(textOf({ ...COMPARISON, changes: [] })).toBe(
      'wave_from,wave_to,segment_type,segment,metric,class,design,x_from,n_from,share_from,x_to,n_to,' +
        'share_to,diff,ci_low,ci_high,ci_method,gained,lost,denominator_id\r\n',
    );
  });

  it('has three rows a change, of which the names add up: cross = panel + composition', () => {
    const rows = read(COMPARISON).slice(0, 3);
    expect(rows).toEqual([
      {
        wave_from: '2026-06-01',
        wave_to: '2026-11-24',
        segment_type: 'total',
        segment: 'all',
        metric: 'dmarc.adoption',
        class: '',
        design: 'cross',
        x_from: '40',
        n_from: '100',
        share_from: '0.400000',
        x_to: '63',
        n_to: '120',
        share_to: '0.525000',
        diff: '0.125000',
        ci_low: '',
        ci_high: '',
        ci_method: '',
        gained: '',
        lost: '',
        denominator_id: 'existing',
      },
      expect.objectContaining({
        design: 'panel',
        x_from: '30',
        n_from: '80',
        share_from: '0.375000',
        x_to: '36',
        n_to: '80',
        share_to: '0.450000',
        diff: '0.075000',
        gained: '11',
        lost: '5',
      }),
      expect.objectContaining({
        design: 'composition',
        x_from: '10',
        n_from: '20',
        share_from: '0.500000',
        x_to: '27',
        n_to: '40',
        share_to: '0.675000',
        diff: '0.050000',
        gained: '',
        lost: '',
      }),
    ]);
  });

  it('leaves shares over nothing empty, never 0', () => {
    const rows = read(COMPARISON).filter((row) => row['segment_type'] === 'mx');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ n_from: '0', share_from: '', share_to: '0.750000', diff: '' });
    expect(rows[1]).toMatchObject({ n_to: '0', share_to: '', diff: '' });
  });

  it('says by which method an interval of a sample was made', () => {
    const [, , , total] = COMPARISON.changes;
    if (total === undefined) throw new Error('no change');
    const interval = { low: -0.0115, high: 0.2265 };
    const [cross, panel, composition] = read({
      ...COMPARISON,
      changes: [
        { ...total, cross: { ...total.cross, interval }, panel: { ...total.panel, interval } },
      ],
    });
    expect(cross).toMatchObject({
      ci_method: 'newcombe',
      ci_low: '-0.011500',
      ci_high: '0.226500',
    });
    expect(panel).toMatchObject({ ci_method: 'newcombe_paired', ci_low: '-0.011500' });
    expect(composition).toMatchObject({ ci_method: '', ci_low: '' });
  });

  it('is sorted by segment, metric and denominator, whatever the order of the changes', () => {
    const keys = read(COMPARISON)
      .filter((row) => row['design'] === 'cross')
      .map((row) => `${row['segment_type']} ${row['segment']} ${row['denominator_id']}`);
    expect(keys).toEqual([
      'total all existing',
      'total all mail',
      'tld jp mail',
      'tld nl mail',
      "label:sector '=1+1\\x0D\\x0A<b> existing",
      'mx hoster.example spf_valid',
    ]);
    const reversed = { ...COMPARISON, changes: [...COMPARISON.changes].reverse() };
    expect(textOf(reversed)).toBe(textOf(COMPARISON));
  });
});
