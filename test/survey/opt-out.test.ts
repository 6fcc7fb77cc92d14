import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainName } from '../../src/names/domain-name.ts';
import { importList } from '../../src/survey/import-list.ts';
import { joinOptOuts, readOptOut } from '../../src/survey/opt-out.ts';
import type { ListRow } from '../../src/survey/ports.ts';
import { DEFAULTS, failure, read, rememberingSink, tempLists } from '../support/temp-list.ts';

const name = (text: string) => text as DomainName;

describe('readOptOut', () => {
  const file = tempLists();
  const of = (content: string | Uint8Array) => readOptOut(file('opt-out.txt', content));

  it('takes a name and everything below it, and nothing beside it', () => {
    const optOut = of('Example.COM.\n');
    expect(optOut.matches(name('example.com'))).toBe(true);
    expect(optOut.matches(name('a.b.example.com'))).toBe(true);
    expect(optOut.matches(name('notexample.com'))).toBe(false);
    expect(optOut.matches(name('com'))).toBe(false);
    expect(optOut.matches(name('example.com.au'))).toBe(false);
  });

  it('passes comments, blank lines, line ends of every kind and a byte order mark over', () => {
    const optOut = of(
      '\ufeff# asked on 3 May\r\n\r\n  a.example # by mail\n*.b.example\n.c.example',
    );
    expect(optOut.size).toBe(3);
    for (const one of ['a.example', 'b.example', 'c.example', 'x.c.example']) {
      expect(optOut.matches(name(one)), one).toBe(true);
    }
  });

  it('reads U-labels as the names they are', () => {
    expect(of('日本語.jp').matches(name('xn--wgv71a119e.jp'))).toBe(true);
  });

  it.each([
    ['http://example.com/', 'url'],
    ['postmaster@example.com', 'email'],
    ['exa mple.com', 'character'],
    ['192.0.2.1', 'ip_address'],
    ['a..example', 'empty_label'],
  ])('ends at %j, naming its line: an opt-out is never passed over unseen', (entry, reason) => {
    expect(() => of(`good.example\n\n${entry}\n`)).toThrowError(
      new RegExp(`opt-out\\.txt: line 3: .* is no name \\(${reason}\\)`, 'u'),
    );
  });

  it('shows nothing of a hostile line that steers a terminal', () => {
    expect(() => of('\u001b[2J.example\n')).toThrowError(/\\u\{1b\}/u);
    expect(() => of(Uint8Array.from([0xff, 0xfe, 0, 0]))).toThrowError(/line 1: /u);
  });

  it('says that a file is missing or a folder', () => {
    expect(() => readOptOut('/no/such/opt-out.txt')).toThrowError(/no such file/u);
    expect(() => readOptOut('/')).toThrowError(/is a directory/u);
  });

  it('agrees with a search for whole labels at the end of any name', () => {
    const label = fc.constantFrom('a', 'b', 'ab', 'c');
    const domain = fc
      .array(label, { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join('.'));
    fc.assert(
      fc.property(fc.array(domain, { maxLength: 5 }), domain, (listed, asked) => {
        const optOut = readOptOut(file('any.txt', listed.join('\n')));
        const expected = listed.some((one) => `.${asked}`.endsWith(`.${one}`));
        expect(optOut.matches(name(asked))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('joins several files to one that is known by the bytes of all', () => {
    const one = readOptOut(file('one.txt', 'a.example\n'));
    const other = readOptOut(file('other.txt', 'b.example\n'));
    const both = joinOptOuts([one, other]);
    expect(both?.matches(name('a.example'))).toBe(true);
    expect(both?.matches(name('b.example'))).toBe(true);
    expect(both?.sha256).toBe(joinOptOuts([other, one])?.sha256);
    expect(both?.sha256).not.toBe(one.sha256);
    expect(joinOptOuts([])).toBeUndefined();
  });
});

describe('a list read with an opt-out', () => {
  const file = tempLists();
  const optOut = () => readOptOut(file('out.txt', 'b.com\nwww.d.com\n'));

  it('refuses the names as opted_out, and its lines still add up', async () => {
    const path = file('list.txt', 'a.com\nb.com\n\nb.com\nbad name\nc.com\n');
    const { names, accounting } = await read(path, { optOut: optOut() });
    expect(names).toEqual(['a.com', 'c.com']);
    expect(accounting).toMatchObject({
      lines: 6,
      blank: 1,
      refused: { character: 1, opted_out: 2 },
      duplicates: 0,
      targets: 2,
    });
    expect(accounting.examples.map(({ reason }) => reason)).toEqual(['character']);
  });

  it('looks at the name that would be asked, cut or kept', async () => {
    const path = file('hosts.txt', 'www.b.com\nwww.d.com\na.com\n');
    const reduced = await read(path, { hosts: 'reduce', optOut: optOut() });
    expect(reduced.names).toEqual(['d.com', 'a.com']);
    expect(reduced.accounting).toMatchObject({ reduced: 1, refused: { opted_out: 1 } });
    const kept = await read(path, { hosts: 'keep', optOut: optOut() });
    expect(kept.names).toEqual(['a.com']);
    expect(kept.accounting.refused).toEqual({ opted_out: 2 });
  });

  it('is no list when every name is on it', async () => {
    const path = file('all.txt', 'b.com\n');
    expect(await failure(path, { optOut: optOut() })).toEqual({
      code: 'usage',
      message: expect.stringContaining('every name in it (1) is on the opt-out list'),
    });
  });

  it('is another list than the same bytes without it, and keeps the key of older stores without', async () => {
    const path = file('list.txt', 'a.com\nb.com\n');
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const asked: string[][] = [];
    const store = {
      findList: (sha: string, key: string): ListRow | undefined => {
        asked.push([sha, key]);
        return undefined;
      },
      stageList: () => ({
        ...rememberingSink(),
        commit: ({ accounting }: { accounting: { targets: number } }) =>
          ({ id: accounting.targets }) as ListRow,
        discard: () => undefined,
      }),
    };
    await importList({ path }, DEFAULTS, store);
    await importList({ path }, { ...DEFAULTS, optOut: optOut() }, store);
    const [without, , withOptOut] = asked;
    expect(without).toEqual([sha256, '[null,null,[],"refuse"]']);
    expect(withOptOut).toEqual([sha256, `[null,null,[],"refuse","${optOut().sha256}"]`]);
  });
});
