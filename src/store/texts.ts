/**
 * Record texts and answers, each stored once and found again by hash and text. Remembers the ids of
 * the texts that many domains share, within a fixed bound.
 */
import type { Database, Statement } from 'better-sqlite3';
import { hash53 } from './hash.ts';

/** Texts remembered per generation; two generations live. */
const REMEMBERED = 8192;

/** Longer texts are rare and not shared: they are looked up in the file each time. */
const MAX_REMEMBERED_LENGTH = 1024;

export class TextWriter {
  readonly #find: Statement<[number, string], number>;
  readonly #insert: Statement<[number, string]>;
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  constructor(db: Database) {
    this.#find = db
      .prepare<[number, string], number>('SELECT id FROM record WHERE hash = ? AND text = ?')
      .pluck();
    this.#insert = db.prepare('INSERT INTO record(hash, text) VALUES(?, ?)');
  }

  /** Id of the text, entered if it is new; to be called within a transaction. */
  idOf(text: string): number {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const id = this.#old.get(text) ?? this.#stored(text);
    if (text.length > MAX_REMEMBERED_LENGTH) return id;
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, id);
    return id;
  }

  /** After a rollback: ids given in it may be gone. */
  forget(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  #stored(text: string): number {
    const hash = hash53(text);
    const found = this.#find.get(hash, text);
    return found ?? Number(this.#insert.run(hash, text).lastInsertRowid);
  }
}
