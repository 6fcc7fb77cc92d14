/**
 * Answers that many domains share, kept for the run: each shared name and type is asked once, and
 * its first definitive answer holds whatever its TTL, so that two domains of one run never see two
 * versions of an include target. Not a DNS cache: nothing expires.
 *
 * Failures are never kept. Questions that are not shared pass through untouched.
 */
import type { Answer, QType, Question } from '../talk.ts';
import type { Done, Lookup, Outcome } from './lookup.ts';

export interface CachedAnswer {
  readonly qname: string;
  readonly qtype: QType;
  readonly answer: Answer;
}

export interface CacheOptions {
  /** Answers kept; beyond it the ones that were not asked for longest go first. */
  readonly capacity: number;
  /** Told each definitive answer that is new to the cache, once, before its askers. */
  readonly onFirst?: (question: Question, answer: Answer) => void;
}

export interface CachedLookup extends Lookup {
  /** Takes answers of an earlier part of the run; `onFirst` is not told of them. Failures are left out. */
  preload(entries: Iterable<CachedAnswer>): void;
}

export function createCachedLookup(lookup: Lookup, options: CacheOptions): CachedLookup {
  return new SharedAnswers(lookup, options);
}

interface Asker {
  readonly deadlineAtMs: number;
  readonly done: Done;
  /** Caused the query. */
  readonly isFirst: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A shared question that is being asked, and who waits for it. */
interface PendingQuestion {
  readonly question: Question;
  readonly askers: Set<Asker>;
  /** Of the query under way. */
  deadlineAtMs: number;
}

const OVER_BUDGET: Answer = { status: 'over_budget', extendedError: undefined };

class SharedAnswers implements CachedLookup {
  readonly #lookup: Lookup;
  readonly #onFirst: CacheOptions['onFirst'];
  readonly #kept: TwoGenerations<Outcome>;
  readonly #pending = new Map<string, PendingQuestion>();

  constructor(lookup: Lookup, { capacity, onFirst }: CacheOptions) {
    this.#lookup = lookup;
    this.#onFirst = onFirst;
    this.#kept = new TwoGenerations(capacity);
  }

  preload(entries: Iterable<CachedAnswer>): void {
    for (const { qname, qtype, answer } of entries) {
      if (isDefinitive(answer)) this.#kept.set(keyOf(qname, qtype), fromCache(answer, undefined));
    }
  }

  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    if (!question.shared) return this.#lookup.ask(question, deadlineAtMs, done);
    const key = keyOf(question.qname, question.qtype);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const running = this.#pending.get(key);
    if (running !== undefined) return this.#join(running, deadlineAtMs, done);
    const first = { deadlineAtMs, done, isFirst: true, timer: undefined };
    const pending = { question, deadlineAtMs, askers: new Set<Asker>([first]) };
    this.#pending.set(key, pending);
    const outcome = this.#start(key, pending);
    if (outcome === undefined) return undefined;
    this.#pending.delete(key);
    this.#keep(key, question, outcome);
    return outcome;
  }

  #start(key: string, pending: PendingQuestion): Outcome | undefined {
    return this.#lookup.ask(pending.question, pending.deadlineAtMs, (outcome) =>
      this.#finish(key, pending, outcome),
    );
  }

  #join(pending: PendingQuestion, deadlineAtMs: number, done: Done): Outcome | undefined {
    const leftMs = deadlineAtMs - performance.now();
    if (leftMs <= 0) return fromCache(OVER_BUDGET, undefined);
    const asker: Asker = { deadlineAtMs, done, isFirst: false, timer: undefined };
    pending.askers.add(asker);
    // Who has less time than the query that is under way leaves it before its end.
    if (deadlineAtMs < pending.deadlineAtMs) {
      asker.timer = setTimeout(() => {
        pending.askers.delete(asker);
        done(fromCache(OVER_BUDGET, undefined));
      }, leftMs);
    }
    return undefined;
  }

  #finish(key: string, pending: PendingQuestion, outcome: Outcome): void {
    const settled =
      outcome.answer.status === 'over_budget' ? this.#askOn(key, pending, outcome) : outcome;
    if (settled === undefined) return;
    this.#pending.delete(key);
    this.#keep(key, pending.question, settled);
    tell(pending.askers, settled);
  }

  /**
   * The first asker's domain ran out of time, which says nothing of those that have some left: they
   * go on with a query of their own. Gives undefined when one is under way, else how all of them end.
   */
  #askOn(key: string, pending: PendingQuestion, outcome: Outcome): Outcome | undefined {
    const nowMs = performance.now();
    const over = [...pending.askers].filter((asker) => asker.deadlineAtMs <= nowMs);
    for (const asker of over) pending.askers.delete(asker);
    pending.deadlineAtMs = nowMs;
    for (const { deadlineAtMs } of pending.askers) {
      pending.deadlineAtMs = Math.max(pending.deadlineAtMs, deadlineAtMs);
    }
    const again = pending.askers.size > 0 ? this.#start(key, pending) : outcome;
    tell(over, outcome);
    return again;
  }

  #keep(key: string, question: Question, { answer, resolver }: Outcome): void {
    if (!isDefinitive(answer)) return;
    this.#kept.set(key, fromCache(answer, resolver));
    this.#onFirst?.(question, answer);
  }
}

/**
 * Nearly all shared questions want TXT. Their key is the name itself, so that no text is made and
 * hashed for each; no name has a space.
 */
const keyOf = (qname: string, qtype: QType): string =>
  qtype === 'TXT' ? qname : `${qtype} ${qname}`;

function tell(askers: Iterable<Asker>, outcome: Outcome): void {
  const shared = fromCache(outcome.answer, outcome.resolver);
  for (const asker of askers) {
    clearTimeout(asker.timer);
    asker.done(asker.isFirst ? outcome : shared);
  }
}

const isDefinitive = (answer: Answer): boolean => !('extendedError' in answer);

function fromCache(answer: Answer, resolver: string | undefined): Outcome {
  return { answer, attempts: 0, isCached: true, isInferred: false, resolver };
}

/**
 * A bounded map that forgets what was not used for longest, roughly: when the young half is full it
 * becomes the old one, and what is still asked for moves over. No list to maintain at every hit.
 */
class TwoGenerations<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.set(key, old);
    }
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
