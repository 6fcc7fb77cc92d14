/**
 * One node of an SPF tree: what its answer makes of it, and of its parent (RFC 7208 §5.2, §6.1). Pure;
 * the walk that goes on inside a node is in `spf-walk.ts`.
 */
import type { FailureReason } from '../dns/talk.ts';
import type { SpfTarget } from '../records/spf-target.ts';
import type { SpfReading } from './spf-reading.ts';
import {
  failPermanently,
  failTemporarily,
  note,
  type Place,
  readingOf,
  type Walk,
} from './spf-walk-state.ts';

/** What became of an include or redirect. */
export type SpfIncludeOutcome =
  /** The child has one record that keeps the grammar; faults below it stand at their own nodes. */
  | 'valid'
  | 'none'
  | 'nxdomain'
  | 'syntax'
  | 'multiple-records'
  /** Its target is no name that can be asked. */
  | 'malformed-name'
  | 'loop'
  /** Its target depends on the message. */
  | 'dynamic-macro'
  /** The walk had asked all it would. */
  | 'not-asked'
  | FailureReason;

/** One node of the tree. A type, not an interface, so that it is Json. */
export type SpfInclude = {
  /** The expanded name; the domain-spec as written where it cannot be expanded. */
  readonly domain: string;
  readonly kind: 'include' | 'redirect';
  readonly outcome: SpfIncludeOutcome;
  readonly record: string | null;
  /** Counted terms inside, without the one that led here. */
  readonly lookups: number;
  readonly includes: readonly SpfInclude[];
};

export type RecordReading = Extract<SpfReading, { kind: 'record' }>;

export function nodeOf(
  kind: SpfInclude['kind'],
  { domain }: Place,
  { text }: RecordReading,
  lookups: number,
  includes: readonly SpfInclude[],
): SpfInclude {
  return { domain, kind, outcome: 'valid', record: text, lookups, includes };
}

/** The child's record, whose answer is at hand unless the walk asked no more; else how the node ends. */
export function findChild(
  walk: Walk,
  kind: SpfInclude['kind'],
  spec: string,
  target: SpfTarget,
  place: Place,
): RecordReading | SpfInclude {
  if (target.kind === 'dynamic') return leaf(spec, kind, 'dynamic-macro');
  const { name } = target;
  const depth = place.path.length - 1;
  if (target.kind === 'malformed') {
    failPermanently(walk, 'tree', `${kind}-none`, depth, name);
    return leaf(name, kind, 'malformed-name');
  }
  if (place.path.includes(name)) {
    failPermanently(walk, 'tree', 'loop', depth, [...place.path, name].join(' > '));
    return leaf(name, kind, 'loop');
  }
  const reading = readingOf(walk, name);
  if (reading === undefined) {
    note(walk, 'walk-bounded', 'RFC 7208 §4.6.4', name);
    return leaf(name, kind, 'not-asked');
  }
  return reading.kind === 'record' ? reading : failedChild(walk, kind, name, reading, depth);
}

function leaf(
  domain: string,
  kind: SpfInclude['kind'],
  outcome: SpfIncludeOutcome,
  record: string | null = null,
): SpfInclude {
  return { domain, kind, outcome, record, lookups: 0, includes: [] };
}

/** A child without a usable record: what it does to its parent is the table of RFC 7208 §5.2. */
function failedChild(
  walk: Walk,
  kind: SpfInclude['kind'],
  name: string,
  reading: Exclude<SpfReading, { kind: 'record' }>,
  depth: number,
): SpfInclude {
  switch (reading.kind) {
    case 'failed':
      failTemporarily(walk, 'tree', reading.reason, `TXT ${name}`);
      return leaf(name, kind, reading.reason);
    case 'none':
      failPermanently(walk, 'tree', `${kind}-none`, depth, name);
      return leaf(name, kind, reading.isNxdomain || reading.isDangling ? 'nxdomain' : 'none');
    case 'multiple':
      failPermanently(walk, 'tree', 'multiple-records', depth + 1, name);
      return leaf(name, kind, 'multiple-records');
    case 'syntax': {
      const { problem, term } = reading.error;
      failPermanently(walk, 'tree', 'syntax', depth + 1, `${name}: ${problem}: ${term}`);
      return leaf(name, kind, 'syntax', reading.text);
    }
    default:
      return reading satisfies never;
  }
}
