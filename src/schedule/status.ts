/**
 * How a scheduler's surveys stand, read from its files alone: it may run or not, here or not at all.
 */
import type { LoadedConfig } from './read-config.ts';
import { localTime, nextSlots, slotsBetween } from './slots.ts';
import { type NightRecord, type RunningNight, readState, type SurveyState } from './state.ts';

export interface SurveyStanding {
  readonly name: string;
  readonly timeZone: string;
  readonly store: string;
  readonly running: RunningNight | undefined;
  /** It says that it runs, but has not been there for minutes. */
  readonly isBroken: boolean;
  /** Slots that came and that nobody has decided: no scheduler runs. */
  readonly overdue: number;
  readonly last: NightRecord | undefined;
  readonly counts: SurveyState['counts'] | undefined;
  readonly nextMs: readonly number[];
}

/** A scheduler notes a running night twice a minute. */
const ALIVE_MS = 180_000;
/** A scheduler that runs decides a slot within a minute. */
const DECIDED_MS = 120_000;

export function standings(
  config: LoadedConfig,
  nowMs: number,
  nextCount = 1,
): readonly SurveyStanding[] {
  return Object.entries(config.surveys).map(([name, survey]) => {
    const state = readState(config.state, name);
    const { running } = state ?? {};
    return {
      name,
      timeZone: survey.timeZone,
      store: survey.store,
      running,
      isBroken: running !== undefined && nowMs - running.aliveAtMs > ALIVE_MS,
      overdue:
        state === undefined ? 0 : slotsBetween(survey, state.decidedMs, nowMs - DECIDED_MS).length,
      last: state?.nights.at(-1),
      counts: state?.counts,
      nextMs: nextSlots(survey, nowMs, nextCount),
    };
  });
}

/** A survey's lines of `status`. */
export function standingLines(standing: SurveyStanding): readonly string[] {
  const { name, running, isBroken, overdue, last, counts, nextMs, timeZone } = standing;
  const next = nextMs.map((at) => localTime(at, timeZone)).join(', ');
  const lines = [`survey ${name}   next ${next === '' ? 'never' : next}`];
  if (running !== undefined) {
    const how = isBroken ? 'broken off' : 'running';
    lines.push(
      `  now      night ${running.night} ${how}, attempt ${running.attempt}, ${REASONS[running.reason]}`,
    );
  }
  if (overdue > 0) {
    lines.push(
      `  overdue  ${overdue} of its times came and nobody was there: is schedule running?`,
    );
  }
  if (last !== undefined) lines.push(`  last     ${nightText(last)}`);
  if (counts !== undefined) {
    const { complete, failed, missed, skipped } = counts;
    lines.push(
      `  nights   ${complete} complete, ${failed} failed, ${missed} missed, ${skipped} skipped`,
    );
  }
  return lines;
}

const REASONS: Readonly<Record<RunningNight['reason'], string>> = {
  due: 'begun in time',
  catch_up: 'begun late',
  resumed: 'taken up again',
};

function nightText({ night, outcome, attempts, exitStatus, why }: NightRecord): string {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  const status = outcome === 'failed' && exitStatus !== undefined ? ` (exit ${exitStatus})` : '';
  return `night ${night} ${outcome}${status}${tries}${why === undefined ? '' : `: ${why}`}`;
}

/** As `status --json` gives it. */
export function standingJson(standing: SurveyStanding): Record<string, unknown> {
  const { running, last, counts } = standing;
  return {
    name: standing.name,
    time_zone: standing.timeZone,
    store: standing.store,
    running:
      running === undefined
        ? null
        : {
            night: running.night,
            attempt: running.attempt,
            reason: running.reason,
            started_at: isoTime(running.startedAtMs),
            alive_at: isoTime(running.aliveAtMs),
            broken_off: standing.isBroken,
          },
    overdue: standing.overdue,
    last:
      last === undefined
        ? null
        : {
            night: last.night,
            outcome: last.outcome,
            attempts: last.attempts,
            exit_status: last.exitStatus ?? null,
            why: last.why ?? null,
            ended_at: isoTime(last.endedAtMs),
          },
    nights: counts ?? null,
    next: standing.nextMs.map(isoTime),
  };
}

const isoTime = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
