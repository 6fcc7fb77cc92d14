/**
 * How far a run is and how fast it goes, as figures; drawing them is the command line's. Pure but
 * for the clock it is handed. Speeds are over the last few seconds, so that a stall is seen at once.
 */

export interface ProgressFigures {
  readonly done: number;
  readonly targets: number;
  readonly domainsPerSecond: number;
  readonly queriesPerSecond: number;
  /** Share of (domain, check) pairs of this call without a definitive outcome; undefined before the first. */
  readonly unknownShare: number | undefined;
  /** Seconds to the end at the present speed; undefined while there is no speed. */
  readonly secondsLeft: number | undefined;
  readonly elapsedSeconds: number;
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
  readonly queries: number;
}

/** Speeds are taken over this long. */
const SPEED_WINDOW_MS = 8_000;

export class Progress {
  readonly #targets: number;
  readonly #startedAtMs: number;
  readonly #now: () => number;
  #done: number;
  #pairs = 0;
  #failed = 0;
  #samples: Sample[];

  /** `doneBefore` domains were done by earlier calls of a resumed run. */
  constructor(targets: number, doneBefore: number, now: () => number) {
    this.#targets = targets;
    this.#done = doneBefore;
    this.#now = now;
    this.#startedAtMs = now();
    this.#samples = [{ atMs: this.#startedAtMs, done: doneBefore, queries: 0 }];
  }

  addBlock(domains: number, pairs: number, failed: number): void {
    this.#done += domains;
    this.#pairs += pairs;
    this.#failed += failed;
  }

  /** `queries` is the number sent since this call began. */
  figures(queries: number): ProgressFigures {
    const atMs = this.#now();
    this.#samples.push({ atMs, done: this.#done, queries });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= SPEED_WINDOW_MS) {
      this.#samples.shift();
    }
    const first = this.#samples[0] as Sample;
    const seconds = Math.max(0.001, (atMs - first.atMs) / 1000);
    const domainsPerSecond = (this.#done - first.done) / seconds;
    return {
      done: this.#done,
      targets: this.#targets,
      domainsPerSecond,
      queriesPerSecond: (queries - first.queries) / seconds,
      unknownShare: this.#pairs === 0 ? undefined : this.#failed / this.#pairs,
      secondsLeft:
        domainsPerSecond > 0 ? (this.#targets - this.#done) / domainsPerSecond : undefined,
      elapsedSeconds: (atMs - this.#startedAtMs) / 1000,
    };
  }
}
