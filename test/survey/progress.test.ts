import { describe, expect, it } from 'vitest';
import { livePicture, plainLine } from '../../src/cli/progress-view.ts';
import { Progress } from '../../src/survey/progress.ts';

describe('Progress', () => {
  it('tells speed over the last seconds, not since the start', () => {
    let atMs = 0;
    const progress = new Progress(100_000, 0, () => atMs);
    for (let second = 1; second <= 20; second++) {
      atMs = second * 1000;
      progress.addBlock(second <= 10 ? 1000 : 100, 3000, 0);
      progress.figures(second * 3000);
    }
    expect(progress.figures(60_000).domainsPerSecond).toBeCloseTo(100, 0);
  });

  it('counts a resumed run from where it was, but its speed from now', () => {
    let atMs = 0;
    const progress = new Progress(10_000, 5_000, () => atMs);
    atMs = 1000;
    progress.addBlock(1000, 3000, 30);
    const figures = progress.figures(3000);
    expect(figures.done).toBe(6000);
    expect(figures.domainsPerSecond).toBeCloseTo(1000, 0);
    expect(figures.secondsLeft).toBeCloseTo(4, 1);
    expect(figures.unknownShare).toBeCloseTo(0.01, 6);
  });

  it('knows no time left and no unknown share before anything is done', () => {
    const figures = new Progress(10, 0, () => 0).figures(0);
    expect(figures.secondsLeft).toBeUndefined();
    expect(figures.unknownShare).toBeUndefined();
  });
});

describe('the picture of progress', () => {
  const figures = {
    done: 116_400,
    targets: 200_000,
    domainsPerSecond: 9812.4,
    queriesPerSecond: 28_411,
    unknownShare: 0.0003,
    secondsLeft: 8.5,
    elapsedSeconds: 12,
  };

  it('has bar, speeds, unknown share, estimate and time left', () => {
    const lines = livePicture(figures, 'DMARC about 33.1 % ± 0.4 of existing domains', 80).split(
      '\n',
    );
    expect(lines).toEqual([
      '  ████████████████░░░░░░░░░░░░  58.2 %   116,400 of 200,000 domains',
      '  9,812 domains/s, 28,411 queries/s   left 0:09',
      '  unknown 0.03 %   DMARC about 33.1 % ± 0.4 of existing domains',
    ]);
  });

  it('never grows wider than the terminal', () => {
    for (const line of livePicture(figures, 'x'.repeat(200), 40).split('\n')) {
      expect(line.length).toBeLessThan(40);
    }
  });

  it('is one plain line elsewhere', () => {
    expect(plainLine(figures)).toBe(
      '116,400 of 200,000 domains, 9,812 domains/s, 28,411 queries/s, unknown 0.03 %, left 0:09',
    );
  });
});
