/**
 * A thread's side of shared questions where a run has several threads: each is claimed at the main
 * thread (`thread-claims.ts`), which lets one thread ask and hands the answer to all. It stands
 * between a thread's cache and its engine; what is not shared passes through untouched.
 *
 * It keeps no answer, and it keeps a question's deadline itself, however busy the main thread is.
 */
import { type Done, type Lookup, type Outcome, OVER_BUDGET } from '../dns/client/lookup.ts';
import { TICK_MS } from '../dns/client/ticker.ts';
import type { Question } from '../dns/talk.ts';
import { NO_CLAIM, type SharedFromThread, type SharedToThread } from './thread-messages.ts';
import { Outbox } from './thread-outbox.ts';
import { SlotTable } from './thread-slots.ts';

interface Claim {
  readonly deadlineAtMs: number;
  /** Undefined once its time is over; the claim stands until the main thread has spoken. */
  done: Done | undefined;
}

/** This thread did not cause the query, whoever did. */
const LEFT_IN_TIME: Outcome = { ...OVER_BUDGET, isCached: true };

export class ClaimedLookup implements Lookup {
  readonly #lookup: Lookup;
  readonly #outbox: Outbox<SharedFromThread>;
  readonly #claims = new SlotTable<Claim>();
  #timer: NodeJS.Timeout | undefined;

  /** `post` says things to the main thread, several at once. */
  constructor(lookup: Lookup, post: (items: readonly SharedFromThread[]) => void) {
    this.#lookup = lookup;
    this.#outbox = new Outbox(post);
  }

  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    if (!question.shared) return this.#lookup.ask(question, deadlineAtMs, done);
    const leftMs = deadlineAtMs - performance.now();
    if (leftMs <= 0) return LEFT_IN_TIME;
    const claim = this.#claims.add({ deadlineAtMs, done });
    const { qname, qtype } = question;
    this.#outbox.add({ kind: 'claim', claim, qname, qtype, leftMs });
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    return undefined;
  }

  /** Takes what the main thread says. */
  take(items: readonly SharedToThread[]): void {
    for (const item of items) {
      if (item.kind === 'ask') this.#askFor(item);
      else this.#claims.take(item.claim)?.done?.(item.outcome);
    }
  }

  /** What was learnt is on its way to the main thread when this returns. */
  flush(): void {
    this.#outbox.flush();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** The thread's own claim ends here, since nobody else asks the question meanwhile. */
  #askFor({ ask, claim, qname, qtype, leftMs }: SharedToThread & { readonly kind: 'ask' }): void {
    const own = claim === NO_CLAIM ? undefined : this.#claims.take(claim);
    const deadlineAtMs = own?.deadlineAtMs ?? performance.now() + leftMs;
    const end = (outcome: Outcome): void => {
      this.#outbox.add({ kind: 'outcome', ask, outcome });
      own?.done?.(outcome);
    };
    const known = this.#lookup.ask({ qname, qtype, shared: true }, deadlineAtMs, end);
    if (known !== undefined) end(known);
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#claims.forEach((claim) => {
      const { done, deadlineAtMs } = claim;
      if (done === undefined || deadlineAtMs > nowMs) return;
      claim.done = undefined;
      done(LEFT_IN_TIME);
    });
    if (this.#claims.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
