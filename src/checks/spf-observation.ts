/**
 * What a survey keeps of an SPF look-up: state, class and policy, from the domain's own answer and the
 * walk of its tree. Pure; no question is asked here.
 */
import { errorClass } from '../dns/talk.ts';
import type { SpfRecord } from '../records/spf-record.ts';
import type { Qualifier } from '../records/spf-term.ts';
import type { Finding, Observation } from './check.ts';
import type { SpfInclude } from './spf-child.ts';
import type { SpfClass, SpfFault } from './spf-fault.ts';
import type { SpfReading } from './spf-reading.ts';
import type { SpfEnding } from './spf-walk.ts';
import type { Walk } from './spf-walk-state.ts';

/** The `all` that ends a record, with its qualifier written out. */
export type SpfTerminal = '-all' | '~all' | '?all' | '+all';

/** Stands wherever at least one TXT was selected, usable or not. */
export interface SpfPolicy {
  /** Undefined where nothing ends the record, or where it cannot be told. */
  readonly terminal: SpfTerminal | undefined;
  /** The record says `-all` and nothing else. */
  readonly isExactDeny: boolean;
  /** `+all` is reached. */
  readonly isPlusAllReached: boolean;
  /** IPv4 addresses that pass by `ip4` terms; what a, mx, exists and ptr add is not known. */
  readonly ipv4Addresses: number;
  /** Counted terms of the whole tree; 0 where the record is not evaluated. */
  readonly lookups: number;
  /** Reason of the permerror; undefined without one. */
  readonly error: string | undefined;
  /** The class with the targets of a, mx and exists asked; undefined where they were not. */
  readonly classFull: SpfClass | undefined;
  readonly voidLookups: { readonly ipv4: number; readonly ipv6: number } | undefined;
  readonly includes: readonly SpfInclude[];
}

const TERMINALS: Readonly<Record<Qualifier, SpfTerminal>> = {
  '-': '-all',
  '~': '~all',
  '?': '?all',
  '+': '+all',
};

const ENDING_CLASSES: Readonly<Record<SpfTerminal, SpfClass>> = {
  '-all': 'minus_all',
  '~all': 'tilde_all',
  '?all': 'question_all',
  '+all': 'plus_all',
};

const NEAR_MISS: Finding = { code: 'near-miss', clause: 'RFC 7208 §4.5' };
const CNAME_DANGLING: Finding = { code: 'cname-dangling', clause: 'RFC 6604 §3' };
const SINGLE_LABEL: Finding = { code: 'single-label', clause: 'RFC 7208 §4.3' };

function absent(
  spfClass: SpfClass,
  records: readonly string[],
  findings: readonly Finding[],
): Observation<SpfPolicy> {
  return {
    state: 'absent',
    reason: undefined,
    class: spfClass,
    records,
    findings,
    policy: undefined,
  };
}

/** A name of one label is not checked: the result is none (RFC 7208 §4.3). */
export const observationOfSingleLabel = (): Observation<SpfPolicy> =>
  absent('absent', [], [SINGLE_LABEL]);

export function observationOfFailure(
  reading: Extract<SpfReading, { kind: 'failed' }>,
): Observation<SpfPolicy> {
  return {
    state: 'unknown',
    reason: reading.reason,
    class: errorClass(reading.reason, reading.isLame),
    records: [],
    findings: [],
    policy: undefined,
  };
}

export function observationOfNone(
  reading: Extract<SpfReading, { kind: 'none' }>,
): Observation<SpfPolicy> {
  const findings: Finding[] = [];
  if (reading.nearMisses.length > 0) findings.push(NEAR_MISS);
  if (reading.isDangling) findings.push(CNAME_DANGLING);
  return absent(reading.isNxdomain ? 'nxdomain' : 'absent', reading.nearMisses, findings);
}

/** Two records or more, or one outside the grammar: nothing is evaluated. */
export function observationOfBroken(
  reading: Extract<SpfReading, { kind: 'multiple' | 'syntax' }>,
  walk: Walk,
): Observation<SpfPolicy> {
  const texts = reading.kind === 'multiple' ? reading.texts : [reading.text];
  return observationOf([...texts, ...reading.nearMisses], walk, NOTHING_READ, false);
}

const NOTHING_READ: SpfEnding = { all: undefined, isImplicit: false, includes: [] };

export function observationOfWalk(
  reading: Extract<SpfReading, { kind: 'record' }>,
  walk: Walk,
  ending: SpfEnding,
): Observation<SpfPolicy> {
  const records =
    reading.nearMisses.length === 0 ? [reading.text] : [reading.text, ...reading.nearMisses];
  return observationOf(records, walk, ending, isExactDeny(reading.record));
}

function isExactDeny(record: SpfRecord): boolean {
  return (
    record.all === '-' &&
    record.directives.length === 1 &&
    record.redirect === undefined &&
    record.explanation === undefined &&
    record.unknownModifiers.length === 0
  );
}

function observationOf(
  records: readonly string[],
  walk: Walk,
  ending: SpfEnding,
  isDeny: boolean,
): Observation<SpfPolicy> {
  const { fault, fullFault } = walk;
  const terminal = ending.all === undefined ? undefined : TERMINALS[ending.all];
  const spfClass = fault?.class ?? (terminal === undefined ? 'no_all' : ENDING_CLASSES[terminal]);
  return {
    state: stateOf(fault),
    reason: fault?.failure,
    class: spfClass,
    records,
    findings: walk.findings,
    policy: {
      terminal,
      isExactDeny: isDeny,
      isPlusAllReached: walk.isOpen,
      ipv4Addresses: walk.addresses.size(),
      lookups: walk.lookups,
      error: permerrorOf(fault) ?? permerrorOf(fullFault),
      classFull: walk.isInDepth ? (fullFault?.class ?? spfClass) : undefined,
      voidLookups: walk.isInDepth ? walk.voids : undefined,
      includes: ending.includes,
    },
  };
}

function stateOf(fault: SpfFault | undefined): Observation<SpfPolicy>['state'] {
  if (fault === undefined) return 'present';
  return fault.failure === undefined ? 'invalid' : 'unknown';
}

const permerrorOf = (fault: SpfFault | undefined): string | undefined =>
  fault?.failure === undefined ? fault?.reason : undefined;
