import { describe, expect, it } from 'vitest';
import { failsMore, Tally, Trial, Trials } from '../../../src/dns/client/trial.ts';

function tally(ended: number, failed: number): Tally {
  const made = new Tally(100);
  made.add(ended, failed);
  return made;
}

describe('failsMore', () => {
  it('sees a real difference', () => {
    expect(failsMore(tally(4000, 240), tally(4000, 120))).toBe(true);
  });

  it.each([
    ['the other way round', tally(4000, 120), tally(4000, 240)],
    ['the same share', tally(4000, 120), tally(1000, 30)],
    ['a difference that chance makes', tally(400, 16), tally(400, 12)],
    ['a difference that retries mend', tally(8000, 15), tally(8000, 0)],
    ['too few', tally(100, 90), tally(4000, 0)],
    ['nothing to compare with', tally(4000, 2000), tally(0, 0)],
  ])('does not see %s', (_, one, other) => {
    expect(failsMore(one, other)).toBe(false);
  });
});

describe('Tally', () => {
  it('forgets, so that what is new can show', () => {
    const long = tally(0, 0);
    for (let i = 0; i < 100; i++) long.add(1000, 0);
    for (let i = 0; i < 8; i++) long.add(1000, 500);
    expect(long.failedShare).toBeGreaterThan(0.2);
  });

  it('never counts fewer than none', () => {
    const redeemed = tally(10, 1);
    redeemed.add(0, -1);
    redeemed.add(0, -1);
    expect(redeemed.failed).toBe(0);
  });
});

describe('Trial', () => {
  it('enters its tally when its late attempts have had their time', () => {
    const size = new Tally(100);
    const trials = new Trials(size);
    const first = trials.open;
    first.answered();
    first.missed();
    trials.turn(1000, 200);
    trials.turn(1100, 200);
    expect(size.ended).toBe(0);
    trials.turn(1200, 200);
    expect(size).toMatchObject({ ended: 2, failed: 1 });
  });

  it('lets what ends later enter by itself', () => {
    const size = new Tally(100);
    const trial = new Trial(size);
    trial.missed();
    trial.count();
    trial.redeemed();
    trial.answered();
    trial.missed();
    expect(size).toMatchObject({ ended: 3, failed: 1 });
  });
});
