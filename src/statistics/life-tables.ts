/**
 * Discrete-time life tables of many domains: how long names take to adopt, to enforce, to drop. Pure;
 * it must not know a store. Names are given one at a time and not kept: memory grows with segments and
 * waves only.
 *
 * Time runs from the first wave at which a name is seen in the state (it may have been in it long
 * before), one interval from each wave to the next. A wave without a definitive answer, or off the
 * list, takes the name out of sight at its last good wave; where it is seen in the state again it is at
 * risk again, as late as that (left truncation), since what it did in between is not known. Seen in
 * another state after that, its time is not known and it has had no event. A name has one time in each
 * table: leaving the state, by the event or otherwise, ends it. Kaplan-Meier with Greenwood's error.
 */
import {
  type LifeTable,
  type LifeTableRow,
  SURVIVAL_EVENTS,
  type SurvivalEvent,
} from './life-table.ts';
import { compareSegments } from './segment-order.ts';
import { Z95 } from './wilson.ts';

/**
 * Where a name stands for survival. `absent` has no usable record of its own, `none` one that only
 * monitors, `enforced` quarantine or reject; `unknown` was asked without a definitive answer.
 */
export type LifeState = 'absent' | 'none' | 'enforced' | 'unknown';

/** A run of waves over which a target's state stands; a wave is a number into the list of nights. */
export interface StateSpell {
  readonly state: LifeState;
  readonly fromWave: number;
  /** Inclusive. */
  readonly toWave: number;
}

interface EventStates {
  readonly atRisk: readonly LifeState[];
  readonly after: readonly LifeState[];
}

const STATES: Readonly<Record<SurvivalEvent, EventStates>> = {
  adopt: { atRisk: ['absent'], after: ['none', 'enforced'] },
  enforce: { atRisk: ['none'], after: ['enforced'] },
  drop: { atRisk: ['none', 'enforced'], after: ['absent'] },
};

/** Life tables of one segment type, and of the total. */
export class LifeTables {
  readonly #segmentType: string;
  readonly #total = eventCounts();
  readonly #segments = new Map<string, Readonly<Record<SurvivalEvent, IntervalCounts>>>();

  constructor(segmentType: string) {
    this.#segmentType = segmentType;
  }

  /** Spells ascend and are disjoint; a wave in none of them had the name as no target. */
  domain(segmentNames: readonly string[], spells: readonly StateSpell[]): void {
    const into = [this.#total, ...segmentNames.map((name) => this.#countsOf(name))];
    for (const event of SURVIVAL_EVENTS) {
      const follow = new Follow(
        STATES[event],
        into.map((counts) => counts[event]),
      );
      for (const spell of spells) follow.spell(spell);
      follow.end();
    }
  }

  /** The total first, then segments in the order of reports; of each the events as declared. */
  tables(): readonly LifeTable[] {
    const segments = [...this.#segments]
      .map(([segment, counts]) => ({ segmentType: this.#segmentType, segment, counts }))
      .sort(compareSegments);
    const total = { segmentType: 'total', segment: 'all', counts: this.#total };
    return [total, ...segments].flatMap(({ segmentType, segment, counts }) =>
      SURVIVAL_EVENTS.map((event) => {
        const rows = lifeTableRows(counts[event].byWave());
        const medianWave = rows.find(({ survival }) => survival <= 0.5)?.wave;
        return { event, segmentType, segment, rows, medianWave };
      }),
    );
  }

  #countsOf(name: string): Readonly<Record<SurvivalEvent, IntervalCounts>> {
    let counts = this.#segments.get(name);
    if (counts === undefined) {
      counts = eventCounts();
      this.#segments.set(name, counts);
    }
    return counts;
  }
}

function eventCounts(): Readonly<Record<SurvivalEvent, IntervalCounts>> {
  return { adopt: new IntervalCounts(), enforce: new IntervalCounts(), drop: new IntervalCounts() };
}

/** Counts of one interval. */
export interface WaveCounts {
  readonly atRisk: number;
  readonly events: number;
  readonly censored: number;
}

/** Counts by interval, from 1; names at risk as differences, so that a spell is two additions. */
class IntervalCounts {
  readonly #entering: number[] = [];
  readonly #events: number[] = [];
  readonly #censored: number[] = [];

  /** At risk from one interval to another, inclusive. */
  atRisk(from: number, to: number): void {
    if (to < from) return;
    add(this.#entering, from, 1);
    add(this.#entering, to + 1, -1);
  }

  event(interval: number): void {
    add(this.#events, interval, 1);
  }

  /** After an interval; a name seen but once has none, and is not counted. */
  censored(interval: number): void {
    if (interval > 0) add(this.#censored, interval, 1);
  }

  byWave(): readonly WaveCounts[] {
    const waves: WaveCounts[] = [];
    let atRisk = 0;
    for (let wave = 1; wave < this.#entering.length; wave++) {
      atRisk += this.#entering[wave] as number;
      const events = this.#events[wave] ?? 0;
      waves.push({ atRisk, events, censored: this.#censored[wave] ?? 0 });
    }
    return waves;
  }
}

/** Without holes, so that the array stays a packed one. */
function add(counts: number[], at: number, by: number): void {
  while (counts.length <= at) counts.push(0);
  counts[at] = (counts[at] as number) + by;
}

/** One name's way through one event's states. */
class Follow {
  readonly #states: EventStates;
  readonly #into: readonly IntervalCounts[];
  /** The wave at which it was first seen in the state. */
  #entry: number | undefined;
  /** The last wave of the spell before, where that was in the state. */
  #seen: number | undefined;
  #isOver = false;

  constructor(states: EventStates, into: readonly IntervalCounts[]) {
    this.#states = states;
    this.#into = into;
  }

  spell({ state, fromWave, toWave }: StateSpell): void {
    if (this.#isOver) return;
    if (this.#seen !== undefined && fromWave > this.#seen + 1) this.#outOfSight(this.#seen);
    if (this.#states.atRisk.includes(state)) this.#inState(fromWave, toWave);
    else if (state === 'unknown') {
      if (this.#seen !== undefined) this.#outOfSight(this.#seen);
    } else if (this.#entry !== undefined) this.#leave(state, fromWave, this.#entry);
  }

  end(): void {
    if (!this.#isOver && this.#seen !== undefined) this.#outOfSight(this.#seen);
  }

  #inState(fromWave: number, toWave: number): void {
    this.#entry ??= fromWave;
    // A spell that goes on from one in the state has the interval between them too.
    const start = this.#seen ?? fromWave;
    for (const counts of this.#into) counts.atRisk(start + 1 - this.#entry, toWave - this.#entry);
    this.#seen = toWave;
  }

  #outOfSight(lastWave: number): void {
    for (const counts of this.#into) counts.censored(lastWave - (this.#entry ?? lastWave));
    this.#seen = undefined;
  }

  /** Seen in another state: at the very next wave, or after a time out of sight. */
  #leave(state: LifeState, wave: number, entry: number): void {
    this.#isOver = true;
    if (this.#seen === undefined) return;
    const interval = wave - entry;
    const isEvent = this.#states.after.includes(state);
    for (const counts of this.#into) {
      counts.atRisk(interval, interval);
      if (isEvent) counts.event(interval);
      else counts.censored(interval);
    }
  }
}

/**
 * Kaplan-Meier by interval, up to the last one with a name at risk; a table ends where nobody is at
 * risk, since nothing is known beyond. The interval of survival is 95 % on the scale of log(-log), so
 * that it stays between 0 and 1; where survival is 0 or 1 it has no width.
 */
export function lifeTableRows(waves: readonly WaveCounts[]): readonly LifeTableRow[] {
  const rows: LifeTableRow[] = [];
  let survival = 1;
  let greenwood = 0;
  for (const [i, { atRisk, events, censored }] of waves.entries()) {
    if (!(atRisk > 0)) break;
    const hazard = events / atRisk;
    survival *= 1 - hazard;
    greenwood += atRisk > events ? events / (atRisk * (atRisk - events)) : 0;
    const error = Math.sqrt(greenwood);
    rows.push({
      wave: i + 1,
      atRisk,
      events,
      censored,
      hazard,
      survival,
      se: survival * error,
      ...logLogInterval(survival, error),
    });
  }
  return rows;
}

function logLogInterval(survival: number, error: number): { ciLow: number; ciHigh: number } {
  if (survival <= 0 || survival >= 1) return { ciLow: survival, ciHigh: survival };
  const spread = Math.exp((Z95 * error) / Math.abs(Math.log(survival)));
  return { ciLow: survival ** spread, ciHigh: survival ** (1 / spread) };
}

/** Probability of having had the event. */
export interface EventProbability {
  readonly wave: number;
  readonly probability: number;
  readonly ciLow: number;
  readonly ciHigh: number;
}

const DAYS_A_YEAR = 365.25;
const DAY_MS = 86_400_000;

/** Intervals that come to twelve months at the mean distance of the nights; undefined for one night. */
export function wavesInTwelveMonths(nights: readonly string[]): number | undefined {
  const first = Date.parse(nights[0] ?? '');
  const last = Date.parse(nights.at(-1) ?? '');
  const days = (last - first) / DAY_MS / (nights.length - 1);
  return days > 0 ? Math.max(1, Math.round(DAYS_A_YEAR / days)) : undefined;
}

/**
 * Probability of the event within twelve months of coming under observation; undefined where the nights
 * do not reach that far.
 */
export function twelveMonthProbability(
  table: LifeTable,
  nights: readonly string[],
): EventProbability | undefined {
  const wave = wavesInTwelveMonths(nights);
  const row = wave === undefined ? undefined : table.rows[wave - 1];
  return (
    row && {
      wave: row.wave,
      probability: 1 - row.survival,
      ciLow: 1 - row.ciHigh,
      ciHigh: 1 - row.ciLow,
    }
  );
}
