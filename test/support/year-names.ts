/**
 * What one name of a modelled night is, read from the model and not from a store: facts, segments, its
 * place in flows and life tables. Of the code it knows only the order of classes and flags, in which
 * the model's outcomes are written.
 */
import {
  DMARC_CLASSES,
  DMARC_FLAGS,
  MX_CLASSES,
  SPF_CLASSES,
  SPF_FLAGS,
} from '../../src/statistics/layout.ts';
import { type DomainState, entry, type Outcome } from '../store/fixture.ts';
import { isTarget, type ModelNight } from '../store/synthetic-year.ts';

/** What one check says of one name; undefined where the night did not ask. */
interface Seen {
  readonly isKnown: boolean;
  readonly class: string;
  readonly flags: ReadonlySet<string>;
}

/** One name on one night. */
export interface Facts {
  /** Undefined where it is not known. */
  readonly exists: boolean | undefined;
  /** Whether it takes mail; undefined where it does not exist or the MX is not known. */
  readonly hasMail: boolean | undefined;
  readonly mx: Seen;
  readonly spf: Seen;
  readonly dmarc: Seen;
}

const NOT_ASKED: Seen = { isKnown: false, class: '', flags: new Set() };

function seen(outcome: Outcome | undefined, classes: readonly string[], names: readonly string[]) {
  if (outcome === undefined) return NOT_ASKED;
  const flags = names.filter((_, bit) => (outcome.flags & (1 << bit)) !== 0);
  const isKnown = outcome.reason === 0;
  return { isKnown, class: classes[outcome.class] ?? '', flags: new Set(flags) };
}

export function factsOf({ checks: asked }: ModelNight, state: DomainState): Facts {
  const of = (check: string) => (asked.includes(check) ? state.checks[check] : undefined);
  const mx = seen(of('mx'), MX_CLASSES, []);
  const exists = [true, false, undefined][state.existence];
  const takesMail = mx.class === 'present' || mx.class === 'null_mixed';
  return {
    exists,
    hasMail: exists === true && mx.isKnown ? takesMail : undefined,
    mx,
    spf: seen(of('spf'), SPF_CLASSES, SPF_FLAGS),
    dmarc: seen(of('dmarc'), DMARC_CLASSES, DMARC_FLAGS),
  };
}

export const factsOn = (night: ModelNight, name: string): Facts =>
  factsOf(night, night.states.get(name) as DomainState);

function bucketOf(rank: number | undefined): string {
  if (rank === undefined) return 'none';
  const limits = [
    ['1-1k', 1e3],
    ['1k-10k', 1e4],
    ['10k-100k', 1e5],
    ['100k-1M', 1e6],
  ] as const;
  return limits.find(([, most]) => rank <= most)?.[0] ?? '>1M';
}

const firstOf = <Value>(night: ModelNight, name: string, of: (at: number) => Value | undefined) => {
  for (const [i, list] of night.lists.entries()) {
    if (!list.names.has(name)) continue;
    const value = of(i);
    if (value !== undefined) return value;
  }
  return undefined;
};

/** The segments of one type that a name is in. */
export function segmentsOf(night: ModelNight, name: string, type: string): readonly string[] {
  const [first, second] = type.split(',');
  if (second !== undefined) {
    const rest = segmentsOf(night, name, second);
    return segmentsOf(night, name, first ?? '').flatMap((a) => rest.map((b) => `${a} / ${b}`));
  }
  const listed = (at: number) => night.lists[at]?.names.get(name);
  switch (type) {
    case 'total':
      return ['all'];
    case 'tld':
      return [entry(name).tld];
    case 'registry':
      return [entry(name).registry];
    case 'rank':
      return [bucketOf(firstOf(night, name, (at) => listed(at)?.rank))];
    case 'list':
      return [...new Set(night.lists.filter((one) => one.names.has(name)).map((l) => l.row.name))];
    case 'label:sector':
      return [firstOf(night, name, (at) => listed(at)?.labels[0]) ?? []].flat();
    default:
      throw new RangeError(`no segments by ${type}`);
  }
}

/** Names that the night was to ask, by segment. */
export function namesBySegment(
  night: ModelNight,
  names: readonly string[],
  type: string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    if (!isTarget(night, name)) continue;
    for (const segment of segmentsOf(night, name, type)) {
      const members = found.get(segment) ?? [];
      found.set(segment, members);
      members.push(name);
    }
  }
  return found;
}

/** The class that applies to the name, as flows name it. */
export function flowStateOf(night: ModelNight, name: string): string {
  if (!isTarget(night, name)) return 'not_listed';
  const { exists, dmarc } = factsOn(night, name);
  if (exists === false) return 'nxdomain';
  return exists === undefined || !dmarc.isKnown ? 'error' : dmarc.class;
}
