import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { metricsCsv } from '../../src/report/metrics-csv.ts';
import { metricContext } from '../../src/report/report-data.ts';
import { metricRows } from '../../src/statistics/metrics.ts';
import { sampleData } from './sample-data.ts';

const data = sampleData();
const text = [...metricsCsv(metricRows(data.segments, metricContext(data)))].join('');
const rows: Record<string, string>[] = parse(text, {
  columns: true,
  record_delimiter: '\r\n',
  relax_column_count: false,
});

const find = (segment: string, metric: string, id: string, of = '') =>
  rows.filter(
    (row) =>
      row['segment'] === segment &&
      row['metric'] === metric &&
      row['denominator_id'] === id &&
      row['class'] === of,
  );

describe('metrics.csv', () => {
  it('has exactly the published columns in their order', () => {
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(
      'wave,segment_type,segment,protocol,metric,class,numerator,denominator_id,denominator,share,' +
        'ci_low,ci_high,ci_method,bound_low,bound_high,unit,weight,low_n,spec',
    );
  });

  it('has one row for each segment, metric, class and denominator', () => {
    const keys = rows.map((row) =>
      ['segment_type', 'segment', 'metric', 'class', 'denominator_id'].map((k) => row[k]).join(' '),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(find('all', 'dmarc.adoption', 'existing')).toEqual([
      {
        wave: '2026-11-24',
        segment_type: 'total',
        segment: 'all',
        protocol: 'dmarc',
        metric: 'dmarc.adoption',
        class: '',
        numerator: '3760',
        denominator_id: 'existing',
        denominator: '9590',
        share: '0.392075',
        ci_low: '',
        ci_high: '',
        ci_method: '',
        bound_low: '0.384065',
        bound_high: '0.404494',
        unit: 'domain',
        weight: 'none',
        low_n: 'false',
        spec: 'RFC 9989',
      },
    ]);
    expect(find('all', 'dmarc.adoption', 'targets')[0]).toMatchObject({ denominator: '10000' });
    expect(find('xyz', 'dmarc.adoption', 'existing')[0]).toMatchObject({ low_n: 'true' });
  });

  it('counts the segments of a type to the total', () => {
    const sum = (type: string) =>
      rows
        .filter(
          (row) =>
            row['segment_type'] === type &&
            row['metric'] === 'dmarc.breakdown' &&
            row['class'] === 'error',
        )
        .reduce((all, row) => all + Number(row['numerator']), 0);
    expect([sum('total'), sum('tld'), sum('registry')]).toEqual([40, 40, 40]);
  });
});
