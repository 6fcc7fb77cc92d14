/** The main thread's hold on one probe thread: starts it, speaks to it, notices its death, ends it. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { ClaimLink } from './thread-claims.ts';
import type { FromThread, SharedToThread, ThreadSetup, ToThread } from './thread-messages.ts';
import { Outbox } from './thread-outbox.ts';

export interface LinkParts {
  /** The thread's module, built: Node runs no TypeScript in a thread. */
  readonly entry: URL;
  readonly name: string;
  readonly setup: ThreadSetup;
  readonly resourceLimits: ResourceLimits;
  readonly onMessage: (link: ThreadLink, message: FromThread) => void;
  /** Called once, unless `close` was called before; no message comes after it. */
  readonly onDeath: (link: ThreadLink, reason: string) => void;
}

/** A thread that does not end by itself within this is ended. */
const CLOSE_LIMIT_MS = 500;

export class ThreadLink implements ClaimLink {
  readonly #worker: Worker;
  readonly #outbox: Outbox<SharedToThread>;
  readonly #ended: Promise<void>;
  #reason: string | undefined;
  #isOver = false;

  constructor({ entry, name, setup, resourceLimits, onMessage, onDeath }: LinkParts) {
    this.#worker = new Worker(entry, { name, workerData: setup, resourceLimits });
    this.#outbox = new Outbox((items) => this.post({ kind: 'shared', items }));
    this.#worker.on('message', (message: FromThread) => {
      if (!this.#isOver) onMessage(this, message);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#reason = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('messageerror', (error) => {
      this.#reason = error.message;
      void this.#worker.terminate();
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        resolve();
        if (this.#isOver) return;
        this.#isOver = true;
        onDeath(this, this.#reason ?? `it ended with status ${code}`);
      });
    });
  }

  /** Lost once the thread is over. */
  post(message: ToThread): void {
    if (!this.#isOver) this.#worker.postMessage(message);
  }

  /** As `post`, gathered until the event loop turns. */
  say(item: SharedToThread): void {
    this.#outbox.add(item);
  }

  /** Resolves once the thread is gone. Its last messages are not told. */
  async close(): Promise<void> {
    this.post({ kind: 'close' });
    this.#isOver = true;
    const limit = setTimeout(() => void this.#worker.terminate(), CLOSE_LIMIT_MS);
    await this.#ended;
    clearTimeout(limit);
  }
}
