/**
 * What the main thread and a probe thread say to each other. Types only, and all of it plain data that
 * can be cloned.
 */
import type { CachedAnswer } from '../dns/client/cache.ts';
import type { ChosenTransport } from '../dns/client/choose-transport.ts';
import type { EngineCounters } from '../dns/client/engine-options.ts';
import type { Outcome } from '../dns/client/lookup.ts';
import type { ResolverAddress } from '../dns/client/resolvers.ts';
import type { QType } from '../dns/talk.ts';
import type { PackedBlock } from './packed-block.ts';

/** What a thread is made with. Window and rate are its share of the run's. */
export interface ThreadSetup {
  /** Names of the checks, in the order of their results. */
  readonly checks: readonly string[];
  readonly isInDepth: boolean;
  readonly isNxdomainCut: boolean;
  readonly domainTimeoutMs: number;
  readonly maxQuestions: number;
  readonly resolvers: readonly ResolverAddress[];
  readonly transport: ChosenTransport['name'];
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly window: number;
  readonly rate: number;
  /** Shared answers kept in the thread. */
  readonly cacheCapacity: number;
  /** Other threads ask for the run too: shared questions are claimed at the main thread. */
  readonly isOneOfSeveral: boolean;
}

export type ToThread =
  /** Names joined by line ends, which no name contains; a block is never empty. */
  | { readonly kind: 'probe'; readonly job: number; readonly names: string }
  /** Answers of an earlier part of the run, before the first block. */
  | { readonly kind: 'preload'; readonly answers: readonly CachedAnswer[] }
  | { readonly kind: 'canary'; readonly canary: number }
  | { readonly kind: 'shared'; readonly items: readonly SharedToThread[] }
  | { readonly kind: 'stop' }
  | { readonly kind: 'close' };

export type FromThread =
  /** A block was begun: another may come, to lie ready. */
  | { readonly kind: 'room' }
  | {
      readonly kind: 'result';
      readonly job: number;
      readonly block: PackedBlock;
      /** Definitive ones that are new since the last result; empty in one of several threads. */
      readonly sharedAnswers: readonly CachedAnswer[];
    }
  /** A fault of ours in a check. */
  | { readonly kind: 'fault'; readonly job: number; readonly fault: PlainFault }
  | { readonly kind: 'counters'; readonly counters: EngineCounters }
  | {
      readonly kind: 'canary';
      readonly canary: number;
      readonly status: Outcome['answer']['status'];
    }
  | { readonly kind: 'shared'; readonly items: readonly SharedFromThread[] };

/** Of one of several threads, on the way to the main thread. */
export type SharedFromThread =
  /** The thread wants the answer. Times are left times, since each thread has a clock of its own. */
  | {
      readonly kind: 'claim';
      readonly claim: number;
      readonly qname: string;
      readonly qtype: QType;
      readonly leftMs: number;
    }
  /** What a question came to that the main thread had asked through this thread. */
  | { readonly kind: 'outcome'; readonly ask: number; readonly outcome: Outcome };

export type SharedToThread =
  /** What a claim came to elsewhere. */
  | { readonly kind: 'reply'; readonly claim: number; readonly outcome: Outcome }
  /** Asks through this thread. `claim` is the thread's own that caused it, or NO_CLAIM. */
  | {
      readonly kind: 'ask';
      readonly ask: number;
      readonly claim: number;
      readonly qname: string;
      readonly qtype: QType;
      readonly leftMs: number;
    };

export const NO_CLAIM = -1;

/** An error as plain data, with its chain of causes. */
export interface PlainFault {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: PlainFault | undefined;
}
