/**
 * The 95 % interval of a figure of the whole run, for every report alike. A census that is complete has
 * none; whoever asks for one decides that (`isSampled`, `isComplete`).
 */
import { HEADLINE_METRICS } from '../statistics/counters.ts';
import type { DenominatorId } from '../statistics/denominators.ts';
import { headlineEstimate } from '../statistics/metrics.ts';
import type { Share } from '../statistics/shares.ts';
import { type Interval, wilson } from '../statistics/wilson.ts';
import { countsByBlock, isComplete, isSampled, type ReportData } from './report-data.ts';

/** Whether a run that is not complete can say anything of the metric: its counters are kept by block. */
export function isEstimable(metric: string): boolean {
  return HEADLINE_METRICS.includes(metric);
}

/**
 * Wilson's for a finite population once every name of the sample was asked; before that of the blocks
 * that are done, for metrics that are estimable.
 */
export function sampleInterval(
  data: ReportData,
  { numerator, denominator }: Pick<Share, 'numerator' | 'denominator'>,
  metric: string,
  id: DenominatorId,
): Interval | undefined {
  if (isComplete(data)) {
    const { attempted, targets } = data.accounting;
    const fraction = Math.min(1, attempted / targets);
    return wilson(numerator, denominator, { populationSize: denominator / fraction });
  }
  if (!isEstimable(metric)) return undefined;
  // A sample that is not complete stays a sample of the whole list: no end to the clusters.
  const blocks = isSampled(data) ? Number.POSITIVE_INFINITY : data.run.blocks;
  return headlineEstimate(countsByBlock(data.blocks), blocks, metric, id);
}
