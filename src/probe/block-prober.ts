/**
 * Probes the domains of several blocks side by side and gathers what each block came to in one flat
 * value. Holds the number of domains under way to a limit; the domains wait in the order of their
 * blocks. It writes nothing and knows no store.
 */
import type { Check, Observation, Row } from '../checks/check.ts';
import type { Lookup } from '../dns/client/lookup.ts';
import { FAILURES, type FailureReason } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';
import { DomainProbe, type ProbeOptions, type ProbeResult } from './domain-probe.ts';

/** The domains of one block; `names[i]` is the name of `ids[i]`. */
export interface BlockInput {
  readonly ids: readonly number[];
  readonly names: readonly DomainName[];
}

/** Arrays that run beside `BlockInput.ids`; the meaning of each is that of survey's BlockResult. */
export interface BlockOutput {
  readonly existence: number[];
  readonly existenceReasons: number[];
  readonly attempts: number[];
  readonly checks: readonly CheckOutput[];
  /** Queries that the block's domains caused (attempts of questions that no cache answered). */
  queries: number;
}

export interface CheckOutput {
  readonly check: string;
  readonly classes: number[];
  readonly reasons: number[];
  readonly flags: number[];
  readonly bodies: (string | null)[];
}

export interface ProbeLimits {
  /** Domains under way at once. */
  readonly maxActive: number;
  /**
   * Whether the lookup can do with the questions of another domain; without it only `maxActive`
   * holds. Where its answer turns true by itself, `goOn` says so.
   */
  readonly mayBegin?: () => boolean;
}

/** Domains that wait for their turn: fewer, and another block is wanted. */
const WAITING_DOMAINS = 256;

const ALWAYS = (): boolean => true;

interface OpenBlock {
  readonly input: BlockInput;
  readonly output: BlockOutput;
  next: number;
  left: number;
  readonly resolve: (output: BlockOutput) => void;
  readonly reject: (error: unknown) => void;
}

const EXISTS = 0;
const NXDOMAIN = 1;
const UNKNOWN = 2;

const REASON_CODES: ReadonlyMap<FailureReason, number> = new Map(
  FAILURES.map((reason, index) => [reason, index + 1]),
);

export class BlockProber {
  readonly #options: ProbeOptions;
  readonly #lookup: Lookup;
  readonly #maxActive: number;
  readonly #mayBegin: () => boolean;
  readonly #now: () => number;
  readonly #classCodes: readonly ReadonlyMap<string, number>[];
  readonly #waiting: OpenBlock[] = [];
  #active = 0;
  #waitingDomains = 0;
  #isFilling = false;
  #isStopped = false;
  #wakeUp: (() => void) | undefined;

  /** `now` is the clock of the lookup's deadlines. */
  constructor(options: ProbeOptions, lookup: Lookup, limits: ProbeLimits, now: () => number) {
    this.#options = options;
    this.#lookup = lookup;
    this.#maxActive = limits.maxActive;
    this.#mayBegin = limits.mayBegin ?? ALWAYS;
    this.#now = now;
    this.#classCodes = options.checks.map(
      (check) => new Map(check.classes.map((name, index) => [name, index])),
    );
  }

  /** Resolves when every domain of the block has ended; rejects on a fault of ours. */
  probe(input: BlockInput): Promise<BlockOutput> {
    return new Promise((resolve, reject) => {
      const output = emptyOutput(this.#options.checks, input.ids.length);
      if (input.ids.length === 0) {
        resolve(output);
        return;
      }
      this.#waiting.push({ input, output, next: 0, left: input.ids.length, resolve, reject });
      this.#waitingDomains += input.ids.length;
      this.#fill();
    });
  }

  /** Resolves when another block is wanted to keep domains under way. */
  async hasRoom(): Promise<void> {
    while (this.#waitingDomains >= WAITING_DOMAINS && !this.#isStopped) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
    }
  }

  /** Begins domains as far as the limits go. */
  goOn(): void {
    this.#fill();
  }

  /** Begins no further domain. Blocks that are not done never resolve. */
  stop(): void {
    this.#isStopped = true;
    this.#wakeUp?.();
  }

  #fill(): void {
    // A domain that ends before `start` returns calls this again: the outer loop goes on instead.
    if (this.#isFilling) return;
    this.#isFilling = true;
    while (this.#active < this.#maxActive && !this.#isStopped && this.#mayBegin()) {
      const block = this.#waiting[0];
      if (block === undefined) break;
      const index = block.next;
      block.next += 1;
      if (block.next === block.input.ids.length) this.#waiting.shift();
      this.#waitingDomains -= 1;
      this.#begin(block, index);
    }
    this.#isFilling = false;
    if (this.#waitingDomains < WAITING_DOMAINS) this.#wakeUp?.();
  }

  #begin(block: OpenBlock, index: number): void {
    this.#active += 1;
    const name = block.input.names[index] as DomainName;
    new DomainProbe(name, this.#options, this.#lookup, this.#now(), (error, result) => {
      this.#active -= 1;
      try {
        if (result === undefined) throw error;
        this.#record(block.output, index, result);
        block.left -= 1;
        if (block.left === 0) block.resolve(block.output);
      } catch (cause) {
        block.reject(new Error(`probing ${name} failed`, { cause }));
      }
      this.#fill();
    }).start();
  }

  #record(output: BlockOutput, index: number, result: ProbeResult): void {
    output.existence[index] =
      result.exists === undefined ? UNKNOWN : result.exists ? EXISTS : NXDOMAIN;
    output.existenceReasons[index] = reasonCode(result.existenceReason);
    let attempts = 0;
    for (const { outcome } of result.exchanges) {
      if (outcome.isCached) continue;
      output.queries += outcome.attempts;
      if (outcome.attempts > attempts) attempts = outcome.attempts;
    }
    output.attempts[index] = attempts;
    for (let i = 0; i < output.checks.length; i++) {
      const observation = result.observations[i] as Observation<unknown>;
      this.#recordCheck(output.checks[i] as CheckOutput, index, i, observation);
    }
  }

  #recordCheck(
    column: CheckOutput,
    index: number,
    checkIndex: number,
    observation: Observation<unknown>,
  ): void {
    const { kept } = observation;
    const row = kept?.row ?? this.#rowOf(checkIndex, observation);
    if (kept !== undefined) kept.row = row;
    column.classes[index] = row.classCode;
    column.reasons[index] = observation.state === 'unknown' ? reasonCode(observation.reason) : 0;
    column.flags[index] = row.flags;
    column.bodies[index] = row.body;
  }

  #rowOf(checkIndex: number, observation: Observation<unknown>): Row {
    const check = this.#options.checks[checkIndex] as Check;
    const classCode = this.#classCodes[checkIndex]?.get(observation.class);
    if (classCode === undefined) {
      throw new TypeError(`${check.name} has no class ${observation.class}`);
    }
    return { classCode, flags: check.flags(observation), body: bodyOf(check, observation) };
  }
}

function reasonCode(reason: FailureReason | undefined): number {
  return reason === undefined ? 0 : (REASON_CODES.get(reason) as number);
}

/** `[records, cells]` as JSON with trailing empty cells cut, so that a new last column changes nothing. */
function bodyOf(check: Check, observation: Observation<unknown>): string | null {
  const cells = check.cells(observation);
  let length = cells.length;
  while (length > 0 && cells[length - 1] === undefined) length -= 1;
  if (length === 0 && observation.records.length === 0) return null;
  return JSON.stringify([
    observation.records,
    length === cells.length ? cells : cells.slice(0, length),
  ]);
}

function emptyOutput(checks: readonly Check[], size: number): BlockOutput {
  const zeros = () => new Array<number>(size).fill(0);
  return {
    existence: zeros(),
    existenceReasons: zeros(),
    attempts: zeros(),
    checks: checks.map((check) => ({
      check: check.name,
      classes: zeros(),
      reasons: zeros(),
      flags: zeros(),
      bodies: new Array<string | null>(size).fill(null),
    })),
    queries: 0,
  };
}
