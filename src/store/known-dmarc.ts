/**
 * Names known to have had DMARC, which is the population of the none / quarantine / reject / error
 * chart: by what the store saw before, or by a label that the list gives. By domain id, 1 for a name
 * that is known.
 */
import type { Database } from 'better-sqlite3';
import { DMARC_FLAGS } from '../statistics/layout.ts';
import { SurveyError } from '../survey/errors.ts';
import { BLOCK_SIZE } from '../survey/ports.ts';
import { extentOf } from './block-membership.ts';
import { readChecks } from './check-catalog.ts';
import { BlockStatement, packed } from './packed-rows.ts';
import { readRun } from './run-rows.ts';
import { segmentKeys } from './segment-keys.ts';

/** `before` counts what earlier runs saw, `until` what the run itself saw too. */
export type WhichRuns = 'before' | 'until';

const ANY = 1 << DMARC_FLAGS.indexOf('any');

/**
 * Names at which at least one `v=DMARC1` record of their own was seen. A record that was seen while the
 * rest of the look-up failed was seen; whether the name was a target since does not matter.
 */
export function everDmarc(db: Database, runId: number, runs: WhichRuns = 'before'): Uint8Array {
  return db.transaction(() => {
    readRun(db, runId);
    const { blocks, ids } = extentOf(db);
    const known = new Uint8Array(ids);
    const check = readChecks(db).get('dmarc')?.id;
    if (check === undefined) return known;
    const values = { check, any: ANY, end: runs === 'before' ? runId : runId + 1 };
    for (const table of ['observation', 'outage']) {
      const seen = new BlockStatement<typeof values>(
        db,
        `SELECT ${packed(['domain_id - @first'])} FROM ${table}
         WHERE domain_id BETWEEN @first AND @last AND check_id = @check AND run_id < @end
           AND flags & @any`,
      );
      for (let block = 0; block < blocks; block++) {
        const rows = seen.rows(block, values);
        while (rows.hasMore) known[block * BLOCK_SIZE + rows.next()] = 1;
      }
    }
    return known;
  })();
}

/** Names with exactly this value in a label column of the run's lists. */
export function withLabel(db: Database, runId: number, column: string, value: string): Uint8Array {
  const { groups, ofDomain } = segmentKeys(db, runId, `label:${column}`);
  const isWanted = groups.map((names) => names.includes(value));
  if (!isWanted.includes(true)) {
    throw new SurveyError(
      'usage',
      `no name of night ${readRun(db, runId).night} has ${JSON.stringify(value)} as its ${JSON.stringify(column)}`,
    );
  }
  return Uint8Array.from(ofDomain, (group) => (isWanted[group] === true ? 1 : 0));
}
