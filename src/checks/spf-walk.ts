/**
 * The walk of an SPF tree without a sender: nothing matches, no include passes, so that every term up
 * to `all` is met and the count is that of the worst case (RFC 7208 §4.6, §5.2, §6.1). A fault decides
 * the class where a real check would meet it first, left to right; the walk goes on behind it, within
 * bounds, so that the number of look-ups is that of the whole tree.
 *
 * The RFC has no rule for loops: the count ends them. Here a name that stands on the path to itself
 * is called a loop; a name that two branches include is not.
 */
import type { Conversation, FailureReason } from '../dns/talk.ts';
import type { SpfRecord } from '../records/spf-record.ts';
import { questionName, type SpfTarget, spfTarget } from '../records/spf-target.ts';
import type { Directive, Qualifier } from '../records/spf-term.ts';
import type { SpfReading } from './spf-reading.ts';
import { judgeTarget, TARGET_QTYPES, type TargetKind } from './spf-targets.ts';
import {
  countTerm,
  failPermanently,
  failTemporarily,
  MAX_LOOKUPS,
  note,
  type Place,
  QuestionBatch,
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

/** How the reading of a record ended. */
export interface SpfEnding {
  /** Qualifier of the `all` that ends it, in the target of `redirect` too; undefined without one. */
  readonly all: Qualifier | undefined;
  /** Nothing ends it, so that the result is neutral (RFC 7208 §4.7). */
  readonly isImplicit: boolean;
  readonly includes: readonly SpfInclude[];
}

/** Walks one record and everything that it leads to. */
export function* walkRecord(walk: Walk, record: SpfRecord, place: Place): Conversation<SpfEnding> {
  const includes: SpfInclude[] = [];
  for (let i = 0; i < record.end && !walk.isBounded; i++) {
    const directive = record.directives[i];
    if (directive === undefined) break;
    if (directive.kind === 'ip4') noteBlock(walk, directive, place);
    else if (directive.kind !== 'ip6' && directive.kind !== 'all' && countTerm(walk, place))
      yield* walkTerm(walk, record, i, directive, place, includes);
  }
  if (walk.isBounded) return { all: undefined, isImplicit: false, includes };
  if (record.all !== undefined) {
    if (record.all === '+') notePlusAll(walk, place);
    return { all: record.all, isImplicit: false, includes };
  }
  if (record.redirect === undefined) return { all: undefined, isImplicit: true, includes };
  return yield* followRedirect(walk, record.redirect, place, includes);
}

type CountedDirective = Exclude<Directive, { kind: 'ip4' | 'ip6' | 'all' }>;

function* walkTerm(
  walk: Walk,
  record: SpfRecord,
  at: number,
  directive: CountedDirective,
  place: Place,
  includes: SpfInclude[],
): Conversation<void> {
  if (directive.kind === 'ptr') {
    note(walk, 'ptr', 'RFC 7208 §5.5', detailOf(place));
    return;
  }
  const target = spfTarget(directive.target, macrosOf(walk, place));
  if (target.kind === 'dynamic') note(walk, 'dynamic-macro', 'RFC 7208 §7.2', directive.target);
  if (directive.kind === 'include') {
    if (needsChild(walk, target, place)) yield* askAhead(walk, record, at, place);
    includes.push(yield* walkInclude(walk, directive.target, directive.qualifier, target, place));
    return;
  }
  noteWidth(walk, directive, place);
  if (!asksTargets(walk) || target.kind !== 'name') return;
  yield* askAhead(walk, record, at, place);
  yield* judgeTarget(walk, directive.kind, questionName(target.name), place);
}

const macrosOf = (walk: Walk, place: Place) => ({
  domain: place.domain,
  senderDomain: walk.domain,
});

/** A real check asks nothing behind a fault. */
const asksTargets = (walk: Walk): boolean => walk.isInDepth && walk.fullFault === undefined;

const needsChild = (walk: Walk, target: SpfTarget, place: Place): boolean =>
  target.kind === 'name' && !walk.readings.has(target.name) && !place.path.includes(target.name);

/**
 * Asks side by side what the terms from `from` on will want: as many terms as the count still allows,
 * so that the children which decide the class are always within the bound on children.
 */
function* askAhead(walk: Walk, record: SpfRecord, from: number, place: Place): Conversation<void> {
  const batch = new QuestionBatch(walk);
  const left = MAX_LOOKUPS - walk.lookups + 1;
  let terms = left > 0 ? left : MAX_LOOKUPS;
  for (let i = from; i < record.end && terms > 0; i++) {
    const directive = record.directives[i];
    if (directive === undefined || !isCounted(directive)) continue;
    terms--;
    if (directive.kind === 'ptr') continue;
    const target = spfTarget(directive.target, macrosOf(walk, place));
    if (target.kind !== 'name') continue;
    if (directive.kind !== 'include') askTarget(walk, batch, directive.kind, target.name);
    else if (needsChild(walk, target, place)) batch.addChild(target.name);
  }
  yield* batch.ask();
}

const isCounted = (directive: Directive): directive is CountedDirective =>
  directive.kind !== 'ip4' && directive.kind !== 'ip6' && directive.kind !== 'all';

function askTarget(walk: Walk, batch: QuestionBatch, kind: TargetKind, name: string): void {
  if (!asksTargets(walk)) return;
  const qname = questionName(name);
  for (const qtype of TARGET_QTYPES[kind]) batch.addTarget(qtype, qname);
}

function* walkInclude(
  walk: Walk,
  spec: string,
  qualifier: Qualifier,
  target: SpfTarget,
  place: Place,
): Conversation<SpfInclude> {
  const isPass = qualifier === '+';
  const frame = walk.addresses.enter(isPass);
  const isPassing = place.isPassing && isPass;
  const { node } = yield* walkChild(walk, 'include', spec, target, { ...place, isPassing });
  walk.addresses.leave(frame);
  return node;
}

function* followRedirect(
  walk: Walk,
  spec: string,
  place: Place,
  includes: SpfInclude[],
): Conversation<SpfEnding> {
  if (!countTerm(walk, place)) return { all: undefined, isImplicit: false, includes };
  const target = spfTarget(spec, macrosOf(walk, place));
  if (target.kind === 'dynamic') note(walk, 'dynamic-macro', 'RFC 7208 §7.2', spec);
  if (target.kind === 'name' && needsChild(walk, target, place)) {
    const batch = new QuestionBatch(walk);
    batch.addChild(target.name);
    yield* batch.ask();
  }
  const { node, ending } = yield* walkChild(walk, 'redirect', spec, target, place);
  includes.push(node);
  return { all: ending?.all, isImplicit: ending?.isImplicit === true, includes };
}

interface WalkedChild {
  readonly node: SpfInclude;
  /** Undefined where the child has no record that can be read. */
  readonly ending: SpfEnding | undefined;
}

/** Walks the child, whose answer is at hand unless the walk asked no more. */
function* walkChild(
  walk: Walk,
  kind: SpfInclude['kind'],
  spec: string,
  target: SpfTarget,
  place: Place,
): Conversation<WalkedChild> {
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
  const reading = walk.readings.get(name);
  if (reading === undefined) {
    note(walk, 'walk-bounded', 'RFC 7208 §4.6.4', name);
    return leaf(name, kind, 'not-asked');
  }
  if (reading.kind !== 'record') return failedChild(walk, kind, name, reading, depth);
  const before = walk.lookups;
  const below: Place = { ...place, domain: name, path: [...place.path, name] };
  const ending = yield* walkRecord(walk, reading.record, below);
  const lookups = walk.lookups - before;
  const { includes } = ending;
  const record = reading.text;
  return { node: { domain: name, kind, outcome: 'valid', record, lookups, includes }, ending };
}

function leaf(
  domain: string,
  kind: SpfInclude['kind'],
  outcome: SpfIncludeOutcome,
  record: string | null = null,
): WalkedChild {
  return { node: { domain, kind, outcome, record, lookups: 0, includes: [] }, ending: undefined };
}

/** A child without a usable record: what it does to its parent is the table of RFC 7208 §5.2. */
function failedChild(
  walk: Walk,
  kind: SpfInclude['kind'],
  name: string,
  reading: Exclude<SpfReading, { kind: 'record' }>,
  depth: number,
): WalkedChild {
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

/** Undefined for the domain's own record. */
const detailOf = (place: Place): string | undefined =>
  place.path.length === 1 ? undefined : place.domain;

function noteBlock(walk: Walk, block: Extract<Directive, { kind: 'ip4' }>, place: Place): void {
  if (block.prefixLength === 0 && block.qualifier === '+')
    note(walk, 'covers-all-ipv4', 'RFC 7208 §5.6', detailOf(place));
  if (walk.fault !== undefined) return;
  if (block.qualifier === '+') walk.addresses.allow(block.network, block.prefixLength);
  else walk.addresses.shield(block.network, block.prefixLength);
}

/** `a/0` and `mx/0` cover every IPv4 address as soon as the target has one. */
function noteWidth(walk: Walk, directive: CountedDirective, place: Place): void {
  if (directive.kind !== 'a' && directive.kind !== 'mx') return;
  if (directive.ipv4PrefixLength === 0 && directive.qualifier === '+')
    note(walk, 'covers-all-ipv4', 'RFC 7208 §5.3', detailOf(place));
}

function notePlusAll(walk: Walk, place: Place): void {
  note(walk, 'plus-all', 'RFC 7208 §5.1', detailOf(place));
  if (place.isPassing && walk.fault === undefined) walk.isOpen = true;
}
