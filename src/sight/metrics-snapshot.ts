/**
 * What can be read as metrics at one moment, as plain figures. Everything is optional but the
 * surveys' names: a scheduler knows slots, a survey its resolvers, a coordinator its workers. Label
 * values come from the configuration or from closed sets, so the number of series is bounded.
 */

/** One run as it stands. */
export interface RunFigures {
  readonly startedAtMs: number;
  readonly isRunning: boolean;
  readonly targets: number;
  readonly domainsDone: number;
  readonly blocks: number;
  readonly blocksDone: number;
  /** Datagrams sent and TCP exchanges begun, of the whole run. */
  readonly queries: number;
  /** Names without a definitive answer; `check` is a check's name or `existence`. */
  readonly unknown: readonly {
    readonly check: string;
    readonly reason: string;
    readonly names: number;
  }[];
}

/** What the asking side counts since it began. */
export interface AskingFigures {
  /** Questions that ended with records, NODATA or NXDOMAIN. */
  readonly answered: number;
  readonly retries: number;
  /** Failed attempts by kind: `timeout`, `servfail`, `refused`, … */
  readonly failedAttempts: Readonly<Record<string, number>>;
  readonly resolvers: readonly {
    readonly resolver: string;
    /** Queries that may be in flight to it now. */
    readonly window: number;
  }[];
}

/** Workers that take part in a run over Redis. */
export interface WorkerFigures {
  readonly workers: number;
  /** Blocks handed out and not yet back. */
  readonly openBlocks: number;
}

export interface ScheduleFigures {
  readonly nextSlotMs: number | undefined;
  readonly isRunning: boolean;
  readonly lastCompleteMs: number | undefined;
  /** Nights by outcome, since the scheduler's file was made. */
  readonly nights: Readonly<Record<string, number>>;
}

export interface SurveyFigures {
  /** Of the configuration, or the store's file name without its ending. */
  readonly survey: string;
  readonly run?: RunFigures | undefined;
  readonly asking?: AskingFigures | undefined;
  readonly workers?: WorkerFigures | undefined;
  readonly schedule?: ScheduleFigures | undefined;
}

export interface MetricsSnapshot {
  readonly surveys: readonly SurveyFigures[];
}
