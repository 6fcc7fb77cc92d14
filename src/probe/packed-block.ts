/**
 * What a block came to as one compact value that crosses from a probe thread to the main thread: its
 * numbers in one buffer that is handed over, not copied, and its bodies as a few texts a check.
 *
 * The layout lives as long as the message: it is nothing that is stored.
 */
import type { BlockOutput } from './block-prober.ts';

export interface PackedBlock {
  /**
   * Arrays of one number a domain, widest first so that each is aligned: the checks' flags (32 bits),
   * attempts and the checks' classes (16), existence, its reasons and the checks' reasons (8).
   */
  readonly numbers: ArrayBuffer;
  /**
   * Texts of each check: the bodies with a line end between them, nothing for null. A body is JSON,
   * in which a line end only occurs escaped, and is never empty.
   */
  readonly bodies: readonly (readonly string[])[];
  readonly queries: number;
}

/**
 * A text is closed beyond this length. V8 gives what is larger than 128 KiB pages of its own from the
 * kernel, each time anew: one text a check cost 2 µs a domain on its way, texts of this length 0.2.
 */
const TEXT_CHARS = 32 * 1024;

/** Attempts of a domain beyond it are kept as it, which is what the store has room for. */
const MAX_ATTEMPTS = 65_535;

/** Bytes of `PackedBlock.numbers` for each domain, by the number of checks. */
export const bytesPerDomain = (checks: number): number =>
  4 * checks + 2 * (1 + checks) + 2 + checks;

/** What a block came to, to be read only: a prober's output or the result of a run. */
export interface PackableBlock {
  readonly existence: readonly number[];
  readonly existenceReasons: readonly number[];
  readonly attempts: readonly number[];
  readonly checks: readonly {
    readonly classes: readonly number[];
    readonly reasons: readonly number[];
    readonly flags: readonly number[];
    readonly bodies: readonly (string | null)[];
  }[];
  readonly queries: number;
}

/** `PackedBlock.numbers` is to be transferred. */
export function packBlock(output: PackableBlock): PackedBlock {
  const { checks } = output;
  const size = output.existence.length;
  const numbers = new ArrayBuffer(size * bytesPerDomain(checks.length));
  const parts = new Parts(numbers, size);
  for (const { flags } of checks) parts.int32().set(flags);
  const attempts = parts.uint16();
  for (let i = 0; i < size; i++) attempts[i] = Math.min(output.attempts[i] ?? 0, MAX_ATTEMPTS);
  for (const { classes } of checks) parts.uint16().set(classes);
  parts.uint8().set(output.existence);
  parts.uint8().set(output.existenceReasons);
  for (const { reasons } of checks) parts.uint8().set(reasons);
  return { numbers, bodies: checks.map(joinedBodies), queries: output.queries };
}

function joinedBodies({ bodies }: PackableBlock['checks'][number]): string[] {
  const texts: string[] = [];
  let from = 0;
  let length = 0;
  for (let end = 1; end <= bodies.length; end++) {
    length += 1 + (bodies[end - 1]?.length ?? 0);
    if (length < TEXT_CHARS && end < bodies.length) continue;
    // `join` takes null for an empty text.
    texts.push(bodies.slice(from, end).join('\n'));
    from = end;
    length = 0;
  }
  return texts;
}

/** `checks` are the names of the checks, in the order in which the thread has them. */
export function unpackBlock(packed: PackedBlock, checks: readonly string[]): BlockOutput {
  const size = packed.numbers.byteLength / bytesPerDomain(checks.length);
  const parts = new Parts(packed.numbers, size);
  const flags = checks.map(() => toArray(parts.int32()));
  const attempts = toArray(parts.uint16());
  const classes = checks.map(() => toArray(parts.uint16()));
  const existence = toArray(parts.uint8());
  const existenceReasons = toArray(parts.uint8());
  const reasons = checks.map(() => toArray(parts.uint8()));
  return {
    existence,
    existenceReasons,
    attempts,
    checks: checks.map((check, i) => ({
      check,
      classes: classes[i] ?? [],
      reasons: reasons[i] ?? [],
      flags: flags[i] ?? [],
      bodies: splitBodies(packed.bodies[i] ?? []),
    })),
    queries: packed.queries,
  };
}

function splitBodies(texts: readonly string[]): (string | null)[] {
  const bodies: (string | null)[] = [];
  for (const text of texts) {
    for (const body of text.split('\n')) bodies.push(body === '' ? null : body);
  }
  return bodies;
}

/** A loop, for `Array.from` goes through the iterator at many times the cost. */
function toArray(values: Int32Array | Uint16Array | Uint8Array): number[] {
  const array = new Array<number>(values.length);
  for (let i = 0; i < values.length; i++) array[i] = values[i] as number;
  return array;
}

/** Hands out one array after the other. */
class Parts {
  readonly #buffer: ArrayBuffer;
  readonly #size: number;
  #at = 0;

  constructor(buffer: ArrayBuffer, size: number) {
    this.#buffer = buffer;
    this.#size = size;
  }

  int32(): Int32Array {
    return new Int32Array(this.#buffer, this.#next(4), this.#size);
  }

  uint16(): Uint16Array {
    return new Uint16Array(this.#buffer, this.#next(2), this.#size);
  }

  uint8(): Uint8Array {
    return new Uint8Array(this.#buffer, this.#next(1), this.#size);
  }

  #next(width: number): number {
    const at = this.#at;
    this.#at += width * this.#size;
    return at;
  }
}
