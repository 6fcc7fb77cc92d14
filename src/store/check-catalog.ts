/**
 * The checks a store has seen: their ids, their classes by index and which class is stored as no
 * row. The file keeps all three, so that rows mean the same to every later version.
 */
import type { Database } from 'better-sqlite3';
import type { Check } from '../checks/check.ts';
import { SurveyError } from '../survey/errors.ts';

/** What the store needs to know of a check. */
export type CheckShape = Pick<Check, 'name' | 'classes'>;

export interface StoredCheck {
  readonly id: number;
  readonly name: string;
  readonly classes: readonly string[];
  /** Index of the class that, without flags and body, is stored as no row; undefined for none. */
  readonly defaultClass: number | undefined;
}

interface CheckTypeRow {
  readonly id: number;
  readonly name: string;
  readonly classes: string;
  readonly default_class: number | null;
}

/** Only a class of this name may be the unwritten one: it says by itself that nothing was found. */
const DEFAULT_CLASS = 'absent';

/** Every check of the store by name, existence among them. */
export function readChecks(db: Database): Map<string, StoredCheck> {
  const rows = db
    .prepare<[], CheckTypeRow>('SELECT id, name, classes, default_class FROM check_type')
    .all();
  return new Map(
    rows.map((row) => [
      row.name,
      {
        id: row.id,
        name: row.name,
        classes: JSON.parse(row.classes) as string[],
        defaultClass: row.default_class ?? undefined,
      },
    ]),
  );
}

/**
 * Enters new checks and classes added at the end of known ones. Classes are append only; a file
 * whose classes are others is refused, because its stored indexes would change their meaning.
 */
export function registerChecks(db: Database, shapes: readonly CheckShape[], path: string): void {
  const known = readChecks(db);
  const insert = db.prepare('INSERT INTO check_type(name, classes, default_class) VALUES(?, ?, ?)');
  const update = db.prepare('UPDATE check_type SET classes = ? WHERE id = ?');
  for (const { name, classes } of shapes) {
    const stored = known.get(name);
    if (stored === undefined) {
      const at = classes.indexOf(DEFAULT_CLASS);
      insert.run(name, JSON.stringify(classes), at < 0 ? null : at);
      continue;
    }
    const shared = Math.min(stored.classes.length, classes.length);
    for (let i = 0; i < shared; i++) {
      if (stored.classes[i] === classes[i]) continue;
      throw new SurveyError(
        'usage',
        `${path}: the check ${name} has other classes in this store (${stored.classes[i]} where this version has ${classes[i]}); use the version that wrote it or another --store`,
      );
    }
    if (classes.length > shared) update.run(JSON.stringify(classes), stored.id);
  }
}
