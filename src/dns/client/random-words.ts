/** Unpredictable 16-bit numbers for message ids and sockets (RFC 5452 §9.2), some thousand a call. */
import { randomFillSync } from 'node:crypto';

export class RandomWords {
  readonly #words = new Uint16Array(4096);
  #at = this.#words.length;

  next(): number {
    if (this.#at === this.#words.length) {
      randomFillSync(this.#words);
      this.#at = 0;
    }
    return this.#words[this.#at++] as number;
  }
}
