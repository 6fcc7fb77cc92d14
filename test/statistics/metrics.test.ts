import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterEstimate } from '../../src/statistics/cluster.ts';
import { HEADLINE } from '../../src/statistics/counters.ts';
import { type CounterMap, readCounts, type SegmentCounts } from '../../src/statistics/counts.ts';
import { MEASURE_MEANINGS } from '../../src/statistics/measure-meanings.ts';
import { MEASURES } from '../../src/statistics/measures.ts';
import {
  compareMeasureKeys,
  figure,
  headlineEstimate,
  type MetricContext,
  measureKeys,
  metricRows,
  segmentRows,
} from '../../src/statistics/metrics.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import { compareText } from '../../src/statistics/segment-order.ts';
import {
  ALL_CHECKS,
  countsOf,
  dmarcFlags,
  domain,
  outcome,
  profiles,
  readerOf,
  spfFlags,
} from './profiles.ts';

const CENSUS: MetricContext = {
  wave: '2026-11-24',
  checks: ALL_CHECKS,
  design: 'census',
  populationSize: 100,
  targets: 100,
  attempted: 100,
};

const total = (list: readonly Profile[]): SegmentCounts => ({
  segmentType: 'total',
  segment: 'all',
  counts: countsOf(list),
});

const SPF = outcome('tilde_all', spfFlags('any'));
const REJECT = outcome('reject', dmarcFlags('any', 'own', 'valid_own', 'enforce_strict'));
const ABSENT = outcome('absent');

/** The domain as it would have been seen had every look-up succeeded, failures answered by lot. */
function answered({ existence, checks }: Profile, toss: () => boolean): Profile {
  const mx = checks['mx'];
  const dmarc = checks['dmarc'];
  const isDmarcOpen = existence === 'unknown' || !dmarc?.isKnown;
  const lot = toss() ? 'exists' : 'nxdomain';
  return {
    existence: existence === 'unknown' ? lot : existence,
    checks: {
      mx: mx?.isKnown ? mx : outcome(toss() ? 'present' : 'none'),
      spf: SPF,
      dmarc: isDmarcOpen ? (toss() ? REJECT : ABSENT) : dmarc,
    },
  };
}

const HEADLINE_FIGURES = [
  ['spf.adoption', 'existing'],
  ['spf.adoption', 'mail'],
  ['dmarc.adoption', 'existing'],
  ['dmarc.adoption', 'mail'],
  ['dmarc.enforced_of', 'existing'],
  ['dmarc.enforce_published', 'dmarc_valid'],
  ['dmarc.enforce_strict', 'dmarc_valid'],
] as const;

describe('metricRows', () => {
  it('gives shares inside their bounds, and partitions that sum to 1', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const rows = segmentRows(total(list), { ...CENSUS, targets: list.length });
        for (const row of rows) {
          if (row.share === undefined) expect(row.denominator).toBe(0);
          else {
            expect(row.boundLow).toBeLessThanOrEqual(row.share);
            expect(row.boundHigh).toBeGreaterThanOrEqual(row.share);
            expect(row.share).toBeLessThanOrEqual(1);
          }
        }
        for (const measure of MEASURES.filter(({ isPartition }) => isPartition))
          for (const id of measure.denominators) {
            const parts = rows.filter((r) => r.metric === measure.metric && r.denominatorId === id);
            const sum = parts.reduce((all, row) => all + row.numerator, 0);
            expect([measure.metric, sum]).toEqual([measure.metric, parts[0]?.denominator]);
          }
      }),
    );
  });

  it('bounds the adoption that any answer of the failed look-ups would have given', () => {
    fc.assert(
      fc.property(profiles, fc.infiniteStream(fc.boolean()), (list, coins) => {
        const toss = () => coins.next().value as boolean;
        const truth = list.map((profile) => answered(profile, toss));
        for (const id of ['existing', 'mail', 'dmarc_valid'] as const) {
          const metric = id === 'dmarc_valid' ? 'dmarc.enforce_published' : 'dmarc.adoption';
          const seen = figure(readerOf(list), metric, '', id);
          const real = figure(readerOf(truth), metric, '', id);
          if (real?.share === undefined) continue;
          expect(seen?.boundLow).toBeLessThanOrEqual(real.share + 1e-12);
          expect(seen?.boundHigh).toBeGreaterThanOrEqual(real.share - 1e-12);
        }
      }),
    );
  });

  it('agrees with a count by hand, over each denominator', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const counts = readerOf(list);
        const known = (p: Profile) => p.checks['dmarc']?.isKnown === true;
        const exists = list.filter((p) => p.existence === 'exists');
        const mail = exists.filter((p) =>
          ['present', 'null_mixed'].includes(p.checks['mx']?.class ?? ''),
        );
        const valid = (p: Profile) =>
          known(p) && ((p.checks['dmarc']?.flags ?? 0) & dmarcFlags('valid_own')) !== 0;
        const byHand = (population: Profile[]) => [
          population.filter(valid).length,
          population.filter(known).length,
        ];
        const share = (id: 'existing' | 'mail' | 'measured_dmarc') => {
          const s = figure(counts, 'dmarc.adoption', '', id);
          return [s?.numerator, s?.denominator];
        };
        expect(share('existing')).toEqual(byHand(exists));
        expect(share('mail')).toEqual(byHand(mail));
        expect(share('measured_dmarc')).toEqual(byHand(list));
        const targets = figure(counts, 'dmarc.adoption', '', 'targets', 100);
        expect(targets?.denominator).toBe(100);
        expect(targets?.boundHigh).toBeCloseTo(
          (list.filter(valid).length + 100 - list.filter(known).length) / 100,
        );
      }),
    );
  });

  it('keeps a failed look-up out of every adoption, and in its bounds', () => {
    const timeout = outcome('error_timeout');
    const list = [
      domain('exists', 'present', SPF, REJECT),
      domain('exists', 'present', SPF, ABSENT),
      domain('exists', 'present', SPF, timeout),
      domain('unknown', 'error_timeout', timeout, timeout),
    ];
    expect(figure(readerOf(list), 'dmarc.adoption', '', 'existing')).toMatchObject({
      numerator: 1,
      denominator: 2,
      share: 0.5,
      unknown: 2,
      boundLow: 0.25,
      boundHigh: 0.75,
    });
  });

  it('counts a domain whose MX failed as existing, and as possibly one with mail', () => {
    const list = [
      domain('exists', 'present', SPF, REJECT),
      domain('exists', 'error_timeout', SPF, ABSENT),
    ];
    const counts = readerOf(list);
    expect(figure(counts, 'dmarc.adoption', '', 'existing')).toMatchObject({ denominator: 2 });
    expect(figure(counts, 'dmarc.adoption', '', 'mail')).toMatchObject({
      denominator: 1,
      unknown: 1,
      boundLow: 0.5,
    });
  });

  it('takes unusable records as the error of the breakdown, over dmarc_any', () => {
    const list = [
      domain('exists', 'present', SPF, REJECT),
      domain('exists', 'present', SPF, outcome('multiple', dmarcFlags('any'))),
      domain('exists', 'present', SPF, outcome('invalid', dmarcFlags('any'))),
      domain('exists', 'present', SPF, ABSENT),
    ];
    const shares = ['none', 'quarantine', 'reject', 'error'].map(
      (of) => figure(readerOf(list), 'dmarc.breakdown', of, 'dmarc_any')?.numerator,
    );
    expect(shares).toEqual([0, 0, 1, 2]);
  });

  it('has no interval for a census and a Wilson interval for a sample', () => {
    const list = Array.from({ length: 25 }, (_, i) =>
      domain('exists', 'present', SPF, i < 10 ? REJECT : ABSENT),
    );
    const adoption = (context: MetricContext) =>
      segmentRows(total(list), context).find(
        (row) => row.metric === 'dmarc.adoption' && row.denominatorId === 'existing',
      );
    expect(adoption(CENSUS)).toMatchObject({ ciMethod: '', ciLow: undefined });
    const sampled = adoption({ ...CENSUS, design: 'srs', attempted: 25 });
    expect(sampled?.ciMethod).toBe('wilson_fpc');
    expect(sampled?.ciLow).toBeCloseTo(0.2519, 4);
    expect(sampled?.ciHigh).toBeCloseTo(0.569, 4);
    expect(sampled?.isLowN).toBe(true);
  });

  it('leaves out what the run did not ask: no share of mail without MX, no joint without SPF', () => {
    const rows = segmentRows(total([domain('exists', 'present', SPF, REJECT)]), {
      ...CENSUS,
      checks: ['dmarc'],
    });
    expect(rows.filter(({ denominatorId }) => denominatorId === 'mail')).toEqual([]);
    expect(new Set(rows.map(({ protocol }) => protocol))).toEqual(new Set(['all', 'dmarc']));
    expect(rows.some(({ metric }) => metric === 'protected')).toBe(false);
  });

  it('gives a run of which some blocks are done the interval of its blocks, for the total only', () => {
    const block = (valid: number, absent: number): Profile[] => [
      ...Array.from({ length: valid }, () => domain('exists', 'present', SPF, REJECT)),
      ...Array.from({ length: absent }, () => domain('exists', 'present', SPF, ABSENT)),
    ];
    const blocks = [block(3, 7), block(5, 5), block(4, 6), block(6, 4), block(2, 8)];
    const context: MetricContext = {
      ...CENSUS,
      design: 'cluster',
      blocks: blocks.map(countsOf),
      totalBlocks: 20,
    };
    const rows = segmentRows(total(blocks.flat()), context);
    const find = (metric: string, id: string) =>
      rows.find((row) => row.metric === metric && row.denominatorId === id);
    const estimate = clusterEstimate(
      [3, 5, 4, 6, 2].map((numerator) => ({ numerator, denominator: 10 })),
      20,
    );
    expect(find('dmarc.adoption', 'existing')).toMatchObject({
      ciLow: estimate?.low,
      ciHigh: estimate?.high,
      ciMethod: 'cluster',
    });
    // Blocks keep no counters of report destinations, and a segment has no blocks of its own.
    expect(find('dmarc.rua', 'dmarc_valid')).toMatchObject({ ciLow: undefined, ciMethod: '' });
    const tld = { ...total(blocks.flat()), segmentType: 'tld', segment: 'jp' };
    expect(segmentRows(tld, context).every((row) => row.ciMethod === '')).toBe(true);
  });

  it('has the key of every row, in the order of rows', () => {
    const rows = segmentRows({ ...total([]), targets: 0 }, CENSUS);
    const keys = rows.map(({ metric, class: of, denominatorId }) => ({
      metric,
      class: of,
      denominatorId,
    }));
    expect(measureKeys(ALL_CHECKS)).toEqual(keys);
    expect([...keys].reverse().sort(compareMeasureKeys)).toEqual(keys);
  });

  it('orders rows by declared segment type, code point and class, whatever the input order', () => {
    const counts: CounterMap = countsOf([domain('exists', 'present', SPF, REJECT)]);
    const segments = [
      { segmentType: 'tld', segment: 'jp', counts },
      { segmentType: 'label:業種', segment: 'x', counts },
      { segmentType: 'registry', segment: 'jp:go', counts },
      { segmentType: 'registry', segment: 'jp:co', counts },
      { segmentType: 'total', segment: 'all', counts },
      { segmentType: 'list:a', segment: 'a', counts },
    ];
    const order = (input: SegmentCounts[]) => [...metricRows(input, CENSUS)];
    expect(order(segments)).toEqual(order([...segments].reverse()));
    expect([...new Set(order(segments).map((row) => `${row.segmentType} ${row.segment}`))]).toEqual(
      ['total all', 'tld jp', 'registry jp:co', 'registry jp:go', 'list:a a', 'label:業種 x'],
    );
    const breakdown = order(segments).filter(
      (r) => r.segmentType === 'total' && r.metric === 'dmarc.breakdown',
    );
    expect(breakdown.map((r) => r.class)).toEqual(['none', 'quarantine', 'reject', 'error']);
  });

  it('sorts text in the order of UTF-8 bytes', () => {
    const words = ['\u{1f600}', '\uff21', 'b', 'B', 'ab', ''];
    const bytes = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...words].sort(compareText)).toEqual(bytes);
  });
});

describe('headlineEstimate', () => {
  it('needs the headline counters only, and agrees with the figure of all counters', () => {
    fc.assert(
      fc.property(fc.array(profiles, { minLength: 5, maxLength: 8 }), (blocks) => {
        const headline = blocks.map((list) => {
          const counts = countsOf(list);
          return Object.fromEntries(HEADLINE.map((id) => [id, counts[id] ?? 0]));
        });
        const all = readCounts(countsOf(blocks.flat()));
        for (const [metric, id] of HEADLINE_FIGURES) {
          const estimate = headlineEstimate(headline, 20, metric, id);
          const exact = figure(all, metric, '', id);
          expect(estimate?.numerator ?? 0).toBe(exact?.numerator);
          expect(estimate?.denominator ?? 0).toBe(exact?.denominator);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a metric that does not exist', () => {
    expect(() => headlineEstimate([], 1, 'dmarc.adoptoin', 'existing')).toThrow(RangeError);
  });
});

describe('MEASURE_MEANINGS', () => {
  it('says of every metric what it counts, and of nothing else', () => {
    expect(Object.keys(MEASURE_MEANINGS).sort()).toEqual(MEASURES.map((m) => m.metric).sort());
  });
});
