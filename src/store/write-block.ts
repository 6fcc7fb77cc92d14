/**
 * Commits what a block came to: one block, one transaction. Rows are written only where an outcome
 * differs from the one before; fingerprints tell that without reading the rows. A result delivered
 * twice changes nothing, a result for other domains than planned is refused whole.
 */
import type { Database, Statement, Transaction } from 'better-sqlite3';
import { COUNTERS, HEADLINE, tally } from '../statistics/counters.ts';
import type { CheckProfile, Profile } from '../statistics/profile.ts';
import { type BlockReceipt, type BlockResult, EXISTENCE, type RunStatus } from '../survey/ports.ts';
import { checkShape } from './block-shape.ts';
import type { StoredCheck } from './check-catalog.ts';
import { RunCounts } from './counts.ts';
import { type BlockDomains, MemberReader } from './members.ts';
import { OutcomeWriter } from './outcomes.ts';
import { packAttempts, packCounts } from './pack.ts';
import { checksOfRun } from './run-rows.ts';
import { RunWorkerWriter } from './run-workers.ts';
import { SharedAnswerWriter } from './shared-answers.ts';
import { TextWriter } from './texts.ts';

const NOT_WRITTEN: BlockReceipt = { written: false, domains: 0, changed: 0, failed: 0 };

const HEADLINE_AT = HEADLINE.map((name) => COUNTERS.indexOf(name));

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export class BlockWriter {
  readonly members: MemberReader;
  readonly #db: Database;
  readonly #now: () => number;
  readonly #texts: TextWriter;
  readonly #outcomes: OutcomeWriter;
  readonly #counts: RunCounts;
  readonly #sharedAnswers: SharedAnswerWriter;
  readonly #workers: RunWorkerWriter;
  readonly #status: Statement<[number], RunStatus>;
  readonly #isOpen: Statement<[number, number, number], number>;
  readonly #closeBlock: Statement<[Record<string, unknown>]>;
  readonly #addProgress: Statement<[number, number, number]>;
  readonly #commit: Transaction<(result: BlockResult) => BlockReceipt>;
  /** Zeroed counters for reuse: a mixed block needs one set for each of some hundred registries. */
  readonly #spareCounts: Float64Array[] = [];
  #run: { readonly id: number; readonly checks: ReadonlyMap<string, StoredCheck> } | undefined;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.members = new MemberReader(db);
    this.#texts = new TextWriter(db);
    this.#outcomes = new OutcomeWriter(db, this.#texts);
    this.#counts = new RunCounts(db, COUNTERS.length);
    this.#sharedAnswers = new SharedAnswerWriter(db, this.#texts);
    this.#workers = new RunWorkerWriter(db);
    this.#status = db.prepare<[number], RunStatus>('SELECT status FROM run WHERE id = ?').pluck();
    this.#isOpen = db
      .prepare<[number, number, number], number>(
        'SELECT done_at IS NULL FROM run_block WHERE run_id = ? AND block = ? AND pass = ?',
      )
      .pluck();
    this.#closeBlock = db.prepare(
      `UPDATE run_block SET done_at = @doneAt, changed = @changed, failed = @failed,
         queries = @queries, measured_at = @measuredAt, duration_ms = @durationMs,
         headline = @headline, attempts = @attempts, worker_id = @workerId
       WHERE run_id = @runId AND block = @block AND pass = @pass`,
    );
    this.#addProgress = db.prepare(
      `UPDATE run SET blocks_done = blocks_done + 1, domains_done = domains_done + ?,
         queries = queries + ? WHERE id = ?`,
    );
    this.#commit = db.transaction((result: BlockResult) => this.#write(result));
  }

  /** The first result of a block wins; one of a run that is not open any more is dropped. */
  write(result: BlockResult): BlockReceipt {
    try {
      return this.#commit.immediate(result);
    } catch (error) {
      this.#texts.forget();
      this.#outcomes.forget();
      this.#counts.drop();
      throw error;
    }
  }

  #write(result: BlockResult): BlockReceipt {
    const { runId, block, pass } = result;
    const isOpen = this.#isOpen.get(runId, block, pass);
    if (isOpen === undefined) throw new RangeError(`run ${runId} has no block ${block}/${pass}`);
    if (isOpen === 0 || this.#status.get(runId) !== 'running') return NOT_WRITTEN;
    if (this.#run?.id !== runId) this.#run = { id: runId, checks: checksOfRun(this.#db, runId) };
    const domains = this.members.domains(runId, block, pass);
    checkShape(result, domains.ids, this.#run.checks);
    for (const answer of result.sharedAnswers) this.#sharedAnswers.write(runId, answer);
    const { changed, failed } = this.#outcomes.write(result, this.#run.checks);
    const byRegistry = this.#count(result, domains, this.#run.checks);
    const total = new Float64Array(COUNTERS.length);
    this.#counts.take(runId, byRegistry, total);
    for (const zeros of byRegistry.values()) this.#spareCounts.push(zeros);
    this.#closeBlock.run({
      runId,
      block,
      pass,
      changed,
      failed,
      doneAt: this.#now(),
      queries: result.queries,
      measuredAt: Math.round(result.measuredAtMs),
      durationMs: Math.round(result.durationMs),
      headline: packCounts(HEADLINE_AT.map((at) => total[at] ?? 0)),
      attempts: packAttempts(result.ids, result.attempts),
      workerId: this.#workers.add(result),
    });
    this.#addProgress.run(result.ids.length, result.queries, runId);
    this.members.forget(runId, block, pass);
    return { written: true, domains: result.ids.length, changed, failed };
  }

  /** Counts each domain once, into its registry. */
  #count(
    result: BlockResult,
    { registryIds }: BlockDomains,
    checks: ReadonlyMap<string, StoredCheck>,
  ): Map<number, Float64Array> {
    const profiles: Record<string, Mutable<CheckProfile>> = {};
    const columns = result.checks.map((column) => {
      const profile = { class: '', isKnown: false, flags: 0 };
      profiles[column.check] = profile;
      return { ...column, profile, names: checks.get(column.check)?.classes ?? [] };
    });
    const profile: Mutable<Profile> = { existence: 'unknown', checks: profiles };
    const byRegistry = new Map<number, Float64Array>();
    for (let i = 0; i < registryIds.length; i++) {
      profile.existence = EXISTENCE[result.existence[i] as number] ?? 'unknown';
      for (const column of columns) {
        column.profile.class = column.names[column.classes[i] as number] as string;
        column.profile.isKnown = column.reasons[i] === 0;
        column.profile.flags = column.flags[i] as number;
      }
      const registryId = registryIds[i] as number;
      let counts = byRegistry.get(registryId);
      if (counts === undefined) {
        counts = this.#spareCounts.pop() ?? new Float64Array(COUNTERS.length);
        byRegistry.set(registryId, counts);
      }
      tally(profile, counts);
    }
    return byRegistry;
  }
}
