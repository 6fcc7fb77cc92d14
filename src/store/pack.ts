/**
 * The packed values of the store: counters, fingerprints of a block, attempts, and membership bits.
 * Pure: numbers in, bytes out and back. Bytes are the store's own, but a damaged file must not hang
 * or overrun a reader, so every reader stays within the bytes and the block.
 */
import { BLOCK_SIZE } from '../survey/ports.ts';

const BITMAP_BYTES = BLOCK_SIZE / 8;
const DENSE_BYTES = BLOCK_SIZE * 8;
const SPARSE_ENTRY_BYTES = 10;

class VarintWriter {
  readonly #bytes: number[] = [];

  /** Non-negative integers up to 2^53 - 1, seven bits a byte, lowest first (LEB128). */
  add(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  finish(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) return value;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }
}

/**
 * Counters as varints; a zero is followed by how many more zeros come, and zeros at the end are left
 * out: most counters of a small segment are zero.
 */
export function packCounts(counts: ArrayLike<number>): Buffer {
  const writer = new VarintWriter();
  let end = counts.length;
  while (end > 0 && counts[end - 1] === 0) end--;
  for (let i = 0; i < end; ) {
    const count = counts[i] as number;
    writer.add(count);
    i++;
    if (count !== 0) continue;
    const from = i;
    while (counts[i] === 0) i++;
    writer.add(i - from);
  }
  return writer.finish();
}

/** Adds packed counters to `into`; counters beyond its length are left out. */
export function addPackedCounts(packed: Uint8Array, into: Float64Array): void {
  const reader = new VarintReader(packed);
  for (let i = 0; reader.hasMore && i < into.length; ) {
    const count = reader.next();
    if (count === 0) i += 1 + reader.next();
    else {
      into[i] = (into[i] as number) + count;
      i++;
    }
  }
}

/**
 * Fingerprints of a block, 0 being "no row yet or default": null when all are 0, index and value of
 * the others while that is shorter, else all 1,024 values. Little-endian float64.
 */
export function packFingerprints(values: Float64Array): Buffer | null {
  let used = 0;
  for (let i = 0; i < BLOCK_SIZE; i++) if (values[i] !== 0) used++;
  if (used === 0) return null;
  const isDense = used * SPARSE_ENTRY_BYTES >= DENSE_BYTES;
  const bytes = Buffer.allocUnsafe(isDense ? DENSE_BYTES : used * SPARSE_ENTRY_BYTES);
  const view = viewOf(bytes);
  for (let i = 0, at = 0; i < BLOCK_SIZE; i++) {
    const value = values[i] as number;
    if (isDense) view.setFloat64(i * 8, value, true);
    else if (value !== 0) {
      view.setUint16(at, i, true);
      view.setFloat64(at + 2, value, true);
      at += SPARSE_ENTRY_BYTES;
    }
  }
  return bytes;
}

/** Overwrites `into` (1,024 values) with what was packed. */
export function unpackFingerprints(packed: Uint8Array | null, into: Float64Array): void {
  if (packed === null) {
    into.fill(0);
    return;
  }
  const view = viewOf(packed);
  if (packed.length === DENSE_BYTES) {
    for (let i = 0; i < BLOCK_SIZE; i++) into[i] = view.getFloat64(i * 8, true);
    return;
  }
  into.fill(0);
  for (let at = 0; at + SPARSE_ENTRY_BYTES <= packed.length; at += SPARSE_ENTRY_BYTES) {
    const slot = view.getUint16(at, true);
    if (slot < BLOCK_SIZE) into[slot] = view.getFloat64(at + 2, true);
  }
}

// DataView, not Buffer's methods: V8 inlines it, and a block has up to 8,192 of these.
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Attempts of a block's domains: null when each took 1, else slot (as a step) and attempts of the others. */
export function packAttempts(ids: readonly number[], attempts: readonly number[]): Buffer | null {
  const writer = new VarintWriter();
  let last = 0;
  let used = 0;
  for (let i = 0; i < ids.length; i++) {
    if (attempts[i] === 1) continue;
    const slot = slotOf(ids[i] as number);
    writer.add(slot - last);
    writer.add(attempts[i] as number);
    last = slot;
    used++;
  }
  return used === 0 ? null : writer.finish();
}

/** Attempts by slot, 1,024 values. */
export function unpackAttempts(packed: Uint8Array | null): Uint16Array {
  const attempts = new Uint16Array(BLOCK_SIZE).fill(1);
  if (packed === null) return attempts;
  const reader = new VarintReader(packed);
  let slot = 0;
  while (reader.hasMore) {
    slot += reader.next();
    const value = reader.next();
    if (slot >= BLOCK_SIZE) break;
    attempts[slot] = value;
  }
  return attempts;
}

/** Block of a domain id. */
export const blockOf = (id: number): number => Math.floor(id / BLOCK_SIZE);

/** Place of a domain id in its block. */
export const slotOf = (id: number): number => id % BLOCK_SIZE;

/** Membership bits of one block: bit `slot & 7` of byte `slot >> 3`. */
export type Members = Uint8Array;

export const noMembers = (): Members => new Uint8Array(BITMAP_BYTES);

export const isMember = (members: Members, slot: number): boolean =>
  ((members[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;

export function addMember(members: Members, slot: number): void {
  members[slot >> 3] = (members[slot >> 3] as number) | (1 << (slot & 7));
}

/** Adds stored bits (null: all 1,024) to `into`. */
export function addMembers(packed: Uint8Array | null, into: Members): void {
  if (packed === null) into.fill(255);
  else for (let i = 0; i < BITMAP_BYTES; i++) into[i] = (into[i] as number) | (packed[i] ?? 0);
}

export function countMembers(members: Members): number {
  let count = 0;
  for (const byte of members) for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Stored form of membership bits: null when all 1,024 are set. */
export const packMembers = (members: Members): Buffer | null =>
  countMembers(members) === BLOCK_SIZE ? null : Buffer.from(members);
