/** Figures of a run as its store has them, for `status` and metrics. Pure: rows in, figures out. */
import { readCounts, type SegmentCounts } from '../statistics/counts.ts';
import { BASES, CHECK_LAYOUTS, UNKNOWN_CLASSES } from '../statistics/layout.ts';
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
  { counts }: SegmentCounts,
  checks: readonly string[],
): RunFigures['unknown'] {
  const reader = readCounts(counts);
  return CHECK_LAYOUTS.filter(({ name }) => checks.includes(name)).flatMap(({ name, classes }) =>
    classes
      .filter((of) => UNKNOWN_CLASSES.includes(of))
      .map((of) => ({
        check: name,
        reason: of.replace(/^error_/u, ''),
        names: reader.sum([`${name}.class.${of}`], BASES),
      }))
      .filter(({ names }) => names > 0)
      .sort((a, b) => b.names - a.names),
  );
}
