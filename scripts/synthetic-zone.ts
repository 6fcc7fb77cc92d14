/**
 * A synthetic population and its DNS, for measurements: N domains under `test`, a share of which do
 * not exist, with SPF, DMARC and MX records in the shapes that real zones have. Everything follows
 * from N and the seed. The figures are nobody's: never report them as adoption.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_ZONE_HEAD } from './zone-file.ts';

export interface SyntheticOptions {
  readonly domains: number;
  readonly seed: number;
  readonly folder: string;
}

/** Domains by check and class, as a survey of the list must find them. */
export type ExpectedClasses = Readonly<
  Record<'mx' | 'spf' | 'dmarc', Readonly<Record<string, number>>>
>;

export interface SyntheticZone {
  readonly listFile: string;
  readonly zoneFile: string;
  readonly expected: ExpectedClasses;
}

/** Records with `$B` for the low octet of the domain's number, and the class each comes to. */
const SPF_SHAPES: readonly (readonly [string, string])[] = [
  ['v=spf1 include:_spf.google.example ~all', 'tilde_all'],
  ['v=spf1 include:spf.protection.outlook.example -all', 'minus_all'],
  [
    'v=spf1 a mx ip4:192.0.2.$B ip4:198.51.100.0/24 include:mail$B.example include:sendgrid.example ~all',
    'tilde_all',
  ],
  ['v=spf1 -all', 'minus_all'],
  ['v=spf1 ip4:203.0.113.$B ?all', 'question_all'],
  ['v=spf1 +all', 'plus_all'],
  ['v=spf1 redirect=_spf$B.example', 'minus_all'],
];

const POLICIES = ['none', 'none', 'quarantine', 'reject'];
const OCTETS = 256;

/** What stands at the targets that the shapes point at; they lie outside `test`. */
function* targetLines(): Generator<string> {
  yield '_spf.google.example. TXT "v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/25 ~all"';
  yield 'spf.protection.outlook.example. TXT "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all"';
  yield 'sendgrid.example. TXT "v=spf1 ip4:198.51.100.128/25 ~all"';
  for (let octet = 0; octet < OCTETS; octet++) {
    yield `mail${octet}.example. TXT "v=spf1 ip4:192.0.2.${octet} ?all"`;
    yield `_spf${octet}.example. TXT "v=spf1 ip4:203.0.113.${octet} -all"`;
  }
}

/** A number in [0, 1) from domain, purpose and seed: the same for all time. */
function randomOf(domain: number, purpose: number, seed: number): number {
  let x = (domain * 2_654_435_761 + (purpose + 1000 * seed) * 40_503 * 65_537) >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b) >>> 0;
  x ^= x >>> 16;
  return (x >>> 0) / 2 ** 32;
}

export interface SyntheticDomain {
  /** Zone file lines, one record each. */
  readonly lines: readonly string[];
  readonly mx: string;
  readonly spf: string;
  readonly dmarc: string;
}

type Draw = (purpose: number) => number;

function spfOf(owner: string, domain: number, draw: Draw): { lines: string[]; spf: string } {
  if (draw(2) >= 0.72) return { lines: [], spf: 'absent' };
  const [shape, spf] = SPF_SHAPES[Math.floor(draw(3) * draw(13) * 7)] ?? ['', ''];
  const text = shape.replaceAll('$B', String(domain % OCTETS));
  return { lines: [`${owner} TXT "${text}"`], spf };
}

function mxOf(owner: string, domain: number, draw: Draw): { lines: string[]; mx: string } {
  if (draw(7) >= 0.8)
    return draw(10) < 0.1 ? { lines: [`${owner} MX 0 .`], mx: 'null' } : { lines: [], mx: 'none' };
  const lines: string[] = [];
  const exchanges = 1 + Math.floor(draw(8) * draw(9) * 5);
  for (let i = 0; i < exchanges; i++)
    lines.push(
      `${owner} MX ${10 * (i + 1)} alt${i}.mx${domain % 97}.mailhost${domain % 13}.example.`,
    );
  return { lines, mx: 'present' };
}

function dmarcOf(owner: string, domain: number, draw: Draw): { lines: string[]; dmarc: string } {
  if (draw(11) >= 0.38) return { lines: [], dmarc: 'absent' };
  const dmarc = POLICIES[Math.floor(draw(12) * POLICIES.length)] ?? 'none';
  const reports = ` rua=mailto:dmarc-${domain % 1024}@reports.example; pct=100; adkim=s`;
  const text = `v=DMARC1; p=${dmarc};${draw(14) < 0.5 ? reports : ''}`;
  return { lines: [`_dmarc.${owner} TXT "${text}"`], dmarc };
}

const SUFFIX = '.test';

const nameOf = (domain: number): string => `d${String(domain + 1).padStart(7, '0')}${SUFFIX}`;

/** What the zone has at and below a name of the list. */
export function syntheticDomainOf(name: string, seed: number): SyntheticDomain {
  const domain = Number(name.slice(1, -SUFFIX.length)) - 1;
  if (nameOf(domain) !== name) throw new RangeError(`no synthetic name: ${JSON.stringify(name)}`);
  return syntheticDomain(domain, seed);
}

function syntheticDomain(domain: number, seed: number): SyntheticDomain {
  const owner = `${nameOf(domain)}.`;
  const draw: Draw = (purpose) => randomOf(domain, purpose, seed);
  if (draw(1) < 0.08) return { lines: [], mx: 'nxdomain', spf: 'nxdomain', dmarc: 'nxdomain' };
  const spf = spfOf(owner, domain, draw);
  const token = `${(draw(5) * 1e16).toString(36)}${(draw(6) * 1e16).toString(36)}`;
  const other = draw(4) < 0.25 ? [`${owner} TXT "google-site-verification=${token}"`] : [];
  const mx = mxOf(owner, domain, draw);
  const dmarc = dmarcOf(owner, domain, draw);
  const own = [...spf.lines, ...other, ...mx.lines];
  const lines = own.length === 0 ? [`${owner} A 192.0.2.1`] : own;
  return { lines: [...lines, ...dmarc.lines], mx: mx.mx, spf: spf.spf, dmarc: dmarc.dmarc };
}

/**
 * Fisher-Yates by a linear congruential generator: the order of the list is part of the input. Of
 * numbers, not of names, so that a long list takes 4 octets a domain.
 */
function shuffled(domains: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: domains }, (_, i) => i);
  let state = (12_345 + seed) >>> 0;
  for (let i = domains - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}

const CHUNK_LINES = 20_000;

/** Writes lines without holding them all. */
function writeLines(file: string, lines: Iterable<string>): void {
  const handle = openSync(file, 'w');
  let chunk: string[] = [];
  const flush = () => {
    if (chunk.length > 0) writeSync(handle, `${chunk.join('\n')}\n`);
    chunk = [];
  };
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length >= CHUNK_LINES) flush();
  }
  flush();
  closeSync(handle);
}

function* names(order: Uint32Array): Generator<string> {
  for (const domain of order) yield nameOf(domain);
}

/** Writes `domains.txt`, `synthetic.zone` (one root zone) and `expected.json` into the folder. */
export function writeSyntheticZone({ domains, seed, folder }: SyntheticOptions): SyntheticZone {
  mkdirSync(folder, { recursive: true });
  const counts = { mx: new Map<string, number>(), spf: new Map(), dmarc: new Map() };
  function* lines(): Generator<string> {
    yield* ROOT_ZONE_HEAD;
    yield* targetLines();
    for (let i = 0; i < domains; i++) {
      const made = syntheticDomain(i, seed);
      for (const check of ['mx', 'spf', 'dmarc'] as const)
        counts[check].set(made[check], (counts[check].get(made[check]) ?? 0) + 1);
      yield* made.lines;
    }
  }
  const zoneFile = join(folder, 'synthetic.zone');
  const listFile = join(folder, 'domains.txt');
  writeLines(zoneFile, lines());
  writeLines(listFile, names(shuffled(domains, seed)));
  const sorted = (map: ReadonlyMap<string, number>) => Object.fromEntries([...map].sort());
  const expected = {
    mx: sorted(counts.mx),
    spf: sorted(counts.spf),
    dmarc: sorted(counts.dmarc),
  };
  writeFileSync(
    join(folder, 'expected.json'),
    `${JSON.stringify({ domains, seed, classes: expected }, undefined, 2)}\n`,
  );
  return { listFile, zoneFile, expected };
}
