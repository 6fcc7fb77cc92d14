/**
 * What a check is: a pure conversation with the DNS that ends in an observation, and the table of
 * what of it is stored, exported and counted. Adding a check is one file, one test and one row in
 * `table.ts`; store bodies, CSV columns and `docs/csv-schema.md` derive from `fields` and `flags`.
 *
 * A check sees no socket, clock, promise or resolver option.
 */
import type { Answer, Conversation, FailureReason } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';

/** `present`, `absent` and `invalid` are answers; `unknown` is none and is never counted as absent. */
export type State = 'present' | 'absent' | 'invalid' | 'unknown';

/** One coded defect or noteworthy fact of a record, countable. */
export interface Finding {
  /** Stable id in kebab-case, as `near-miss`. */
  readonly code: string;
  /** The clause that makes it a finding, as `RFC 9989 §4.7`. */
  readonly clause: string;
  readonly detail?: string;
}

export interface Observation<Policy> {
  readonly state: State;
  /** Why the state is unknown; undefined for every other state. */
  readonly reason: FailureReason | undefined;
  /** One of the check's `classes`. */
  readonly class: string;
  /** The selected texts and the near misses, joined; other records are not kept (tokens rotate). */
  readonly records: readonly string[];
  readonly findings: readonly Finding[];
  /** What the records say once read; undefined where there was nothing to read. */
  readonly policy: Policy | undefined;
  /** The same for all observations of a check that come to the same row, so that it is made once. */
  readonly kept?: KeptRow | undefined;
}

/** What a block keeps of an observation. */
export interface Row {
  /** Index into the check's `classes`. */
  readonly classCode: number;
  readonly flags: number;
  readonly body: string | null;
}

/** A place for the row, written by the block's prober, which makes it. */
export interface KeptRow {
  row?: Row;
}

export type Cell = string | number | boolean | undefined;

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One stored and exported value of a check. */
export interface Field<Policy> {
  /** Full CSV column name, as `dmarc_p`. */
  readonly column: string;
  readonly type: 'text' | 'number' | 'boolean';
  readonly meaning: string;
  readonly clause: string;
  /** Version of the tool that first wrote the column. */
  readonly since: string;
  readonly of: (policy: Policy) => Cell;
}

/** One yes/no fact that the counters use; stored as a bit, in declared order. At most 30, append only. */
export interface Flag<Policy> {
  readonly name: string;
  readonly meaning: string;
  readonly of: (policy: Policy) => boolean;
}

export type Column = Omit<Field<unknown>, 'of'>;

/** What the table holds of a check: everything but its policy's type. */
export interface Check {
  /** Key in the store, in `--checks` and in `inspect --json`. */
  readonly name: string;
  readonly specs: readonly string[];
  /** Raised whenever the same answers may give another class, field or flag. Stored with each run. */
  readonly version: number;
  /** Every class in report order; the index is what the store keeps, so the list is append only. */
  readonly classes: readonly string[];
  /** Columns in stored order; append only. */
  readonly columns: readonly Column[];
  /** Names of the flags, bit 0 first; append only. */
  readonly flagNames: readonly string[];
  /** What a survey asks. */
  readonly observe: (domain: DomainName) => Conversation<Observation<unknown>>;
  /** What `inspect` (and `survey --spf-voids`) asks; the same as `observe` where there is no more. */
  readonly observeInDepth: (domain: DomainName) => Conversation<Observation<unknown>>;
  /** One cell a column, in order; all undefined without a policy. */
  readonly cells: (observation: Observation<unknown>) => readonly Cell[];
  /** Bit i is flag i. */
  readonly flags: (observation: Observation<unknown>) => number;
  /** The check's own keys of `inspect --json`, beside state, reason, class, records and findings. */
  readonly detail: (observation: Observation<unknown>) => { readonly [key: string]: Json };
}

export interface CheckDefinition<Policy> {
  readonly name: string;
  readonly specs: readonly string[];
  readonly version: number;
  readonly classes: readonly string[];
  readonly observe: (domain: DomainName) => Conversation<Observation<Policy>>;
  readonly observeInDepth?: (domain: DomainName) => Conversation<Observation<Policy>>;
  readonly fields: readonly Field<Policy>[];
  readonly flags: readonly Flag<Policy>[];
  readonly detail: (policy: Policy | undefined) => { readonly [key: string]: Json };
}

/**
 * The answer to a question that was put alone. A check yields such a question itself: going through
 * `ask` costs a generator more for each.
 */
export function onlyAnswer(answers: readonly Answer[]): Answer {
  const answer = answers[0];
  if (answer === undefined) throw new TypeError('a question was handed no answer');
  return answer;
}

const MAX_FLAGS = 30;

/** Closes over the policy's type, so that the table of checks is an ordinary array. */
export function defineCheck<Policy>(definition: CheckDefinition<Policy>): Check {
  const { fields, flags, observe, detail } = definition;
  if (flags.length > MAX_FLAGS)
    throw new RangeError(`${definition.name}: more than ${MAX_FLAGS} flags`);
  const noCells: readonly Cell[] = fields.map(() => undefined);
  const policyOf = (observation: Observation<unknown>) => observation.policy as Policy | undefined;
  return {
    name: definition.name,
    specs: definition.specs,
    version: definition.version,
    classes: definition.classes,
    columns: fields.map(({ of: _, ...column }) => column),
    flagNames: flags.map((flag) => flag.name),
    observe,
    observeInDepth: definition.observeInDepth ?? observe,
    cells: (observation) => {
      const policy = policyOf(observation);
      return policy === undefined ? noCells : fields.map((field) => field.of(policy));
    },
    flags: (observation) => {
      const policy = policyOf(observation);
      let bits = 0;
      if (policy === undefined) return bits;
      for (let i = 0; i < flags.length; i++) if (flags[i]?.of(policy)) bits |= 1 << i;
      return bits;
    },
    detail: (observation) => detail(policyOf(observation)),
  };
}
