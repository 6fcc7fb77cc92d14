/**
 * Records walked past without being read: where a section ends, and what stands in it (RFC 1035 §4.1).
 * Pure; nothing is read beyond `length`, and -1 says that the octets do not hold what they announce.
 */
import { skipName } from './name.ts';
import { TYPE_OPT } from './registry.ts';

/** Type, class, TTL and RDLENGTH of a record. */
export const RECORD_OCTETS = 10;

/** Offset after `count` records, or -1 where they are not all there (or `offset` is -1 already). */
export function skipRecords(bytes: Buffer, offset: number, count: number, length: number): number {
  let position = offset;
  for (let i = 0; i < count && position >= 0; i++) position = skipRecord(bytes, position, length);
  return position;
}

function skipRecord(bytes: Buffer, offset: number, length: number): number {
  const typeAt = skipName(bytes, offset, length);
  if (typeAt < 0 || typeAt + RECORD_OCTETS > length) return -1;
  const end = typeAt + RECORD_OCTETS + word(bytes, typeAt + 8);
  return end > length ? -1 : end;
}

/**
 * Offset of the type of the one OPT record, 0 without one, -1 for a second OPT, a broken section, or one
 * that is not the end of the message.
 */
export function findOpt(bytes: Buffer, offset: number, count: number, length: number): number {
  let found = 0;
  let position = offset;
  for (let i = 0; i < count && position >= 0; i++) {
    const ownerAt = position;
    position = skipRecord(bytes, position, length);
    // The owner is the root (RFC 6891 §6.1.2): one zero octet, the type right behind it.
    if (position < 0 || bytes[ownerAt] !== 0 || word(bytes, ownerAt + 1) !== TYPE_OPT) continue;
    if (found !== 0) return -1;
    found = ownerAt + 1;
  }
  return position === length ? found : -1;
}

/** Whether a record of the type is in the authority section, which must be whole. */
export function hasAuthority(
  bytes: Buffer,
  authorityAt: number,
  length: number,
  type: number,
): boolean {
  let position = authorityAt;
  for (let i = word(bytes, 8); i > 0; i--) {
    position = skipName(bytes, position, length);
    if (word(bytes, position) === type) return true;
    position += RECORD_OCTETS + word(bytes, position + 8);
  }
  return false;
}

export function word(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}
