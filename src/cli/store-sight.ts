/** What `status` and the metrics see of a store: its newest run, as figures. Opens, reads, closes. */
import { existsSync } from 'node:fs';
import type { RunFigures } from '../sight/metrics-snapshot.ts';
import { runFigures } from '../sight/run-figures.ts';
import { openReader } from '../store/open.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow, RunWorkerRow } from '../survey/ports.ts';

export interface StoreSight {
  readonly run: RunRow;
  readonly figures: RunFigures;
  readonly workers: readonly RunWorkerRow[];
}

/** Undefined where there is no store yet, or no run in it; throws SurveyError for what is no store. */
export function sightOfStore(path: string): StoreSight | undefined {
  if (!existsSync(path)) return undefined;
  const store = openReader(path);
  try {
    const run = store.lastRun();
    if (run === undefined) return undefined;
    const total = store.countersOfRuns([run.id], { segmentType: 'total' })[0]?.segments[0];
    return { run, figures: runFigures(run, total), workers: store.workersOfRun(run.id) };
  } finally {
    store.close();
  }
}

/** For a reading that must not fail because one store cannot be read now. */
export function figuresOfStore(path: string): RunFigures | undefined {
  try {
    return sightOfStore(path)?.figures;
  } catch (error) {
    if (error instanceof SurveyError) return undefined;
    throw error;
  }
}
