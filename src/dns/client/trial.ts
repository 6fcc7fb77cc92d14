/**
 * What a size of the window is judged by: how the attempts ended that were sent at it, however much
 * later that was. Pure; which size is tried when is decided in `window.ts`.
 */

/** Attempts that ended before a share of them says anything. */
const MIN_ENDED = 128;
/** What a size came to long ago counts less: from here on all of it counts at half. */
const MAX_ENDED = 8192;
/** So much more of failures is no reason to be slower: two in a thousand, and retries mend them. */
const TOLERATED_SHARE = 0.002;
/** The failures of one dead domain come together, which makes their share vary by this much more. */
const CLUSTERING = 2;
const STANDARD_ERRORS = 2.5;
/** Of a size, so many at once without answer are no chance: its last part found a buffer full. */
const COLLAPSE_SHARE = 1 / 16;
const MIN_COLLAPSE = 12;

/** How the first tries that were sent at one size ended. */
export class Tally {
  /** Attempts that might be under way. */
  readonly size: number;
  ended = 0;
  failed = 0;
  /** The same at once, of the trials that are not counted yet too; nothing is ever forgotten. */
  endedSoFar = 0;
  failedSoFar = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Whether so many fail that the trial should not go on, where `usualShare` fails at other sizes. */
  isCollapsing(usualShare: number): boolean {
    const excess = this.failedSoFar - 2 * usualShare * this.endedSoFar;
    return excess > Math.max(MIN_COLLAPSE, this.size * COLLAPSE_SHARE);
  }

  get failedShare(): number {
    return this.ended === 0 ? 0 : this.failed / this.ended;
  }

  /** Its share says something. */
  get isTelling(): boolean {
    return this.ended >= MIN_ENDED;
  }

  /** The same counts, which then stay as they are. */
  copy(): Tally {
    const copy = new Tally(this.size);
    copy.add(this.ended, this.failed);
    return copy;
  }

  add(ended: number, failed: number): void {
    this.ended += ended;
    this.failed = Math.max(0, this.failed + failed);
    if (this.ended <= MAX_ENDED) return;
    this.ended /= 2;
    this.failed /= 2;
  }
}

/** Whether more of `one` failed than of `other`, by more than chance and dead names explain. */
export function failsMore(one: Tally, other: Tally): boolean {
  if (!one.isTelling || !other.isTelling) return false;
  const excess = one.failedShare - other.failedShare;
  if (excess <= TOLERATED_SHARE) return false;
  const share = (one.failed + other.failed) / (one.ended + other.ended);
  const variance = CLUSTERING * share * (1 - share) * (1 / one.ended + 1 / other.ended);
  return excess > STANDARD_ERRORS * Math.sqrt(variance);
}

/** What small sizes came to: the failures that are the list's, and not for our rate. */
export class Baseline {
  #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  get failedShare(): number {
    return this.#tally.failedShare;
  }

  isExceeded(tally: Tally): boolean {
    return failsMore(tally, this.#tally);
  }

  /** A further small size: together with what is known, unless it contradicts that. */
  note(tally: Tally): void {
    const old = this.#tally;
    if (failsMore(tally, old) || failsMore(old, tally)) this.#tally = tally.copy();
    else old.add(tally.ended, tally.failed);
  }

  /** Any size, if less fails there: a baseline of a bad hour would hide an overload in a good one. */
  lower(tally: Tally): void {
    if (failsMore(this.#tally, tally)) this.#tally = tally.copy();
  }
}

/**
 * The attempts sent in one period. They enter the tally of their size together, when those without
 * answer have had their time: answers come first, and a tally of the moment would show few failures.
 *
 * Only first tries belong to a trial. Later ones are mostly those of dead names and begin a time-out
 * after the first, so that a share with them would rise by itself.
 */
export class Trial {
  readonly tally: Tally;
  #ended = 0;
  #failed = 0;
  #isCounted = false;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  answered(): void {
    this.tally.endedSoFar++;
    if (this.#isCounted) this.tally.add(1, 0);
    else this.#ended++;
  }

  /** Failed, or so late that it counts as failed until its answer comes. */
  missed(): void {
    this.tally.endedSoFar++;
    this.tally.failedSoFar++;
    if (this.#isCounted) {
      this.tally.add(1, 1);
      return;
    }
    this.#ended++;
    this.#failed++;
  }

  /** The answer to an attempt that was missed. */
  redeemed(): void {
    this.tally.failedSoFar--;
    if (this.#isCounted) this.tally.add(0, -1);
    else this.#failed--;
  }

  /** What still ends enters the tally by itself. */
  count(): void {
    this.#isCounted = true;
    this.tally.add(this.#ended, this.#failed);
  }
}

/** The trial that is open, and those that are over and wait for what is late of them. */
export class Trials {
  open: Trial;
  readonly #over: { readonly trial: Trial; readonly atMs: number }[] = [];

  constructor(tally: Tally) {
    this.open = new Trial(tally);
  }

  /** Begins another trial of the same size, and counts those that were over `settlingMs` ago. */
  turn(nowMs: number, settlingMs: number): void {
    this.turnTo(this.open.tally, nowMs);
    for (let first = this.#over[0]; first !== undefined; first = this.#over[0]) {
      if (nowMs - first.atMs < settlingMs) return;
      first.trial.count();
      this.#over.shift();
    }
  }

  turnTo(tally: Tally, nowMs: number): void {
    this.#over.push({ trial: this.open, atMs: nowMs });
    this.open = new Trial(tally);
  }
}
