/** Discrete-time life tables: how long names take to adopt, to enforce, to drop. Shapes. */

/** `adopt`: no usable record to one. `enforce`: p=none to quarantine or reject. `drop`: a record to none. */
export const SURVIVAL_EVENTS = ['adopt', 'enforce', 'drop'] as const;

export type SurvivalEvent = (typeof SURVIVAL_EVENTS)[number];

/** One wave of one table: intervals are between consecutive waves at risk. */
export interface LifeTableRow {
  /** 1 is the first interval after a name came under observation. */
  readonly wave: number;
  readonly atRisk: number;
  readonly events: number;
  readonly censored: number;
  /** events / atRisk. */
  readonly hazard: number;
  /** Kaplan-Meier in discrete time. */
  readonly survival: number;
  /** Greenwood. */
  readonly se: number;
  readonly ciLow: number;
  readonly ciHigh: number;
}

export interface LifeTable {
  readonly event: SurvivalEvent;
  readonly segmentType: string;
  readonly segment: string;
  readonly rows: readonly LifeTableRow[];
  /** The first wave at which half have had the event; undefined where it is not reached. */
  readonly medianWave: number | undefined;
}
