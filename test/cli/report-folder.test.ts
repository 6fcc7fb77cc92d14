/** `report --out`, its variants, and `export domains` in each form: what is written, and what is not. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { parse } from 'csv-parse/sync';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  HOSTILE_LABEL,
  HOSTILE_NAME,
  HOSTILE_RECORD,
  isSilentOn,
  LISTED,
  NIGHTS,
  nameOf,
  namesOn,
  policyOn,
  writeAnalysisStore,
} from '../support/analysis-store.ts';
import { runCli } from '../support/cli.ts';

const FIGURES = ['metrics.csv', 'errors.csv', 'changes.csv', 'flows.csv', 'survival.csv'];
const REPORTS = ['report.html', 'report.json', 'report.txt'];
const NAMED = ['domains.csv', 'operators.csv'];
/** Operators that the records of the store name. */
const OPERATORS = ['reports.example', 'host0.example', 'host1.example', 'host2.example'];

type CsvRow = Readonly<Record<string, string>>;

describe('report --out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-folder-'));
  const store = join(folder, 'store.sqlite');
  const hostile = join(folder, 'hostile.sqlite');

  /** As the usual options write it. */
  let usual: ReadonlyMap<string, string>;

  beforeAll(async () => {
    writeAnalysisStore(store);
    writeAnalysisStore(hostile, { isHostile: true });
    usual = await written('usual');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function cli(args: readonly string[], path = store): Promise<string> {
    const { code, stdout, stderr } = await runCli([...args, '--store', path]);
    expect(code, stderr).toBe(0);
    return stdout;
  }

  /** The files of a report that is written anew, by name. */
  async function written(
    name: string,
    options: readonly string[] = [],
    path = store,
  ): Promise<ReadonlyMap<string, string>> {
    const out = join(folder, name);
    await cli(['report', '--out', out, ...options], path);
    return new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]));
  }

  it('writes every file whole, and the same bytes when it is asked again', async () => {
    expect([...usual.keys()].sort()).toEqual([...FIGURES, ...NAMED, ...REPORTS].sort());
    const again = await written('usual');
    for (const [file, content] of usual) {
      expect(content.length).toBeGreaterThan(100);
      expect(again.get(file) === content, file).toBe(true);
    }
  });

  it('has in each file what the verb prints by itself', async () => {
    const alone = await Promise.all([
      cli(['export', 'metrics']),
      cli(['export', 'errors']),
      cli(['export', 'domains']),
      cli(['export', 'changes']),
      cli(['export', 'flows']),
      cli(['export', 'survival']),
      cli(['report', '--format', 'json']),
      cli(['report', '--format', 'html']),
    ]);
    const names = ['metrics.csv', 'errors.csv', 'domains.csv', 'changes.csv', 'flows.csv'];
    for (const [i, name] of [...names, 'survival.csv', 'report.json', 'report.html'].entries()) {
      expect(usual.get(name) === alone[i], name).toBe(true);
    }
    expect(usual.get('report.txt')).toContain(`night ${NIGHTS[2]}`);
  });

  it('counts the names as they were made', () => {
    const rows = parse<CsvRow>(usual.get('metrics.csv') ?? '', { columns: true });
    const numbers = Array.from({ length: LISTED }, (_, i) => i + 8);
    const known = numbers.filter((number) => !isSilentOn(number, 3));
    const adopted = known.filter((number) => policyOn(number, 3) !== 'absent');
    const row = rows.find(
      (one) =>
        one['segment'] === 'all' &&
        one['metric'] === 'dmarc.adoption' &&
        one['denominator_id'] === 'existing',
    );
    expect(known.length).toBeLessThan(LISTED);
    expect([row?.['numerator'], row?.['denominator']].map(Number)).toEqual([
      adopted.length,
      known.length,
    ]);
  });

  it('speaks Japanese in the reports, and not in the figures', async () => {
    const japanese = await written('ja', ['--lang', 'ja']);
    for (const file of [...FIGURES, ...NAMED]) {
      expect(japanese.get(file) === usual.get(file), file).toBe(true);
    }
    expect(japanese.get('report.html')).toContain('<html lang="ja">');
    expect(japanese.get('report.html')).toContain('導入率');
    expect(japanese.get('report.txt')).toMatch(/存在ドメイン/u);
    expect(usual.get('report.html')).toContain('<html lang="en">');
  });

  it('marks the order of bytes where it is asked to', async () => {
    const files = await written('bom', ['--csv-bom']);
    for (const file of [...FIGURES, ...NAMED]) expect(files.get(file)?.[0], file).toBe('\ufeff');
    expect(files.get('report.json')?.[0]).toBe('{');
  });

  it('names no domain of the list with --aggregate-only, nor any operator', async () => {
    const files = await written('aggregate', ['--aggregate-only', '--by', 'label:sector']);
    expect([...files.keys()].sort()).toEqual([...FIGURES, ...REPORTS].sort());
    const forbidden = [...namesOn(1), ...namesOn(3), ...OPERATORS];
    for (const [file, content] of files) {
      const found = forbidden.filter((name) => content.includes(name));
      expect([file, found]).toEqual([file, []]);
    }
    expect(files.get('report.json')).toContain('"school"');
    const json = await cli(['report', '--aggregate-only', '--format', 'json']);
    const html = await cli(['report', '--aggregate-only', '--format', 'html']);
    for (const name of forbidden)
      expect([json.includes(name), html.includes(name)]).not.toContain(true);
  });

  it('leaves no temporary file, and takes away none that is not its own', async () => {
    mkdirSync(join(folder, 'used'));
    writeFileSync(join(folder, 'used', 'mine.txt'), 'mine\n');
    await cli(['report', '--out', join(folder, 'used'), '--no-compare']);
    const files = readdirSync(join(folder, 'used'));
    expect(files.sort()).toEqual(
      ['domains.csv', 'errors.csv', 'metrics.csv', 'mine.txt', 'survival.csv', ...REPORTS].sort(),
    );
  });

  it('shows hostile names, labels and records as text', async () => {
    const files = await written('hostile', ['--by', 'label:sector'], hostile);
    const html = files.get('report.html') ?? '';
    expect(html).not.toMatch(/<(?:script|img)\b/u);
    expect(html).toContain('&lt;script&gt;');
    const rows = parse<CsvRow>(files.get('domains.csv') ?? '', { columns: true });
    const odd = rows.find((row) => row['domain'] === HOSTILE_NAME);
    expect(odd).toMatchObject({
      label_sector: `'${HOSTILE_LABEL}`,
      dmarc_record: HOSTILE_RECORD,
    });
    const metrics = parse<CsvRow>(files.get('metrics.csv') ?? '', { columns: true });
    expect(metrics.map((row) => row['segment'])).toContain(`'${HOSTILE_LABEL}`);
  });
});

describe('export domains', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-domains-'));
  const store = join(folder, 'store.sqlite');
  const out = (format: string) => join(folder, `domains.${format}`);
  let csv: readonly CsvRow[];

  beforeAll(async () => {
    writeAnalysisStore(store, { isHostile: true });
    for (const format of ['csv', 'jsonl', 'parquet']) {
      const args = ['export', 'domains', '--format', format, '--out', out(format), '--csv-raw'];
      const { code, stderr } = await runCli([...args, '--store', store]);
      expect(code, stderr).toBe(0);
    }
    csv = parse<CsvRow>(readFileSync(out('csv')), { columns: true });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a row for every name, those without an answer with their reason', () => {
    expect(csv).toHaveLength(LISTED + 2);
    const silent = csv.filter((row) => row['dmarc_class'] === 'error_timeout');
    const numbers = Array.from({ length: LISTED }, (_, i) => i + 8);
    const wanted = numbers.filter((number) => isSilentOn(number, 3)).map(nameOf);
    expect(silent.map((row) => row['domain']).sort()).toEqual(wanted.sort());
    expect(new Set(silent.map((row) => row['dns_error']))).toEqual(new Set(['dmarc=timeout']));
  });

  it('has the same rows as JSON lines, records and labels exactly', () => {
    const lines = readFileSync(out('jsonl'), 'utf8').trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map((row) => row['domain'])).toEqual(csv.map((row) => row['domain']));
    const odd = rows.find((row) => row['domain'] === HOSTILE_NAME);
    expect(JSON.stringify(odd)).toContain(JSON.stringify(HOSTILE_RECORD).slice(1, -1));
    expect(odd?.['label_sector']).toBe(HOSTILE_LABEL);
  });

  it('has the same rows as Parquet, by the readers of others', () => {
    const table = tableFromIPC(readParquet(readFileSync(out('parquet'))).intoIPCStream());
    const rows = table.toArray() as readonly Record<string, unknown>[];
    const texts = ['domain', 'tld', 'status', 'dmarc_class', 'spf_class', 'label_sector'];
    const picked = (row: Readonly<Record<string, unknown>>) =>
      texts.map((column) => row[column] ?? '');
    expect(rows.map(picked)).toEqual(csv.map(picked));
  });
});
