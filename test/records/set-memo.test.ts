import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SetMemo } from '../../src/records/set-memo.ts';

/** A memo of joined texts that counts what it reads. */
function counting(places: number) {
  const state = { reads: 0 };
  const memo = new SetMemo(places, (texts) => {
    state.reads += 1;
    return texts.join('|');
  });
  return { memo, state };
}

describe('SetMemo', () => {
  it('reads a set twice and no more while it comes again', () => {
    const { memo, state } = counting(64);
    for (let i = 0; i < 10; i++) expect(memo.of([`v=spf1 ${'-all'}`])).toBe('v=spf1 -all');
    expect(state.reads).toBe(2);
  });

  it('gives the very same value for equal sets', () => {
    const memo = new SetMemo(64, (texts) => ({ texts }));
    memo.of(['a', 'b']);
    expect(memo.of(['a', 'b'])).toBe(memo.of(['a', 'b']));
  });

  it('keeps no set that came once', () => {
    const { memo, state } = counting(2);
    memo.of(['often']);
    memo.of(['often']);
    for (let i = 0; i < 100; i++) memo.of([`once ${i}`]);
    expect(state.reads).toBe(102);
    memo.of(['often']);
    expect(state.reads).toBe(102);
  });

  it('tells sets apart that join to the same text, and by their order', () => {
    const memo = new SetMemo(2, (texts) => texts.length);
    for (let i = 0; i < 3; i++) {
      expect(memo.of(['ab', 'c'])).toBe(2);
      expect(memo.of(['a', 'bc'])).toBe(2);
      expect(memo.of(['abc'])).toBe(1);
      expect(memo.of(['a', 'b', 'c'])).toBe(3);
    }
  });

  it('reads a very long text each time, so that hostile zones cannot fill it', () => {
    const { memo, state } = counting(64);
    for (let i = 0; i < 5; i++) memo.of(['x'.repeat(3000)]);
    expect(state.reads).toBe(5);
  });

  it('always gives what the reader gives, whatever shares its places', () => {
    const memo = new SetMemo(4, (texts) => texts.join('|'));
    const few = fc.array(fc.constantFrom('', 'a', 'b', 'é', 'x'.repeat(200)), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(few, { maxLength: 40 }), (sets) => {
        for (const set of sets) expect(memo.of(set)).toBe(set.join('|'));
      }),
    );
  });
});
