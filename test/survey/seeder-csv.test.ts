import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readList } from '../../src/survey/seeder.ts';
import { DEFAULTS, failure, read, rememberingSink, tempLists } from '../support/temp-list.ts';

const file = tempLists();

const brief = (list: Awaited<ReturnType<typeof read>>) =>
  list.entries.map(({ name, rank, labels }) => [name, rank, ...labels]);

describe('readList of CSV and TSV', () => {
  it('reads a rank,domain top list without a header', async () => {
    const list = await read(
      file('top-1m.csv', '1,google.com\r\n2,youtube.com\r\n3,google.com\r\n'),
    );
    expect(brief(list)).toEqual([
      ['google.com', 1],
      ['youtube.com', 2],
    ]);
    expect(list).toMatchObject({
      format: 'csv',
      hasRanks: true,
      accounting: { lines: 3, blank: 0, duplicates: 1, targets: 2 },
    });
  });

  it('finds the header, the names and the rank, wherever they stand', async () => {
    const list = await read(
      file(
        'majestic.csv',
        'GlobalRank,TldRank,Domain,TLD,Score\n1,1,google.com,com,0.93\n2,2,x.org,org,1.5\n',
      ),
    );
    expect(brief(list)).toEqual([
      ['google.com', 1],
      ['x.org', 2],
    ]);
    expect(list.accounting).toMatchObject({ lines: 3, blank: 1 });
  });

  it('takes no first column for a rank that does not grow, nor an id that is not called so', async () => {
    expect((await read(file('codes.csv', '7,a.example\n7,b.example\n'))).hasRanks).toBe(false);
    expect((await read(file('ids.csv', 'id,domain\n1,a.example\n'))).hasRanks).toBe(false);
  });

  it('prefers a column called domain where several hold names', async () => {
    const list = await read(file('two.csv', 'mx,domain\nmail.a.example,a.example\n'));
    expect(list.names).toEqual(['a.example']);
  });

  it('keeps label columns by name and by number, an empty cell being none', async () => {
    const path = file(
      'labels.csv',
      'domain,Sector,org\na.example,"Bank, retail", ACME \nb.example,,\n',
    );
    const list = await read(path, { labelColumns: ['sector', '3'] });
    expect(list.labelColumns).toEqual(['Sector', 'org']);
    expect(brief(list)).toEqual([
      ['a.example', undefined, 'Bank, retail', 'ACME'],
      ['b.example', undefined, undefined, undefined],
    ]);
  });

  it('names label columns by number where there is no header', async () => {
    const list = await read(file('bare.tsv', 'a.example\tbank\n'), { labelColumns: ['2'] });
    expect(list.labelColumns).toEqual(['column_2']);
    expect(brief(list)).toEqual([['a.example', undefined, 'bank']]);
  });

  it('takes the column that --column says, by name or number', async () => {
    const path = file('columns.csv', 'domain,parent\nwww.a.example,a.example\n');
    expect((await read(path, { column: 'Parent' })).names).toEqual(['a.example']);
    expect((await read(path, { column: '2' })).names).toEqual(['a.example']);
    expect(await read(path, { column: '1' }).catch((error) => error.code)).toBe('usage');
  });

  it('reads quoted cells over lines, quotes within cells, and keeps line numbers (RFC 4180 §2)', async () => {
    const path = file(
      'quoted.csv',
      '\ufeff"domain","note"\r\n"a.example","said ""hi"",\r\n\r\nand left"\r\nb.example,5" disk\r\nhttps://c.example,x\r\n',
    );
    const list = await read(path, { labelColumns: ['note'] });
    expect(brief(list)).toEqual([
      ['a.example', undefined, 'said "hi",\n\nand left'],
      ['b.example', undefined, '5" disk'],
    ]);
    expect(list.accounting).toMatchObject({ lines: 4, blank: 1, refused: { url: 1 } });
    expect(list.accounting.examples).toEqual([
      { line: 6, text: 'https://c.example', reason: 'url' },
    ]);
  });

  it('tolerates rows of any length and counts them, with blank rows and comments apart', async () => {
    const path = file(
      'ragged.csv',
      'rank,domain\n# comment, with comma\n1,a.example\n\n2\n3,b.example,more\n,,\n4,c.example\n\n',
    );
    const list = await read(path);
    expect(list.names).toEqual(['a.example', 'b.example', 'c.example']);
    expect(list.irregularRows).toBe(2);
    expect(list.accounting).toMatchObject({
      lines: 9,
      blank: 5,
      refused: { empty: 1 },
      targets: 3,
    });
    expect(list.accounting.examples).toEqual([{ line: 5, text: '2', reason: 'empty' }]);
  });

  it('refuses a line that is too long by its number and goes on', async () => {
    const path = file(
      'overlong.csv',
      `domain,note\na.example,x\nb.example,${'x'.repeat(9000)}\nc.example,y\nhttp://d.example,z\n`,
    );
    const list = await read(path);
    expect(list.names).toEqual(['a.example', 'c.example']);
    expect(list.accounting).toMatchObject({ lines: 5, refused: { line_too_long: 1, url: 1 } });
    expect(list.accounting.examples.map(({ line }) => line)).toEqual([3, 5]);
  });

  it('is found by content without a telling name, with semicolons in a .csv', async () => {
    expect((await read(file('list', 'name,x\na.example,1\n'))).format).toBe('csv');
    expect((await read(file('semi.csv', 'domain;sector\na.example;b\n'))).names).toEqual([
      'a.example',
    ]);
  });

  it('takes a CSV of one column', async () => {
    const list = await read(file('one.csv', 'domain\na.example\nb.example\n'));
    expect(list.accounting).toMatchObject({ lines: 3, blank: 1, targets: 2 });
  });

  it('keeps line numbers over many chunks', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) =>
      i % 10_000 === 9999 ? `http://x/${i},"a\nb"` : `name-${i}.example,x`,
    );
    const list = await read(file('chunks.csv', rows.join('\n')));
    expect(list.accounting).toMatchObject({ lines: 30_000, blank: 0, targets: 29_997 });
    // Three rows of two lines: the number is that of a row's last line.
    expect(list.accounting.examples.map(({ line }) => line)).toEqual([10_001, 20_002, 30_003]);
  });

  it('accounts for every row, whatever the cells hold', async () => {
    const cell = fc.oneof(
      fc.domain(),
      fc.string({ unit: fc.constantFrom('a', '"', '.', '#', ' ', 'ü', ';'), maxLength: 8 }),
    );
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = [['first.example', 'x'], ...table]
          .map((row) => row.map(quote).join(','))
          .join('\n');
        const sink = rememberingSink();
        const input = (async function* () {
          yield Buffer.from(text);
        })();
        const { accounting } = await readList(
          { path: '-', input },
          { ...DEFAULTS, format: 'csv', column: '1' },
          sink,
        );
        const refused = Object.values(accounting.refused).reduce((sum, count) => sum + count, 0);
        expect(accounting.lines).toBe(table.length + 1);
        expect(accounting.blank + refused + accounting.duplicates + accounting.targets).toBe(
          accounting.lines,
        );
        expect(accounting.targets).toBe(sink.entries.length);
      }),
    );
  });

  it('accounts for any text that is read as CSV, or names what is wrong', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '.', '#', '\r'),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(text, async (rest) => {
        const path = file('any.csv', `a.example,x\n${rest}`);
        const list = await read(path).catch((error: { name: string; code: string }) => error);
        if ('name' in list && list.name === 'SurveyError') return;
        if (!('accounting' in list)) throw list;
        const { lines, blank, refused, duplicates, targets } = list.accounting;
        const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
        expect(blank + refusals + duplicates + targets).toBe(lines);
        if (!rest.includes('"')) {
          const given = rest.split('\n');
          expect(lines).toBe(given.at(-1) === '' ? given.length : given.length + 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('readList of a bad CSV', () => {
  it.each([
    [
      'absent.csv',
      'rank,domain\n1,a.example\n',
      { column: 'host' },
      /there is no column host \(--column\); its columns are rank, domain$/u,
    ],
    [
      'absent-label.csv',
      'rank,domain\n1,a.example\n',
      { labelColumns: ['9'] },
      /there is no column 9 \(--label-column\); its columns are rank, domain$/u,
    ],
    [
      'headless.csv',
      '1,a.example\n',
      { column: 'domain' },
      /there is no column domain \(--column\); it has no header; give a number from 1 to 2$/u,
    ],
    [
      'plain.txt',
      'a.example\n',
      { column: '2' },
      /there is no column 2, for it is a plain list, one name a line; leave the option out/u,
    ],
    ['some.zone', 'a.example. NS b.\n', { labelColumns: ['x'] }, /for it is a zone file/u],
    [
      'unclosed.csv',
      'domain,note\na.example,"x\nb.example,y\n',
      {},
      /unclosed\.csv: a quote after line 1 is never closed/u,
    ],
    [
      'swallowing.csv',
      `domain,note\na.example,"x\n${'b.example,y\n'.repeat(9000)}`,
      {},
      /a quote after line 1 is never closed/u,
    ],
    ['no-names.csv', 'domain,note\nx,y\n', {}, /not one of its 2 entries is a name to survey/u],
  ] as const)('names %s and the way out', async (name, content, options, message) => {
    const fault = await failure(file(name, content), options);
    expect(fault.code).toBe('usage');
    expect(fault.message).toMatch(message);
  });
});
