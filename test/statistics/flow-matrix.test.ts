import { describe, expect, it } from 'vitest';
import { flowState, movementsOf } from '../../src/statistics/flow-matrix.ts';
import { FLOW_STATES, type FlowState } from '../../src/statistics/flows.ts';
import { DMARC_CLASSES } from '../../src/statistics/layout.ts';
import { domain, outcome } from './profiles.ts';

const matrix = (...moves: readonly (readonly [FlowState, FlowState, number])[]) => ({
  segmentType: 'total',
  segment: 'all',
  counts: FLOW_STATES.map((from) =>
    FLOW_STATES.map((to) =>
      moves.reduce((sum, [a, b, count]) => sum + (a === from && b === to ? count : 0), 0),
    ),
  ),
});

describe('flowState', () => {
  const of = (className: string) =>
    flowState(domain('exists', 'present', outcome('absent'), outcome(className)));

  it('is the class, and error for every failure', () => {
    const states = DMARC_CLASSES.map(of);
    expect(states.filter((state) => state === 'error').length).toBe(6);
    expect([of('reject'), of('absent'), of('multiple'), of('error_lame')]).toEqual([
      'reject',
      'absent',
      'multiple',
      'error',
    ]);
  });

  it('knows nothing of a name whose existence or record was not answered, or not asked', () => {
    const absent = outcome('absent');
    expect(flowState(domain('unknown', 'present', absent, absent))).toBe('error');
    expect(flowState({ existence: 'exists', checks: { spf: absent } })).toBe('error');
    expect(flowState(domain('nxdomain', 'nxdomain', absent, absent))).toBe('nxdomain');
  });
});

describe('movementsOf', () => {
  it('counts adoption, tightening, loosening and dropping', () => {
    const moves = movementsOf(
      matrix(
        ['absent', 'none', 1],
        ['invalid', 'quarantine', 10],
        ['multiple', 'reject', 100],
        ['none', 'quarantine', 2],
        ['quarantine', 'reject', 20],
        ['reject', 'none', 3],
        ['reject', 'absent', 4],
        ['none', 'none', 5000],
        ['absent', 'invalid', 5000],
      ),
    );
    expect(moves).toMatchObject({
      adopted: 111,
      adoptedTo: { none: 1, quarantine: 10, reject: 100 },
      tightened: 22,
      loosened: 3,
      dropped: 4,
    });
  });

  it('takes a failed look-up as lost sight of, never as a drop', () => {
    const moves = movementsOf(
      matrix(['reject', 'error', 7], ['error', 'reject', 9], ['not_listed', 'error', 2]),
    );
    expect(moves).toMatchObject({ lostSight: 7, dropped: 0, adopted: 0, entered: 2, left: 0 });
  });

  it('takes names that come and go as that and nothing else', () => {
    const moves = movementsOf(matrix(['not_listed', 'reject', 5], ['none', 'not_listed', 6]));
    expect(moves).toMatchObject({ entered: 5, left: 6, adopted: 0, dropped: 0, lostSight: 0 });
  });
});
