/** What a report of one run is made from: stored rows and counters, whatever the store. */
import type { RunAccounting } from '../statistics/accounting.ts';
import { namesToAsk } from '../statistics/accounting.ts';
import {
  type CounterMap,
  type CounterReader,
  readCounts,
  type SegmentCounts,
} from '../statistics/counts.ts';
import type { Policy4 } from '../statistics/known-dmarc.ts';
import type { Design, MetricContext } from '../statistics/metrics.ts';
import type { ListRow, RunRow } from '../survey/ports.ts';

/** Headline counters of one block and pass. */
export interface BlockCounts {
  readonly block: number;
  readonly counts: CounterMap;
}

/** Names known to have had DMARC, and what they ask for now (IIR Vol. 35, Fig. 6). */
export interface KnownDmarc extends Omit<Policy4, 'notAsked'> {
  /** Known names that the night did not ask; outside of all else. */
  readonly notAsked?: number;
  /** How the names are known to have had it: a label column, an earlier night. From outside. */
  readonly source: string;
}

export interface ReportData {
  readonly run: RunRow;
  readonly lists: readonly ListRow[];
  readonly accounting: RunAccounting;
  /** The total, TLDs and registries, in any order. */
  readonly segments: readonly SegmentCounts[];
  /** Of the blocks that are done; needed only while the run is not finished. */
  readonly blocks: readonly BlockCounts[];
  /**
   * Segments beyond the stored ones, in any order: `rank`, `list`, `label:<column>`, `mx`, or two of
   * them as `tld,rank`.
   */
  readonly extraSegments?: readonly SegmentCounts[];
  /** For `--denominator known_dmarc`. */
  readonly knownDmarc?: KnownDmarc;
}

/** Rows of the tables and figures by segment, unless asked otherwise. */
export const DEFAULT_TOP = 15;

/** The counters of the whole run; all zero while nothing was asked. */
export function totalCounts(data: ReportData): CounterReader {
  const total = data.segments.find(({ segmentType }) => segmentType === 'total');
  return readCounts(total?.counts ?? {});
}

/** Whether every name that the run is to ask was asked. */
export function isComplete({ accounting }: ReportData): boolean {
  return accounting.open === 0;
}

/** Names were left out at random: by design, or because the run ended early as it was told to. */
export function isSampled({ accounting, run }: ReportData): boolean {
  return run.config.design === 'srs' || accounting.notSampled > 0;
}

/** Counters by block, passes added up: the clusters of an estimate. */
export function countsByBlock(blocks: readonly BlockCounts[]): readonly CounterMap[] {
  const byBlock = new Map<number, Record<string, number>>();
  for (const { block, counts } of blocks) {
    const sum = byBlock.get(block);
    if (sum === undefined) byBlock.set(block, { ...counts });
    else for (const id in counts) sum[id] = (sum[id] ?? 0) + (counts[id] ?? 0);
  }
  return [...byBlock.values()];
}

/** What `metricRows` needs beside the counters. */
export function metricContext(data: ReportData): MetricContext {
  const design: Design = isSampled(data) ? 'srs' : 'census';
  return {
    wave: data.run.night,
    checks: data.run.config.checks,
    design,
    populationSize: data.accounting.targets,
    targets: namesToAsk(data.accounting),
    attempted: data.accounting.attempted,
  };
}
