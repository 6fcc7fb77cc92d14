import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BulkInsert } from '../../src/store/bulk-insert.ts';

function table() {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE pair(number INTEGER UNIQUE, text TEXT)');
  return {
    insert: new BulkInsert(db, 'pair', 2),
    rows: () => db.prepare('SELECT number, text FROM pair ORDER BY rowid').raw().all(),
  };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, i): [number, string | null] => [i, i % 3 ? `text ${i}` : null]);

describe('BulkInsert', () => {
  it.each([0, 1, 31, 32, 33, 64, 1000])('enters %i rows, each once and in order', (count) => {
    const { insert, rows } = table();
    for (const row of numbered(count)) insert.add(...row);
    insert.flush();
    insert.flush();
    expect(rows()).toEqual(numbered(count));
  });

  it('forgets what waits, and nothing else', () => {
    const { insert, rows } = table();
    for (const row of numbered(40)) insert.add(...row);
    insert.drop();
    insert.add(100, 'later');
    insert.flush();
    expect(rows()).toEqual([...numbered(32), [100, 'later']]);
  });

  it('does not try refused rows again', () => {
    const { insert, rows } = table();
    insert.add(1, 'first');
    insert.flush();
    insert.add(1, 'again');
    expect(() => insert.flush()).toThrow('UNIQUE');
    insert.add(2, 'second');
    insert.flush();
    expect(rows()).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });
});
