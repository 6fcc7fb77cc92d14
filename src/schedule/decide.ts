/**
 * What is to become of the slots that have come: begun, begun late, skipped or missed. Pure: times in,
 * decisions out; every slot gets exactly one decision, once.
 *
 * A night is *missed* when nobody was there to begin it and it is too old to catch up; it is *skipped*
 * when the night before of the same survey still ran. Of several that were missed only the newest can
 * be caught up: a store's nights go forward, and two nights measured in one would be one night twice.
 */

/** How a night came to run. */
export type RunReason =
  /** At its time. */
  | 'due'
  /** Late, for nobody was there at its time. */
  | 'catch_up'
  /** Begun before, and broken off by the end of the scheduler. */
  | 'resumed';

export interface Decision {
  readonly slotMs: number;
  readonly action: 'run' | 'miss' | 'skip' | 'give_up';
  /** Of a run. */
  readonly reason?: RunReason;
}

export interface Situation {
  readonly nowMs: number;
  /** Slots that have come and are not decided, ascending. */
  readonly slots: readonly number[];
  /** The survey's night runs in this process. */
  readonly isRunning: boolean;
  /** A night that was begun and whose process is gone. */
  readonly broken?: { readonly slotMs: number; readonly aliveAtMs: number } | undefined;
  readonly catchUpMs: number;
}

/** A slot that is younger is at its time: timers, and a scheduler that was restarted, need some seconds. */
const ON_TIME_MS = 60_000;

/** In the order in which they are to be carried out; at most one is a run, and it is the last. */
export function decide(situation: Situation): readonly Decision[] {
  const { slots, isRunning, broken, nowMs, catchUpMs } = situation;
  if (isRunning) return slots.map((slotMs) => ({ slotMs, action: 'skip' }));
  const newest = slots.at(-1);
  const isNewestRun = newest !== undefined && nowMs - newest <= Math.max(catchUpMs, ON_TIME_MS);
  const missed = isNewestRun ? slots.slice(0, -1) : slots;
  const decisions: Decision[] = missed.map((slotMs) => ({ slotMs, action: 'miss' }));
  if (isNewestRun) {
    if (broken !== undefined) decisions.unshift({ slotMs: broken.slotMs, action: 'give_up' });
    const reason = nowMs - newest <= ON_TIME_MS ? 'due' : 'catch_up';
    decisions.push({ slotMs: newest, action: 'run', reason });
  } else if (broken !== undefined) {
    const { slotMs, aliveAtMs } = broken;
    if (nowMs - aliveAtMs <= Math.max(catchUpMs, ON_TIME_MS)) {
      decisions.push({ slotMs, action: 'run', reason: 'resumed' });
    } else {
      decisions.unshift({ slotMs, action: 'give_up' });
    }
  }
  return decisions;
}
