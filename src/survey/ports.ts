/**
 * The interfaces between a run and what stands outside it: queue, store, clock. No code. Queue and
 * store are siblings that meet only here. Everything that crosses is plain data that can be cloned
 * to a thread or written as JSON.
 */
import type { Answer, FailureReason } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';

/** Ids of one block are `block * BLOCK_SIZE` to `block * BLOCK_SIZE + BLOCK_SIZE - 1`. */
export const BLOCK_SIZE = 1024;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** One job: the domains of one block that a run asks. */
export interface BlockJob {
  readonly runId: number;
  readonly block: number;
  /** 1 is the first pass. */
  readonly pass: number;
  /** Domain ids, ascending. */
  readonly ids: readonly number[];
  /** `names[i]` is the name of `ids[i]`. */
  readonly names: readonly DomainName[];
}

/** What existence came to: index into EXISTENCE. */
export const EXISTENCE = ['exists', 'nxdomain', 'unknown'] as const;

/** One check's outcome for every domain of a block; the arrays run beside `BlockResult.ids`. */
export interface CheckResult {
  /** `Check.name`. */
  readonly check: string;
  /** Index into `Check.classes`. */
  readonly classes: readonly number[];
  /** 0 for a definitive outcome, else 1 + index into FAILURES (state unknown). */
  readonly reasons: readonly number[];
  /** Bits of `Check.flagNames`. */
  readonly flags: readonly number[];
  /**
   * `[records, cells]` as JSON, where trailing empty cells are cut; null when both are empty. Kept
   * for unknown outcomes too (an SPF record whose include failed).
   */
  readonly bodies: readonly (string | null)[];
}

/** The answer to a question that many domains share, as first seen definitively in the run. */
export interface SharedAnswer {
  readonly qname: string;
  readonly qtype: string;
  readonly answer: Answer;
}

/** What one block came to: one value, one transaction. */
export interface BlockResult {
  readonly runId: number;
  readonly block: number;
  readonly pass: number;
  readonly ids: readonly number[];
  /** Index into EXISTENCE for each id. */
  readonly existence: readonly number[];
  /** 1 + index into FAILURES where existence is unknown, else 0. */
  readonly existenceReasons: readonly number[];
  /** Most attempts that one question of the domain took; 0 when all came from the cache. */
  readonly attempts: readonly number[];
  readonly checks: readonly CheckResult[];
  readonly sharedAnswers: readonly SharedAnswer[];
  /** Datagrams sent and TCP exchanges begun for the block. */
  readonly queries: number;
  /** Milliseconds since the epoch: end of the block's last domain. */
  readonly measuredAtMs: number;
  /** Wall time of the block, in milliseconds. */
  readonly durationMs: number;
  /** Who asked; missing where the process that holds the store did so itself. */
  readonly worker?: WorkerOrigin;
}

/** One vantage point: who asked blocks of a run, of whom and how. */
export interface WorkerOrigin {
  /** Of the worker, one at a time on a queue. */
  readonly name: string;
  readonly toolVersion: string;
  readonly resolvers: readonly string[];
  readonly transport: string;
  readonly threads: number;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly window: number;
  /** Queries per second; 0 for no cap. */
  readonly rate: number;
}

/** What one vantage point has done of a run. */
export interface RunWorkerRow {
  /** Undefined: blocks that the survey asked itself, with the run's own resolvers. */
  readonly origin: WorkerOrigin | undefined;
  readonly blocks: number;
  readonly domains: number;
  readonly queries: number;
  /** (domain, check) pairs without a definitive outcome; existence counts as a check. */
  readonly failed: number;
  /** The failed pairs by reason; undefined where the survey asked itself, which keeps no such count. */
  readonly failedByReason: Readonly<Partial<Record<FailureReason, number>>> | undefined;
}

/** What one committed block adds to the picture of the run. */
export interface BlockReceipt {
  /** False when the block was already done: the first result won and nothing was written. */
  readonly written: boolean;
  readonly domains: number;
  /** (domain, check) pairs whose definitive outcome differs from the one before. */
  readonly changed: number;
  /** (domain, check) pairs without a definitive outcome. */
  readonly failed: number;
}

/**
 * The blocks of one run as the side that asks sees them. A block that was taken is held until it is
 * completed, failed or released; one that is held by a process that died comes to another taker.
 */
export interface JobQueue {
  /** The next block, to be held; undefined when none is left to hand out here. */
  take(): Promise<BlockJob | undefined>;
  /**
   * Hands in what a block came to; a second delivery of the same block changes nothing. The receipt
   * is undefined where another process commits it.
   */
  complete(result: BlockResult): Promise<BlockReceipt | undefined>;
  /** Hands in that a block could not be asked for a fault of ours; throws `error` where that ends the run. */
  fail(job: BlockJob, error: unknown): Promise<void>;
  /** Gives a block back unasked, to be handed out again. */
  release(job: BlockJob): Promise<void>;
  /** Gives back every block that is held. Nothing is handed out afterwards. */
  close(): Promise<void>;
}

/** Where the lines of one list went. Invariant: lines = blank + refused + duplicates + targets. */
export interface ListAccounting {
  /** Entries read: lines of a plain list, rows of a CSV, delegation records of a zone file. */
  readonly lines: number;
  /** Blank lines, comments, a CSV header, zone records that delegate nothing. */
  readonly blank: number;
  /** Refused entries by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly duplicates: number;
  /** Names below a registrable domain cut to it (`--hosts reduce`); they are targets or duplicates. */
  readonly reduced: number;
  readonly targets: number;
  /** The first few refused entries, for a person to look at. */
  readonly examples: readonly {
    readonly line: number;
    readonly text: string;
    readonly reason: string;
  }[];
}

export interface ListRow {
  readonly id: number;
  /** File name without folder, or `stdin`. */
  readonly name: string;
  /** Of the bytes as given (compressed or not), hex. */
  readonly sha256: string;
  readonly accounting: ListAccounting;
  readonly labelColumns: readonly string[];
  readonly hasRanks: boolean;
}

/** Everything that decides a run's figures; equal configurations resume one another. */
export interface RunConfig {
  readonly listIds: readonly number[];
  readonly checks: readonly string[];
  /** 0 for all. */
  readonly sample: number;
  readonly seed: number;
  readonly design: 'census' | 'srs';
  readonly isSpfVoids: boolean;
  readonly isNxdomainCut: boolean;
  /** The run ends as soon as an estimate is that sharp, and is a sample then; missing for all names. */
  readonly until?: StopRule;
}

/** When enough is known: the half width of a headline measure's 95 % interval over existing names. */
export interface StopRule {
  /** As `dmarc.adoption`. */
  readonly metric: string;
  /** A fraction, as 0.005 for half a point. */
  readonly halfWidth: number;
}

/** What a run was made with: complete enough to repeat it. */
export interface RunProvenance {
  readonly toolVersion: string;
  readonly nodeVersion: string;
  /** Version of each check by name. */
  readonly checkVersions: Readonly<Record<string, number>>;
  /** Version of the Public Suffix List's package. */
  readonly pslVersion: string;
  readonly transport: string;
  /** Threads that asked. */
  readonly threads: number;
  readonly resolvers: readonly string[];
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly window: number;
  /** Queries per second; 0 for no cap. */
  readonly rate: number;
  readonly timeZone: string;
  /** The command line as given. */
  readonly commandLine: readonly string[];
}

export type RunStatus = 'running' | 'finished' | 'aborted';

export interface RunRow {
  readonly id: number;
  /** Calendar date `YYYY-MM-DD` in the run's time zone. */
  readonly night: string;
  readonly status: RunStatus;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | undefined;
  readonly config: RunConfig;
  readonly provenance: RunProvenance;
  /** Times the run was taken up again. */
  readonly resumes: number;
  readonly blocks: number;
  readonly blocksDone: number;
  readonly targets: number;
  readonly domainsDone: number;
  readonly queries: number;
}
