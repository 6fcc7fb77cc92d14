/** Two nights so small that every figure is worked out by hand; changes and flows out of order. */
import type { Change, Comparison } from '../../src/statistics/comparison.ts';
import { FLOW_STATES, type FlowMatrix, type FlowState } from '../../src/statistics/flows.ts';
import type { Share } from '../../src/statistics/shares.ts';

const share = (numerator: number, denominator: number): Share => ({
  numerator,
  denominator,
  unknown: 0,
  share: denominator === 0 ? undefined : numerator / denominator,
  boundLow: undefined,
  boundHigh: undefined,
});

function change(
  name: Pick<Change, 'segmentType' | 'segment' | 'metric' | 'denominatorId'>,
  more: Partial<Change> = {},
): Change {
  return {
    ...name,
    class: '',
    cross: { from: share(40, 100), to: share(63, 120), difference: 0.125, interval: undefined },
    // 80 names are known on both nights: 30 had it, 5 of these lost it, 11 others gained it.
    panel: {
      denominator: 80,
      from: 30,
      to: 36,
      gained: 11,
      lost: 5,
      difference: 6 / 80,
      interval: undefined,
    },
    // 20 left, 10 of them with it; 40 entered, 27 of them with it.
    composition: {
      leavers: 20,
      entrants: 40,
      entrantEffect: 63 / 120 - 36 / 80,
      leaverEffect: 30 / 80 - 40 / 100,
      effect: 0.05,
    },
    driver: undefined,
    isLowN: false,
    ...more,
  };
}

function flows(
  segmentType: string,
  segment: string,
  moves: readonly (readonly [FlowState, FlowState, number])[],
): FlowMatrix {
  const counts = FLOW_STATES.map(() => FLOW_STATES.map(() => 0));
  for (const [from, to, count] of moves) {
    const row = counts[FLOW_STATES.indexOf(from)];
    if (row !== undefined) row[FLOW_STATES.indexOf(to)] = count;
  }
  return { segmentType, segment, counts };
}

export const HOSTILE_SEGMENT = '=1+1\r\n<b>';

export const COMPARISON: Comparison = {
  from: { runId: 3, night: '2026-06-01', targets: 130, attempted: 128 },
  to: { runId: 9, night: '2026-11-24', targets: 150, attempted: 150 },
  design: 'census',
  common: 110,
  left: 20,
  entered: 40,
  changes: [
    change({
      segmentType: 'label:sector',
      segment: HOSTILE_SEGMENT,
      metric: 'dmarc.adoption',
      denominatorId: 'existing',
    }),
    change({ segmentType: 'tld', segment: 'nl', metric: 'spf.adoption', denominatorId: 'mail' }),
    change(
      { segmentType: 'tld', segment: 'jp', metric: 'dmarc.adoption', denominatorId: 'mail' },
      { driver: { role: 'mx', operator: 'hoster.example', share: 0.41 } },
    ),
    change({
      segmentType: 'total',
      segment: 'all',
      metric: 'dmarc.adoption',
      denominatorId: 'mail',
    }),
    change({
      segmentType: 'total',
      segment: 'all',
      metric: 'dmarc.adoption',
      denominatorId: 'existing',
    }),
    change(
      {
        segmentType: 'mx',
        segment: 'hoster.example',
        metric: 'spf.all',
        denominatorId: 'spf_valid',
      },
      {
        class: 'minus_all',
        cross: { from: share(0, 0), to: share(3, 4), difference: undefined, interval: undefined },
        panel: {
          denominator: 0,
          from: 0,
          to: 0,
          gained: 0,
          lost: 0,
          difference: undefined,
          interval: undefined,
        },
        composition: {
          leavers: 0,
          entrants: 4,
          entrantEffect: 0,
          leaverEffect: 0,
          effect: undefined,
        },
        isLowN: true,
      },
    ),
  ],
  flows: [
    flows('tld', 'jp', [['absent', 'none', 2]]),
    flows('total', 'all', [
      ['not_listed', 'none', 10],
      ['not_listed', 'absent', 30],
      ['absent', 'absent', 60],
      ['absent', 'reject', 15],
      ['none', 'none', 20],
      ['none', 'error', 5],
    ]),
    flows('mx', 'hoster.example', [['none', 'reject', 1]]),
  ],
  contributions: [
    { role: 'rua', operator: 'reports.example', domains: 9, from: 0, to: 2, contribution: 0.025 },
    { role: 'mx', operator: 'self', domains: 30, from: 9, to: 8, contribution: -0.0125 },
    { role: 'mx', operator: 'hoster.example', domains: 20, from: 1, to: 6, contribution: 0.0625 },
    { role: 'mx', operator: '-evil.example', domains: 3, from: 4, to: 0, contribution: -0.05 },
  ],
  notes: ['the resolvers differ'],
};
