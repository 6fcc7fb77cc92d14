import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlockStatement, PackedRows, packed, wide } from '../../src/store/packed-rows.ts';

function numbers(rows: readonly (readonly [small: number, wide: number])[]): [number, number][] {
  const db = new Database(':memory:');
  onTestFinished(() => {
    db.close();
  });
  db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, small INTEGER, wide INTEGER)');
  const insert = db.prepare('INSERT INTO t VALUES(?, ?, ?)');
  for (const [id, row] of rows.entries()) insert.run(id, ...row);
  const statement = new BlockStatement<{ readonly least: number }>(
    db,
    `SELECT ${packed(['small', wide('wide')])} FROM t
     WHERE id BETWEEN @first AND @last AND id >= @least`,
  );
  const read = statement.rows(0, { least: 0 });
  const found: [number, number][] = [];
  while (read.hasMore) found.push([read.next(), read.nextWide()]);
  return found;
}

describe('rows packed into one value', () => {
  it('come back as they were, at the edges of each length and where UTF-16 has its surrogates', () => {
    const small = [
      0,
      1,
      0x7f,
      0x80,
      0x7ff,
      0x800,
      0xd800,
      0xdfff,
      0xfffd,
      0xffff,
      0x10000,
      2 ** 20 - 1,
    ];
    const rows = small.map(
      (value, i) => [value, [0, 2 ** 20, 2 ** 40 - 1, 1][i % 4] ?? 0] as const,
    );
    expect(numbers(rows)).toEqual(rows);
  });

  it('come back as they were, whatever the numbers are', () => {
    const row = fc.tuple(fc.nat(2 ** 20 - 1), fc.integer({ min: 0, max: 2 ** 40 - 1 }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        expect(numbers(rows)).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });

  it('are none for no row, and end within the bytes of a value that is cut', () => {
    expect(numbers([])).toEqual([]);
    expect(new PackedRows(null).hasMore).toBe(false);
    const cut = new PackedRows(Uint8Array.of(0xf0, 0x9f));
    expect(cut.next()).toBe(0x1f << 12);
    expect(cut.hasMore).toBe(false);
    expect(cut.next()).toBe(0);
  });
});
