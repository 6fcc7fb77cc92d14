/** What a fault server counts, in memory that its thread shares with whoever started it. */

export const COUNTER_NAMES = [
  'udpQueries',
  'tcpQueries',
  'tcpConnections',
  /** TCP connections open at once, at most. */
  'tcpMostOpen',
  'udpResponses',
  'tcpResponses',
  /** Datagrams that were no query. */
  'unreadable',
  /** Queries with EDNS. */
  'withEdns',
  /** Queries for a name and type that had been asked before since the faults were set. */
  'repeats',
  /** Responses with TC. */
  'truncated',
  /** Queries that were not answered, for whatever fault. */
  'silent',
  'delayed',
  'duplicates',
  'reordered',
  'limited',
  'spoofs',
  /** Responses that were made wrong: id, question, RCODE, form, EDNS error. */
  'wrong',
  'tcpFaults',
] as const;

export type CounterName = (typeof COUNTER_NAMES)[number];
export type FaultServerCounters = Readonly<Record<CounterName, number>>;

const INDEX = new Map(COUNTER_NAMES.map((name, index) => [name, index]));

export const newCounterMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(COUNTER_NAMES.length * Uint32Array.BYTES_PER_ELEMENT);

/** One thread adds; another may look at any time, and sees what is there then. */
export class Counters {
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Uint32Array(memory);
  }

  add(name: CounterName, by = 1): void {
    const index = INDEX.get(name) as number;
    this.#cells[index] = (this.#cells[index] as number) + by;
  }

  atLeast(name: CounterName, value: number): void {
    const index = INDEX.get(name) as number;
    if (value > (this.#cells[index] as number)) this.#cells[index] = value;
  }

  read(): FaultServerCounters {
    const entries = COUNTER_NAMES.map((name, index) => [name, this.#cells[index] ?? 0]);
    return Object.fromEntries(entries) as FaultServerCounters;
  }
}
