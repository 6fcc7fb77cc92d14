import { describe, expect, it } from 'vitest';
import { SlotTable } from '../../src/probe/thread-slots.ts';

describe('a slot table', () => {
  it('gives a value once, and its number to another afterwards', () => {
    const table = new SlotTable<string>();
    const a = table.add('a');
    const b = table.add('b');
    expect(table.size).toBe(2);
    expect(table.take(a)).toBe('a');
    expect(table.take(a)).toBeUndefined();
    expect(table.add('c')).toBe(a);
    expect([table.take(a), table.take(b), table.size]).toEqual(['c', 'b', 0]);
  });

  it('gives nothing for a number that it never gave', () => {
    const table = new SlotTable<string>();
    expect([table.take(0), table.take(-1), table.size]).toEqual([undefined, undefined, 0]);
  });

  it('visits what stands, also while it is taken', () => {
    const table = new SlotTable<string>();
    for (const value of ['a', 'b', 'c']) table.add(value);
    table.take(1);
    const seen: string[] = [];
    table.forEach((value, slot) => {
      seen.push(value);
      table.take(slot);
      table.add('later');
    });
    expect(seen).toEqual(['a', 'c']);
    expect(table.size).toBe(2);
  });
});
