import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../src/survey/list-bytes.ts';
import type { ListAccounting } from '../../src/survey/ports.ts';
import { readList } from '../../src/survey/seeder.ts';
import { saySkipped } from '../support/skipped.ts';
import { DEFAULTS, failure, read, rememberingSink, tempLists } from '../support/temp-list.ts';

const file = tempLists();

const sumOf = ({ blank, refused, duplicates, targets }: ListAccounting) =>
  blank + Object.values(refused).reduce((sum, count) => sum + count, 0) + duplicates + targets;

describe('readList of a plain list', () => {
  it('takes names in any spelling, each once, with its registry', async () => {
    const path = file(
      'spellings.txt',
      '\ufeffExample.COM\r\n  example.com.  \r\n\r\n# comment\r\n; too\r\nbücher.example\r\n' +
        'soumu.go.jp # with a comment\r\nexample.co.uk;and one\r\nbooks.example',
    );
    const list = await read(path);
    expect(list.entries).toEqual([
      { name: 'example.com', registry: 'com', tld: 'com', rank: undefined, labels: [] },
      {
        name: 'xn--bcher-kva.example',
        registry: 'example',
        tld: 'example',
        rank: undefined,
        labels: [],
      },
      { name: 'soumu.go.jp', registry: 'jp:go', tld: 'jp', rank: undefined, labels: [] },
      { name: 'example.co.uk', registry: 'uk:co', tld: 'uk', rank: undefined, labels: [] },
      { name: 'books.example', registry: 'example', tld: 'example', rank: undefined, labels: [] },
    ]);
    expect(list).toMatchObject({
      name: 'spellings.txt',
      format: 'plain',
      hasRanks: false,
      labelColumns: [],
      irregularRows: 0,
      accounting: { lines: 9, blank: 3, refused: {}, duplicates: 1, reduced: 0, targets: 5 },
    });
  });

  it('refuses what is no target with its reason, and shows the first ten', async () => {
    const path = file(
      'refused.txt',
      [
        'https://example.com/#top',
        'someone@example.com',
        '192.0.2.1',
        'www.example.com',
        'co.jp',
        'localhost',
        'a..example',
        `${'x'.repeat(64)}.example`,
        'exa mple.com',
        `${'x'.repeat(5000)}.example`,
        '1.5',
        '\u0007bell.example',
        '_ü.example',
        'good.example',
      ].join('\n'),
    );
    const { accounting, names } = await read(path);
    expect(names).toEqual(['good.example']);
    expect(accounting.refused).toEqual({
      url: 1,
      email: 1,
      ip_address: 1,
      below_registrable: 1,
      public_suffix: 1,
      single_label: 1,
      empty_label: 1,
      label_too_long: 1,
      character: 2,
      line_too_long: 1,
      numeric_tld: 1,
      idna: 1,
    });
    expect(accounting.examples).toHaveLength(10);
    expect(accounting.examples[0]).toEqual({
      line: 1,
      text: 'https://example.com/#top',
      reason: 'url',
    });
    expect(accounting.examples[9]).toEqual({
      line: 10,
      text: 'x'.repeat(80),
      reason: 'line_too_long',
    });
    expect(sumOf(accounting)).toBe(accounting.lines);
  });

  it.each([
    ['refuse', [], { below_registrable: 3 }, 0, 0],
    ['reduce', ['example.com', 'city.kobe.jp'], {}, 3, 1],
    ['keep', ['www.example.com', 'mail.example.com', 'www.city.kobe.jp'], {}, 0, 0],
  ] as const)('with hosts: %s takes %j', async (hosts, names, refused, reduced, duplicates) => {
    const path = file(
      `hosts-${hosts}.txt`,
      'other.example\nwww.example.com\nmail.example.com\nwww.city.kobe.jp\n',
    );
    const list = await read(path, { hosts });
    expect(list.names).toEqual(['other.example', ...names]);
    expect(list.accounting).toMatchObject({ lines: 4, refused, reduced, duplicates });
  });

  it('accounts for every line of any list, and never fails for what a line holds', async () => {
    const line = fc.oneof(
      fc.domain(),
      fc.webUrl(),
      fc.emailAddress(),
      fc.ipV4(),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replace(/[\n\0]/gu, '')),
      fc.constantFrom('', ' ', '# c', 'x'.repeat(5000), 'a.example', 'a.example', 'www.a.example'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.constantFrom('refuse', 'reduce', 'keep'),
        async (lines, hosts) => {
          const input = [Buffer.from(`${['first.example', ...lines].join('\n')}\n`)];
          const sink = rememberingSink();
          const { accounting } = await readList(
            { path: '-', input: streamOf(input) },
            { ...DEFAULTS, format: 'plain', hosts },
            sink,
          );
          expect(accounting.lines).toBe(lines.length + 1);
          expect(sumOf(accounting)).toBe(accounting.lines);
          expect(accounting.targets).toBe(sink.entries.length);
        },
      ),
    );
  });
});

async function* streamOf(chunks: Iterable<Uint8Array>) {
  yield* chunks;
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('readList of bytes', () => {
  it('unpacks gzip by its magic bytes, whatever the name, and hashes the bytes as given', async () => {
    const packed = gzipSync('a.example\nb.example\n');
    const path = file('packed-without-suffix', packed);
    const list = await read(path);
    expect(list.names).toEqual(['a.example', 'b.example']);
    expect(list.sha256).toBe(sha256(packed));
    expect(await hashFile(path)).toBe(list.sha256);
  });

  it('reads gzip of several members and hashes what follows the last one', async () => {
    const members = Buffer.concat([gzipSync('a.example\nb.ex'), gzipSync('ample\n')]);
    const padded = Buffer.concat([members, Buffer.alloc(200_000)]);
    const list = await read(file('members.gz', padded));
    expect(list.names).toEqual(['a.example', 'b.example']);
    expect(list.sha256).toBe(sha256(padded));
  });

  it('reads standard input in chunks of any size', async () => {
    const bytes = gzipSync('a.example\nb.example\n');
    const sink = rememberingSink();
    const list = await readList(
      { path: '-', input: streamOf([...bytes].map((byte) => Uint8Array.of(byte))) },
      DEFAULTS,
      sink,
    );
    expect(sink.entries.map(({ name }) => name)).toEqual(['a.example', 'b.example']);
    expect(list).toMatchObject({ name: 'stdin', sha256: sha256(bytes) });
  });

  it('tells how far it is', async () => {
    const content = Array.from({ length: 20_000 }, (_, i) => `name-${i}.example\n`).join('');
    const path = file('long.txt', content);
    const seen: { bytesRead: number; bytesTotal: number | undefined; entries: number }[] = [];
    const list = await read(path, { onProgress: (progress) => seen.push(progress) });
    expect(list.accounting.targets).toBe(20_000);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual({
      bytesRead: content.length,
      bytesTotal: content.length,
      entries: 20_000,
    });
    expect(seen[0]?.entries).toBeLessThan(20_000);
  });

  it('lets what the sink throws pass as it is, from any format', async () => {
    for (const [name, content] of [
      ['thrown.txt', 'a.example\n'],
      ['thrown.csv', 'a.example,1\n'],
      ['thrown.zone', 'a.example. NS b.\n'],
    ] as const) {
      const broken = {
        add: () => {
          throw new RangeError('the store is full');
        },
        settle: () => 0,
      };
      await expect(readList({ path: file(name, content) }, DEFAULTS, broken)).rejects.toThrow(
        new RangeError('the store is full'),
      );
    }
  });
});

describe('readList of a bad list', () => {
  it.each([
    ['empty.txt', '', /empty\.txt: is empty; give a list/u],
    ['empty.gz', gzipSync(''), /empty\.gz: is empty/u],
    ['blank.txt', '\n# nothing\n', /blank\.txt: has no names \(2 entries, 2 of them blank/u],
    ['urls.txt', 'https://a.example/\n', /line 1: https:\/\/a\.example\/ \(url: give the host/u],
    ['hosts.txt', 'www.a.example\n', /below_registrable: --hosts reduce/u],
    ['escape.txt', '\u001b[2J.example\n', /line 1: \\u\{1b\}\[2J\.example \(character\)/u],
    ['binary.txt', 'a.example\n\0', /binary\.txt: is binary \(a NUL byte/u],
    ['archive.csv.zip', Buffer.from('504b030414000000', 'hex'), /is a zip archive; unpack it/u],
    ['list.txt.xz', Buffer.from('fd377a585a000004', 'hex'), /is an xz file; unpack it: xz -dc/u],
    ['list.bz2', Buffer.from('425a683931415926535900', 'hex'), /is a bzip2 file/u],
    ['twice.gz', gzipSync(gzipSync('a.example')), /is gzip within gzip/u],
    ['utf16.txt', Buffer.from('\ufeffa.example\n', 'utf16le'), /is UTF-16 text; convert it/u],
    ['cut.gz', gzipSync('a.example\n'.repeat(99)).subarray(0, 20), /the gzip file ends too early/u],
    [
      'broken.gz',
      Buffer.concat([gzipSync('a.example').subarray(0, 10), Buffer.alloc(40, 0xff)]),
      /the gzip file is damaged/u,
    ],
  ])('names %s and the way out', async (name, content, message) => {
    const fault = await failure(file(name, content));
    expect(fault.code).toBe('usage');
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain('\n');
  });

  it('names a damaged checksum at the end, after all names came', async () => {
    const packed = gzipSync('a.example\n');
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 0xff;
    expect((await failure(file('checksum.gz', packed))).message).toMatch(/is damaged; fetch/u);
  });

  it('takes a name that begins like a packed file as the text it is', async () => {
    expect((await read(file('bzh.txt', 'bzh.example\nBZh.bzh\n'))).names).toHaveLength(2);
  });

  it('names a missing file, a directory, and a path that is none', async () => {
    const folder = dirname(file('there.txt', 'a.example'));
    const missing = await failure(`${folder}/missing.txt`);
    expect(missing.code).toBe('usage');
    expect(missing.message).toMatch(/missing\.txt: no such file; check the path/u);
    expect((await failure(folder)).message).toMatch(/is a directory; give a list file in it/u);
    expect((await failure(`${folder}/there.txt/x`)).message).toMatch(/no such file/u);
    expect((await failure('a\u0000b')).message).toMatch(/^a\\u\{0\}b: is not a file name/u);
    await expect(hashFile(`${folder}/missing.txt`)).rejects.toMatchObject({ code: 'usage' });
    await expect(hashFile(folder)).rejects.toMatchObject({ code: 'usage' });
  });

  const isRoot = process.getuid?.() === 0;
  if (isRoot) saySkipped('an unreadable list', 'root may read every file');
  it.skipIf(isRoot)('names an unreadable file', async () => {
    const path = file('secret.txt', 'a.example');
    chmodSync(path, 0o000);
    expect((await failure(path)).message).toMatch(/may not be read by this user/u);
  });

  it('reads a named pipe once, as a shell gives for <(command)', async () => {
    const path = `${dirname(file('x', 'x'))}/pipe`;
    execFileSync('mkfifo', [path]);
    spawn('sh', ['-c', 'printf "a.example\\n" > "$1"', 'sh', path]);
    expect((await read(path)).names).toEqual(['a.example']);
  });
});
