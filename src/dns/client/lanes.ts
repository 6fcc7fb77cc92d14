/** The resolvers of one engine: who is asked next, and what is under way in all. It sends nothing. */
import type { EngineOptions } from './engine-options.ts';
import { Lane, type LaneOptions } from './lane.ts';
import type { OpenQuestion } from './open-question.ts';
import { formatResolver } from './resolvers.ts';

/**
 * So many may be sent before anything is known. Linux's default socket buffer holds 256 queries, and
 * gives back what was read of them only a quarter at a time.
 */
const START_WINDOW = 180;

/** What `pick` gives for nobody: no more may be under way, or the question waits for a better turn. */
export const NO_ROOM = -1;
export const WAITS = -2;

export class Lanes {
  readonly all: readonly Lane[];
  /** Attempts under way, TCP included. */
  underWay = 0;
  readonly #window: number;
  #next = 0;

  constructor(options: EngineOptions, nowMs: number) {
    const { resolvers, timeoutMs, window, isWindowFixed = false } = options;
    this.#window = window;
    // A resolver that answers nothing must not take up what the others could use.
    const share = Math.max(1, Math.floor(window / resolvers.length));
    const most = isWindowFixed ? window : share;
    const sizes: Omit<LaneOptions, 'resolver'> = {
      start: Math.min(START_WINDOW, most),
      most,
      timeoutMs,
      isWindowFixed,
    };
    this.all = resolvers.map(
      (resolver) => new Lane({ resolver: formatResolver(resolver), ...sizes }, nowMs),
    );
  }

  /** Attempts that may be begun. */
  get room(): number {
    let room = 0;
    for (const lane of this.all) room += Math.max(0, lane.room);
    return Math.min(room, this.#window - this.underWay);
  }

  /** The lane of the attempt under way, or of the last one. */
  of(question: OpenQuestion): Lane {
    return this.all[question.resolver] as Lane;
  }

  /**
   * Whom to ask next: at first the resolver whose turn it is, later the one after the last, and in
   * both cases the next that has room. NO_ROOM when none has. An attempt that is repeated without EDNS
   * stays where it is, and goes out though the window may have shrunk meanwhile.
   *
   * An attempt that is made again is not spent on a silent resolver, which always has room, while
   * another answers: WAITS when that one has none. First attempts go to silent ones too, and so find
   * out that they are back.
   */
  pick(question: OpenQuestion): number {
    if (this.underWay >= this.#window) return NO_ROOM;
    if (question.isPlainRepeat) return question.resolver;
    const count = this.all.length;
    const isFirst = question.tries === 0;
    const from = isFirst ? this.#next : question.resolver + 1;
    let none = NO_ROOM;
    for (let i = 0; i < count; i++) {
      const resolver = (from + i) % count;
      const lane = this.all[resolver] as Lane;
      if (lane.room <= 0) continue;
      if (isFirst || !lane.isSilent || !this.#hasAnswering()) return resolver;
      none = WAITS;
    }
    return none;
  }

  #hasAnswering(): boolean {
    return this.all.some(({ isSilent }) => !isSilent);
  }

  /** A question was first asked of `resolver`: the turn passes on. */
  pass(resolver: number): void {
    this.#next = (resolver + 1) % this.all.length;
  }

  sent(question: OpenQuestion, nowMs: number): void {
    this.underWay++;
    this.of(question).sent(question, nowMs);
  }

  end(question: OpenQuestion): void {
    this.underWay--;
    this.of(question).end(question);
  }

  /** By one exchange over TCP that begins, or by -1 that ends. */
  countTcp(question: OpenQuestion, by: 1 | -1): void {
    this.underWay += by;
    this.of(question).overTcp += by;
  }

  /** Questions were sent as far as they go; `isFull` when more would have gone with more room. */
  pumped(isFull: boolean): void {
    for (const lane of this.all) lane.pumped(isFull);
  }

  /** As `QuestionList.takeOverdue`. */
  takeOverdue(nowMs: number, overdue: OpenQuestion[]): number {
    const before = overdue.length;
    let earliest = Number.POSITIVE_INFINITY;
    for (const lane of this.all) {
      earliest = Math.min(earliest, lane.takeOverdue(nowMs, overdue));
    }
    this.underWay -= overdue.length - before;
    return earliest;
  }
}
