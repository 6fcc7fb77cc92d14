import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CsvColumn,
  type CsvOptions,
  type CsvValue,
  csvCell,
  csvChunks,
} from '../../src/report/csv.ts';

const COLUMNS: readonly CsvColumn[] = [
  { column: 'a', type: 'text' },
  { column: 'n', type: 'number' },
  { column: 'b', type: 'boolean' },
  { column: 's', type: 'share' },
];

const file = (rows: readonly (readonly CsvValue[])[], options?: CsvOptions): string =>
  [...csvChunks(COLUMNS, rows, options)].join('');

/** A strict reader: quotes and column counts must be right, nothing is trimmed. */
const read = (text: string, bom = false): string[][] =>
  parse(text, { relax_quotes: false, relax_column_count: false, record_delimiter: '\r\n', bom });

describe('csvCell', () => {
  it.each([
    ['=cmd|x', "'=cmd|x"],
    ['+1', "'+1"],
    ['-0.5', "'-0.5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    ['\t=1', "'\\x09=1"],
    ['\r=1', "'\\x0D=1"],
    ['\n=1', "'\\x0A=1"],
    ['v=spf1 -all', 'v=spf1 -all'],
    ['a\0b', 'a\ufffdb'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('guards text that a spreadsheet would run (CWE-1236): %j', (text, cell) => {
    expect(csvCell(text, 'text')).toBe(cell);
  });

  it('never guards numbers: they are typed and stay numbers', () => {
    expect(csvCell(-0.5, 'share')).toBe('-0.500000');
    expect(csvCell(-12, 'number')).toBe('-12');
    expect(csvCell(-0, 'share')).toBe('0.000000');
    expect(csvCell(1.5, 'number')).toBe('1.500000');
    expect(csvCell(2 ** 53, 'number')).toBe('9007199254740992');
  });

  it('leaves unknown empty, and what is no number too', () => {
    expect(csvCell(undefined, 'share')).toBe('');
    expect(csvCell(Number.NaN, 'share')).toBe('');
    expect(csvCell(Number.POSITIVE_INFINITY, 'number')).toBe('');
    expect(csvCell(false, 'boolean')).toBe('false');
  });

  it('writes text as it is when raw', () => {
    expect(csvCell('=1\n\x1b', 'text', { isRaw: true })).toBe('=1\n\x1b');
  });
});

describe('csvChunks', () => {
  it('writes CRLF lines, one header and quotes only where needed (RFC 4180 §2)', () => {
    expect(
      file([
        ['x', 1, true, 0.5],
        ['a"b,c', undefined, false, undefined],
        [' y', 0, true, 1],
      ]),
    ).toBe('a,n,b,s\r\nx,1,true,0.500000\r\n"a""b,c",,false,\r\n" y",0,true,1.000000\r\n');
  });

  it('begins with a byte order mark only when asked', () => {
    expect(file([], { hasBom: true })).toBe('\ufeffa,n,b,s\r\n');
    expect(file([])).toBe('a,n,b,s\r\n');
  });

  it('gives back through a strict reader what was written, whatever the text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.boolean(), (texts, isRaw) => {
        const rows = texts.map((one) => [one, 7, true, 0.25]);
        const [header, ...lines] = read(file(rows, { isRaw }));
        expect(header).toEqual(['a', 'n', 'b', 's']);
        expect(lines).toEqual(
          texts.map((one) => [csvCell(one, 'text', { isRaw }), '7', 'true', '0.250000']),
        );
      }),
    );
  });

  it('keeps memory flat: takes no more rows than the chunk it gives', () => {
    let taken = 0;
    function* rows() {
      for (; taken < 100_000; taken++) yield ['x', taken, true, 0];
    }
    const chunks = csvChunks(COLUMNS, rows());
    chunks.next();
    expect(taken).toBe(0);
    chunks.next();
    expect(taken).toBeLessThan(1000);
  });
});
