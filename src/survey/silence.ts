/**
 * Tells a dead resolver from dead domains. When nothing at all has come back for a while it asks a
 * canary question; only when the canaries too stay without any response are the resolvers called
 * silent, and the run stops instead of writing down millions of timeouts. A long tail of dead
 * domains never looks like that, since the canary is answered.
 */
import type { FailureReason } from '../dns/talk.ts';

/** Failures that no response stands behind: the domain's servers are silent, or the resolver is. */
const SILENT_REASONS: ReadonlySet<string> = new Set<FailureReason>([
  'timeout',
  'network',
  'over_budget',
]);

/** Whether an answer's status, or a reason, means that nothing came back. */
export function isSilent(status: string): boolean {
  return SILENT_REASONS.has(status);
}

export interface ResponseCounters {
  /** Datagrams sent and TCP exchanges begun. */
  readonly queries: number;
  /** Responses of any kind that matched a query, errors included. */
  readonly responses: number;
}

export interface SilenceOptions {
  readonly counters: () => ResponseCounters;
  /** Sends one question that every resolver can answer; its outcome is not needed. */
  readonly askCanary: () => void;
  /** Longest time one question may take, in milliseconds. */
  readonly questionTimeoutMs: number;
  readonly resolvers: readonly string[];
  readonly now: () => number;
}

/** Without a response for this long, canaries are asked. */
const QUIET_MS = 1_500;
/** Canaries that must have stayed without a response. */
const MIN_CANARIES = 3;
const MIN_SILENCE_MS = 6_000;
const CANARY_INTERVAL_MS = 1_000;

/** Gives a function to be called now and then: the line for the person once silent, else undefined. */
export function watchSilence(options: SilenceOptions): () => string | undefined {
  const { now, counters, resolvers } = options;
  const limitMs = Math.max(MIN_SILENCE_MS, options.questionTimeoutMs * 1.5);
  let responses = counters().responses;
  let queries = counters().queries;
  let heardAtMs = now();
  let canaries = 0;
  let canaryAtMs = 0;
  return () => {
    const seen = counters();
    const atMs = now();
    if (seen.responses !== responses || seen.queries === queries) {
      ({ responses, queries } = seen);
      heardAtMs = atMs;
      canaries = 0;
      return undefined;
    }
    const quietMs = atMs - heardAtMs;
    if (quietMs >= QUIET_MS && atMs - canaryAtMs >= CANARY_INTERVAL_MS) {
      canaryAtMs = atMs;
      canaries += 1;
      options.askCanary();
    }
    if (quietMs < limitMs || canaries < MIN_CANARIES) return undefined;
    return silenceLine(resolvers);
  };
}

/** What a person is told when nothing answers any more, and what to do. */
export function silenceLine(resolvers: readonly string[]): string {
  return `${resolvers.join(', ')} stopped answering, even a canary question: the run has stopped and nothing of the silence was stored; run the same command again when the resolver is back, or give another --resolver`;
}
