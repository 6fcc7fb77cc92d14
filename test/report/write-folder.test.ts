import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFolder } from '../../src/report/write-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILES = [
  { name: 'a.csv', chunks: ['one\r\n', 'two\r\n'] },
  { name: 'b.parquet', chunks: [Uint8Array.of(0x50, 0xff), Uint8Array.of(0)] },
];

describe('writeFolder', () => {
  it('makes the folder and writes each file, text and bytes', async () => {
    const out = join(folder, 'out');
    await writeFolder(out, FILES);
    expect(readdirSync(out)).toEqual(['a.csv', 'b.parquet']);
    expect(readFileSync(join(out, 'a.csv'), 'utf8')).toBe('one\r\ntwo\r\n');
    expect(readFileSync(join(out, 'b.parquet'))).toEqual(Buffer.from([0x50, 0xff, 0]));
  });

  it('writes into a folder that is there, and leaves other files alone', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    writeFileSync(join(folder, 'a.csv'), 'old');
    await writeFolder(folder, FILES);
    expect(readdirSync(folder)).toEqual(['a.csv', 'b.parquet', 'mine.txt']);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('one\r\ntwo\r\n');
  });

  it('refuses a path that is a file, and one whose parent is missing: one line, bad input', async () => {
    const file = join(folder, 'file\x1b');
    writeFileSync(file, 'x');
    await expect(writeFolder(file, FILES)).rejects.toMatchObject({
      code: 'usage',
      message: `cannot write ${folder}/file\\x1B: it is no folder; name one`,
    });
    await expect(writeFolder(join(file, 'below'), FILES)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('a part of the path is not a folder'),
    });
    await expect(writeFolder(join(folder, 'no', 'such'), FILES)).rejects.toMatchObject({
      code: 'usage',
      message: `cannot write ${folder}/no/such: the folder does not exist; create it or name another`,
    });
    expect(readdirSync(folder)).toEqual(['file\x1b']);
  });

  it('refuses a folder that nobody may write to', async () => {
    await expect(writeFolder('/proc/self', FILES)).rejects.toMatchObject({
      name: 'SurveyError',
      message: expect.stringMatching(/^cannot write \/proc\/self\/a\.csv: /u),
    });
  });

  it('keeps what is whole when a file fails, and says which are', async () => {
    mkdirSync(join(folder, 'b.parquet'));
    await expect(writeFolder(folder, FILES)).rejects.toMatchObject({
      code: 'usage',
      message: `cannot write ${folder}/b.parquet: it is a folder; name a file in it (whole already: a.csv)`,
    });
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('one\r\ntwo\r\n');
    expect(readdirSync(join(folder, 'b.parquet'))).toEqual([]);
  });

  it('leaves no half file when the rows break off, and passes the fault on', async () => {
    function* broken() {
      yield 'half';
      throw new Error('the store is gone');
    }
    const files = [...FILES, { name: 'c.csv', chunks: broken() }];
    await expect(writeFolder(folder, files)).rejects.toThrow('the store is gone');
    expect(readdirSync(folder)).toEqual(['a.csv', 'b.parquet']);
  });

  it.each(['../a.csv', 'a/b', '', '.hidden', 'a\0b'])(
    'takes no name with a folder: %j',
    async (name) => {
      await expect(writeFolder(folder, [{ name, chunks: [] }])).rejects.toThrow(RangeError);
    },
  );
});
