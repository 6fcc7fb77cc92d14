import { tableFromIPC } from '@uwdata/flechette';
import { parse } from 'csv-parse/sync';
import { ParquetFile, readParquet } from 'parquet-wasm';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import { domainColumns } from '../../src/report/columns.ts';
import type { DomainRow } from '../../src/report/domain-row.ts';
import { domainsCsv } from '../../src/report/domains-csv.ts';
import { domainsParquet, PARQUET_METADATA } from '../../src/report/domains-parquet.ts';
import { HOSTILE, NOT_ASKED, ROW } from './domain-rows.ts';
import { LIST, RUN } from './sample-data.ts';

const OPTIONS = { wave: '2026-11-24', checks: CHECKS, labels: ['sector', 'a.b\x1b'] };
const PARQUET = { ...OPTIONS, run: RUN, lists: [LIST], rowsPerGroup: 100 };

async function fileOf(rows: Iterable<DomainRow>, options = PARQUET): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of domainsParquet(rows, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** By the readers of Apache Arrow for Rust and of another author's for JavaScript. */
function read(file: Uint8Array): Record<string, unknown>[] {
  return tableFromIPC(readParquet(file).intoIPCStream(), { useBigInt: true, useDate: true })
    .toArray()
    .map((row) => ({ ...row }));
}

const ROWS: readonly DomainRow[] = [
  ROW,
  NOT_ASKED,
  HOSTILE,
  ...Array.from({ length: 250 }, (_, i) => ({
    ...ROW,
    name: `name-${i}.co.jp`,
    rank: i * 40_000_000,
    attempts: i % 4,
  })),
];

/** The text of the cell in `--csv-raw`, from the value that the reader gave. */
function csvText(value: unknown, type: string): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) {
    return type === 'date'
      ? value.toISOString().slice(0, 10)
      : `${value.toISOString().slice(0, 19)}Z`;
  }
  return String(value).replaceAll('\0', '\ufffd');
}

describe('domains.parquet', () => {
  it('gives an independent reader the rows of domains.csv, hostile texts included', async () => {
    const lines: Record<string, string>[] = parse(
      [...domainsCsv(ROWS, { ...OPTIONS, isRaw: true })].join(''),
      { columns: true, record_delimiter: '\r\n' },
    );
    const columns = domainColumns(CHECKS, OPTIONS.labels);
    const rows = read(await fileOf(ROWS));
    expect(rows).toHaveLength(ROWS.length);
    const texts = rows.map((row) =>
      Object.fromEntries(
        columns.map(({ column, type }) => [
          column,
          csvText(row[column.replace('\x1b', '\\x1B')], type),
        ]),
      ),
    );
    expect(texts).toEqual(lines);
  });

  it('types the columns: dates, instants, whole numbers, booleans, null for what is not known', async () => {
    const [asked, notAsked] = read(await fileOf(ROWS.slice(0, 2)));
    expect(asked).toMatchObject({
      wave: new Date('2026-11-24T00:00:00Z'),
      measured_at: new Date('2026-11-24T01:02:03Z'),
      rank: 12n,
      protected: true,
      nonsending: false,
      spf_all: '-all',
      dmarc_sp: null,
    });
    expect(notAsked).toMatchObject({ rank: null, protected: null, measured_at: null, mx_n: null });
  });

  it('is written in groups of rows, compressed, with what the run was', async () => {
    const file = await ParquetFile.fromFile(new Blob([Buffer.from(await fileOf(ROWS))]));
    const metadata = file.metadata();
    expect(metadata.numRowGroups()).toBe(3);
    expect(metadata.fileMetadata().createdBy()).toBe('mailcensus version 0.1.0');
    const values = metadata.fileMetadata().keyValueMetadata();
    expect([...values.keys()].sort()).toEqual(PARQUET_METADATA.map(({ key }) => key).sort());
    expect(values.get('mailcensus.schema')).toBe('mailcensus-domains/1');
    expect(values.get('mailcensus.run')).toBe('7');
    expect(JSON.parse(values.get('mailcensus.lists'))).toEqual([
      { name: LIST.name, sha256: LIST.sha256 },
    ]);
  });

  it('says so in one line where there is no row, and makes no file', async () => {
    await expect(fileOf([])).rejects.toMatchObject({
      name: 'SurveyError',
      code: 'usage',
      message: 'no domain to write: the run has no target',
    });
  });

  it('is the same bytes for the same rows', async () => {
    expect(Buffer.compare(await fileOf(ROWS), await fileOf(ROWS))).toBe(0);
  });

  it('takes no more rows than a group at a time', async () => {
    let taken = 0;
    function* rows() {
      for (; taken < 100_000; taken++) yield ROW;
    }
    await domainsParquet(rows(), PARQUET).next();
    expect(taken).toBeLessThan(101);
  });
});
