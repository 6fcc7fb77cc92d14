/**
 * Record texts and answers, each stored once and found again by hash and text. Remembers the ids of
 * the texts that many domains share, within a fixed bound.
 */
import type { Database, Statement } from 'better-sqlite3';
import { hash53 } from './hash.ts';

/** Places for remembered texts: a text stands in one of the few that its key leads to. */
const GROUPS = 8192;
const GROUP = 4;
const PLACES = GROUPS * GROUP;
const EMPTY = Number.NaN;

/** Longer texts are rare and not shared: they are looked up in the file each time. */
const MAX_REMEMBERED_LENGTH = 512;

export class TextWriter {
  readonly #find: Statement<[number, string], number>;
  readonly #insert: Statement<[number, string]>;
  // A flat table, not a Map: no hash is taken of the text once more, and nothing old is kept alive.
  readonly #keys = new Float64Array(PLACES).fill(EMPTY);
  readonly #texts = new Array<string>(PLACES).fill('');
  readonly #ids = new Float64Array(PLACES);

  constructor(db: Database) {
    this.#find = db
      .prepare<[number, string], number>('SELECT id FROM record WHERE hash = ? AND text = ?')
      .pluck();
    this.#insert = db.prepare('INSERT INTO record(hash, text) VALUES(?, ?)');
  }

  /**
   * Id of the text, entered if it is new; to be called within a transaction. `key` is any hash that
   * the caller has of the text: it only decides where the text is remembered.
   */
  idOf(text: string, key: number): number {
    const first = ((key >>> 0) % GROUPS) * GROUP;
    for (let place = first; place < first + GROUP; place++) {
      if (this.#keys[place] === key && this.#texts[place] === text) {
        return this.#ids[place] as number;
      }
    }
    return this.#lookUp(first, key, text);
  }

  /** After a rollback: ids given in it may be gone. */
  forget(): void {
    this.#keys.fill(EMPTY);
    this.#texts.fill('');
  }

  #lookUp(first: number, key: number, text: string): number {
    const hash = hash53(text);
    const found = this.#find.get(hash, text);
    const id = found ?? Number(this.#insert.run(hash, text).lastInsertRowid);
    if (text.length <= MAX_REMEMBERED_LENGTH) {
      // The oldest of the group makes room.
      this.#keys.copyWithin(first + 1, first, first + GROUP - 1);
      this.#texts.copyWithin(first + 1, first, first + GROUP - 1);
      this.#ids.copyWithin(first + 1, first, first + GROUP - 1);
      this.#keys[first] = key;
      this.#texts[first] = ownCopy(text);
      this.#ids[first] = id;
    }
    return id;
  }
}

/** A text cut from a longer one keeps all of that alive, as the bodies of a block are; the copy does not. */
const ownCopy = (text: string): string => Buffer.from(text).toString();
