import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMember,
  addPackedCounts,
  countMembers,
  isMember,
  noMembers,
  packAttempts,
  packCounts,
  packFingerprints,
  packMembers,
  unpackAttempts,
  unpackFingerprints,
} from '../../src/store/pack.ts';

const count = fc.oneof(fc.constant(0), fc.nat(200), fc.maxSafeNat());
const slots = fc.uniqueArray(fc.nat(1023), { maxLength: 1024 }).map((s) => s.sort((a, b) => a - b));

describe('packed counters', () => {
  it('come back as they were, and are added to what is there', () => {
    fc.assert(
      fc.property(fc.array(count, { maxLength: 60 }), (counts) => {
        const into = new Float64Array(counts.length);
        addPackedCounts(packCounts(counts), into);
        expect([...into]).toEqual(counts);
        const twice = new Float64Array(counts.length).fill(1);
        addPackedCounts(packCounts(counts), twice);
        expect([...twice]).toEqual(counts.map((value) => value + 1));
      }),
    );
  });

  it('take few bytes when most are zero', () => {
    const counts = new Array(550).fill(0);
    counts[3] = 1;
    counts[400] = 1023;
    expect(packCounts(counts).length).toBeLessThanOrEqual(8);
  });

  it('of a layout with more counters leave the rest out', () => {
    const into = new Float64Array(2);
    addPackedCounts(packCounts([1, 2, 3, 0, 0, 4]), into);
    expect([...into]).toEqual([1, 2]);
  });

  it('never throw or run on when the bytes are damaged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        addPackedCounts(bytes, new Float64Array(20));
        unpackAttempts(bytes);
        unpackFingerprints(bytes, new Float64Array(1024));
      }),
    );
  });
});

describe('packed fingerprints', () => {
  it('come back as they were, sparse or dense', () => {
    fc.assert(
      fc.property(slots, fc.integer({ min: 1, max: 2 ** 53 - 1 }), (used, value) => {
        const values = new Float64Array(1024);
        for (const slot of used) values[slot] = Math.max(1, value - slot);
        const into = new Float64Array(1024).fill(7);
        unpackFingerprints(packFingerprints(values), into);
        expect([...into]).toEqual([...values]);
      }),
    );
  });

  it('of a block without any are null', () => {
    expect(packFingerprints(new Float64Array(1024))).toBeNull();
    expect(packFingerprints(new Float64Array(1024).fill(5))?.length).toBe(8192);
  });
});

describe('packed attempts', () => {
  it('come back by slot, and are null when every domain took one', () => {
    fc.assert(
      fc.property(
        slots,
        fc.array(fc.nat(40), { minLength: 1024, maxLength: 1024 }),
        (used, all) => {
          const ids = used.map((slot) => 5 * 1024 + slot);
          const attempts = used.map((slot) => all[slot] as number);
          const packed = packAttempts(ids, attempts);
          expect(packed === null).toBe(attempts.every((value) => value === 1));
          const bySlot = unpackAttempts(packed);
          expect(used.map((slot) => bySlot[slot])).toEqual(attempts);
        },
      ),
    );
  });
});

describe('membership bits', () => {
  it('hold exactly the members', () => {
    fc.assert(
      fc.property(slots, (used) => {
        const members = noMembers();
        for (const slot of used) addMember(members, slot);
        expect(countMembers(members)).toBe(used.length);
        const wanted = new Set(used);
        for (let slot = 0; slot < 1024; slot++) {
          expect(isMember(members, slot)).toBe(wanted.has(slot));
        }
        expect(packMembers(members) === null).toBe(used.length === 1024);
      }),
    );
  });
});
