import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/survey/line-splitter.ts';

interface Seen {
  readonly text: string;
  readonly number: number;
  readonly isTerminated?: boolean;
  readonly isOverlong?: true;
}

function split(chunks: readonly Buffer[], maxLineBytes = 64): Seen[] {
  const seen: Seen[] = [];
  const splitter = new LineSplitter(
    {
      line: (text, number, isTerminated) => seen.push({ text, number, isTerminated }),
      overlongLine: (text, number) => seen.push({ text, number, isOverlong: true }),
    },
    maxLineBytes,
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return seen;
}

const texts = (seen: readonly Seen[]) => seen.map(({ text }) => text);

/** Cuts the bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  sorted.sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

describe('LineSplitter', () => {
  it('drops the byte order mark and CR, and tells a last line without an end', () => {
    expect(split([Buffer.from('\ufeffa\r\n\r\n\ufeffb\nc')])).toEqual([
      { text: 'a', number: 1, isTerminated: true },
      { text: '', number: 2, isTerminated: true },
      { text: '\ufeffb', number: 3, isTerminated: true },
      { text: 'c', number: 4, isTerminated: false },
    ]);
  });

  it('gives the same lines wherever the bytes are cut, within characters too', () => {
    const line = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'ü', '日', '🙂', '\r', ' '), maxLength: 12 }),
      fc.constantFrom('', 'x'.repeat(64), 'x'.repeat(65), 'ü'.repeat(32), 'ü'.repeat(33)),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), fc.boolean(), (lines, places, hasEnd) => {
        const bytes = Buffer.from(lines.join('\n') + (hasEnd ? '\n' : ''));
        expect(split(cut(bytes, places))).toEqual(split([bytes]));
        const given =
          hasEnd || lines.at(-1) === '' ? bytes.toString().split('\n').slice(0, -1) : lines;
        const kept = split([bytes]).filter((seen) => seen.isOverlong !== true);
        const short = given.filter((text) => Buffer.byteLength(text) <= 64);
        expect(texts(kept)).toEqual(short.map((text) => text.replace(/\r$/u, '')));
      }),
    );
  });

  it('counts an overlong line once and keeps its beginning, however many chunks it spans', () => {
    const chunks = [
      Buffer.from('ok\n'),
      ...Array.from({ length: 2000 }, () => Buffer.alloc(1000, 'x')),
    ];
    const seen = split([...chunks, Buffer.from('\nnext\n')]);
    expect(seen.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(seen[1]?.isOverlong).toBe(true);
    expect(seen[1]?.text.length).toBeLessThanOrEqual(320);
    expect(seen[2]?.text).toBe('next');
  });

  it('turns a byte that is no UTF-8 into U+FFFD', () => {
    expect(texts(split([Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a])]))).toEqual(['caf\ufffd']);
  });
});
