import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable } from '../../../src/dns/client/id-table.ts';

const ID = fc.integer({ min: 0, max: 0xffff });
/** Ids that share their low bits, so that they push each other on. */
const CROWDED = fc.integer({ min: 0, max: 40 }).map((high) => (high << 8) | 61);

describe('IdTable', () => {
  it('holds what a Map would hold, whatever is set and deleted in what order', () => {
    const step = fc.record({ id: fc.oneof(ID, CROWDED), isSet: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new IdTable<number>();
        const map = new Map<number, number>();
        for (const [value, { id, isSet }] of steps.entries()) {
          if (isSet) {
            table.set(id, value);
            map.set(id, value);
          } else {
            expect(table.delete(id)).toBe(map.delete(id));
          }
          expect(table.size).toBe(map.size);
        }
        for (const { id } of steps) {
          expect(table.get(id)).toBe(map.get(id));
          expect(table.has(id)).toBe(map.has(id));
        }
        expect(table.takeAll().toSorted()).toEqual([...map.values()].toSorted());
        expect(table.size).toBe(0);
      }),
    );
  });

  it('wraps around at its end', () => {
    const table = new IdTable<string>();
    for (const id of [63, 127, 191]) table.set(id, `value ${id}`);
    expect(table.delete(63)).toBe(true);
    expect(table.get(127)).toBe('value 127');
    expect(table.get(191)).toBe('value 191');
    expect(table.get(63)).toBeUndefined();
  });

  it('grows to every id there is', () => {
    const table = new IdTable<number>();
    for (let id = 0; id <= 0xffff; id++) table.set(id, id);
    expect(table.size).toBe(0x10000);
    for (let id = 0; id <= 0xffff; id += 997) expect(table.get(id)).toBe(id);
  });
});
