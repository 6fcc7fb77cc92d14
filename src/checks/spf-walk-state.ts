/**
 * What one walk of an SPF tree knows so far: counters, the first fault, the answers it was handed. One
 * walk belongs to one conversation; nothing here outlives it.
 */
import type { Answer, FailureReason, QType, Question } from '../dns/talk.ts';
import { questionName } from '../records/spf-target.ts';
import type { Finding } from './check.ts';
import { AddressUnion } from './spf-address-union.ts';
import { PERMERRORS, type PermerrorReason, type SpfFault } from './spf-fault.ts';
import { readSpf, type SpfReading } from './spf-reading.ts';

/** Terms that may cost a query, over the whole tree: the next one is a permerror (RFC 7208 §4.6.4). */
export const MAX_LOOKUPS = 10;
/** Terms that are counted at most; a larger tree is said to have this many and is left. */
export const MAX_COUNTED = 100;
/** Children that are asked at most: those before the limit need 55, the rest complete the count. */
export const MAX_CHILDREN = 64;

/** The record that is being read. */
export interface Place {
  readonly domain: string;
  /** The names from the surveyed domain down to `domain`. */
  readonly path: readonly string[];
  /** Every include on the path has the qualifier `+`, so that a pass here is a pass of the check. */
  readonly isPassing: boolean;
}

export interface Walk {
  readonly domain: string;
  /** Targets of a, mx and exists are asked too. */
  readonly isInDepth: boolean;
  /** What stands at the children asked so far, by name; undefined before the first. */
  readings: Map<string, SpfReading> | undefined;
  /** Answers other than those of children, by type and name; undefined before the first. */
  answers: Map<string, Answer> | undefined;
  /** Counted terms met, with those behind a fault: the worst case of a real check. */
  lookups: number;
  children: number;
  isBounded: boolean;
  /** First fault that a walk of include and redirect meets, left to right. */
  fault: SpfFault | undefined;
  /** First fault with those of a, mx and exists targets among them. */
  fullFault: SpfFault | undefined;
  readonly voids: { ipv4: number; ipv6: number };
  isOpen: boolean;
  readonly addresses: AddressUnion;
  readonly findings: Finding[];
}

export function beginWalk(domain: string, isInDepth: boolean): Walk {
  return {
    domain,
    isInDepth,
    readings: undefined,
    answers: undefined,
    lookups: 0,
    children: 0,
    isBounded: false,
    fault: undefined,
    fullFault: undefined,
    voids: { ipv4: 0, ipv6: 0 },
    isOpen: false,
    addresses: new AddressUnion(),
    findings: [],
  };
}

/**
 * Notes a finding once; `detail` names the place where it is not the domain's own record. Callers keep
 * to what is counted, so that the list is bounded.
 */
export function note(walk: Walk, code: string, clause: string, detail?: string): void {
  const { findings } = walk;
  for (const finding of findings) if (finding.code === code && finding.detail === detail) return;
  findings.push(detail === undefined ? { code, clause } : { code, clause, detail });
}

/** Whose fault counts: every real check's, or that of one whose targets were asked. */
export type FaultScope = 'tree' | 'targets';

/** Notes a permerror that lies in the record at `depth` below the domain's own. */
export function failPermanently(
  walk: Walk,
  scope: FaultScope,
  reason: PermerrorReason,
  depth: number,
  detail: string,
): void {
  const row = PERMERRORS[reason];
  const fullReason = depth > 0 && !row.isGlobal ? `child-${reason}` : reason;
  note(walk, fullReason, row.clause, detail);
  setFault(walk, scope, { class: row.class, reason: fullReason, failure: undefined });
}

/** Notes that a question of the tree has no answer (RFC 7208 §4.4). */
export function failTemporarily(
  walk: Walk,
  scope: FaultScope,
  failure: FailureReason,
  question: string,
): void {
  note(walk, 'temperror', 'RFC 7208 §4.4', `${question}: ${failure}`);
  setFault(walk, scope, { class: 'temperror', reason: 'temperror', failure });
}

function setFault(walk: Walk, scope: FaultScope, fault: SpfFault): void {
  if (scope === 'tree') walk.fault ??= fault;
  walk.fullFault ??= fault;
}

/**
 * Counts one term, or gives false when the walk has counted all it will. The eleventh is the fault.
 */
export function countTerm(walk: Walk, place: Place): boolean {
  if (walk.lookups >= MAX_COUNTED) {
    walk.isBounded = true;
    note(walk, 'walk-bounded', 'RFC 7208 §4.6.4', `more than ${MAX_COUNTED} terms`);
    return false;
  }
  walk.lookups++;
  if (walk.lookups === MAX_LOOKUPS + 1)
    failPermanently(walk, 'tree', 'lookup-limit', place.path.length - 1, place.domain);
  return true;
}

const answerKey = (qtype: QType, qname: string): string => `${qtype} ${qname}`;

/** The answer to a question that was asked earlier in this walk. */
export const answerOf = (walk: Walk, qtype: QType, qname: string): Answer | undefined =>
  walk.answers?.get(answerKey(qtype, qname));

/** What stands at a name that was asked for as a child. */
export const readingOf = (walk: Walk, name: string): SpfReading | undefined =>
  walk.readings?.get(name);

/**
 * Questions that are asked side by side, each at most once a walk. Who fills it yields `questions`,
 * where there are any, and hands the answers to `take`.
 */
export class QuestionBatch {
  readonly questions: Question[] = [];
  private readonly walk: Walk;
  private readonly keys: string[] = [];

  constructor(walk: Walk) {
    this.walk = walk;
  }

  /** The TXT of a child; false where the walk asks no more of them. */
  addChild(name: string): boolean {
    const { walk } = this;
    if (readingOf(walk, name) !== undefined || this.keys.includes(name)) return true;
    if (walk.children >= MAX_CHILDREN) return false;
    walk.children++;
    this.add('TXT', questionName(name), name);
    return true;
  }

  /** `qname` is escaped as a question wants it. */
  addTarget(qtype: QType, qname: string): void {
    const key = answerKey(qtype, qname);
    if (this.walk.answers?.has(key) || this.keys.includes(key)) return;
    this.add(qtype, qname, key);
  }

  private add(qtype: QType, qname: string, key: string): void {
    this.keys.push(key);
    this.questions.push({ qname, qtype, shared: qname !== this.walk.domain });
  }

  take(answers: readonly Answer[]): void {
    const { walk, keys, questions } = this;
    for (let i = 0; i < answers.length; i++) {
      const key = keys[i];
      const answer = answers[i];
      if (key === undefined || answer === undefined) continue;
      if (questions[i]?.qtype === 'TXT') {
        walk.readings ??= new Map();
        walk.readings.set(key, readSpf(answer));
      } else {
        walk.answers ??= new Map();
        walk.answers.set(key, answer);
      }
    }
  }
}
