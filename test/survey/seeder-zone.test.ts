import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, read, tempLists } from '../support/temp-list.ts';

const file = tempLists();

describe('readList of a zone file', () => {
  it('takes the delegated names, each once, and books all else as blank (RFC 1035 §5)', async () => {
    const path = file(
      'jp.zone',
      `; a registry's zone
$ORIGIN jp.
$TTL 1d
@\tIN SOA a.dns.jp. root.dns.jp. (
\t\t2026112401 ; serial
\t\t3600 900
\t\t1814400 900 )
\tNS a.dns.jp.
\tNS b.dns.jp.
; delegations
example\t86400 IN NS ns1.example
\tIN 86400 NS ns2.example.com.
\tDS 1 8 2 ( ABCD
\t  EF01 )
ns1.example A 192.0.2.1
EXAMPLE.co.jp. ns ns.EXAMPLE.com.
example2 NS ns.example.com. ; comment
txt IN TXT "one ; not (a comment" "two \\" quote"
txt2 TXT "over
 two lines" NS
example NS late.example.com.
$ORIGIN co.jp.
example3 1h30m NS ns.example.com.
`,
    );
    const list = await read(path);
    expect(list.names).toEqual(['example.jp', 'example.co.jp', 'example2.jp', 'example3.co.jp']);
    expect(list.entries.map(({ registry }) => registry)).toEqual([
      'jp:general',
      'jp:co',
      'jp:general',
      'jp:co',
    ]);
    expect(list).toMatchObject({
      format: 'zone',
      accounting: { lines: 18, blank: 13, refused: {}, duplicates: 1, targets: 4 },
    });
  });

  it('reads the absolute records of a zone archive, found by content', async () => {
    const path = file(
      'com.txt',
      'com.\t900\tin\tsoa\ta.gtld-servers.net. nstld. 1 2 3 4 5\n' +
        'com.\t172800\tin\tns\ta.gtld-servers.net.\n' +
        'example.com.\t172800\tin\tns\tns1.example.com.\n' +
        'example.com.\t172800\tin\tns\tns2.example.com.\n' +
        'ns1.example.com.\t172800\tin\ta\t192.0.2.1\n' +
        'xn--bcher-kva.com.\t172800\tin\tns\tns1.example.com.\n' +
        'com.\t900\tin\tsoa\ta.gtld-servers.net. nstld. 1 2 3 4 5\n',
    );
    const list = await read(path);
    expect(list.format).toBe('zone');
    expect(list.names).toEqual(['example.com', 'xn--bcher-kva.com']);
    expect(list.accounting).toMatchObject({ lines: 7, blank: 5, duplicates: 0 });
  });

  it('undoes escapes of plain characters and refuses names with others (RFC 1035 §5.1)', async () => {
    const path = file(
      'escapes.zone',
      '$ORIGIN example.\n@ SOA a b 1 2 3 4 5\nf\\o\\111 NS a\nb\\.ar NS a\nb\\046az NS a\nd\\.. NS a\n*.x NS a\n',
    );
    const list = await read(path);
    expect(list.names).toEqual(['foo.example']);
    expect(list.accounting.refused).toEqual({ character: 3, out_of_zone: 1 });
  });

  it('refuses names beside the apex, unreadable records, and hosts as elsewhere', async () => {
    const path = file(
      'odd.zone',
      '  NS early.\nexample. SOA a. b. 1 2 3 4 5\nother.test. NS a.\nfoo.example. IN\n' +
        'a.b.example. NS a.\nb.example. 3600 CLASS\nc.example. NS a.\nnotexample. NS a.\n',
    );
    const list = await read(path);
    expect(list.names).toEqual(['c.example']);
    expect(list.accounting).toMatchObject({
      lines: 8,
      blank: 1,
      refused: { out_of_zone: 2, zone_syntax: 3, below_registrable: 1 },
    });
  });

  it('ignores a closing parenthesis too many, and the next record stays whole', async () => {
    const path = file(
      'stray.zone',
      'a.example. NS b. )\nexample. SOA a. b. (\n1 2 3 4 5 )\nb.example. NS c.\n',
    );
    const list = await read(path);
    expect(list.names).toEqual(['a.example', 'b.example']);
    expect(list.accounting).toMatchObject({ lines: 3, blank: 1, refused: {} });
  });

  it('takes delegations without SOA, the origin itself being none', async () => {
    const list = await read(
      file('bare.zone', '$ORIGIN example.\n@ NS a\nfoo NS a\nbar.test. NS a\n'),
    );
    expect(list.names).toEqual(['foo.example', 'bar.test']);
  });

  it('reads the root zone with origin dot', async () => {
    const path = file(
      'root.zone',
      '$ORIGIN .\n@ SOA a b 1 2 3 4 5\n@ NS a\ncom NS a\nexample.org NS a\n',
    );
    const list = await read(path);
    expect(list.names).toEqual(['example.org']);
    expect(list.accounting.refused).toEqual({ public_suffix: 1 });
  });

  it('takes a last record without an end of line where it is whole', async () => {
    const list = await read(file('whole.zone', 'a.example. NS b.\nc.example. NS d.'));
    expect(list.names).toEqual(['a.example', 'c.example']);
  });

  it.each([
    [
      'paren.zone',
      'a.example. NS b.\nexample. SOA a. b. (\n1 2 3',
      /line 2: .* parenthesis that is never closed; the file is cut/u,
    ],
    [
      'quote.zone',
      'a.example. NS b.\nb.example. TXT "cut her',
      /line 2: .* quote that is never closed; the file is cut/u,
    ],
    [
      'cut.zone',
      'a.example. NS b.\nb.example. 3600 IN NS',
      /line 2: the file ends in the middle of a record/u,
    ],
    [
      'cut2.zone',
      'a.example. NS b.\nb.example. NS ns1.exam',
      /line 2: the name ns1\.exam is relative .* the file is cut\)/u,
    ],
    ['cut3.zone', 'a.example. NS b.\nb.exam', /line 2: the name b\.exam is relative/u],
    [
      'origin.zone',
      'example NS b.\n',
      /line 1: the name example is relative and there is no \$ORIGIN/u,
    ],
    ['at.zone', '@ NS b.\n', /line 1: the name @ is relative/u],
    [
      'include.zone',
      '$ORIGIN example.\n$INCLUDE more.zone\n',
      /line 2: \$INCLUDE is not followed; put/u,
    ],
    [
      'generate.zone',
      '$ORIGIN example.\n$GENERATE 1-9 a$ NS b\n',
      /line 2: \$GENERATE is not understood/u,
    ],
    ['noorigin.zone', '$ORIGIN\n', /line 1: \$ORIGIN without a name/u],
    [
      'long.zone',
      `a.example. TXT ${'x'.repeat(600_000)}\n`,
      /line 1: a line of over 524288 bytes/u,
    ],
    [
      'apex.zone',
      'example. SOA a. b. 1 2 3 4 5\nexample. NS a.\n',
      /has no names \(2 entries, 2 of them blank or without a delegation\)/u,
    ],
  ])('names what is wrong with %s', async (name, content, message) => {
    const fault = await failure(file(name, content));
    expect(fault.code).toBe('usage');
    expect(fault.message).toMatch(message);
    expect(fault.message).toContain(name);
  });

  it('stays quick and small over the longest lines of quotes, escapes and words', async () => {
    for (const piece of ['\\"', '"x" ', 'x', '\\', '( ) ', 'x ']) {
      const long = piece.repeat(Math.floor(500_000 / piece.length));
      const text = `a.example. NS b.\nb.example. TXT "${long}"\nb.example. TXT ${long}\n`;
      const start = process.cpuUsage().user;
      const list = await read(file('hostile.zone', text)).catch((error) => error);
      expect(['SurveyError', 'hostile.zone']).toContain(list.name);
      expect((process.cpuUsage().user - start) / 1000).toBeLessThan(1000);
    }
  });

  it('accounts for any text, or names what is wrong', async () => {
    const piece = fc.constantFrom(
      'a',
      'b.example.',
      '@',
      ' ',
      '\n',
      '\n',
      '\t',
      'NS',
      'IN',
      'SOA',
      '3600',
      '(',
      ')',
      '"',
      ';',
      '\\',
      '\\046',
      '$ORIGIN',
      '$TTL',
      'x.',
      '.',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const path = file('any.zone', `$ORIGIN example.\nfirst NS a\n${pieces.join('')}`);
        const list = await read(path).catch((error: Error) => error);
        if (list instanceof Error) {
          expect(list.name).toBe('SurveyError');
          return;
        }
        const { lines, blank, refused, duplicates, targets } = list.accounting;
        const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
        expect(blank + refusals + duplicates + targets).toBe(lines);
        expect(targets).toBe(list.names.length);
      }),
      { numRuns: 500 },
    );
  });
});
