import { describe, expect, it } from 'vitest';
import { EdnsMemory } from '../../../src/dns/client/edns-memory.ts';

const SILENT = true;

describe('EdnsMemory', () => {
  it('leaves EDNS out of the last attempt alone, and only after silence', () => {
    const memory = new EdnsMemory();
    expect([1, 2].map((attempt) => memory.isWanted(attempt, 3, SILENT))).toEqual([true, true]);
    expect(memory.isWanted(3, 3, SILENT)).toBe(false);
    expect(memory.isWanted(3, 3, !SILENT)).toBe(true);
    expect(memory.isWanted(1, 1, !SILENT)).toBe(true);
  });

  it('never leaves it out again once it was answered, be it after answers without', () => {
    const memory = new EdnsMemory();
    memory.responded(false);
    memory.responded(true);
    memory.responded(false);
    expect(memory.isWanted(1, 3, !SILENT)).toBe(true);
    expect(memory.isWanted(3, 3, SILENT)).toBe(true);
  });

  it('leaves it out from the start where only queries without it were answered', () => {
    const memory = new EdnsMemory();
    memory.responded(false);
    expect([1, 2, 3].map((attempt) => memory.isWanted(attempt, 3, SILENT))).toEqual([
      ...[false, false, false],
    ]);
  });

  it('looks now and then whether that still holds, never with an attempt that has no next', () => {
    const memory = new EdnsMemory();
    memory.responded(false);
    const wanted = (attempt: number, most: number): number =>
      Array.from({ length: 10_240 }, () => memory.isWanted(attempt, most, !SILENT)).filter(Boolean)
        .length;
    expect(wanted(1, 3)).toBe(10);
    expect(wanted(2, 3)).toBe(0);
    expect(wanted(1, 1)).toBe(0);
  });
});
