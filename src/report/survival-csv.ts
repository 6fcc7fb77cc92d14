/**
 * `survival.csv`: life tables, one row for each event, segment and wave: how long names take to adopt
 * DMARC, to enforce it, to drop it. The column names are public.
 */
import {
  type LifeTable,
  type LifeTableRow,
  SURVIVAL_EVENTS,
  type SurvivalEvent,
} from '../statistics/life-table.ts';
import { compareSegments } from '../statistics/segment-order.ts';
import type { CsvOptions } from './csv.ts';
import {
  tableColumn as column,
  FRACTION,
  NAMES,
  segmentColumns,
  type TableColumn,
  tableCsv,
} from './csv-table.ts';

export interface SurvivalRow extends LifeTableRow {
  readonly event: SurvivalEvent;
  readonly segmentType: string;
  readonly segment: string;
}

/** In file order. */
export const SURVIVAL_COLUMNS: readonly TableColumn<SurvivalRow>[] = [
  column(
    'event',
    'text',
    '`adopt`: a usable record appears; `enforce`: none becomes quarantine or reject; `drop`: the record goes',
    (row) => row.event,
  ),
  ...segmentColumns<SurvivalRow>((row) => row),
  column(
    'wave',
    'number',
    'interval between nights since the name came under observation, from 1',
    (row) => row.wave,
    'nights',
  ),
  column('at_risk', 'number', 'names without the event so far', (row) => row.atRisk, NAMES),
  column('events', 'number', 'names with the event in the interval', (row) => row.events, NAMES),
  column(
    'censored',
    'number',
    'names no longer observed after it: failed, left, or the last night',
    (row) => row.censored,
    NAMES,
  ),
  column('hazard', 'share', 'events / at_risk', (row) => row.hazard, FRACTION),
  column(
    'survival',
    'share',
    'names still without the event (Kaplan-Meier in discrete time)',
    (row) => row.survival,
    FRACTION,
  ),
  column('se', 'share', 'standard error of survival (Greenwood)', (row) => row.se, FRACTION),
  column('ci_low', 'share', '95 % interval of survival', (row) => row.ciLow, FRACTION),
  column('ci_high', 'share', '95 % interval of survival', (row) => row.ciHigh, FRACTION),
];

/** Sorted by declared event, segment and wave. */
export function* survivalRows(
  tables: readonly LifeTable[],
): Generator<SurvivalRow, void, undefined> {
  const sorted = [...tables].sort(
    (a, b) =>
      SURVIVAL_EVENTS.indexOf(a.event) - SURVIVAL_EVENTS.indexOf(b.event) || compareSegments(a, b),
  );
  for (const { event, segmentType, segment, rows } of sorted) {
    const byWave = [...rows].sort((a, b) => a.wave - b.wave);
    for (const row of byWave) yield { ...row, event, segmentType, segment };
  }
}

export function survivalCsv(
  tables: readonly LifeTable[],
  options: CsvOptions = {},
): Generator<string, void, undefined> {
  return tableCsv(SURVIVAL_COLUMNS, survivalRows(tables), options);
}
