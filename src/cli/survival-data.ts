/** Life tables of the names of a store over a range of nights. */
import type { LifeTable } from '../statistics/life-table.ts';
import { LifeTables } from '../statistics/life-tables.ts';
import type { SegmentKeys } from '../statistics/night-profiles.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';
import { keysOfRuns } from './segment-data.ts';

/** `nights` are finished ones, oldest first. Segments are those of the newest night. */
export function lifeTablesOf(
  store: StoreReader,
  nights: readonly RunRow[],
  by: string | undefined,
): readonly LifeTable[] {
  const asked = nights.filter(({ config }) => config.checks.includes('dmarc'));
  const newest = asked.at(-1);
  if (newest === undefined || asked.length < 2) {
    throw new SurveyError(
      'usage',
      'life tables need two finished nights that asked for DMARC; mailcensus runs lists them',
    );
  }
  const keys: SegmentKeys | undefined =
    by === undefined ? undefined : keysOfRuns(store, [newest.id], by)[0];
  const tables = new LifeTables(by ?? 'total');
  const runIds = asked.map(({ id }) => id);
  for (const { segments, spells } of store.dmarcSpells(runIds, keys))
    tables.domain(segments, spells);
  return tables.tables();
}
