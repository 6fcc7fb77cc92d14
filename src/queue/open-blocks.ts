/**
 * The blocks of a run between store and queue: which are laid out, which wait for it, and what becomes
 * of one that comes back, is lost or fails. Redis may forget everything at any moment.
 */
import { SurveyError } from '../survey/errors.ts';
import type { BlockReceipt, BlockResult } from '../survey/ports.ts';
import type { BlockDesk, FinishedJob } from './block-desk.ts';
import type { BlockStore } from './embedded.ts';
import { decodeResult } from './result-payload.ts';

/** Finished blocks taken in at once. */
const BATCH = 8;
/** Blocks laid out in one call. */
const REFILL = 32;
/** Times that one block may fail at workers. */
const MAX_STRIKES = 3;

export interface OpenBlocksParts {
  readonly desk: BlockDesk;
  readonly store: BlockStore;
  readonly runId: number;
  /** Names, in the order of the results. */
  readonly checks: readonly string[];
  readonly onBlock: (result: BlockResult, receipt: BlockReceipt) => void;
  readonly note: (line: string) => void;
}

interface OpenBlock {
  readonly block: number;
  readonly pass: number;
  readonly ids: readonly number[];
  laidOutAtMs: number;
  strikes: number;
}

export class OpenBlocks {
  readonly #parts: OpenBlocksParts;
  readonly #desk: BlockDesk;
  /** Blocks that are not laid out, the next one last. */
  readonly #pending: { readonly block: number; readonly pass: number }[];
  /** By job id. */
  readonly #open = new Map<string, OpenBlock>();

  constructor(parts: OpenBlocksParts) {
    this.#parts = parts;
    this.#desk = parts.desk;
    this.#pending = [...parts.store.openBlocks(parts.runId)].reverse();
  }

  /** Blocks with the queue. */
  get open(): number {
    return this.#open.size;
  }

  /** Blocks that are not laid out. */
  get pending(): number {
    return this.#pending.length;
  }

  /**
   * Gives how many finished jobs there were. Commits first, removes then: a kill in between gives a
   * second delivery, which changes nothing.
   */
  async takeIn(isStopped: () => boolean): Promise<number> {
    const finished = await this.#desk.finished(BATCH);
    const over: string[] = [];
    for (const job of finished) {
      if (isStopped()) break;
      if (await this.#commit(job)) over.push(job.id);
    }
    await this.#desk.remove(over);
    return finished.length;
  }

  /** Gives whether the job is of no use any more. */
  async #commit({ id, value }: FinishedJob): Promise<boolean> {
    const open = this.#open.get(id) ?? this.#adopt(id);
    if (open === undefined) {
      // Of another run, or committed by a coordinator that was killed before it removed it.
      return true;
    }
    const { runId } = this.#parts;
    const decoded = decodeResult(value, { runId, ...open }, this.#parts.checks);
    const problem = 'problem' in decoded ? decoded.problem : this.#write(decoded.result);
    if (problem !== undefined) {
      await this.#strike(id, open, problem);
      return false;
    }
    this.#open.delete(id);
    return true;
  }

  /** A block that an earlier coordinator of the run laid out; undefined when there is none so called. */
  #adopt(id: string): OpenBlock | undefined {
    const named = this.#desk.blockOf(id);
    const at = this.#pending.findIndex(
      ({ block, pass }) => block === named?.block && pass === named.pass,
    );
    const found = this.#pending[at];
    if (found === undefined) return undefined;
    this.#pending.splice(at, 1);
    const { block, pass } = found;
    const { ids } = this.#parts.store.loadBlock(this.#parts.runId, block, pass);
    const open = { block, pass, ids, laidOutAtMs: performance.now(), strikes: 0 };
    this.#open.set(id, open);
    return open;
  }

  /** Gives why the result is refused whole; undefined when it was taken. */
  #write(result: BlockResult): string | undefined {
    try {
      this.#parts.onBlock(result, this.#parts.store.writeBlock(result));
      return undefined;
    } catch (error) {
      // What does not fit its plan is the worker's fault; everything else ends the run.
      if (error instanceof RangeError) return error.message;
      throw error;
    }
  }

  async #strike(id: string, open: OpenBlock, reason: string): Promise<void> {
    open.strikes += 1;
    if (open.strikes >= MAX_STRIKES) {
      throw new SurveyError(
        'machine',
        `block ${open.block} failed at workers ${MAX_STRIKES} times (${reason}); every committed block is kept`,
      );
    }
    this.#parts.note(`block ${open.block} failed at a worker and is asked again: ${reason}`);
    await this.#desk.remove([id]);
    await this.#layOut([[id, open]]);
  }

  /** Lays blocks out until `limit` are open. */
  async refill(limit: number, isStopped: () => boolean): Promise<void> {
    let room = limit - this.#open.size;
    while (room > 0 && this.#pending.length > 0 && !isStopped()) {
      const next: [string, OpenBlock][] = [];
      while (next.length < Math.min(REFILL, room) && this.#pending.length > 0) {
        const { block, pass } = this.#pending.pop() as { block: number; pass: number };
        const open = { block, pass, ids: [], laidOutAtMs: 0, strikes: 0 };
        next.push([this.#desk.idOf(open), open]);
      }
      room -= next.length;
      await this.#layOut(next);
    }
  }

  async #layOut(blocks: readonly (readonly [id: string, open: OpenBlock])[]): Promise<void> {
    const { store, runId } = this.#parts;
    const jobs = blocks.map(([, { block, pass }]) => store.loadBlock(runId, block, pass));
    for (const [i, [id, open]] of blocks.entries()) {
      const ids = jobs[i]?.ids ?? [];
      this.#open.set(id, { ...open, ids, laidOutAtMs: performance.now() });
    }
    await this.#desk.layOut(jobs);
  }

  /** What waits comes back to the run; what workers hold stays. */
  async takeBack(): Promise<void> {
    const ids = [...this.#open.keys()];
    const states = await this.#desk.states(ids);
    const waiting = ids.filter((_, i) => states[i] === 'waiting' || states[i] === 'unknown');
    await this.#desk.remove(waiting);
    for (const id of waiting) {
      const { block, pass } = this.#open.get(id) as OpenBlock;
      this.#pending.push({ block, pass });
      this.#open.delete(id);
    }
  }

  /**
   * The watchdog over blocks that were laid out so long ago: what Redis has lost is laid out again, what
   * has failed counts against its block.
   */
  async watch(ageMs: number): Promise<void> {
    const nowMs = performance.now();
    const old = [...this.#open].filter(([, { laidOutAtMs }]) => nowMs - laidOutAtMs >= ageMs);
    const states = await this.#desk.states(old.map(([id]) => id));
    await this.#layOut(old.filter((_, i) => states[i] === 'unknown'));
    for (const [i, [id, open]] of old.entries()) {
      if (states[i] !== 'failed') continue;
      await this.#strike(id, open, await this.#desk.failedReason(id));
    }
  }
}
