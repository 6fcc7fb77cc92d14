/**
 * What goes along with a run while its blocks come in, whoever asks them: progress on stderr, and the
 * estimate that may end it early.
 */
import { runningEstimate } from '../report/running-estimate.ts';
import { count } from '../report/text/numbers.ts';
import type { StoreWriter } from '../store/store.ts';
import type { BlockReceipt, RunRow } from '../survey/ports.ts';
import { Progress } from '../survey/progress.ts';
import type { RunEnd } from '../survey/run.ts';
import { Sharpness } from '../survey/until-sharp.ts';
import { type CliIo, note } from './io.ts';
import { openProgressView, type ProgressMode } from './progress-view.ts';

export interface RunWatchParts {
  readonly io: CliIo;
  readonly store: StoreWriter;
  readonly run: RunRow;
  readonly checks: number;
  readonly isQuiet: boolean;
  /** Queries sent since this call began. */
  readonly queries: () => number;
  /** Who asks, where that is not this process; undefined while nothing is known of it. */
  readonly workers?: () => string | undefined;
}

export interface RunWatch {
  blockDone(receipt: BlockReceipt): void;
  isEnough(): boolean;
  /** Leaves the last picture standing. */
  end(): void;
  /** Takes the run to its end in the store. */
  finish(end: RunEnd): { readonly run: RunRow; readonly isComplete: boolean };
}

const PROGRESS_INTERVAL_MS = 250;
/** The estimate reads every finished block's counters: often enough for an eye, seldom enough for CPU. */
const ESTIMATE_INTERVAL_MS = 2_000;

export async function watchRun(parts: RunWatchParts): Promise<RunWatch> {
  const { io, store, run } = parts;
  const progress = new Progress(run.targets, run.domainsDone, io.now);
  const sharpness = sharpnessOf(parts);
  const end = await showProgress(parts, progress);
  return {
    blockDone: ({ domains, failed, written }) => {
      progress.addBlock(domains, domains * parts.checks, failed);
      if (written) sharpness?.blockDone();
    },
    isEnough: () => sharpness?.isReached ?? false,
    end,
    finish: (runEnd) => {
      end();
      if (sharpness?.isReached === true) noteEnough(parts);
      return runEnd === 'stopped'
        ? { run: store.run(run.id), isComplete: false }
        : { run: store.finishRun(run.id, io.now()), isComplete: true };
    },
  };
}

function noteEnough({ io, store, run }: RunWatchParts): void {
  const { metric, halfWidth } = run.config.until ?? { metric: '', halfWidth: 0 };
  const { domainsDone, targets } = store.run(run.id);
  note(
    io,
    `${metric} is known to ± ${String(Number((halfWidth * 100).toFixed(4)))} points after ${count(domainsDone)} of ${count(targets)} names: the run ends here, as a sample`,
  );
}

function sharpnessOf({ store, run }: RunWatchParts): Sharpness | undefined {
  const { until } = run.config;
  if (until === undefined) return undefined;
  const blocks = { blockHeadlines: () => store.blockHeadlines(run.id), totalBlocks: run.blocks };
  return new Sharpness(until, blocks, run.blocksDone);
}

/** Gives what ends it. */
async function showProgress(parts: RunWatchParts, progress: Progress): Promise<() => void> {
  const { io, store, run } = parts;
  const mode: ProgressMode = parts.isQuiet ? 'quiet' : io.stderr.isTTY ? 'live' : 'plain';
  const view = await openProgressView(mode, io.stderr);
  let estimate: string | undefined;
  let estimatedAtMs = 0;
  const show = () => {
    if (mode === 'live' && io.now() - estimatedAtMs >= ESTIMATE_INTERVAL_MS) {
      estimatedAtMs = io.now();
      estimate = runningEstimate(store.blockHeadlines(run.id), run.blocks);
    }
    view.show(progress.figures(parts.queries()), estimate, parts.workers?.());
  };
  const timer = mode === 'quiet' ? undefined : setInterval(show, PROGRESS_INTERVAL_MS);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    show();
    view.end();
  };
}
