import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../src/report/report-data.ts';
import { displayWidth } from '../../src/report/text/layout.ts';
import { textReport } from '../../src/report/text-report.ts';
import { LIST, RUN, sampleData } from './sample-data.ts';

const golden = (name: string) => join(import.meta.dirname, '../fixtures/report', name);
const FINISHED = sampleData();

function timesThousand(data: ReportData): ReportData {
  const times = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).map(([id, value]) => [id, value * 1000]));
  const { refused, ...numbers } = data.accounting;
  return {
    ...data,
    accounting: { ...data.accounting, ...times(numbers), refused: times(refused) },
    segments: data.segments.map((segment) => ({ ...segment, counts: times(segment.counts) })),
  };
}

describe('textReport', () => {
  it('looks as agreed on 80 and 120 columns', async () => {
    await expect(textReport(FINISHED)).toMatchFileSnapshot(golden('finished-80.txt'));
    await expect(textReport(FINISHED, { width: 120 })).toMatchFileSnapshot(
      golden('finished-120.txt'),
    );
  });

  it('looks as agreed for a run that is not complete: estimates with intervals, and says so', async () => {
    const text = textReport(sampleData(6));
    await expect(text).toMatchFileSnapshot(golden('open-80.txt'));
    expect(text).toContain('95 % CI');
    expect(text).toContain('The run is not complete');
    expect(textReport(sampleData(2))).toContain('need 5 finished blocks');
  });

  it.each([72, 80, 100, 120])(
    'keeps every line within %i cells, of ten million names too',
    (width) => {
      for (const data of [FINISHED, sampleData(6), sampleData(2), timesThousand(FINISHED)])
        for (const line of textReport(data, { width }).split('\n'))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    },
  );

  it('is the same text with and without color, once the inks are taken off', () => {
    const colored = textReport(FINISHED, { isColored: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the inks are control sequences.
    expect(colored.replace(/\x1b\[[\d;]*m/gu, '')).toBe(textReport(FINISHED));
    expect(colored).toContain('\x1b[38;5;');
    expect(textReport(FINISHED)).not.toContain('\x1b');
  });

  it('has percentages of the breakdown that add to 100.0, and the failed look-ups below them', () => {
    const text = textReport(FINISHED);
    const lines = text.slice(text.indexOf('DMARC policy'), text.indexOf('Adoption')).split('\n');
    const tenths = lines.flatMap((line) => {
      const match = /^ {2}(?:none|quarantine|reject|error) .* (\d+)\.(\d) % /u.exec(line);
      return match ? [Number(match[1]) * 10 + Number(match[2])] : [];
    });
    expect(tenths).toHaveLength(4);
    expect(tenths.reduce((a, b) => a + b, 0)).toBe(1000);
    expect(lines.join(' ')).toContain('50 failed DMARC look-ups (timeout 40, lame 10)');
  });

  it('says when its numbers do not reconcile', () => {
    const text = textReport({
      ...FINISHED,
      accounting: { ...FINISHED.accounting, duplicates: 257 },
    });
    expect(text).toContain('The accounting does not reconcile: lines is 10312');
    expect(textReport(FINISHED)).not.toContain('reconcile');
  });

  it('warns of a resolver that refuses', () => {
    const total = FINISHED.segments.find(({ segmentType }) => segmentType === 'total');
    const counts = {
      ...total?.counts,
      'spf.class.error_refused@mail': 200,
      'spf.unknown@mail': 250,
      'spf.class.tilde_all@mail': 5610,
    };
    const text = textReport({
      ...FINISHED,
      segments: [{ segmentType: 'total', segment: 'all', counts }],
    });
    expect(text).toContain('2.0 % of the SPF look-ups were refused');
  });

  it('shows an interval beside the shares of a sample (Wilson, finite population)', () => {
    const text = textReport({
      ...FINISHED,
      run: { ...RUN, config: { ...RUN.config, design: 'srs', sample: 10_000, seed: 42 } },
      accounting: { ...FINISHED.accounting, lines: 50_312, targets: 50_000, notSampled: 40_000 },
    });
    expect(text).toContain('simple random sample: 10,000 of 50,000 names, seed 42');
    expect(text).toMatch(
      /DMARC +existing +3,760 \/ 9,590 +39\.2 % +\[38\.4–40\.5\] +\[38\.3–40\.1\]/u,
    );
  });

  it('holds only what the run asked', () => {
    const only = (checks: string[]) =>
      textReport({ ...FINISHED, run: { ...RUN, config: { ...RUN.config, checks } } });
    expect(only(['mx', 'spf'])).not.toMatch(/DMARC/u);
    expect(only(['dmarc'])).not.toMatch(/SPF|with mail/u);
  });

  it('tells own from inherited policies where they differ', () => {
    const total = FINISHED.segments.find(({ segmentType }) => segmentType === 'total');
    const counts = {
      ...total?.counts,
      'dmarc.class.reject@mail': 470,
      'dmarc.class.absent@mail': 4070,
    };
    const segments = [{ segmentType: 'total', segment: 'all', counts }];
    expect(textReport({ ...FINISHED, segments })).toContain('inherited too');
    expect(textReport(FINISHED)).not.toContain('inherited too');
  });

  it('stands before the first answer, without a single share of nothing', () => {
    const empty: ReportData = { ...sampleData(0), segments: [] };
    const text = textReport(empty);
    expect(text).toContain('No name was asked yet.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/u);
  });

  it('lets nothing from a list or a name reach the terminal as a control (escapes, bidi)', () => {
    const text = textReport({
      ...FINISHED,
      lists: [{ ...LIST, name: 'a\x1b]0;owned\x07\u202etxt.csv' }],
      segments: FINISHED.segments.map((segment) =>
        segment.segment === 'xyz' ? { ...segment, segment: 'x\x1b[31m' } : segment,
      ),
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/u);
    expect(text).toContain('a\\x1B]0;owned\\x07\\u{202E}txt.csv');
  });

  it('names only the largest segments and counts the rest', () => {
    const text = textReport(FINISHED, { topSegments: 2 });
    expect(text).toContain('and 6 more with 2,338 names');
    expect(text).not.toContain('xyz');
  });
});
