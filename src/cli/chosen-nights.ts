/**
 * Which runs a verb means: a night, a month (its newest night), a run id, or the newest two. Only
 * finished nights are compared: what was not asked yet would look like a change.
 */
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';

export interface NightPair {
  readonly from: RunRow;
  readonly to: RunRow;
}

/** `2026-11-24`, `2026-11` for the newest finished night of the month, `run:7`. */
export function nightNamed(runs: readonly RunRow[], path: string, text: string): RunRow {
  const id = /^run:(\d{1,15})$/u.exec(text)?.[1];
  const isMonth = /^\d{4}-\d{2}$/u.test(text);
  const run =
    id === undefined
      ? runs.findLast(
          ({ night, status }) =>
            night === text || (isMonth && night.startsWith(`${text}-`) && status === 'finished'),
        )
      : runs.find((one) => one.id === Number(id));
  if (run === undefined) {
    throw new SurveyError(
      'usage',
      `${path} has no night ${JSON.stringify(text)}${nearestNights(runs, text)}; mailcensus runs lists them`,
    );
  }
  return finished(run);
}

/** Two different finished nights, the earlier first; without names the newest two. */
export function nightPair(store: StoreReader, path: string, names: readonly string[]): NightPair {
  const runs = store.runs();
  const [first, second] = names;
  if (first === undefined) {
    const [from, to] = runs.filter(({ status }) => status === 'finished').slice(-2);
    if (from === undefined || to === undefined) {
      throw new SurveyError(
        'usage',
        `${path} has fewer than two finished nights; mailcensus runs lists them`,
      );
    }
    return { from, to };
  }
  const from = nightNamed(runs, path, first);
  const to = second === undefined ? newestAfter(runs, path, from) : nightNamed(runs, path, second);
  if (from.id === to.id) {
    throw new SurveyError('usage', `${first} and ${second ?? to.night} are the same night`);
  }
  return from.id < to.id ? { from, to } : { from: to, to: from };
}

/** The finished nights from `from` to `to`, both included, oldest first. */
export function nightsBetween(
  store: StoreReader,
  path: string,
  range: { readonly from?: string; readonly to?: string },
): readonly RunRow[] {
  const runs = store.runs();
  for (const date of [range.from, range.to]) {
    if (date !== undefined && !/^\d{4}(?:-\d{2}){0,2}$/u.test(date)) {
      throw new SurveyError(
        'usage',
        `${JSON.stringify(date)} is no date; it takes YYYY-MM-DD, YYYY-MM or YYYY`,
      );
    }
  }
  const { from = '', to = '9999' } = range;
  const nights = runs.filter(
    ({ night, status }) =>
      status === 'finished' && night >= from && night.slice(0, to.length) <= to,
  );
  if (nights.length === 0) {
    const span = [range.from ?? 'the first night', range.to ?? 'the last'].join(' to ');
    throw new SurveyError(
      'usage',
      `${path} has no finished night from ${span}; mailcensus runs lists them`,
    );
  }
  return nights;
}

function newestAfter(runs: readonly RunRow[], path: string, from: RunRow): RunRow {
  const newest = runs.findLast(({ id, status }) => status === 'finished' && id !== from.id);
  if (newest === undefined) {
    throw new SurveyError('usage', `${path} has no other finished night than ${from.night}`);
  }
  return newest;
}

function finished(run: RunRow): RunRow {
  if (run.status === 'finished') return run;
  const state = run.status === 'running' ? 'is not finished' : 'was aborted';
  throw new SurveyError(
    'usage',
    `night ${run.night} (run ${run.id}) ${state}: what it did not ask would look like a change`,
  );
}

function nearestNights(runs: readonly RunRow[], text: string): string {
  const nights = runs.filter(({ status }) => status === 'finished').map(({ night }) => night);
  const before = nights.findLast((night) => night < text);
  const after = nights.find((night) => night > text);
  const near = [before, after].filter((night) => night !== undefined);
  return near.length === 0 ? '' : ` (the nearest: ${near.join(' and ')})`;
}
