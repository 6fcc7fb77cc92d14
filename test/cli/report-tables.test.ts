/**
 * `report --tables` on real records: the tables T1, T2 and T3 of the published surveys stand there in
 * shape, and each of their numbers is the one of metrics.csv and domains.csv.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { serveDemoRecords } from '../support/demo-survey.ts';

const LIST = join(import.meta.dirname, '..', '..', 'data', 'demo-core.txt');

type CsvRow = Readonly<Record<string, string>>;

/** One part of a table that goes on below itself: titles of the columns, cells by the row's label. */
interface TablePart {
  readonly header: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

function partsOf(text: string, title: string): readonly TablePart[] {
  const [, after = ''] = text.split(`\n${title} `);
  const [body = ''] = after.split(/\n(?:T\d |Notes)/u);
  const lines = body.split('\n').slice(1);
  return lines
    .join('\n')
    .split('\n\n')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [header = [], ...rows] = part.split('\n').map((line) => line.trim().split(/ {2,}/u));
      return { header, rows: new Map(rows.map(([label = '', ...cells]) => [label, cells])) };
    });
}

/** By segment: the two columns of each, as texts, with the labels of the rows. */
function pairsOf(
  parts: readonly TablePart[],
  labels: readonly string[],
): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  return new Map(
    parts.flatMap(({ header, rows }) =>
      header.flatMap((segment, i) =>
        i % 2 === 1
          ? []
          : [
              [
                segment,
                labels.map((label) => {
                  const cells = rows.get(label) ?? [];
                  return [cells[i] ?? '', cells[i + 1] ?? ''] as const;
                }),
              ] as const,
            ],
      ),
    ),
  );
}

const POLICIES = ['none', 'quarantine', 'reject'];
const grouped = (value: number): string => value.toLocaleString('en-US');

describe('report --tables on real records', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-tables-'));
  const store = join(folder, 'core.sqlite');
  let text: string;
  let metrics: readonly CsvRow[];
  let domains: readonly CsvRow[];

  beforeAll(async () => {
    const server = await serveDemoRecords();
    const survey = await runCli([
      ...['survey', LIST, '--store', store, '--hosts', 'keep', '--window', '100', '--quiet'],
      ...['--resolver', `127.0.0.1:${server.port}`, '--night', '2026-11-24'],
    ]);
    await server.close();
    expect(survey.code, survey.stderr).toBe(0);
    const stdoutOf = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await runCli([...args, '--store', store]);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const csv = (file: string): CsvRow[] => parse<CsvRow>(file, { columns: true });
    text = await stdoutOf('report', '--tables', '--by', 'tld', '--top', '100');
    metrics = csv(await stdoutOf('export', 'metrics'));
    domains = csv(await stdoutOf('export', 'domains'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function metricOf(segment: string, metric: string, of: string, name = ''): CsvRow {
    const type = segment === 'all' ? 'total' : 'tld';
    const row = metrics.find(
      (one) =>
        one['segment_type'] === type &&
        one['segment'] === segment &&
        one['metric'] === metric &&
        one['denominator_id'] === of &&
        one['class'] === name,
    );
    expect(row, `${segment} ${metric}:${name} of ${of}`).toBeDefined();
    return row as CsvRow;
  }

  const countOf = (segment: string, metric: string, of: string, name = ''): number =>
    Number(metricOf(segment, metric, of, name)['numerator']);

  const percentOf = (segment: string, metric: string, of: string): string => {
    const { share } = metricOf(segment, metric, of) as { readonly share: string };
    return share === '' ? '-' : (Number(share) * 100).toFixed(1);
  };

  const populationOf = (segment: string, ...bases: readonly string[]): number =>
    bases.reduce((sum, base) => sum + countOf(segment, 'population', 'attempted', base), 0);

  const segmentsOf = (): readonly string[] => [
    'all',
    ...new Set(domains.map((row) => row['tld'] ?? '')),
  ];

  it('T1: names, SPF, DMARC, both denominators, policies and what is unknown', () => {
    const parts = partsOf(text, 'T1');
    const header = parts.flatMap((part) => part.header);
    expect(header).toEqual([
      ...['names', 'exist', 'SPF', '%', 'DMARC', '%', 'MX', 'SPF, MX', '%', 'DMARC, MX', '%'],
      ...[...POLICIES, 'invalid', 'unknown', 'SPF unkn.'],
    ]);
    for (const segment of segmentsOf()) {
      const exist = populationOf(segment, 'mail', 'no_mail', 'mx_unknown');
      const doubtful = populationOf(segment, 'existence_unknown');
      const mail = (metric: string) => {
        const row = metricOf(segment, metric, 'mail');
        return `${row['numerator']}/${row['denominator']}`;
      };
      const unknown = (metric: string) =>
        exist + doubtful - Number(metricOf(segment, metric, 'existing')['denominator']);
      expect([segment, parts.flatMap(({ rows }) => rows.get(segment) ?? [])]).toEqual([
        segment,
        [
          grouped(exist + doubtful + populationOf(segment, 'nxdomain')),
          grouped(exist),
          ...[countOf(segment, 'spf.adoption', 'existing')].map(grouped),
          percentOf(segment, 'spf.adoption', 'existing'),
          ...[countOf(segment, 'dmarc.adoption', 'existing')].map(grouped),
          percentOf(segment, 'dmarc.adoption', 'existing'),
          grouped(populationOf(segment, 'mail')),
          ...[mail('spf.adoption'), percentOf(segment, 'spf.adoption', 'mail')],
          ...[mail('dmarc.adoption'), percentOf(segment, 'dmarc.adoption', 'mail')],
          ...POLICIES.map((of) => grouped(countOf(segment, 'dmarc.policy', 'dmarc_valid', of))),
          grouped(countOf(segment, 'dmarc.breakdown', 'dmarc_any', 'error')),
          grouped(unknown('dmarc.adoption')),
          grouped(unknown('spf.adoption')),
        ],
      ]);
    }
    expect(Number(countOf('all', 'dmarc.adoption', 'existing'))).toBeGreaterThan(300);
  });

  it('T2: policy by whether it asks for reports', () => {
    const labels = [...POLICIES, 'total', '%'];
    const pairs = pairsOf(partsOf(text, 'T2'), labels);
    expect([...pairs.keys()].sort()).toEqual([...segmentsOf()].sort());
    for (const [segment, rows] of pairs) {
      const silent = (of: string) => countOf(segment, 'dmarc.policy_silent', 'dmarc_valid', of);
      expect([segment, rows]).toEqual([
        segment,
        [
          ...POLICIES.map((of) => [
            grouped(countOf(segment, 'dmarc.policy', 'dmarc_valid', of)),
            grouped(silent(of)),
          ]),
          [
            grouped(countOf(segment, 'dmarc.adoption', 'existing')),
            grouped(countOf(segment, 'dmarc.silent', 'dmarc_valid')),
          ],
          [
            percentOf(segment, 'dmarc.adoption', 'existing'),
            percentOf(segment, 'dmarc.silent', 'dmarc_valid'),
          ],
        ],
      ]);
    }
    const existing = partsOf(text, 'T2').flatMap(({ rows }) => rows.get('of existing') ?? []);
    expect(existing[0]).toBe(metricOf('all', 'dmarc.adoption', 'existing')['denominator']);
  });

  /** Percentages of a column are of its names and add to 100.0 to the tenth. */
  function expectPartition(rows: readonly (readonly [string, string])[]): void {
    const total = Number(rows.at(-1)?.[0]);
    const tenths = rows.slice(0, -1).map(([, percent]) => Math.round(Number(percent) * 10));
    expect(tenths.reduce((sum, one) => sum + one, 0)).toBe(1000);
    for (const [i, [names]] of rows.slice(0, -1).entries()) {
      expect(Math.abs((tenths[i] ?? 0) - (Number(names) / total) * 1000)).toBeLessThan(1);
    }
  }

  const inSegment = (segment: string) =>
    domains.filter(
      (row) => row['status'] === 'exists' && (segment === 'all' || row['tld'] === segment),
    );

  it('T3: every name in one class of SPF', () => {
    const classes: Readonly<Record<string, (of: string) => boolean>> = {
      '+all': (of) => of === 'plus_all',
      'look-up limit': (of) => of === 'permerror_lookups',
      permerror: (of) => of.startsWith('permerror_') && of !== 'permerror_lookups',
      'no record': (of) => of === 'absent' || of === 'nxdomain',
      'no all': (of) => of === 'no_all',
      '?all': (of) => of === 'question_all',
      '~all': (of) => of === 'tilde_all',
      '-all': (of) => of === 'minus_all',
    };
    const pairs = pairsOf(partsOf(text, 'T3 SPF,'), [...Object.keys(classes), 'n']);
    expect([...pairs.keys()].sort()).toEqual([...segmentsOf()].sort());
    for (const [segment, rows] of pairs) {
      const found = inSegment(segment).map((row) => row['spf_class'] ?? '');
      const counts = Object.values(classes).map((is) => found.filter(is).length);
      const n = Number(metricOf(segment, 'spf.class', 'existing', 'absent')['denominator']);
      expect([segment, rows.map(([names]) => Number(names))]).toEqual([segment, [...counts, n]]);
      expectPartition(rows);
    }
  });

  it('T3: every name in one class of DMARC', () => {
    const hasOwn = (row: CsvRow) => row['dmarc_source'] === 'own';
    const asks = (row: CsvRow) => Number(row['dmarc_rua_n']) > 0;
    const isNone = (row: CsvRow) => hasOwn(row) && row['dmarc_class'] === 'none';
    const isInvalid = (row: CsvRow) => ['invalid', 'multiple'].includes(row['dmarc_class'] ?? '');
    const classes: Readonly<Record<string, (row: CsvRow) => boolean>> = {
      'not set': (row) => !hasOwn(row) && !isInvalid(row),
      'none -rua': (row) => isNone(row) && !asks(row),
      'none +rua': (row) => isNone(row) && asks(row),
      quarantine: (row) => hasOwn(row) && row['dmarc_class'] === 'quarantine',
      reject: (row) => hasOwn(row) && row['dmarc_class'] === 'reject',
      invalid: isInvalid,
    };
    const pairs = pairsOf(partsOf(text, 'T3 DMARC,'), [...Object.keys(classes), 'n']);
    expect([...pairs.keys()].sort()).toEqual([...segmentsOf()].sort());
    for (const [segment, rows] of pairs) {
      const found = inSegment(segment);
      const counts = Object.values(classes).map((is) => found.filter(is).length);
      expect([segment, rows.map(([names]) => Number(names))]).toEqual([
        segment,
        [...counts, found.length],
      ]);
      expectPartition(rows);
    }
  });
});
