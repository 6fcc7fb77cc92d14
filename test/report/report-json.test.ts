import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { metricsCsv } from '../../src/report/metrics-csv.ts';
import { metricContext, type ReportData } from '../../src/report/report-data.ts';
import { type ReportJsonOptions, reportJson } from '../../src/report/report-json.ts';
import { DENOMINATOR_IDS } from '../../src/statistics/denominators.ts';
import { metricRows } from '../../src/statistics/metrics.ts';
import type { Trend } from '../../src/statistics/trend.ts';
import { LIST, sampleData } from './sample-data.ts';
import { COMPARISON, HOSTILE_SEGMENT } from './small-comparison.ts';

const DATA = sampleData();
const textOf = (data: ReportData, options?: ReportJsonOptions): string =>
  [...reportJson(data, options)].join('');
// biome-ignore lint/suspicious/noExplicitAny: a document read back, of any shape
const read = (data: ReportData, options?: ReportJsonOptions): any =>
  JSON.parse(textOf(data, options));

const TREND: Trend = {
  segmentType: 'mx',
  metric: 'dmarc.adoption',
  class: '',
  denominatorId: 'existing',
  design: 'census',
  nights: ['2026-11-23', '2026-11-24'],
  series: [
    {
      segment: 'hoster.example',
      points: [
        {
          runId: 7,
          night: '2026-11-24',
          share: {
            numerator: 1,
            denominator: 3,
            unknown: 1,
            share: 1 / 3,
            boundLow: 0.25,
            boundHigh: 0.5,
          },
          interval: undefined,
          isComplete: true,
        },
      ],
    },
  ],
  omitted: 4,
};

describe('report.json', () => {
  it('has the keys of its schema in order, and says what was asked, of whom', () => {
    const report = read(DATA);
    expect(Object.keys(report)).toEqual([
      'schema',
      'run',
      'accounting',
      'denominators',
      'metrics',
      'notes',
    ]);
    expect(report.schema).toBe('mailcensus-report/1');
    expect(report.run).toMatchObject({
      id: 7,
      wave: '2026-11-24',
      list_name: LIST.name,
      list_sha256: LIST.sha256,
      design: 'census',
      population_size: 10_000,
      start: '2026-11-23T23:00:03Z',
      end: '2026-11-23T23:01:12Z',
      resolvers: ['127.0.0.1:5300', '127.0.0.2:53'],
      psl_version: 'tldts/7.5.5',
      dmarc_spec: 'RFC 9989',
      tool_version: '0.1.0',
      rate: null,
    });
    const { lines, blank, refused, duplicates, targets } = report.accounting;
    expect(blank + refused.email + refused.public_suffix + refused.url + duplicates + targets).toBe(
      lines,
    );
    expect(report.notes).toEqual([]);
  });

  it('defines each denominator in both languages, with its count in the whole run', () => {
    const { denominators } = read(DATA);
    expect(Object.keys(denominators)).toEqual([...DENOMINATOR_IDS]);
    for (const { definition_en, definition_ja } of Object.values<Record<string, string>>(
      denominators,
    )) {
      expect(definition_en).toMatch(/^[\x20-\x7e]+$/u);
      expect(definition_ja).toMatch(/\p{Script=Hiragana}|\p{Script=Katakana}/u);
    }
    // By the groups of sample-data.ts, of a thousand: 21 are NXDOMAIN, 15 did not answer.
    expect(denominators.existing.count).toBe(9640);
    expect(denominators.targets.count).toBe(10_000);
    // 190+66+28+7+34+3+4 with mail, 2+13 of odd SPF, 9+20 without mail.
    expect(denominators.dmarc_valid.count).toBe(3760);
  });

  it('counts no denominator of a check that was not asked', () => {
    const run = { ...DATA.run, config: { ...DATA.run.config, checks: ['spf'] } };
    const { denominators, metrics } = read({ ...DATA, run });
    expect(denominators.mail.count).toBeNull();
    expect(denominators.dmarc_any.count).toBeNull();
    expect(denominators.spf_any.count).toBeGreaterThan(0);
    expect(metrics.some((row: { protocol: string }) => row.protocol === 'dmarc')).toBe(false);
  });

  it('has the figures of metrics.csv with their types, one a line', () => {
    const lines: Record<string, string>[] = parse(
      [...metricsCsv(metricRows(DATA.segments, metricContext(DATA)), { isRaw: true })].join(''),
      { columns: true, record_delimiter: '\r\n' },
    );
    const { metrics } = read(DATA);
    const asCsv = (value: unknown, column: string): string => {
      if (value === null) return '';
      const isShare = /^(?:share|ci_|bound_)/u.test(column) && column !== 'ci_method';
      return isShare ? Number(value).toFixed(6) : String(value);
    };
    expect(
      metrics.map((row: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(row).map(([k, value]) => [k, asCsv(value, k)])),
      ),
    ).toEqual(lines);
    expect(typeof metrics[0].numerator).toBe('number');
    expect(typeof metrics[0].low_n).toBe('boolean');
  });

  it('is the same bytes whatever the order of the segments', () => {
    const reversed = { ...DATA, segments: [...DATA.segments].reverse() };
    expect(textOf(reversed, { comparison: COMPARISON })).toBe(
      textOf(DATA, { comparison: COMPARISON }),
    );
  });

  it('has the rows of the comparison with the keys of their files, and trends', () => {
    const report = read(DATA, { comparison: COMPARISON, trends: [TREND], notes: ['said'] });
    expect(report.comparison).toMatchObject({
      from: { run: 3, wave: '2026-06-01', targets: 130, attempted: 128 },
      common: 110,
      notes: ['the resolvers differ'],
      drivers: [{ segment: 'jp', role: 'mx', operator: 'hoster.example', share: 0.41 }],
    });
    expect(report.comparison.changes[0]).toMatchObject({
      segment_type: 'total',
      class: null,
      design: 'cross',
      x_from: 40,
      share_to: 0.525,
      ci_low: null,
      denominator_id: 'existing',
    });
    expect(report.comparison.flows[1]).toMatchObject({ class_to: 'reject', share_of_from: 0.2 });
    expect(report.comparison.contributions[0]).toMatchObject({ operator: 'hoster.example' });
    expect(
      report.comparison.changes.some(
        ({ segment }: { segment: string }) => segment === HOSTILE_SEGMENT,
      ),
    ).toBe(true);
    expect(report.trends[0].series[0].points[0]).toMatchObject({
      numerator: 1,
      denominator: 3,
      share: 0.333333,
      bound_high: 0.5,
      complete: true,
    });
    expect(report.notes).toEqual(['said']);
  });

  it('names no operator when it is aggregate only', () => {
    const extraSegments = [{ segmentType: 'tld,mx', segment: 'jp / hoster.example', counts: {} }];
    const options = { comparison: COMPARISON, trends: [TREND] };
    const data = { ...DATA, extraSegments };
    expect(textOf(data, options)).toContain('hoster.example');
    const text = textOf(data, { ...options, isAggregateOnly: true });
    expect(text).not.toMatch(/hoster\.example|reports\.example|evil\.example/u);
    expect(JSON.parse(text).comparison.changes).toHaveLength(15);
  });

  it('says where a run is not complete, and where numbers do not reconcile', () => {
    expect(read(sampleData(4)).notes).toEqual([
      expect.stringMatching(/^the run is not complete: \d+ of 10000 names were asked/u),
    ]);
    const accounting = { ...DATA.accounting, lines: 1 };
    expect(read({ ...DATA, accounting }).notes).toEqual([
      expect.stringMatching(/^the accounting does not reconcile: lines is 1, but/u),
    ]);
  });

  it('gives the lists of a run of several, and no name of one', () => {
    const { run } = read({ ...DATA, lists: [LIST, { ...LIST, name: 'b\u202e.csv' }] });
    expect(run.list_name).toBeNull();
    expect(run.lists.map(({ name }: { name: string }) => name)).toEqual([LIST.name, 'b\u202e.csv']);
    expect(textOf({ ...DATA, lists: [LIST, { ...LIST, name: 'b\u202e.csv' }] })).not.toMatch(
      /\u202e/u,
    );
  });
});
