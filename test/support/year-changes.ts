/**
 * Two nights of a modelled year side by side, and its life tables, counted name by name after
 * docs/methodology.md: what `compare` and `export survival` say of the store is held against it.
 */
import { expect } from 'vitest';
import { isTarget, type ModelNight } from '../store/synthetic-year.ts';
import { factsOn, flowStateOf, namesBySegment, segmentsOf } from './year-names.ts';
import { type CountedShare, fraction } from './year-shares.ts';

export type NightPair = readonly [ModelNight, ModelNight];

interface Part {
  readonly x: number;
  readonly n: number;
}

const shareOf = ({ x, n }: Part): number | null => (n === 0 ? null : fraction(x / n));

const minus = (a: Part, b: Part): number | null =>
  a.n === 0 || b.n === 0 ? null : a.x / a.n - b.x / b.n;

/** As the file has it, of a census, which has no intervals. */
function row(design: string, [from, to]: readonly [Part, Part], difference: number | null) {
  return {
    design,
    ...{ x_from: from.x, n_from: from.n, share_from: shareOf(from) },
    ...{ x_to: to.x, n_to: to.n, share_to: shareOf(to) },
    // Its last digit may be rounded the other way.
    diff: difference === null ? null : expect.closeTo(difference, 5),
    ...{ ci_low: null, ci_high: null, gained: null, lost: null },
  };
}

type Which = 0 | 1;

/** The names of a segment by where they stand in a share on each of two nights. */
class Standings {
  readonly #names: readonly string[];
  readonly #of: readonly ReadonlyMap<string, string>[];

  constructor(share: CountedShare, nights: NightPair, members: readonly (readonly string[])[]) {
    this.#names = [...new Set(members.flat())];
    this.#of = nights.map((night, n) => {
      const own = members[n] ?? [];
      return new Map(own.map((name) => [name, share.standing(factsOn(night, name))] as const));
    });
  }

  #stands(n: Which, name: string, ...places: readonly string[]): boolean {
    return places.includes(this.#of[n]?.get(name) ?? 'outside');
  }

  isCounted(n: Which, name: string): boolean {
    return this.#stands(n, name, 'counted');
  }

  /** In the denominator. */
  members(n: Which): readonly string[] {
    return this.#names.filter((name) => this.#stands(n, name, 'inside', 'counted', 'doubtful'));
  }

  /** In the denominator with a known outcome on both nights. */
  panel(): readonly string[] {
    return this.#names.filter((name) =>
      ([0, 1] as const).every((n) => this.#stands(n, name, 'inside', 'counted')),
    );
  }

  part(n: Which, names: readonly string[]): Part {
    return { x: names.filter((name) => this.isCounted(n, name)).length, n: names.length };
  }
}

/** The three rows of one change; `members` are the names of the segment on each night. */
export function changeRows(
  share: CountedShare,
  nights: NightPair,
  members: readonly (readonly string[])[],
): readonly unknown[] {
  const standings = new Standings(share, nights, members);
  const panel = standings.panel();
  const parts = (of: (n: Which) => readonly string[]): readonly [Part, Part] => [
    standings.part(0, of(0)),
    standings.part(1, of(1)),
  ];
  const cross = parts((n) => standings.members(n));
  const both = parts(() => panel);
  const rest = parts((n) => standings.members(n).filter((name) => !panel.includes(name)));
  const moved = (n: Which) =>
    panel.filter(
      (name) => standings.isCounted(n, name) && !standings.isCounted(n === 0 ? 1 : 0, name),
    );
  // w_E (p1E - p1P), and the same of those who leave.
  const pull = (n: Which) =>
    rest[n].n === 0
      ? 0
      : (rest[n].n / cross[n].n) * (rest[n].x / rest[n].n - both[n].x / both[n].n);
  const isEmpty = cross[0].n === 0 || cross[1].n === 0 || both[0].n === 0;
  return [
    row('cross', cross, minus(cross[1], cross[0])),
    {
      ...row('panel', both, minus(both[1], both[0])),
      gained: moved(1).length,
      lost: moved(0).length,
    },
    row('composition', rest, isEmpty ? null : pull(1) - pull(0)),
  ];
}

/** By segment of one type: its names on each of the nights. */
export function membersOf(
  nights: NightPair,
  names: readonly string[],
  type: string,
): ReadonlyMap<string, readonly [readonly string[], readonly string[]]> {
  const [before, after] = nights.map((night) => namesBySegment(night, names, type));
  const segments = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return new Map(
    [...segments].map((segment) => [
      segment,
      [before?.get(segment) ?? [], after?.get(segment) ?? []],
    ]),
  );
}

/** Names by `type|segment|from|to`. */
export function flowCounts(
  nights: NightPair,
  names: readonly string[],
  types: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) {
    for (const [segment, members] of membersOf(nights, names, type)) {
      for (const name of new Set(members.flat())) {
        const states = nights.map((night, n) =>
          members[n]?.includes(name) ? flowStateOf(night, name) : 'not_listed',
        );
        const key = [type, segment, ...states].join('|');
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

interface Event {
  readonly atRisk: readonly string[];
  readonly after: readonly string[];
}

const EVENTS: Readonly<Record<string, Event>> = {
  adopt: { atRisk: ['absent'], after: ['none', 'enforced'] },
  enforce: { atRisk: ['none'], after: ['enforced'] },
  drop: { atRisk: ['none', 'enforced'], after: ['absent'] },
};

/** Where a name stands in a life table; undefined where nothing is known of it. */
function lifeStateOf(night: ModelNight, name: string): string | undefined {
  if (!isTarget(night, name)) return undefined;
  const { dmarc } = factsOn(night, name);
  if (!dmarc.isKnown) return undefined;
  if (!dmarc.flags.has('valid_own')) return 'absent';
  return dmarc.class === 'none' ? 'none' : 'enforced';
}

/** At risk, with the event, out of sight after it. */
export type Interval = readonly [atRisk: number, events: number, censored: number];

/** What one interval is to a name that is in the state at its beginning; `next` is its end. */
function intervalOf(next: string | undefined, { atRisk, after }: Event): Interval {
  if (next === undefined) return [0, 0, 0];
  if (atRisk.includes(next)) return [1, 0, 0];
  return after.includes(next) ? [1, 1, 0] : [1, 0, 1];
}

/**
 * By interval. The interval k goes from the wave k - 1 after the first sight to the next; who is seen at
 * both ends of it, and was in the state so far, is at risk in it.
 */
function* intervalsOf(
  states: readonly (string | undefined)[],
  event: Event,
): Generator<readonly [number, Interval]> {
  const isAtRisk = (state: string | undefined) =>
    state !== undefined && event.atRisk.includes(state);
  const first = states.findIndex(isAtRisk);
  const last = states.findIndex(
    (state, wave) => wave > first && state !== undefined && !isAtRisk(state),
  );
  const end = last < 0 ? states.length : last;
  for (let wave = Math.max(first, 0); wave < end && first >= 0; wave++) {
    if (!isAtRisk(states[wave])) continue;
    const interval = wave + 1 - first;
    yield [interval, intervalOf(states[wave + 1], event)];
    if (states[wave + 1] === undefined && interval > 1) yield [interval - 1, [0, 0, 1]];
  }
}

/**
 * Counts by `event|type|segment|interval`, of the total and of the segments that the newest wave gives
 * the names, up to the last interval before the first that nobody is at risk in.
 */
export function lifeCounts(
  waves: readonly ModelNight[],
  names: readonly string[],
  type: string,
): ReadonlyMap<string, Interval> {
  const newest = waves.at(-1) as ModelNight;
  const counts = new Map<string, Interval>();
  for (const name of names) {
    const states = waves.map((night) => lifeStateOf(night, name));
    const own = segmentsOf(newest, name, type).map((segment) => `${type}|${segment}`);
    for (const [event, of] of Object.entries(EVENTS)) {
      for (const [interval, [atRisk, events, censored]] of intervalsOf(states, of)) {
        for (const segment of ['total|all', ...own]) {
          const key = [event, segment, interval].join('|');
          const sum = counts.get(key) ?? [0, 0, 0];
          counts.set(key, [sum[0] + atRisk, sum[1] + events, sum[2] + censored]);
        }
      }
    }
  }
  const isReached = (key: string): boolean => {
    const [wave] = key.split('|').slice(-1);
    const head = key.slice(0, key.lastIndexOf('|'));
    return Array.from({ length: Number(wave) }, (_, i) => `${head}|${i + 1}`).every(
      (one) => (counts.get(one)?.[0] ?? 0) > 0,
    );
  };
  return new Map([...counts].filter(([key]) => isReached(key)));
}
