import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockOutput } from '../../src/probe/block-prober.ts';
import { packBlock, unpackBlock } from '../../src/probe/packed-block.ts';

const column = (check: string, bodies: (string | null)[]) => ({
  check,
  classes: bodies.map((_, i) => (i * 7) % 300),
  reasons: bodies.map((_, i) => i % 9),
  flags: bodies.map((_, i) => (i === 0 ? 2 ** 30 - 1 : i)),
  bodies,
});

const output = (...bodies: (string | null)[][]): BlockOutput => {
  const size = bodies[0]?.length ?? 0;
  const numbers = (limit: number) => Array.from({ length: size }, (_, i) => i % limit);
  return {
    existence: numbers(3),
    existenceReasons: numbers(9),
    attempts: numbers(20_000),
    checks: bodies.map((each, i) => column(`check${i}`, each)),
    queries: 123_456,
  };
};

/** As a thread hands it over: cloned, its numbers moved. */
function acrossThreads(given: BlockOutput): BlockOutput {
  const packed = packBlock(given);
  const crossed = structuredClone(packed, { transfer: [packed.numbers] });
  expect(packed.numbers.byteLength).toBe(0);
  return unpackBlock(
    crossed,
    given.checks.map(({ check }) => check),
  );
}

describe('a packed block', () => {
  it('comes out as it went in', () => {
    const given = output(['[["v=spf1 -all"]]', null, '[[],[1]]'], [null, null, '[["x"]]']);
    expect(acrossThreads(given)).toEqual(given);
  });

  it('keeps null apart at either end, and where all bodies are null', () => {
    const given = output([null, '[["a"]]', null], [null, null, null]);
    expect(acrossThreads(given)).toEqual(given);
  });

  it('holds one domain, and no check', () => {
    expect(acrossThreads(output([null]))).toEqual(output([null]));
    const none = { ...output(['[]']), checks: [] };
    expect(acrossThreads(none)).toEqual(none);
  });

  it('keeps bodies of any text, line ends included, since they are JSON', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const body = fc.option(text.map((record) => JSON.stringify([[record]])));
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 30 }), (bodies) => {
        expect(acrossThreads(output(bodies)).checks[0]?.bodies).toEqual(bodies);
      }),
    );
  });

  it('holds bodies of any length, few long ones or many short ones', () => {
    const long = JSON.stringify([['x'.repeat(100_000)]]);
    const given = output(
      Array.from({ length: 1024 }, (_, i) => (i % 3 === 0 ? null : `[[${'1'.repeat(i % 200)}]]`)),
      Array.from({ length: 1024 }, (_, i) => (i % 400 === 1 ? long : null)),
      Array.from({ length: 1024 }, () => null),
    );
    expect(acrossThreads(given)).toEqual(given);
  });

  it('stores more attempts than there is room for as the most there is', () => {
    const given = { ...output([null, null]), attempts: [65_535, 1_000_000] };
    expect(acrossThreads(given).attempts).toEqual([65_535, 65_535]);
  });
});
