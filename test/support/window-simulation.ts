/**
 * One resolver and an engine that asks it without end, in virtual time: what a window makes of a
 * resolver whose capacity is known. The attempts are kept by the same `Lane` as in the engine.
 */
import { Lane } from '../../src/dns/client/lane.ts';
import { OpenQuestion, QuestionList } from '../../src/dns/client/open-question.ts';

/** When the response comes, and whether it answers; undefined when none comes. */
export interface Fate {
  readonly atMs: number;
  readonly isAnswer: boolean;
}

export interface SimulatedResolver {
  /** Whether the name is dead is the list's matter; what becomes of it is the resolver's. */
  arrive(nowMs: number, isDead: boolean): Fate | undefined;
}

export interface SimulationOptions {
  readonly resolver: SimulatedResolver;
  readonly random: () => number;
  readonly seconds: number;
  readonly most: number;
  readonly start?: number;
  readonly isWindowFixed?: boolean;
  /** Share of the questions that no resolver can answer. */
  readonly deadShare?: number;
  /** Questions a second that the list has; without end when left out. */
  readonly demandPerSecond?: number;
  /** From here on all questions are dead. */
  readonly tailFromMs?: number;
}

/** One second. */
export interface Second {
  readonly window: number;
  readonly answered: number;
  /** Attempts for names that are not dead, and those of them that had no answer. */
  sent: number;
  lost: number;
}

const TIMEOUT_MS = 2500;
const ATTEMPTS = 3;
const TICK_MS = 20;
const SAMPLE_EVERY = 16;

interface Arrival {
  readonly atMs: number;
  readonly question: OpenQuestion;
  readonly tries: number;
  readonly isAnswer: boolean;
}

/** A binary heap, first in time on top. */
class Arrivals {
  readonly #heap: Arrival[] = [];

  get first(): Arrival | undefined {
    return this.#heap[0];
  }

  push(arrival: Arrival): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(arrival);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= arrival.atMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = arrival;
  }

  shift(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #lane: Lane;
  readonly #arrivals = new Arrivals();
  readonly #retries = new QuestionList();
  #held: OpenQuestion | undefined;
  #isRetryNext = true;
  readonly seconds: Second[] = [];
  #underWay = 0;
  #asked = 0;
  #open = 0;
  #responses = 0;
  #answered = 0;
  #sent = 0;
  #lost = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { most, start = 200, isWindowFixed = false } = options;
    const window = { start, most, timeoutMs: TIMEOUT_MS, isWindowFixed };
    this.#lane = new Lane({ resolver: 'simulated', ...window }, 0);
  }

  run(): void {
    const endMs = this.#options.seconds * 1000;
    this.#pump(0);
    for (let tickMs = TICK_MS; tickMs <= endMs; tickMs += TICK_MS) {
      for (let next = this.#arrivals.first; next !== undefined; next = this.#arrivals.first) {
        if (next.atMs > tickMs) break;
        this.#arrivals.shift();
        this.#arrive(next);
      }
      this.#tick(tickMs);
      if (tickMs % 1000 === 0) this.#endSecond();
    }
  }

  #arrive({ atMs, question, tries, isAnswer }: Arrival): void {
    // Given up meanwhile: a stray.
    if (question.tries !== tries) return;
    const lane = this.#lane;
    lane.end(question);
    this.#underWay--;
    if (this.#responses++ % SAMPLE_EVERY === 0) lane.timed(question, atMs);
    lane.responded(question, isAnswer ? undefined : 'servfail');
    if (isAnswer) {
      this.#answered++;
      this.#end(question);
    } else {
      this.#miss(question);
    }
    this.#pump(atMs);
  }

  #miss(question: OpenQuestion): void {
    if (!isDead(question)) this.#lost++;
    if (question.tries < ATTEMPTS) this.#retries.push(question);
    else this.#end(question);
  }

  #end(question: OpenQuestion): void {
    question.tries = -1;
    this.#open--;
  }

  #tick(nowMs: number): void {
    const lane = this.#lane;
    for (let over = lane.expired(nowMs); over !== undefined; over = lane.expired(nowMs)) {
      lane.end(over);
      this.#underWay--;
      lane.missed(over);
      this.#miss(over);
    }
    lane.tick(nowMs);
    this.#pump(nowMs);
  }

  #pump(nowMs: number): void {
    const { most } = this.#options;
    let question = this.#next(nowMs);
    while (question !== undefined && this.#lane.room > 0 && this.#underWay < most) {
      this.#send(question, nowMs);
      question = this.#next(nowMs);
    }
    this.#held = question;
    this.#lane.pumped(question !== undefined);
  }

  #send(question: OpenQuestion, nowMs: number): void {
    question.tries++;
    this.#lane.sent(question, nowMs);
    this.#underWay++;
    if (!isDead(question)) this.#sent++;
    const fate = this.#options.resolver.arrive(nowMs, isDead(question));
    if (fate !== undefined) this.#arrivals.push({ ...fate, question, tries: question.tries });
  }

  #next(nowMs: number): OpenQuestion | undefined {
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      return held;
    }
    this.#isRetryNext = !this.#isRetryNext;
    if (this.#isRetryNext) return this.#nextRetry() ?? this.#nextFresh(nowMs);
    return this.#nextFresh(nowMs) ?? this.#nextRetry();
  }

  #nextRetry(): OpenQuestion | undefined {
    const { first } = this.#retries;
    if (first !== undefined) this.#retries.remove(first);
    return first;
  }

  #nextFresh(nowMs: number): OpenQuestion | undefined {
    const { demandPerSecond = Number.POSITIVE_INFINITY, deadShare = 0, random } = this.#options;
    if (this.#open >= 2 * this.#options.most) return undefined;
    if (this.#asked >= (demandPerSecond * (nowMs + 1)) / 1000) return undefined;
    this.#asked++;
    this.#open++;
    const { tailFromMs = Number.POSITIVE_INFINITY } = this.#options;
    const qname = nowMs >= tailFromMs || random() < deadShare ? DEAD : 'living.jp';
    const question = new OpenQuestion({ qname, qtype: 'MX', shared: false }, 0, () => {});
    question.tries = 0;
    return question;
  }

  #endSecond(): void {
    this.seconds.push({
      window: this.#lane.window,
      answered: this.#answered,
      sent: this.#sent,
      lost: this.#lost,
    });
    this.#answered = 0;
    this.#sent = 0;
    this.#lost = 0;
  }
}

const DEAD = 'dead.jp';
const isDead = (question: OpenQuestion): boolean => question.qname === DEAD;

export function simulate(options: SimulationOptions): readonly Second[] {
  const simulation = new Simulation(options);
  simulation.run();
  return simulation.seconds;
}

/** Answers `perSecond` in turn; what finds `queue` waiting before it is dropped. */
export function queueServer(
  random: () => number,
  options: {
    readonly queue: number;
    readonly latencyMs: number;
    readonly perSecond: (nowMs: number) => number;
    /** How much the capacity varies by itself, from tenth to tenth of a second. */
    readonly noise?: number;
  },
): SimulatedResolver {
  const { noise = 0.05, queue, latencyMs } = options;
  let freeAtMs = 0;
  let factor = 1;
  let factorUntilMs = 0;
  return {
    arrive(nowMs, isDead) {
      if (nowMs >= factorUntilMs) {
        factorUntilMs = nowMs + 100;
        factor = 1 + noise * (2 * random() - 1);
      }
      const eachMs = 1000 / (options.perSecond(nowMs) * factor);
      if ((freeAtMs - nowMs) / eachMs > queue) return undefined;
      freeAtMs = Math.max(freeAtMs, nowMs) + eachMs * (0.5 + random());
      return isDead ? undefined : { atMs: freeAtMs + latencyMs, isAnswer: true };
    },
  };
}

/** A recursor: spread response times, a limit of what may wait, and dead names that wait long. */
export function recursor(
  random: () => number,
  { waitLimit, deadWaitsMs }: { readonly waitLimit: number; readonly deadWaitsMs: number },
): SimulatedResolver {
  const ends = new Arrivals();
  let waiting = 0;
  const question = new OpenQuestion({ qname: '', qtype: 'MX', shared: false }, 0, () => {});
  return {
    arrive(nowMs, isDead) {
      for (let next = ends.first; next !== undefined && next.atMs <= nowMs; next = ends.first) {
        ends.shift();
        waiting--;
      }
      if (waiting >= waitLimit) return undefined;
      waiting++;
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const tookMs = Math.min(300, Math.max(5, 40 * Math.exp(0.8 * normal)));
      const atMs = nowMs + (isDead ? deadWaitsMs : tookMs);
      ends.push({ atMs, question, tries: 0, isAnswer: true });
      return isDead ? undefined : { atMs, isAnswer: true };
    },
  };
}

/** Answers at once up to a rate; beyond it drops, or says SERVFAIL. */
export function rateLimiter(options: {
  readonly perSecond: number;
  readonly latencyMs: number;
  readonly beyond: 'drop' | 'servfail';
}): SimulatedResolver {
  const { perSecond, latencyMs, beyond } = options;
  const burst = perSecond / 20;
  let tokens = burst;
  let atMs = 0;
  return {
    arrive(nowMs, isDead) {
      tokens = Math.min(burst, tokens + ((nowMs - atMs) * perSecond) / 1000);
      atMs = nowMs;
      const isIn = tokens >= 1;
      if (isIn) tokens--;
      if (!isIn && beyond === 'drop') return undefined;
      if (isDead && beyond === 'drop') return undefined;
      return { atMs: nowMs + latencyMs, isAnswer: isIn && !isDead };
    },
  };
}
