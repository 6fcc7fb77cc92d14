/**
 * Who is behind a change: what the names of each operator (of mail exchanges, of report
 * destinations) add to it. Pure. One operator's default flips thousands of names at once, which is
 * the first thing to know of a step in a series.
 *
 * A name of two operators counts for both, so contributions of one role may add up to more than the
 * change.
 */
import { SELF } from '../names/operator.ts';
import type { Contribution, Driver } from './comparison.ts';
import type { NightPairs } from './night-pairs.ts';
import type { SegmentKeys } from './night-profiles.ts';
import type { PanelView } from './panel.ts';
import type { KeyPair } from './segment-cells.ts';
import { compareText } from './segment-order.ts';

/** Operators of one role on both nights; `mx` or `rua`. */
export interface OperatorKeys {
  readonly role: string;
  readonly from: SegmentKeys;
  readonly to: SegmentKeys;
}

/** A part of the net gain from which an operator is named beside it. */
const DRIVING_SHARE = 0.25;
/** Fewer names than this make no step that needs an explanation. */
const LEAST_NET = 4;
/** Contributions listed for each role. */
const TOP_OPERATORS = 10;

/** Operators of one role by number, in order of appearance. */
class Operators {
  readonly role: string;
  readonly names: string[] = [];
  readonly #keys: OperatorKeys;
  readonly #before: readonly (readonly number[])[];
  readonly #after: readonly (readonly number[])[];

  constructor(keys: OperatorKeys) {
    this.role = keys.role;
    this.#keys = keys;
    const numbers = new Map<string, number>();
    const numberOf = (name: string): number => {
      let number = numbers.get(name);
      if (number === undefined) {
        number = this.names.length;
        numbers.set(name, number);
        this.names.push(name);
      }
      return number;
    };
    this.#after = keys.to.groups.map((group) => group.map(numberOf));
    this.#before = keys.from.groups.map((group) => group.map(numberOf));
  }

  /** Of the second night, else of the first (a name that lost its exchange). */
  of(id: number): readonly number[] {
    const now = this.#after[this.#keys.to.ofDomain[id] ?? 0] ?? [];
    return now.length > 0 ? now : (this.#before[this.#keys.from.ofDomain[id] ?? 0] ?? []);
  }
}

/** Of the total's panel: for each role the ten operators that add most, largest first. */
export function contributionsOf(
  nights: NightPairs,
  view: PanelView,
  keys: readonly OperatorKeys[],
): readonly Contribution[] {
  return keys.flatMap((one) => topOf(nights, view, new Operators(one)));
}

function topOf(nights: NightPairs, view: PanelView, operators: Operators): readonly Contribution[] {
  const { names, role } = operators;
  const domains = new Float64Array(names.length);
  const from = new Float64Array(names.length);
  const to = new Float64Array(names.length);
  let panel = 0;
  for (let id = 0; id < nights.ofDomain.length; id++) {
    const pair = nights.ofDomain[id] as number;
    if (!view.isInPanel(pair)) continue;
    panel++;
    const was = view.isCountedBefore(pair) ? 1 : 0;
    const move = view.move(pair);
    for (const operator of operators.of(id)) {
      domains[operator] = (domains[operator] as number) + 1;
      from[operator] = (from[operator] as number) + was;
      to[operator] = (to[operator] as number) + was + move;
    }
  }
  const netOf = (operator: number): number => (to[operator] as number) - (from[operator] as number);
  return names
    .map((_, operator) => operator)
    .filter((operator) => (domains[operator] as number) > 0)
    .sort(
      (a, b) =>
        Math.abs(netOf(b)) - Math.abs(netOf(a)) ||
        (domains[b] as number) - (domains[a] as number) ||
        compareText(names[a] as string, names[b] as string),
    )
    .slice(0, TOP_OPERATORS)
    .map((operator) => ({
      role,
      operator: names[operator] as string,
      domains: domains[operator] as number,
      from: from[operator] as number,
      to: to[operator] as number,
      contribution: netOf(operator) / panel,
    }));
}

/** The operator that makes most of a segment's net gain, where it is a quarter or more. */
export interface Drivers {
  of(segmentType: string, segment: string, view: PanelView): Driver | undefined;
}

/**
 * Looks at names that moved in one of the views only, once each; `views` are all that will be asked
 * for.
 */
export function driversOf(
  nights: NightPairs,
  views: readonly PanelView[],
  segments: readonly KeyPair[],
  keys: readonly OperatorKeys[],
): Drivers {
  const isMoved = nights.from.map((_, pair) => views.some((view) => view.move(pair) !== 0));
  const moved = new Map<string, MovedNames>();
  const roles = keys.map((one) => new Operators(one));
  for (let id = 0; roles.length > 0 && id < nights.ofDomain.length; id++) {
    const pair = nights.ofDomain[id] as number;
    if (!isMoved[pair]) continue;
    for (const key of ['total all', ...sharedSegments(segments, id)])
      addName(moved, key, pair, id, roles);
  }
  return {
    of: (segmentType, segment, view) => {
      const names = moved.get(keyOf(segmentType, segment));
      return names === undefined ? undefined : driverAmong(names, view, roles);
    },
  };
}

/** Moved names of one segment by pair: all of them, and those of each operator by role. */
interface MovedNames {
  readonly all: Map<number, number>;
  readonly byOperator: readonly Map<number, Map<number, number>>[];
}

const keyOf = (segmentType: string, segment: string): string => `${segmentType} ${segment}`;

/** Segments that the name is in on both nights. */
function sharedSegments(segments: readonly KeyPair[], id: number): readonly string[] {
  return segments.flatMap(({ from, to }) => {
    const before = from.groups[from.ofDomain[id] ?? 0] ?? [];
    const after = to.groups[to.ofDomain[id] ?? 0] ?? [];
    return after.filter((name) => before.includes(name)).map((name) => keyOf(to.type, name));
  });
}

function addName(
  moved: Map<string, MovedNames>,
  key: string,
  pair: number,
  id: number,
  roles: readonly Operators[],
): void {
  let names = moved.get(key);
  if (names === undefined) {
    names = { all: new Map(), byOperator: roles.map(() => new Map<number, Map<number, number>>()) };
    moved.set(key, names);
  }
  addOne(names.all, pair);
  for (const [i, role] of roles.entries()) {
    const byOperator = names.byOperator[i] as Map<number, Map<number, number>>;
    for (const operator of role.of(id)) {
      if (role.names[operator] === SELF) continue;
      let own = byOperator.get(operator);
      if (own === undefined) {
        own = new Map();
        byOperator.set(operator, own);
      }
      addOne(own, pair);
    }
  }
}

function addOne(counts: Map<number, number>, pair: number): void {
  counts.set(pair, (counts.get(pair) ?? 0) + 1);
}

function netOf(counts: ReadonlyMap<number, number>, view: PanelView): number {
  let net = 0;
  for (const [pair, count] of counts) net += view.move(pair) * count;
  return net;
}

/** Of equal ones the first role's, then the first by name. */
function driverAmong(
  { all, byOperator }: MovedNames,
  view: PanelView,
  roles: readonly Operators[],
): Driver | undefined {
  const net = netOf(all, view);
  if (Math.abs(net) < LEAST_NET) return undefined;
  let best: Driver | undefined;
  for (const [i, { role, names }] of roles.entries()) {
    for (const [number, counts] of byOperator[i] ?? []) {
      const driver = { role, operator: names[number] as string, share: netOf(counts, view) / net };
      if (driver.share >= DRIVING_SHARE && isBefore(driver, best)) best = driver;
    }
  }
  return best;
}

function isBefore(driver: Driver, best: Driver | undefined): boolean {
  if (best === undefined || driver.share > best.share) return true;
  const isTie = driver.share === best.share && driver.role === best.role;
  return isTie && compareText(driver.operator, best.operator) < 0;
}
