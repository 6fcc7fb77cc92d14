/** Surveys by the built command line against a fault server, held against what the server knows. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import {
  type FaultServer,
  type FaultServerOptions,
  startFaultServer,
} from '../../scripts/fault-server-start.ts';
import type { DomainTruth, Truth } from '../../scripts/fault-server-truth.ts';
import { runCli } from './cli.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'dist', 'scripts', 'fault-server-thread.js');

export function openFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  return startFaultServer({ entry: pathToFileURL(ENTRY), ...options });
}

const SUFFIXES = ['com', 'jp', 'co.jp', 'org', 'co.uk', 'de'];

/** Registrable domains, and for every fourth of them names one to three labels below another. */
export function faultNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const domain = (number: number): string => `n${number}.${SUFFIXES[number % SUFFIXES.length]}`;
    if (i % 4 !== 3) return domain(i);
    const labels = ['a', 'b.a', 'mail', 'c.b.x'][(i >> 2) % 4];
    // Half of them below a domain of the list, half below one that is not in it.
    return `${labels}.${domain(i % 8 === 3 ? i - 1 : i)}`;
  });
}

export interface Row {
  readonly status: string;
  readonly mx: string;
  readonly spf: string;
  readonly dmarc: string;
  readonly mxHosts: string;
  /** Reasons of what is not known, as `timeout`, each once, sorted. */
  readonly reasons: readonly string[];
}

export interface SurveyOutcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly wallMs: number;
  /** The export, with every row that is there for a name. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly csv: string;
}

export interface SurveyParts {
  readonly domains: readonly string[];
  /** Of the resolvers, on 127.0.0.1. */
  readonly ports: readonly number[];
  /** More options of `survey`. */
  readonly options?: readonly string[];
}

/** Long enough for a busy machine; what is silent for ever costs a test a second and a half. */
export const TIMEOUT_MS = 500;
export const ATTEMPTS = 3;
const PATIENCE = ['--timeout', String(TIMEOUT_MS), '--attempts', String(ATTEMPTS)];

/** One survey in a folder of its own, and its `domains.csv`; nothing is exported where it failed. */
export async function surveyFaults(parts: SurveyParts): Promise<SurveyOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-faults-'));
  try {
    const list = join(folder, 'list.txt');
    const store = join(folder, 'survey.sqlite');
    writeFileSync(list, `${parts.domains.join('\n')}\n`);
    const resolvers = parts.ports.flatMap((port) => ['--resolver', `127.0.0.1:${port}`]);
    const startedAtMs = performance.now();
    const { code, stderr } = await runCli([
      ...['survey', list, '--store', store, '--hosts', 'keep', '--quiet'],
      ...PATIENCE,
      ...resolvers,
      ...(parts.options ?? []),
    ]);
    const wallMs = performance.now() - startedAtMs;
    if (code !== 0) return { code, stderr, wallMs, rows: new Map(), csv: '' };
    const exported = await runCli(['export', 'domains', '--store', store]);
    if (exported.code !== 0) throw new Error(exported.stderr);
    return { code, stderr, wallMs, rows: rowsOf(exported.stdout), csv: exported.stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(csv: string): Map<string, Row[]> {
  const rows = new Map<string, Row[]>();
  for (const row of parse<Record<string, string>>(csv, { columns: true, bom: true })) {
    const name = row['domain'] ?? '';
    rows.set(name, [...(rows.get(name) ?? []), rowOf(row)]);
  }
  return rows;
}

function rowOf(row: Record<string, string>): Row {
  const errors = (row['dns_error'] ?? '').split(' ').filter((one) => one !== '');
  return {
    status: row['status'] ?? '',
    mx: row['mx_class'] ?? '',
    spf: row['spf_class'] ?? '',
    dmarc: row['dmarc_class'] ?? '',
    mxHosts: row['mx_hosts'] ?? '',
    reasons: [...new Set(errors.map((one) => one.slice(one.indexOf('=') + 1)))].sort(),
  };
}

export interface Judgement {
  /** `domain column: what the survey says, not what is true`; the iron law wants none. */
  readonly wrong: readonly string[];
  /** Domains with something that is not known, and the reasons. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
  /** Domains that have no row, or several, and rows of no domain. */
  readonly notOnce: readonly string[];
  /** Reasons of all that is not known. */
  readonly reasons: readonly string[];
}

const COLUMNS = ['status', 'mx', 'spf', 'dmarc'] as const;

export const isUnknown = (said: string): boolean =>
  said === 'unknown' || said === 'temperror' || said.startsWith('error_');

export function judge(truth: Truth, { rows }: SurveyOutcome): Judgement {
  const wrong: string[] = [];
  const unknown = new Map<string, readonly string[]>();
  const notOnce = [...rows.keys()].filter((name) => truth.plan(name) === undefined);
  for (const domain of truth.domains) {
    const found = rows.get(domain) ?? [];
    const [row] = found;
    if (found.length !== 1) notOnce.push(domain);
    if (row === undefined) continue;
    if (COLUMNS.some((column) => isUnknown(row[column]))) unknown.set(domain, row.reasons);
    wrong.push(...differences(row, truth.of(domain)).map((one) => `${domain} ${one}`));
  }
  const reasons = [...new Set([...unknown.values()].flat())].sort();
  return { wrong, unknown, notOnce, reasons };
}

/** What the row says that is neither true nor unknown. */
function differences(row: Row, expected: DomainTruth): string[] {
  const found: string[] = COLUMNS.filter(
    (column) => !isUnknown(row[column]) && row[column] !== expected[column],
  ).map((column) => `${column}: ${row[column]}, not ${expected[column]}`);
  const { mxHosts } = expected;
  if (!isUnknown(row.mx) && mxHosts !== undefined && mxHosts !== row.mxHosts)
    found.push(`hosts: ${row.mxHosts}, not ${mxHosts}`);
  return found;
}

/** A line of the table of fault classes, where the environment names a file for it. */
export function noteCase(line: Readonly<Record<string, unknown>>): void {
  const file = process.env['FAULT_TABLE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
