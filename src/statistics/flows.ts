/** Movement of names between DMARC classes from one night to another. Pure. */

/** Classes of a flow; `error` has no definitive answer, `not_listed` is no target of that night. */
export const FLOW_STATES = [
  'absent',
  'none',
  'quarantine',
  'reject',
  'invalid',
  'multiple',
  'nxdomain',
  'error',
  'not_listed',
] as const;

export type FlowState = (typeof FLOW_STATES)[number];

/** One segment's matrix; `counts[from][to]` in the order of `FLOW_STATES`. */
export interface FlowMatrix {
  readonly segmentType: string;
  readonly segment: string;
  readonly counts: readonly (readonly number[])[];
}

/** Names by what they did between two definitive answers. */
export interface Movements {
  /** From no policy (absent, invalid, multiple, nxdomain) to any; `dropped` is the way back. */
  readonly adopted: number;
  readonly adoptedTo: {
    readonly none: number;
    readonly quarantine: number;
    readonly reject: number;
  };
  readonly tightened: number;
  readonly loosened: number;
  readonly dropped: number;
  /** Definitive on the first night, not on the second. */
  readonly lostSight: number;
  readonly entered: number;
  readonly left: number;
}
