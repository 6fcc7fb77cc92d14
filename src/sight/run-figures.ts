/** Figures of a run as its store has them, for `status` and metrics. Pure: rows in, figures out. */
import type { SegmentCounts } from '../statistics/counts.ts';
import { failureRows } from '../statistics/failure-rows.ts';
import { CHECK_LAYOUTS } from '../statistics/layout.ts';
import type { RunRow } from '../survey/ports.ts';
import type { RunFigures } from './metrics-snapshot.ts';

/** `total` is the counters' first segment; undefined while nothing is stored. */
export function runFigures(run: RunRow, total: SegmentCounts | undefined): RunFigures {
  return {
    startedAtMs: run.startedAtMs,
    isRunning: run.status === 'running',
    targets: run.targets,
    domainsDone: run.domainsDone,
    blocks: run.blocks,
    blocksDone: run.blocksDone,
    queries: run.queries,
    unknown: total === undefined ? [] : unknownByReason(total, run.config.checks),
  };
}

/** Of every check that was asked, its reasons that came to pass, most first. */
export function unknownByReason(
  total: SegmentCounts,
  checks: readonly string[],
): RunFigures['unknown'] {
  return [...failureRows([total], { wave: '', checks })]
    .filter(({ final }) => final > 0)
    .map(({ query, errorClass, final }) => ({
      check: query,
      reason: errorClass.replace(/^error_/u, ''),
      names: final,
    }))
    .sort((a, b) => placeOf(a.check) - placeOf(b.check) || b.names - a.names);
}

const placeOf = (check: string): number => CHECK_LAYOUTS.findIndex(({ name }) => name === check);
