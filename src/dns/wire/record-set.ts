/**
 * The records of one owner and type as they arrive, each RDATA once (RFC 2181 §5). Pure. TXT are
 * compared by octets, so that the same text split differently stays two records; everything else by
 * its text, where names have one case.
 */
import { readRdata } from './rdata.ts';
import { QTYPES } from './registry.ts';

/** Above this many records a set takes over from a walk along them. */
const FEW = 16;

export class RecordSetBuilder {
  readonly records: string[] = [];
  readonly #bytes: Buffer;
  readonly #length: number;
  readonly #type: number;
  /** Where each kept TXT starts and ends: two numbers a record. */
  readonly #spans: number[] = [];
  #texts: Set<string> | undefined;
  /** RDATA of every kept TXT; made when two have the same text, which hardly ever happens. */
  #rdatas: Set<string> | undefined;

  constructor(bytes: Buffer, length: number, type: number) {
    this.#bytes = bytes;
    this.#length = length;
    this.#type = type;
  }

  /** Takes the RDATA between two offsets of the message; false when it is malformed. */
  add(start: number, end: number): boolean {
    const text = readRdata(this.#bytes, this.#type, start, end, this.#length);
    if (text === undefined) return false;
    if (this.#hasText(text) && (this.#type !== QTYPES.TXT || this.#hasRdata(start, end))) {
      return true;
    }
    this.records.push(text);
    this.#texts?.add(text);
    if (this.#type === QTYPES.TXT) {
      this.#spans.push(start, end);
      this.#rdatas?.add(this.#rdata(start, end));
    }
    return true;
  }

  #hasText(text: string): boolean {
    if (this.records.length < FEW) return this.records.includes(text);
    this.#texts ??= new Set(this.records);
    return this.#texts.has(text);
  }

  #hasRdata(start: number, end: number): boolean {
    if (this.#rdatas === undefined) {
      this.#rdatas = new Set();
      for (let i = 0; i < this.#spans.length; i += 2) {
        this.#rdatas.add(this.#rdata(this.#spans[i] as number, this.#spans[i + 1] as number));
      }
    }
    return this.#rdatas.has(this.#rdata(start, end));
  }

  #rdata(start: number, end: number): string {
    return this.#bytes.toString('latin1', start, end);
  }
}
