/**
 * Why something that goes on for long is to end: asked by a signal, or for an error. The first reason
 * counts.
 */

/** As a promise for those who wait and as a flag for those who look. */
export class StopState {
  isEnded = false;
  error: unknown;
  readonly ended: Promise<undefined>;
  #resolve: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = () => resolve(undefined);
    });
  }

  /** `error` undefined is a clean stop; a later error than the first end is not kept. */
  end(error: unknown): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.error = error;
    this.#resolve();
  }
}
