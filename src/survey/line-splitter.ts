/**
 * Bytes to lines. Ends of line are LF or CRLF; a byte order mark before the first line is dropped;
 * text is UTF-8, a bad byte becomes U+FFFD. A line over the limit is never held in memory: it is
 * told by its beginning.
 */

export interface LineSink {
  /** `isTerminated` is false only for a last line without an end of line. */
  line(text: string, number: number, isTerminated: boolean): void;
  /** A line beyond the limit; `start` is its beginning. */
  overlongLine(start: string, number: number): void;
}

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = 0xfeff;
const START_BYTES = 320;
const MAX_UTF8_BYTES_PER_UNIT = 3;

export class LineSplitter {
  readonly #sink: LineSink;
  readonly #maxLineBytes: number;
  /** The unfinished line; only its beginning once it is too long. */
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #number = 0;

  constructor(sink: LineSink, maxLineBytes: number) {
    this.#sink = sink;
    this.#maxLineBytes = maxLineBytes;
  }

  push(chunk: Buffer): void {
    const last = chunk.lastIndexOf(LF);
    if (last === -1) {
      this.#keep(chunk);
      return;
    }
    let start = 0;
    if (this.#carryBytes > 0) {
      const first = chunk.indexOf(LF);
      this.#keep(chunk.subarray(0, first));
      this.#endCarry(true);
      start = first + 1;
    }
    if (start <= last) this.#split(chunk.toString('utf8', start, last));
    this.#keep(chunk.subarray(last + 1));
  }

  /** Gives the last line, where it has no end of line. */
  end(): void {
    if (this.#carryBytes > 0) this.#endCarry(false);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#carryBytes += bytes.length;
    if (this.#carryBytes <= this.#maxLineBytes) {
      this.#carry.push(Buffer.from(bytes));
      return;
    }
    const start = Buffer.concat([...this.#carry, bytes.subarray(0, START_BYTES)]);
    this.#carry = [Buffer.from(start.subarray(0, START_BYTES))];
  }

  #endCarry(isTerminated: boolean): void {
    const text = Buffer.concat(this.#carry).toString('utf8');
    if (this.#carryBytes > this.#maxLineBytes) {
      this.#number++;
      this.#sink.overlongLine(text, this.#number);
    } else {
      this.#give(text, isTerminated);
    }
    this.#carry = [];
    this.#carryBytes = 0;
  }

  #split(text: string): void {
    for (let start = 0; ; ) {
      const end = text.indexOf('\n', start);
      this.#give(text.slice(start, end === -1 ? text.length : end), true);
      if (end === -1) return;
      start = end + 1;
    }
  }

  #give(raw: string, isTerminated: boolean): void {
    this.#number++;
    if (this.#isTooLong(raw)) {
      this.#sink.overlongLine(raw.slice(0, START_BYTES), this.#number);
      return;
    }
    const start = this.#number === 1 && raw.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
    const end = raw.charCodeAt(raw.length - 1) === CR ? raw.length - 1 : raw.length;
    const text = start === 0 && end === raw.length ? raw : raw.slice(start, end);
    this.#sink.line(text, this.#number, isTerminated);
  }

  #isTooLong(text: string): boolean {
    if (text.length * MAX_UTF8_BYTES_PER_UNIT <= this.#maxLineBytes) return false;
    return text.length > this.#maxLineBytes || Buffer.byteLength(text) > this.#maxLineBytes;
  }
}
