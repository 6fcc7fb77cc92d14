/**
 * Which runs a verb means: a night, a month (its newest night), a run id, or the newest two. Only
 * finished nights are compared: what was not asked yet would look like a change.
 */
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import { isNight } from '../survey/night.ts';
import type { RunRow } from '../survey/ports.ts';

export interface NightPair {
  readonly from: RunRow;
  readonly to: RunRow;
}

/** `2026-11-24`, `2026-11` for the newest finished night of the month, `run:7`. */
export function nightNamed(runs: readonly RunRow[], path: string, text: string): RunRow {
  const id = /^run:(\d{1,15})$/u.exec(text)?.[1];
  const isMonth = isNight(`${text}-01`);
  if (id === undefined && !isMonth && !isNight(text)) {
    throw new SurveyError(
      'usage',
      `${JSON.stringify(text)} is no night; it takes YYYY-MM-DD, YYYY-MM or run:ID (mailcensus runs lists them)`,
    );
  }
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
      `${path} has no night ${JSON.stringify(text)}${id === undefined ? nearestNights(runs, text) : ''}; mailcensus runs lists them`,
    );
  }
  return finished(run);
}

/** Two different finished nights, the earlier first; without names the newest two. */
export function nightPair(store: StoreReader, path: string, names: readonly string[]): NightPair {
  const runs = store.runs();
  const [first, second, third] = names;
  if (third !== undefined) {
    throw new SurveyError(
      'usage',
      `${names.length} nights were given; two are compared at a time (mailcensus trend shows many)`,
    );
  }
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
  const to = second === undefined ? newestOther(runs, path, from) : nightNamed(runs, path, second);
  if (from.id === to.id) {
    throw new SurveyError(
      'usage',
      `${first} and ${second ?? to.night} are the same night; name two (mailcensus runs lists them)`,
    );
  }
  return from.id < to.id ? { from, to } : { from: to, to: from };
}

/** Two nights by `--from` and `--to`: with one of them the newest other night, or the one before. */
export function pairBetween(
  store: StoreReader,
  path: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): NightPair {
  if (from !== undefined || to === undefined) {
    return nightPair(
      store,
      path,
      [from, to].filter((name) => name !== undefined),
    );
  }
  const runs = store.runs();
  const last = nightNamed(runs, path, to);
  const before = runs.findLast(({ id, status }) => status === 'finished' && id < last.id);
  if (before === undefined) {
    throw new SurveyError(
      'usage',
      `${path} has no finished night before ${last.night}; mailcensus runs lists them`,
    );
  }
  return { from: before, to: last };
}

/** The finished nights from `from` to `to`, both included, oldest first. */
export function nightsBetween(
  store: StoreReader,
  path: string,
  range: { readonly from?: string; readonly to?: string },
): readonly RunRow[] {
  const runs = store.runs();
  for (const date of [range.from, range.to]) {
    if (date !== undefined && !isDate(date)) {
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

/** A year, a month or a day that the calendar has. */
const isDate = (text: string): boolean =>
  ['', '-01', '-01-01'].some((rest) => isNight(text + rest));

function newestOther(runs: readonly RunRow[], path: string, from: RunRow): RunRow {
  const newest = runs.findLast(({ id, status }) => status === 'finished' && id !== from.id);
  if (newest === undefined) {
    throw new SurveyError(
      'usage',
      `${path} has no other finished night than ${from.night}; mailcensus runs lists them`,
    );
  }
  return newest;
}

function finished(run: RunRow): RunRow {
  if (run.status === 'finished') return run;
  const state = run.status === 'running' ? 'is not finished' : 'was aborted';
  throw new SurveyError(
    'usage',
    `night ${run.night} (run ${run.id}) ${state}: what it did not ask would look like a change; take a finished one (mailcensus runs lists them)`,
  );
}

function nearestNights(runs: readonly RunRow[], text: string): string {
  const nights = runs.filter(({ status }) => status === 'finished').map(({ night }) => night);
  const before = nights.findLast((night) => night < text);
  const after = nights.find((night) => night > text);
  const near = [before, after].filter((night) => night !== undefined);
  return near.length === 0 ? '' : ` (the nearest: ${near.join(' and ')})`;
}
