/** Brings together what a report of one run is made from. */
import type { ReportData } from '../report/report-data.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import { isNight } from '../survey/night.ts';
import type { RunRow } from '../survey/ports.ts';

/** The run that `--night` or `--run` names; without either the newest. */
export function chosenRun(
  store: StoreReader,
  path: string,
  options: { readonly night?: string; readonly run?: number },
): RunRow {
  if (options.run !== undefined) {
    const run = store.runs().find(({ id }) => id === options.run);
    if (run === undefined) {
      throw new SurveyError(
        'usage',
        `${path} has no run ${options.run}; mailcensus runs lists them`,
      );
    }
    return run;
  }
  if (options.night !== undefined) {
    if (!isNight(options.night)) {
      throw new SurveyError(
        'usage',
        `--night ${JSON.stringify(options.night)} is no date; it takes YYYY-MM-DD`,
      );
    }
    const run = store.runOfNight(options.night);
    if (run === undefined) {
      throw new SurveyError(
        'usage',
        `${path} has no night ${JSON.stringify(options.night)}; mailcensus runs lists them`,
      );
    }
    return run;
  }
  const run = store.lastRun();
  if (run === undefined) {
    throw new SurveyError('usage', `${path} has no run yet; mailcensus survey LIST begins one`);
  }
  return run;
}

export function reportDataOf(store: StoreReader, run: RunRow): ReportData {
  const { lists, union } = store.runAccounting(run.id);
  return {
    run,
    lists,
    accounting: union,
    segments: [...store.counters(run.id)],
    blocks: run.status === 'finished' ? [] : [...store.blockHeadlines(run.id)],
  };
}
