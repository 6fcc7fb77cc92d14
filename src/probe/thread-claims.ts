/**
 * The main thread's side of shared questions where a run has several threads: each name and type is
 * asked once, by the thread that wanted it first, and its first definitive answer holds for all. The
 * rules are those of the cache (`dns/client/cache.ts`), which stands here once more with the threads
 * as what it asks: a failure is told to all that wait and is not kept; where only the asker's time
 * ran out, or its thread died, the others ask on.
 */
import { type CachedAnswer, type CachedLookup, createCachedLookup } from '../dns/client/cache.ts';
import { type Done, type Lookup, type Outcome, OVER_BUDGET } from '../dns/client/lookup.ts';
import type { Question } from '../dns/talk.ts';
import { NO_CLAIM, type SharedFromThread, type SharedToThread } from './thread-messages.ts';
import { SlotTable } from './thread-slots.ts';

/** A way to one thread. Once the thread is dead what is said is lost. */
export interface ClaimLink {
  say(item: SharedToThread): void;
}

export interface ClaimOptions {
  /** Answers kept for threads that come later. */
  readonly capacity: number;
  /** Told each definitive answer once. */
  readonly onFirst: (answer: CachedAnswer) => void;
  /** A thread that lives; undefined when there is none any more. */
  readonly anyLink: () => ClaimLink | undefined;
}

interface OpenAsk {
  readonly link: ClaimLink;
  readonly done: Done;
}

/** The claim that is being looked up, while its look-up is begun. */
interface Claimer {
  readonly link: ClaimLink;
  readonly claim: number;
  /** Its own thread was told to ask, and ends the claim itself. */
  isAsking: boolean;
}

export class SharedClaims {
  readonly #cache: CachedLookup;
  readonly #anyLink: ClaimOptions['anyLink'];
  readonly #asks = new SlotTable<OpenAsk>();
  #claimer: Claimer | undefined;

  constructor({ capacity, onFirst, anyLink }: ClaimOptions) {
    this.#anyLink = anyLink;
    const threads: Lookup = {
      ask: (question, deadlineAtMs, done) => this.#askThread(question, deadlineAtMs, done),
    };
    this.#cache = createCachedLookup(threads, {
      capacity,
      onFirst: ({ qname, qtype }, answer) => onFirst({ qname, qtype, answer }),
    });
  }

  preload(answers: Iterable<CachedAnswer>): void {
    this.#cache.preload(answers);
  }

  /** Takes what a thread says. */
  take(link: ClaimLink, items: readonly SharedFromThread[]): void {
    for (const item of items) {
      if (item.kind === 'claim') this.#claim(link, item);
      else this.#asks.take(item.ask)?.done(item.outcome);
    }
  }

  /** The thread died: what was asked through it is asked on, through another. */
  drop(link: ClaimLink): void {
    const lost: Done[] = [];
    this.#asks.forEach((ask, slot) => {
      if (ask.link !== link) return;
      this.#asks.take(slot);
      lost.push(ask.done);
    });
    for (const done of lost) done(OVER_BUDGET);
  }

  #claim(link: ClaimLink, item: SharedFromThread & { readonly kind: 'claim' }): void {
    const { claim, qname, qtype, leftMs } = item;
    const claimer: Claimer = { link, claim, isAsking: false };
    this.#claimer = claimer;
    const question: Question = { qname, qtype, shared: true };
    const known = this.#cache.ask(question, performance.now() + leftMs, (outcome) => {
      if (!claimer.isAsking) link.say({ kind: 'reply', claim, outcome });
    });
    this.#claimer = undefined;
    if (known !== undefined) link.say({ kind: 'reply', claim, outcome: known });
  }

  #askThread({ qname, qtype }: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    const claimer = this.#claimer;
    const link = claimer?.link ?? this.#anyLink();
    if (link === undefined) return OVER_BUDGET;
    if (claimer !== undefined) claimer.isAsking = true;
    const ask = this.#asks.add({ link, done });
    const leftMs = deadlineAtMs - performance.now();
    link.say({ kind: 'ask', ask, claim: claimer?.claim ?? NO_CLAIM, qname, qtype, leftMs });
    return undefined;
  }
}
