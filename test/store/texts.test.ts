import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextWriter } from '../../src/store/texts.ts';

function openTexts() {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE record(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
    CREATE INDEX record_hash ON record(hash)`);
  const stored = () => db.prepare<[], string>('SELECT text FROM record ORDER BY id').pluck().all();
  return { db, texts: new TextWriter(db), stored };
}

describe('TextWriter', () => {
  it('gives every text one id, however its keys collide and however often it is pushed out', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', 'é', '銀行', '\u{1f4a9}', 'x'.repeat(600)),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const key = fc.constantFrom(0, -1, 1, 8192, 2 ** 52, 2 ** 53 - 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, key), { maxLength: 60 }), (asked) => {
        const { db, texts, stored } = openTexts();
        const ids = new Map<string, number>();
        for (const [one, at] of asked) {
          const id = texts.idOf(one, at);
          expect(ids.get(one) ?? id).toBe(id);
          ids.set(one, id);
        }
        expect(stored()).toEqual([...ids.keys()]);
        db.close();
      }),
    );
  });

  it('looks a text up again after a rollback', () => {
    const { db, texts, stored } = openTexts();
    db.exec('BEGIN');
    texts.idOf('gone', 7);
    db.exec('ROLLBACK');
    texts.forget();
    const other = texts.idOf('other', 7);
    expect(texts.idOf('gone', 7)).not.toBe(other);
    expect(stored()).toEqual(['other', 'gone']);
    db.close();
  });
});
