/**
 * What many record sets of a survey come to, read once: hosters write the same record for thousands of
 * domains. Pure as seen from outside: the reader it is given must be a function of the texts alone.
 *
 * A table of fixed size in which a set has two places, and the newest takes the first of them from the
 * one before. Not a Map: one that is written and emptied at the pace of the answers leaves old tables
 * behind that keep garbage alive. A set is kept only when it is seen for the second time in a row at
 * its places, so that sets which never come again cost one number.
 */
export class SetMemo<Value> {
  readonly #read: (texts: readonly string[]) => Value;
  readonly #mask: number;
  /** The hash last seen, for each pair of places. */
  readonly #seen: Int32Array;
  readonly #sets: (readonly string[])[];
  readonly #values: (Value | undefined)[];

  /** `places` is a power of two. What is kept is what `read` gives: it must not be changed. */
  constructor(places: number, read: (texts: readonly string[]) => Value) {
    this.#read = read;
    this.#mask = places / 2 - 1;
    this.#seen = new Int32Array(places / 2);
    this.#sets = new Array<readonly string[]>(places).fill(NOTHING);
    this.#values = new Array<Value | undefined>(places).fill(undefined);
  }

  /** What `read` gives for the texts, of which there must be one at least. */
  of(texts: readonly string[]): Value {
    if (octetsOf(texts) > MAX_OCTETS) return this.#read(texts);
    const hash = hashOf(texts);
    const pair = hash & this.#mask;
    const place = 2 * pair;
    if (areEqual(texts, this.#sets[place])) return this.#values[place] as Value;
    if (areEqual(texts, this.#sets[place + 1])) return this.#values[place + 1] as Value;
    const value = this.#read(texts);
    if (this.#seen[pair] === hash) this.#keep(place, texts, value);
    else this.#seen[pair] = hash;
    return value;
  }

  #keep(place: number, texts: readonly string[], value: Value): void {
    this.#sets[place + 1] = this.#sets[place] ?? NOTHING;
    this.#values[place + 1] = this.#values[place];
    this.#sets[place] = texts;
    this.#values[place] = value;
  }
}

/** A longer set is read each time, so that what is kept has a bound whatever hostile zones hold. */
const MAX_OCTETS = 2048;

const NOTHING: readonly string[] = [];

function octetsOf(texts: readonly string[]): number {
  let octets = 0;
  for (let i = 0; i < texts.length; i++) octets += (texts[i] as string).length;
  return octets;
}

function areEqual(texts: readonly string[], kept: readonly string[] = NOTHING): boolean {
  if (texts.length !== kept.length) return false;
  for (let i = 0; i < texts.length; i++) if (texts[i] !== kept[i]) return false;
  return true;
}

const MOST_SAMPLES = 128;

/** A number for the texts from their lengths and at most 255 characters of each, evenly spread. */
function hashOf(texts: readonly string[]): number {
  let hash = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    const { length } = text;
    const step = length <= MOST_SAMPLES ? 1 : Math.floor(length / MOST_SAMPLES);
    hash = Math.imul(hash ^ length, 0x01000193);
    for (let at = 0; at < length; at += step)
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
