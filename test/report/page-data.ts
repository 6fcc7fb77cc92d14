/**
 * Two nights, a year of nights and names known to have had DMARC, written down by hand for the page.
 * The numbers are plausible and add up; they are of no survey.
 */
import type { KnownDmarc, ReportData } from '../../src/report/report-data.ts';
import type { Change, Comparison } from '../../src/statistics/comparison.ts';
import { FLOW_STATES, type FlowMatrix, type FlowState } from '../../src/statistics/flows.ts';
import { type Share, shareOf } from '../../src/statistics/shares.ts';
import type { Trend, TrendPoint } from '../../src/statistics/trend.ts';
import { sampleData } from './sample-data.ts';

/** Text that a list, a label or a record may hold. */
export const HOSTILE = '<script>alert(1)</script>"\'&\u202egnp.exe\u2066\u0000</svg>';

export const KNOWN: KnownDmarc = {
  known: 3210,
  none: 2452,
  quarantine: 209,
  reject: 353,
  error: 196,
  parts: {
    absent: 121,
    nxdomain: 24,
    invalid: 8,
    multiple: 3,
    error_timeout: 31,
    error_servfail: 9,
  },
  source: 'label dmarc_2025=yes',
};

type Cell = readonly [from: FlowState, to: FlowState, domains: number];

const MOVES: readonly Cell[] = [
  ['absent', 'absent', 6180],
  ['none', 'none', 2050],
  ['quarantine', 'quarantine', 290],
  ['reject', 'reject', 560],
  ['nxdomain', 'nxdomain', 205],
  ['error', 'error', 90],
  ['absent', 'none', 155],
  ['absent', 'quarantine', 12],
  ['absent', 'reject', 23],
  ['none', 'quarantine', 41],
  ['none', 'reject', 21],
  ['reject', 'none', 5],
  ['none', 'absent', 9],
  ['absent', 'error', 12],
  ['error', 'absent', 31],
  ['not_listed', 'absent', 180],
  ['not_listed', 'none', 40],
  ['absent', 'not_listed', 95],
  ['none', 'invalid', 1],
];

export function flowOf(segmentType: string, segment: string, moves: readonly Cell[]): FlowMatrix {
  const counts = FLOW_STATES.map((from) =>
    FLOW_STATES.map((to) => moves.find(([a, b]) => a === from && b === to)?.[2] ?? 0),
  );
  return { segmentType, segment, counts };
}

function share(numerator: number, denominator: number, unknown = 30): Share {
  return shareOf({ numerator, denominator, unknownOutside: unknown });
}

/** Of a cross-section and a panel: the composition is what is left. */
function change(
  segmentType: string,
  segment: string,
  metric: string,
  [x0, n0, x1, n1]: readonly [number, number, number, number],
  [panel, gained, lost]: readonly [number, number, number],
): Change {
  const from = share(x0, n0);
  const to = share(x1, n1);
  const difference = x1 / n1 - x0 / n0;
  const inPanel = (gained - lost) / panel;
  const before = Math.round((x0 / n0) * panel);
  return {
    segmentType,
    segment,
    metric,
    class: '',
    denominatorId: 'existing',
    cross: { from, to, difference, interval: undefined },
    panel: {
      denominator: panel,
      from: before,
      to: before + gained - lost,
      gained,
      lost,
      difference: inPanel,
      interval: undefined,
    },
    composition: {
      entrants: n1 - panel,
      leavers: n0 - panel,
      entrantEffect: difference - inPanel,
      leaverEffect: 0,
      effect: difference - inPanel,
    },
    driver:
      segment === 'jp' ? { role: 'mx', operator: 'mail.example.ne.jp', share: 0.41 } : undefined,
    isLowN: Math.min(n0, n1) < 30,
  };
}

export function sampleComparison(): Comparison {
  return {
    from: { runId: 3, night: '2026-05-24', targets: 9780, attempted: 9780 },
    to: { runId: 7, night: '2026-11-24', targets: 10_000, attempted: 10_000 },
    design: 'census',
    common: 9685,
    left: 95,
    entered: 315,
    changes: [
      change('total', 'all', 'dmarc.adoption', [2976, 9400, 3210, 9640], [9310, 190, 9]),
      change('total', 'all', 'dmarc.enforced_of', [850, 9400, 911, 9640], [9310, 97, 5]),
      change('total', 'all', 'spf.adoption', [7190, 9400, 7612, 9640], [9310, 210, 24]),
      change('tld', 'com', 'dmarc.adoption', [1200, 3990, 1330, 4100], [3950, 96, 4]),
      change('tld', 'jp', 'dmarc.adoption', [1010, 3210, 1120, 3330], [3180, 88, 7]),
      change('tld', 'xyz', 'dmarc.adoption', [3, 18, 4, 20], [17, 1, 0]),
    ],
    flows: [flowOf('total', 'all', MOVES)],
    contributions: [
      {
        role: 'mx',
        operator: 'mail.example.ne.jp',
        domains: 640,
        from: 120,
        to: 201,
        contribution: 81 / 9310,
      },
      { role: 'mx', operator: 'self', domains: 2100, from: 700, to: 731, contribution: 31 / 9310 },
      { role: 'rua', operator: HOSTILE, domains: 88, from: 20, to: 18, contribution: -2 / 9310 },
    ],
    notes: ['2026-05-24 asked other resolvers than 2026-11-24.'],
  };
}

const DAY_MS = 86_400_000;

/** A night every week from the first; two are missing, so that the scale must be true. */
export function sampleNights(count: number, first = '2025-11-25'): readonly string[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) => i + (i >= 20 ? 3 : 0)).map((week) =>
    new Date(start + week * 7 * DAY_MS).toISOString().slice(0, 10),
  );
}

interface Course {
  readonly segment: string;
  readonly denominator: number;
  readonly from: number;
  readonly gain: number;
  readonly isMissing?: (night: number) => boolean;
}

function points(nights: readonly string[], course: Course): readonly TrendPoint[] {
  const { denominator, from, gain, isMissing = () => false } = course;
  return nights.flatMap((night, i) => {
    if (isMissing(i)) return [];
    const course = from + (gain * i) / nights.length + 0.004 * Math.sin(i * 1.7);
    return [
      {
        runId: i + 1,
        night,
        share: share(
          Math.round(course * denominator),
          denominator,
          Math.round(denominator * 0.012),
        ),
        interval: undefined,
        isComplete: i !== nights.length - 1,
      },
    ];
  });
}

export function sampleTrend(courses: readonly Course[], nights = sampleNights(48)): Trend {
  return {
    segmentType: 'tld',
    metric: 'dmarc.adoption',
    class: '',
    denominatorId: 'existing',
    design: 'census',
    nights,
    series: courses.map((course) => ({ segment: course.segment, points: points(nights, course) })),
    omitted: 6,
  };
}

export const COURSES: readonly Course[] = [
  { segment: 'all', denominator: 9640, from: 0.262, gain: 0.071 },
  { segment: 'com', denominator: 4100, from: 0.281, gain: 0.043 },
  { segment: 'jp', denominator: 3330, from: 0.202, gain: 0.134, isMissing: (i) => i === 9 },
  { segment: 'nl', denominator: 900, from: 0.322, gain: 0.02 },
  { segment: 'org', denominator: 580, from: 0.331, gain: 0.012 },
];

/** The sample run with everything that a page can show. */
export function fullData(): ReportData {
  const data = sampleData();
  const total = data.segments.find(({ segmentType }) => segmentType === 'total');
  const counts = total?.counts ?? {};
  const rank = (segment: string) => ({ segmentType: 'rank', segment, counts });
  return {
    ...data,
    knownDmarc: KNOWN,
    extraSegments: [
      rank('none'),
      rank('1-1k'),
      rank('1k-10k'),
      { segmentType: 'label:業種', segment: '情報通信業・電気通信事業者（固定系）', counts },
      { segmentType: 'label:業種', segment: HOSTILE, counts },
    ],
  };
}
