/**
 * The walk of an SPF tree without a sender: nothing matches, no include passes, so that every term up
 * to `all` is met and the count is that of the worst case (RFC 7208 §4.6, §5.2, §6.1). A fault decides
 * the class where a real check would meet it first, left to right; the walk goes on behind it, within
 * bounds, so that the number of look-ups is that of the whole tree.
 *
 * The RFC has no rule for loops: the count ends them. Here a name that stands on the path to itself
 * is called a loop; a name that two branches include is not.
 */
import type { Conversation } from '../dns/talk.ts';
import type { SpfRecord } from '../records/spf-record.ts';
import { questionName, type SpfTarget, spfTarget } from '../records/spf-target.ts';
import type { Directive, Qualifier } from '../records/spf-term.ts';
import { findChild, nodeOf, type SpfInclude } from './spf-child.ts';
import { judgeTarget, TARGET_QTYPES } from './spf-targets.ts';
import {
  countTerm,
  MAX_LOOKUPS,
  note,
  type Place,
  QuestionBatch,
  readingOf,
  type Walk,
} from './spf-walk-state.ts';

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
    const directive = record.directives[i] as Directive;
    if (!isAsking(walk, directive, place)) continue;
    if (directive.kind === 'include')
      includes.push(yield* walkInclude(walk, record, i, directive, place));
    else yield* walkTarget(walk, record, i, directive, place);
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
/** Those whose argument names something that can be asked. */
type AskingDirective = Exclude<CountedDirective, { kind: 'ptr' }>;
type IncludeDirective = Extract<Directive, { kind: 'include' }>;

/** Counts a term and notes what it shows by itself; whether there is something to ask beyond that. */
function isAsking(walk: Walk, directive: Directive, place: Place): directive is AskingDirective {
  if (directive.kind === 'ip4') noteBlock(walk, directive, place);
  if (!isCounted(directive) || !countTerm(walk, place)) return false;
  if (directive.kind === 'include') return true;
  if (directive.kind === 'ptr') note(walk, 'ptr', 'RFC 7208 §5.5', detailOf(place));
  else if (directive.target?.includes('%')) targetOf(walk, directive.target, place);
  noteWidth(walk, directive, place);
  return directive.kind !== 'ptr' && asksTargets(walk);
}

const isCounted = (directive: Directive): directive is CountedDirective =>
  directive.kind !== 'ip4' && directive.kind !== 'ip6' && directive.kind !== 'all';

/** The name that a term means; notes where that depends on the message. */
function targetOf(walk: Walk, spec: string | undefined, place: Place): SpfTarget {
  const target = spfTarget(spec, macrosOf(walk, place));
  if (target.kind === 'dynamic') note(walk, 'dynamic-macro', 'RFC 7208 §7.2', spec);
  return target;
}

const macrosOf = (walk: Walk, place: Place) => ({
  domain: place.domain,
  senderDomain: walk.domain,
});

/** A real check asks nothing behind a fault. */
const asksTargets = (walk: Walk): boolean => walk.isInDepth && walk.fullFault === undefined;

const needsChild = (walk: Walk, target: SpfTarget, place: Place): boolean =>
  target.kind === 'name' &&
  readingOf(walk, target.name) === undefined &&
  !place.path.includes(target.name);

/**
 * What the terms from `from` on will want, to be asked side by side: as many terms as the count still
 * allows, so that the children which decide the class are always within the bound on children.
 */
function batchAhead(walk: Walk, record: SpfRecord, from: number, place: Place): QuestionBatch {
  const batch = new QuestionBatch(walk);
  const left = MAX_LOOKUPS - walk.lookups + 1;
  let terms = left > 0 ? left : MAX_LOOKUPS;
  for (let i = from; i < record.end && terms > 0; i++) {
    const directive = record.directives[i];
    if (directive === undefined || !isCounted(directive)) continue;
    terms--;
    if (directive.kind !== 'ptr') addAhead(walk, batch, directive, place);
  }
  return batch;
}

function addAhead(
  walk: Walk,
  batch: QuestionBatch,
  directive: AskingDirective,
  place: Place,
): void {
  if (directive.kind !== 'include' && !asksTargets(walk)) return;
  const target = spfTarget(directive.target, macrosOf(walk, place));
  if (target.kind !== 'name') return;
  if (directive.kind === 'include') {
    if (needsChild(walk, target, place)) batch.addChild(target.name);
    return;
  }
  const qname = questionName(target.name);
  for (const qtype of TARGET_QTYPES[directive.kind]) batch.addTarget(qtype, qname);
}

/** Asks and judges the target of `a`, `mx` or `exists`. */
function* walkTarget(
  walk: Walk,
  record: SpfRecord,
  at: number,
  directive: Exclude<AskingDirective, { kind: 'include' }>,
  place: Place,
): Conversation<void> {
  const target = spfTarget(directive.target, macrosOf(walk, place));
  if (target.kind !== 'name') return;
  const batch = batchAhead(walk, record, at, place);
  if (batch.questions.length > 0) batch.take(yield batch.questions);
  yield* judgeTarget(walk, directive.kind, questionName(target.name), place);
}

function* walkInclude(
  walk: Walk,
  record: SpfRecord,
  at: number,
  directive: IncludeDirective,
  place: Place,
): Conversation<SpfInclude> {
  const target = targetOf(walk, directive.target, place);
  if (needsChild(walk, target, place)) {
    const batch = batchAhead(walk, record, at, place);
    if (batch.questions.length > 0) batch.take(yield batch.questions);
  }
  const child = findChild(walk, 'include', directive.target, target, place);
  if (child.kind !== 'record') return child;
  const isPass = directive.qualifier === '+';
  const frame = walk.addresses.enter(isPass);
  const before = walk.lookups;
  const below = placeBelow(place, nameOf(target), place.isPassing && isPass);
  const ending = yield* walkRecord(walk, child.record, below);
  walk.addresses.leave(frame);
  return nodeOf('include', below, child, walk.lookups - before, ending.includes);
}

function* followRedirect(
  walk: Walk,
  spec: string,
  place: Place,
  includes: SpfInclude[],
): Conversation<SpfEnding> {
  if (!countTerm(walk, place)) return { all: undefined, isImplicit: false, includes };
  const target = targetOf(walk, spec, place);
  if (needsChild(walk, target, place)) {
    const batch = new QuestionBatch(walk);
    batch.addChild(nameOf(target));
    if (batch.questions.length > 0) batch.take(yield batch.questions);
  }
  const child = findChild(walk, 'redirect', spec, target, place);
  if (child.kind !== 'record') {
    includes.push(child);
    return { all: undefined, isImplicit: false, includes };
  }
  const before = walk.lookups;
  const below = placeBelow(place, nameOf(target), place.isPassing);
  const ending = yield* walkRecord(walk, child.record, below);
  includes.push(nodeOf('redirect', below, child, walk.lookups - before, ending.includes));
  return { all: ending.all, isImplicit: ending.isImplicit, includes };
}

const nameOf = (target: SpfTarget): string => (target.kind === 'dynamic' ? '' : target.name);

const placeBelow = (place: Place, domain: string, isPassing: boolean): Place => ({
  domain,
  path: [...place.path, domain],
  isPassing,
});

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
