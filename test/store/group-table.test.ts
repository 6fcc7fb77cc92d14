import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupTable, NO_GROUP } from '../../src/store/group-table.ts';

describe('a table of sets of names', () => {
  it('gives one number to the same names in any order, and another to others', () => {
    const sets = fc.array(
      fc.array(fc.constantFrom('a', 'b', 'a,b', '__proto__', ''), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(sets, (all) => {
        const table = new GroupTable();
        const keyOf = (names: readonly string[]) => JSON.stringify([...new Set(names)].sort());
        const known = new Map<string, number>([[keyOf([]), NO_GROUP]]);
        for (const names of all) {
          const group = table.of(names);
          expect(group).toBe(known.get(keyOf(names)) ?? group);
          known.set(keyOf(names), group);
          expect(table.groups[group]).toEqual([...new Set(names)].sort());
        }
        expect(new Set(known.values()).size).toBe(known.size);
      }),
    );
  });
});
