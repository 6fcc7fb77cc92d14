import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChangeRows, ChangeStatement } from '../../src/store/change-rows.ts';
import { PackedRows } from '../../src/store/packed-rows.ts';
import { createTables } from '../../src/store/schema.ts';

function tables(): Database.Database {
  const db = new Database(':memory:');
  onTestFinished(() => {
    db.close();
  });
  createTables(db);
  return db;
}

describe('change rows of a block', () => {
  it('come by domain, check and run, whatever order they were written in', () => {
    const db = tables();
    const rows = [
      [2047, 1, 3],
      [1030, 2, 1],
      [1030, 1, 9],
      [1030, 1, 2],
      [1023, 1, 1],
      [2048, 1, 1],
      [1024, 64 - 1, 4],
    ];
    const insert = db.prepare('INSERT INTO observation VALUES(?, ?, ?, 7, 0, NULL)');
    for (const row of rows) insert.run(row);
    const found: number[][] = [];
    const read = new ChangeStatement(db, 'observation', ['class'], { lastRun: 4 }).rows(1);
    while (read.advance()) found.push([read.slot, read.checkId, read.runId, read.rest.next()]);
    expect(found).toEqual([
      [0, 63, 4, 7],
      [6, 1, 2, 7],
      [6, 2, 1, 7],
      [1023, 1, 3, 7],
    ]);
  });

  it('are refused out of order, and where runs are more than can be read', () => {
    const bytes = Uint8Array.of(5, 1, 2, 5, 1, 1);
    const read = new ChangeRows(new PackedRows(bytes));
    read.advance();
    expect(() => read.advance()).toThrow('out of order');
    expect(() => new ChangeStatement(tables(), 'outage', [], { lastRun: 2 ** 20 })).toThrow(
      RangeError,
    );
  });
});
