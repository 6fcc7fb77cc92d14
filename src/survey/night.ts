/**
 * Which run a call of `survey` means: a new one, an open one to take up again, or a finished one to
 * show. Pure: dates and rows in, decision out. A night is the calendar date of the run's start in
 * the survey's time zone; nights of one store only go forward, because history is read "as of".
 */
import type { RunConfig, RunRow } from './ports.ts';

/** Calendar date `YYYY-MM-DD` of an instant in an IANA time zone; throws RangeError on a bad zone. */
export function nightOf(atMs: number, timeZone: string): string {
  // The Swedish locale writes ISO 8601 dates.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(atMs);
}

/** A real calendar date in the form `YYYY-MM-DD`. */
export function isNight(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export type RunDecision =
  | { readonly action: 'start'; readonly abort: RunRow | undefined }
  | { readonly action: 'resume'; readonly run: RunRow }
  | { readonly action: 'show'; readonly run: RunRow }
  | { readonly action: 'refuse'; readonly reason: string };

export interface RunWish {
  /** The night that the call is for. */
  readonly night: string;
  /** `--night` was given; without it an open run is taken up even past midnight. */
  readonly isExplicit: boolean;
  readonly config: RunConfig;
}

/** `runs` in the order of their nights. */
export function decideRun(
  wish: RunWish,
  runs: readonly RunRow[],
  isSameConfig: (a: RunConfig, b: RunConfig) => boolean,
): RunDecision {
  const open = runs.find((run) => run.status === 'running');
  if (open !== undefined && !wish.isExplicit && isSameConfig(open.config, wish.config)) {
    return { action: 'resume', run: open };
  }
  const sameNight = runs.find((run) => run.night === wish.night);
  if (sameNight !== undefined) return decideSameNight(wish, sameNight, isSameConfig);
  const newest = runs.at(-1);
  if (newest !== undefined && newest.night > wish.night) {
    return {
      action: 'refuse',
      reason: `night ${wish.night} lies before ${newest.night}, the newest in the store; nights only go forward (another --store holds another history)`,
    };
  }
  return { action: 'start', abort: open };
}

function decideSameNight(
  wish: RunWish,
  run: RunRow,
  isSameConfig: (a: RunConfig, b: RunConfig) => boolean,
): RunDecision {
  if (!isSameConfig(run.config, wish.config)) {
    return {
      action: 'refuse',
      reason: `night ${run.night} is in the store with other lists or another configuration; give the same lists and options, another --night or another --store`,
    };
  }
  if (run.status === 'finished') return { action: 'show', run };
  if (run.status === 'running') return { action: 'resume', run };
  return {
    action: 'refuse',
    reason: `night ${run.night} was aborted when a newer night began; give another --night or another --store`,
  };
}
