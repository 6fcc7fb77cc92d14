/**
 * The records of one owner and type as they arrive, each RDATA once (RFC 2181 §5, RFC 2181 §5.2).
 * Pure. TXT are compared by octets, so that the same text split differently stays two records;
 * everything else by its text, where names have one case.
 */

import { readRdata } from './rdata.ts';
import { QTYPES } from './registry.ts';

/** Above this many records a set of keys takes over from a walk along them. */
const FEW = 16;

export class RecordSetBuilder {
  readonly records: string[] = [];
  /** What each record is compared by; the records themselves but for TXT. */
  readonly #keys: string[];
  #seen: Set<string> | undefined;
  readonly #bytes: Buffer;
  readonly #length: number;
  readonly #type: number;

  constructor(bytes: Buffer, length: number, type: number) {
    this.#bytes = bytes;
    this.#length = length;
    this.#type = type;
    this.#keys = type === QTYPES.TXT ? [] : this.records;
  }

  /** False for malformed RDATA. */
  add(start: number, end: number): boolean {
    const text = readRdata(this.#bytes, this.#type, start, end, this.#length);
    if (text === undefined) return false;
    const key = this.#type === QTYPES.TXT ? this.#bytes.toString('latin1', start, end) : text;
    if (this.#isKnown(key)) return true;
    this.records.push(text);
    if (this.#keys !== this.records) this.#keys.push(key);
    this.#seen?.add(key);
    return true;
  }

  #isKnown(key: string): boolean {
    if (this.#keys.length < FEW) return this.#keys.includes(key);
    this.#seen ??= new Set(this.#keys);
    return this.#seen.has(key);
  }
}
