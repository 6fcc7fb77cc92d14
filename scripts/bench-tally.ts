/**
 * What a client that stores nothing counts of the answers to a list, and what it must come to: a
 * client that is fast because it lost or misread answers must not pass. Pure but for the list's file.
 */
import { NameReader } from './bench-names.ts';
import { type SyntheticDomain, syntheticDomainOf } from './synthetic-zone.ts';

/** Counts of domains, but `records`. */
export interface Tally {
  /** The name itself does not exist, asked for MX. */
  nxdomain: number;
  /** An exchange that is not the root. */
  mx: number;
  /** A null MX (RFC 7505). */
  nullMx: number;
  spf: number;
  dmarc: number;
  /** Records in the answers to all three questions. */
  records: number;
}

export const newTally = (): Tally => ({
  nxdomain: 0,
  mx: 0,
  nullMx: 0,
  spf: 0,
  dmarc: 0,
  records: 0,
});

const SPF = 'v=spf1';

const isSpf = (text: string): boolean => text.startsWith(`${SPF} `) || text === SPF;
const isDmarc = (text: string): boolean => text.startsWith('v=DMARC1');

/** Texts of the TXT records at a domain. */
export function tallyTexts(tally: Tally, texts: readonly string[]): void {
  tally.records += texts.length;
  if (texts.some(isSpf)) tally.spf++;
}

/** Texts of the TXT records at `_dmarc.` of a domain. */
export function tallyDmarc(tally: Tally, texts: readonly string[]): void {
  tally.records += texts.length;
  if (texts.some(isDmarc)) tally.dmarc++;
}

/** At least one exchange; the root is `.` or nothing. */
export function tallyExchanges(tally: Tally, exchanges: readonly string[]): void {
  const [first = ''] = exchanges;
  tally.records += exchanges.length;
  if (first === '' || first === '.') tally.nullMx++;
  else tally.mx++;
}

export interface ExpectedTally extends Tally {
  readonly domains: number;
}

const IS_RECORD = / (?:TXT|MX) /u;
const IS_ABSENT: ReadonlySet<string> = new Set(['absent', 'nxdomain']);

/** What the first `limit` names of a synthetic list come to. */
export function expectedTally(listFile: string, limit: number, seed: number): ExpectedTally {
  const tally = newTally();
  const names = new NameReader(listFile);
  let domains = 0;
  for (let name = names.next(); name !== undefined && domains < limit; name = names.next()) {
    addDomain(tally, syntheticDomainOf(name, seed));
    domains++;
  }
  names.close();
  return { ...tally, domains };
}

function addDomain(tally: Tally, { lines, mx, spf, dmarc }: SyntheticDomain): void {
  if (mx === 'nxdomain') tally.nxdomain++;
  if (mx === 'present') tally.mx++;
  if (mx === 'null') tally.nullMx++;
  if (!IS_ABSENT.has(spf)) tally.spf++;
  if (!IS_ABSENT.has(dmarc)) tally.dmarc++;
  for (const line of lines) if (IS_RECORD.test(line)) tally.records++;
}

/** Each count that is not what it must be, as a line for a person. */
export function tallyDifferences(
  found: Readonly<Record<string, number>>,
  expected: ExpectedTally,
): string[] {
  return Object.entries(expected)
    .filter(([name, count]) => found[name] !== count)
    .map(([name, count]) => `${name}: found ${found[name] ?? 'nothing'}, true ${count}`);
}
