/**
 * The soak: one engine in one process asks a list again and again until millions of questions have
 * ended. Nothing may be lost, and the resident set at the end must be that after the first million.
 */
import { RSS_SAMPLE_QUESTIONS, type SoakResult } from './bench-child.ts';
import { markdownTable } from './bench-figures.ts';
import { runClient, type Served, type TransportName, threadFlags } from './bench-rows.ts';

const SAMPLES_A_MILLION = 1e6 / RSS_SAMPLE_QUESTIONS;
const MAX_GROWTH = 1.05;

/** Whether it held the bar. */
export async function soak(
  served: Served,
  transport: TransportName,
  questions: number,
): Promise<boolean> {
  const { timed, result } = await runClient(served, {
    script: 'bench-engine.js',
    nodeFlags: threadFlags(served.window),
    domains: served.domains,
    window: served.window,
    args: ['--transport', transport, '--questions', String(questions)],
  });
  const { samples, ended, queries, lost, retried, peakMegabytes } = result as SoakResult;
  const first = samples[Math.min(SAMPLES_A_MILLION, samples.length) - 1] ?? Number.NaN;
  const last = samples.at(-1) ?? Number.NaN;
  const growth = last / first;
  console.log(
    `RSS in MB after each million questions: ${samples
      .filter((_, i) => (i + 1) % SAMPLES_A_MILLION === 0)
      .map((sample) => sample.toFixed(0))
      .join(' ')}`,
  );
  const head = ['soak', 'questions', 'queries', 'CPU µs/query', 'queries/s'];
  const more = ['RSS MB at 1 million', 'at the end', 'ratio', 'peak', 'lost', 'retried'];
  const cells = [
    ...[transport, String(ended), String(queries)],
    ((timed.cpuSeconds / queries) * 1e6).toFixed(2),
    (queries / timed.wallSeconds).toFixed(0),
    ...[first.toFixed(1), last.toFixed(1), growth.toFixed(3), peakMegabytes.toFixed(1)],
    ...[String(lost), String(retried)],
  ];
  for (const line of markdownTable([...head, ...more], [cells])) console.log(line);
  const isFlat = growth <= MAX_GROWTH;
  console.log(
    `${isFlat ? 'flat' : 'GROWN'} (at most ${MAX_GROWTH}), ${lost === 0 ? 'nothing lost' : `${lost} LOST`}`,
  );
  return isFlat && lost === 0;
}
