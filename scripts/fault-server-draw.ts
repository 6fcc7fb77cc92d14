/**
 * Draws that follow from a seed and from what is drawn for, never from time or order: the same name
 * is struck by the same fault in every run. Pure.
 */

/** A 32-bit hash of a text (FNV-1a, then mixed, since FNV leaves the high bits of short texts alike). */
export function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return mix(hash);
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
export function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) from a hash and a purpose. */
export const fraction = (hash: number, purpose: number): number =>
  mix(hash ^ mix(purpose + 0x9e3779b9)) / 2 ** 32;

/** The row that `at` in [0, 1) falls on, each as wide as its weight. */
export function pick<Row extends { readonly weight: number }>(
  rows: readonly Row[],
  at: number,
): Row {
  let left = at * rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const row of rows) {
    left -= row.weight;
    if (left < 0) return row;
  }
  return rows.at(-1) as Row;
}
