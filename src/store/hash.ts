/**
 * The 53-bit hash of the store: fingerprints, record look-up, and the seeded order of ids, samples
 * and blocks. cyrb53 (public domain): 53 bits stay an exact JS number, so nothing needs BigInt. Not
 * cryptographic: records found by hash are compared by text, and a fingerprint is only ever compared
 * with the one before of the same domain and check. Stored in every file, so it must never change.
 */

const MULTIPLIER_1 = 2654435761;
const MULTIPLIER_2 = 1597334677;
const START_1 = 0xdeadbeef;
const START_2 = 0x41c6ce57;

function finish(first: number, second: number): number {
  let h1 = Math.imul(first ^ (first >>> 16), 2246822507);
  h1 ^= Math.imul(second ^ (second >>> 13), 3266489909);
  let h2 = Math.imul(second ^ (second >>> 16), 2246822507);
  h2 ^= Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

/** Hash of a text under a seed; the seed may have 53 bits. */
export function hash53(text: string, seed = 0): number {
  const high = Math.floor(seed / 4294967296);
  let h1 = START_1 ^ seed;
  let h2 = START_2 ^ seed ^ Math.imul(high, 0x9e3779b1);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, MULTIPLIER_1);
    h2 = Math.imul(h2 ^ unit, MULTIPLIER_2);
  }
  return finish(h1, h2);
}

/**
 * Fingerprint of one outcome: class, reason (0 for a definitive one), flags and body. Never 0, which
 * stands for the default outcome; a null body differs from an empty one.
 */
export function fingerprint(
  classIndex: number,
  reason: number,
  flags: number,
  body: string | null,
): number {
  const head = (classIndex << 5) ^ (reason << 1) ^ (body === null ? 0 : 1);
  let h1 = Math.imul(START_1 ^ head, MULTIPLIER_1);
  let h2 = Math.imul(START_2 ^ head, MULTIPLIER_2);
  h1 = Math.imul(h1 ^ flags, MULTIPLIER_1);
  h2 = Math.imul(h2 ^ flags, MULTIPLIER_2);
  if (body !== null) {
    for (let i = 0; i < body.length; i++) {
      const unit = body.charCodeAt(i);
      h1 = Math.imul(h1 ^ unit, MULTIPLIER_1);
      h2 = Math.imul(h2 ^ unit, MULTIPLIER_2);
    }
  }
  return finish(h1, h2) || 1;
}
