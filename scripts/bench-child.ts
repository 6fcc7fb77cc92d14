/**
 * What the clients measured as a process of their own share: their arguments, the loop over a list,
 * and the one JSON line that they end with on standard output.
 */
import { parseArgs } from 'node:util';
import { NameReader } from './bench-names.ts';
import type { Tally } from './bench-tally.ts';

export interface ChildOptions {
  readonly list: string;
  /** Of the server on 127.0.0.1. */
  readonly port: number;
  /** First names of the list to ask for. */
  readonly domains: number;
  /** Questions open at once. */
  readonly window: number;
}

export interface ChildResult {
  readonly tally: Tally;
  readonly domains: number;
  /** Datagrams sent, as far as the client says; else questions asked. */
  readonly queries: number;
  /** Questions that ended without an answer. */
  readonly lost: number;
  /** Undefined where the client does not say. */
  readonly retried: number | undefined;
  readonly peakMegabytes: number;
}

/** The soak looks at its resident set after so many questions each time. */
export const RSS_SAMPLE_QUESTIONS = 100_000;

/** What the soak says beside the rest. */
export interface SoakResult extends ChildResult {
  /** Questions that have ended, with or without an answer. */
  readonly ended: number;
  /** Resident set in MB after each RSS_SAMPLE_QUESTIONS. */
  readonly samples: readonly number[];
}

const OPTIONS = {
  list: { type: 'string' },
  port: { type: 'string' },
  domains: { type: 'string' },
  window: { type: 'string' },
  transport: { type: 'string', default: 'dgram' },
  questions: { type: 'string', default: '0' },
} as const;

export interface EngineChildOptions extends ChildOptions {
  readonly transport: string;
  /** With more than 0, the list is asked again and again until so many questions have ended. */
  readonly questions: number;
}

export function childOptions(): EngineChildOptions {
  const { values } = parseArgs({ options: OPTIONS });
  const { list, port, domains, window, transport, questions } = values;
  if (list === undefined) throw new Error('--list is missing');
  return {
    list,
    port: Number(port),
    domains: Number(domains),
    window: Number(window),
    transport,
    questions: Number(questions),
  };
}

export function printResult(result: Omit<ChildResult, 'peakMegabytes'>): void {
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ...result, peakMegabytes })}\n`);
}

/** Asks one question; calls `done` once, later, with whether there was an answer. */
export type AskOne = (name: string, done: (isAnswered: boolean) => void) => void;

/**
 * Asks each question of `kinds` for each name, `window` at once; gives the number of names and of
 * questions that had no answer.
 */
export function askList(
  options: ChildOptions,
  kinds: readonly AskOne[],
): Promise<{ readonly domains: number; readonly lost: number }> {
  const names = new NameReader(options.list);
  let domains = 0;
  let lost = 0;
  let open = 0;
  let kind = kinds.length;
  let name: string | undefined = '';
  return new Promise((resolve) => {
    const done = (isAnswered: boolean) => {
      open--;
      if (!isAnswered) lost++;
      fill();
    };
    /** The next question is one of `name`'s; undefined at the end of the list. */
    const advance = () => {
      if (kind < kinds.length) return;
      kind = 0;
      name = domains < options.domains ? names.next() : undefined;
      if (name !== undefined) domains++;
    };
    const fill = () => {
      for (advance(); name !== undefined && open < options.window; advance()) {
        open++;
        kinds[kind++]?.(name, done);
      }
      if (name === undefined && open === 0) {
        names.close();
        resolve({ domains, lost });
      }
    };
    fill();
  });
}
