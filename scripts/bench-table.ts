/**
 * The table of a bench: rows measured in interleaved rounds, so that a slow phase of the machine meets
 * all of them, and the medians and ranges of what they cost. What a row runs stands in `bench-rows.ts`
 * and `bench-peers.ts`.
 */
import { markdownTable, spread } from './bench-figures.ts';

/** What one round of one row cost and came to. */
export interface Measured {
  readonly domains: number;
  readonly queries: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Undefined where it cannot be told, as the two that follow. */
  readonly peakMegabytes: number | undefined;
  readonly lost: number | undefined;
  readonly retried: number | undefined;
  /** What is not as the zone has it; undefined when the client's answers cannot be checked. */
  readonly differences: readonly string[] | undefined;
}

export interface BenchRow {
  readonly name: string;
  /** Domains of the zone that is served. */
  readonly zoneDomains: number;
  /** Ours, a peer that ours are compared with, or neither. */
  readonly role: 'own' | 'peer' | 'other';
  /** Why it cannot be run here. */
  readonly unavailable?: string;
  measure(): Promise<Measured>;
}

export interface RowResult {
  readonly row: BenchRow;
  readonly rounds: readonly Measured[];
  /** Why it was not run, or not to the end. */
  readonly problem: string | undefined;
}

/** Runs each row once, then each row again; a row that fails is left out from there on. */
export async function runRows(
  rows: readonly BenchRow[],
  rounds: number,
  say: (line: string) => void,
): Promise<RowResult[]> {
  const states = rows.map((row) => ({
    row,
    rounds: [] as Measured[],
    problem: row.unavailable,
  }));
  for (let round = 1; round <= rounds; round++)
    for (const state of states) {
      if (state.problem !== undefined) continue;
      const label = `round ${round}, ${labelOf(state.row)}`;
      try {
        const measured = await state.row.measure();
        state.rounds.push(measured);
        say(`${label}: ${roundText(measured)}`);
      } catch (error) {
        state.problem = error instanceof Error ? error.message : String(error);
        say(`${label}: ${oneLine(state.problem)}`);
      }
    }
  return states;
}

const labelOf = ({ name, zoneDomains }: BenchRow): string =>
  `${name} (${zoneDomains.toLocaleString('en-US')})`;

const microsecondsAQuery = (m: Measured): number => (m.cpuSeconds / m.queries) * 1e6;
const microsecondsADomain = (m: Measured): number => (m.cpuSeconds / m.domains) * 1e6;

function verdict({ differences }: Measured): string {
  if (differences === undefined) return '-';
  return differences.length === 0 ? 'ok' : 'WRONG';
}

function roundText(m: Measured): string {
  return [
    `${microsecondsAQuery(m).toFixed(2)} µs a query, ${microsecondsADomain(m).toFixed(1)} a domain`,
    `${m.wallSeconds.toFixed(2)} s`,
    `lost ${m.lost ?? '-'}`,
    `classes ${verdict(m)}`,
  ].join(', ');
}

const HEAD = [
  'row',
  'domains',
  'queries',
  'CPU µs/query',
  'CPU µs/domain',
  'domains/s',
  'queries/s',
  'peak RSS MB',
  'lost',
  'retried',
  'classes',
];

function cellsOf({ row, rounds }: RowResult): string[] {
  const column = (of: (m: Measured) => number | undefined, digits = 0) =>
    spread(rounds.map(of), digits);
  const verdicts = new Set(rounds.map(verdict));
  return [
    row.name,
    column((m) => m.domains),
    column((m) => m.queries),
    column(microsecondsAQuery, 2),
    column(microsecondsADomain, 1),
    column((m) => m.domains / m.wallSeconds),
    column((m) => m.queries / m.wallSeconds),
    column((m) => m.peakMegabytes),
    column((m) => m.lost),
    column((m) => m.retried),
    verdicts.has('WRONG') ? 'WRONG' : ([...verdicts][0] ?? '-'),
  ];
}

/** The table, then a line for each row that was not run or is wrong. */
export function tableLines(results: readonly RowResult[]): string[] {
  const measured = results.filter(({ rounds }) => rounds.length > 0);
  const notes = results.flatMap(({ row, rounds, problem }) => [
    ...(problem === undefined ? [] : [`${labelOf(row)} could not be run: ${oneLine(problem)}`]),
    ...[...new Set(rounds.flatMap((m) => m.differences ?? []))].map(
      (difference) => `${labelOf(row)} is WRONG: ${difference}`,
    ),
  ]);
  const table = measured.length === 0 ? [] : markdownTable(HEAD, measured.map(cellsOf));
  return notes.length === 0 ? table : [...table, '', ...notes];
}

const NOTE_CHARS = 300;

/** A failure on one line: without the stack, and cut where a program said too much. */
function oneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const told = lines
    .filter((line) => line !== '' && !/^at |^\^+$|^Node\.js v/u.test(line))
    .join('; ');
  return told.length <= NOTE_CHARS
    ? told
    : `${told.slice(0, NOTE_CHARS / 2)} … ${told.slice(-NOTE_CHARS / 2)}`;
}

/**
 * What our rows cost against each peer on the same zone, as a share of its CPU: the ratio of each
 * round by itself, since the machine's slow phases meet both.
 */
export function ratioLines(results: readonly RowResult[]): string[] {
  const lines: string[][] = [];
  for (const peer of results.filter(({ row }) => row.role === 'peer'))
    for (const own of results) {
      const isPair = own.row.role === 'own' && own.row.zoneDomains === peer.row.zoneDomains;
      const pairs = own.rounds.flatMap((mine, i) => {
        const theirs = peer.rounds[i];
        return theirs === undefined ? [] : [{ mine, theirs }];
      });
      if (!isPair || pairs.length === 0) continue;
      const ratio = (of: (m: Measured) => number) =>
        spread(
          pairs.map(({ mine, theirs }) => of(mine) / of(theirs)),
          2,
        );
      lines.push([
        `${labelOf(own.row)} against ${peer.row.name}`,
        ratio(microsecondsAQuery),
        ratio(microsecondsADomain),
      ]);
    }
  if (lines.length === 0) return [];
  return markdownTable(['share of its CPU, by rounds', 'a query', 'a domain'], lines);
}

/** Whether a row that could have been run was not, or came to wrong classes. */
export function hasFailed(results: readonly RowResult[]): boolean {
  return results.some(
    ({ row, rounds, problem }) =>
      (problem !== undefined && row.unavailable === undefined) ||
      rounds.some((m) => m.differences !== undefined && m.differences.length > 0),
  );
}
