/**
 * Names of a list for a measured client, one after the other: a chunk of the file is held, not the
 * list. Only for lists that `writeSyntheticZone` wrote: one name a line, nothing else.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
const LINE_END = 10;

export class NameReader {
  readonly #file: number;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #at = 0;
  #end = 0;
  /** Where in the file the next chunk begins. */
  #position = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  /** The next name; undefined after the last. */
  next(): string | undefined {
    let end = this.#lineEnd();
    if (end < 0) {
      this.#refill();
      end = this.#lineEnd();
      if (end < 0) end = this.#end;
      if (end === this.#at) return undefined;
    }
    const name = this.#chunk.toString('latin1', this.#at, end);
    this.#at = Math.min(end + 1, this.#end);
    return name;
  }

  #lineEnd(): number {
    const end = this.#chunk.indexOf(LINE_END, this.#at);
    return end < this.#end ? end : -1;
  }

  /** Reads on from the line that is cut off at the end of the chunk. */
  #refill(): void {
    this.#position += this.#at;
    this.#at = 0;
    this.#end = readSync(this.#file, this.#chunk, 0, CHUNK_BYTES, this.#position);
  }

  /** The next name is the first again. */
  rewind(): void {
    this.#position = 0;
    this.#at = 0;
    this.#end = 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}
