/**
 * Keeps the nights of every survey of a configuration: decides what becomes of each slot, runs the
 * nights, remembers both. It waits for nothing by itself: `tick` is called by a timer in process
 * (`waitInProcess`) or by Redis (`redis-triggers.ts`), as often as one likes.
 */

import { SurveyError } from '../survey/errors.ts';
import { nightOf } from '../survey/night.ts';
import type { RunChild } from './child.ts';
import { type Decision, decide, type RunReason } from './decide.ts';
import type { Say } from './events.ts';
import { type NightEnd, runNight } from './night.ts';
import type { LoadedConfig } from './read-config.ts';
import { slotAfter, slotsBetween } from './slots.ts';
import { type NightRecord, type SurveyState, withNight, withRunning, writeState } from './state.ts';
import { type KeptSurvey, keepSurvey, reopened, type SurveyLock } from './survey-state.ts';

export interface SchedulerParts {
  readonly config: LoadedConfig;
  readonly now: () => number;
  readonly runChild: RunChild;
  readonly say: Say;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Undefined when another process holds the lock of that path. */
  readonly takeLock: (path: string) => SurveyLock | undefined;
  readonly signal: AbortSignal;
}

/** A night that runs now. */
interface Current {
  readonly slotMs: number;
  readonly end: Promise<void>;
}

interface Kept extends KeptSurvey {
  current: Current | undefined;
}

interface BegunNight {
  readonly night: string;
  readonly slotMs: number;
  readonly reason: RunReason;
  readonly startedAtMs: number;
}

const MS_PER_HOUR = 3_600_000;
/** How often a running night is noted as alive, and the clock is looked at. */
const BEAT_MS = 30_000;
const MAX_WHY_LENGTH = 500;

export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #kept: ReadonlyMap<string, Kept>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: SchedulerParts, kept: readonly Kept[]) {
    this.#parts = parts;
    this.#kept = new Map(kept.map((one) => [one.name, one]));
  }

  /** Takes the named surveys; throws SurveyError when another process keeps one of them. */
  static open(parts: SchedulerParts, names: readonly string[]): Scheduler {
    const kept: Kept[] = [];
    try {
      for (const name of names) {
        kept.push({ ...keepSurvey(parts, name, parts.now()), current: undefined });
      }
      return new Scheduler(parts, kept);
    } catch (error) {
      for (const { lock } of kept) lock.release();
      throw error;
    }
  }

  /** Decides every slot that has come and begins the night that is due, of one survey or of all. */
  tick(only?: string, nowMs = this.#parts.now()): void {
    for (const kept of this.#kept.values()) {
      if (only !== undefined && kept.name !== only) continue;
      if (this.#parts.signal.aborted) return;
      this.#tickOne(kept, nowMs);
    }
  }

  /** Notes that the nights under way are. */
  beat(): void {
    const nowMs = this.#parts.now();
    for (const kept of this.#kept.values()) {
      const { running } = kept.state;
      if (kept.current === undefined || running === undefined) continue;
      if (nowMs - running.aliveAtMs < BEAT_MS) continue;
      this.#write(kept, withRunning(kept.state, { ...running, aliveAtMs: nowMs }));
    }
  }

  /** Ticks for a slot that someone else's clock says has come, and waits for its night. */
  async due(name: string, slotMs: number): Promise<NightRecord | undefined> {
    this.tick(name, Math.max(this.#parts.now(), slotMs));
    const kept = this.#kept.get(name);
    if (kept?.current?.slotMs === slotMs) await kept.current.end;
    return kept?.state.nights.findLast((night) => night.slotMs === slotMs);
  }

  /**
   * Lets the newest slot be decided anew where its night is not complete and young enough: for a call
   * by hand, or from a timer that knows a survey of which nothing is remembered.
   */
  reopenNewest(name: string): void {
    const kept = this.#kept.get(name);
    if (kept !== undefined) kept.state = reopened(kept, this.#parts.now());
  }

  /** When the next slot of any survey comes. */
  nextSlotMs(): number | undefined {
    const nowMs = this.#parts.now();
    const slots = [...this.#kept.values()].map(({ survey }) => slotAfter(survey, nowMs));
    return slots.reduce(
      (a, b) => (a === undefined || (b !== undefined && b < a) ? b : a),
      undefined,
    );
  }

  stateOf(name: string): SurveyState | undefined {
    return this.#kept.get(name)?.state;
  }

  /** Resolves when no night is under way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ current }) => current?.end));
  }

  close(): void {
    for (const { lock } of this.#kept.values()) lock.release();
  }

  #tickOne(kept: Kept, nowMs: number): void {
    const { survey, state, current } = kept;
    const decisions = decide({
      nowMs,
      slots: slotsBetween(survey, state.decidedMs, nowMs),
      isRunning: current !== undefined,
      broken: current === undefined ? state.running : undefined,
      catchUpMs: survey.catchUpHours * MS_PER_HOUR,
    });
    for (const decision of decisions) this.#carryOut(kept, decision);
  }

  #carryOut(kept: Kept, { slotMs, action, reason }: Decision): void {
    if (action === 'run') {
      this.#begin(kept, slotMs, reason ?? 'due');
      return;
    }
    const { running } = kept.state;
    const isGivenUp = action === 'give_up';
    const why = {
      skip: `the night of ${running?.night} still ran`,
      miss: 'nobody was there to begin it in time',
      give_up: 'it was broken off, and not taken up again in time',
    }[action];
    const record: NightRecord = {
      night: nightOf(slotMs, kept.survey.timeZone),
      slotMs,
      outcome: isGivenUp ? 'failed' : action === 'skip' ? 'skipped' : 'missed',
      attempts: isGivenUp ? (running?.attempt ?? 0) : 0,
      why,
      endedAtMs: this.#parts.now(),
    };
    const state = withNight(kept.state, record);
    this.#write(kept, isGivenUp ? withRunning(state, undefined) : state);
    this.#parts.say(`night_${record.outcome}`, { survey: kept.name, night: record.night, why });
  }

  #begin(kept: Kept, slotMs: number, reason: RunReason): void {
    const { now, say } = this.#parts;
    const night = nightOf(slotMs, kept.survey.timeZone);
    const startedAtMs = reason === 'resumed' ? (kept.state.running?.startedAtMs ?? now()) : now();
    say('night_started', { survey: kept.name, night, reason });
    const onAttempt = (attempt: number) => {
      const nowMs = now();
      const running = { night, slotMs, reason, attempt, startedAtMs, aliveAtMs: nowMs };
      this.#write(kept, withRunning(kept.state, { ...running, pid: process.pid }));
    };
    const run = this.#inTurn(() =>
      runNight({
        ...this.#parts,
        survey: kept.survey,
        name: kept.name,
        night,
        optOut: this.#parts.config.optOut,
        redis: this.#parts.config.redis,
        onAttempt,
      }),
    );
    const end = run
      .catch((error: unknown): NightEnd => {
        const why = error instanceof Error ? error.message : String(error);
        return { outcome: 'failed', attempts: 1, exitStatus: undefined, why };
      })
      .then((nightEnd) => this.#end(kept, { night, slotMs, reason, startedAtMs }, nightEnd));
    kept.current = { slotMs, end };
  }

  /** Workers serve one run at a time, so nights that are asked by them follow one another. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#parts.config.redis?.workers !== true) return work();
    const turn = this.#turn.then(work);
    this.#turn = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  #end(kept: Kept, head: BegunNight, { outcome, attempts, exitStatus, why }: NightEnd): void {
    const { say, now } = this.#parts;
    const { night } = head;
    // What came while it ran, and no timer has seen yet, was skipped.
    this.#tickOne(kept, now());
    kept.current = undefined;
    if (outcome === 'interrupted') {
      const { running } = kept.state;
      this.#write(kept, withRunning(kept.state, running && { ...running, aliveAtMs: now() }));
      say('night_interrupted', { survey: kept.name, night });
      return;
    }
    const record: NightRecord = {
      ...head,
      outcome,
      attempts,
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(why === undefined ? {} : { why: why.slice(0, MAX_WHY_LENGTH) }),
      endedAtMs: now(),
    };
    this.#write(kept, withRunning(withNight(kept.state, record), undefined));
    const seconds = Math.round((record.endedAtMs - head.startedAtMs) / 1000);
    const values = { survey: kept.name, night, attempts, seconds };
    if (outcome === 'complete') say('night_complete', values);
    else say('night_failed', { ...values, exitStatus, why });
  }

  /** A full disk must not end the scheduler: what it knows is kept, and written the next time. */
  #write(kept: Kept, state: SurveyState): void {
    kept.state = state;
    try {
      writeState(this.#parts.config.state, kept.name, state);
    } catch (error) {
      if (!(error instanceof SurveyError)) throw error;
      this.#parts.say('state_unwritten', { survey: kept.name, why: error.message });
    }
  }
}

/** Waits in this process: looks at the clock at each slot and twice a minute, until the signal fires. */
export async function waitInProcess(scheduler: Scheduler, parts: SchedulerParts): Promise<void> {
  while (!parts.signal.aborted) {
    scheduler.tick();
    scheduler.beat();
    const untilSlotMs = (scheduler.nextSlotMs() ?? Number.POSITIVE_INFINITY) - parts.now();
    await parts.pause(Math.max(0, Math.min(untilSlotMs, BEAT_MS)), parts.signal);
  }
  await scheduler.settled();
}
