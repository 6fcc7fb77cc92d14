import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOutput, writeStream } from '../../src/report/atomic-write.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeOutput', () => {
  it('writes all chunks, and leaves nothing else in the folder', async () => {
    await writeOutput(join(folder, 'a.csv'), ['one\r\n', 'zwei ü\r\n']);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('one\r\nzwei ü\r\n');
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  it('writes bytes as they are, from a source that has to be waited for', async () => {
    async function* chunks() {
      yield Uint8Array.of(0, 255);
      await Promise.resolve();
      yield 'é';
    }
    await writeOutput(join(folder, 'a.parquet'), chunks());
    expect(readFileSync(join(folder, 'a.parquet'))).toEqual(Buffer.from([0, 255, 0xc3, 0xa9]));
  });

  it('keeps the old file whole when the rows break off, and passes the fault on', async () => {
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'old');
    function* broken() {
      yield 'new';
      throw new Error('the store is gone');
    }
    await expect(writeOutput(path, broken())).rejects.toThrow('the store is gone');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  it('replaces the file behind a link, with its permissions', async () => {
    const path = join(folder, 'real.csv');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    symlinkSync('real.csv', join(folder, 'link.csv'));
    await writeOutput(join(folder, 'link.csv'), ['new']);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['link.csv', 'real.csv']);
  });

  it('writes straight to what is no plain file', async () => {
    await writeOutput('/dev/null', ['gone']);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says what is wrong with the path in one line: bad input', async () => {
    const missing = join(folder, 'no\x1bsuch', 'a.csv');
    await expect(writeOutput(missing, ['x'])).rejects.toMatchObject({
      name: 'SurveyError',
      code: 'usage',
      message: expect.stringMatching(/^cannot write [^\p{Cc}]*: the folder does not exist/u),
    });
    await expect(writeOutput(folder, ['x'])).rejects.toMatchObject({
      code: 'usage',
      message: `cannot write ${folder}: it is a folder; name a file in it`,
    });
  });

  it('takes a full disk as the fault of the machine', async () => {
    await expect(writeOutput('/dev/full', ['x'.repeat(10_000)])).rejects.toMatchObject({
      name: 'SurveyError',
      code: 'machine',
      message:
        'cannot write /dev/full: no space left on the disk; free some and run the command again',
    });
  });
});

describe('writeStream', () => {
  it('waits for a slow reader and writes everything', async () => {
    const stream = new PassThrough({ highWaterMark: 8 });
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await writeStream(stream, ['a'.repeat(50), 'b'.repeat(50)]);
    expect(text).toBe('a'.repeat(50) + 'b'.repeat(50));
  });

  it('stops quietly when the reader has had enough', async () => {
    let written = 0;
    let taken = 0;
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        written++;
        done(written > 1 ? Object.assign(new Error('broken pipe'), { code: 'EPIPE' }) : null);
      },
    });
    function* chunks() {
      for (; taken < 1000; taken++) yield 'line\n';
    }
    await writeStream(stream, chunks());
    expect(taken).toBeLessThan(10);
  });

  it('reports any other fault of the stream', async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('input/output error'), { code: 'EIO' }));
      },
    });
    await expect(writeStream(stream, ['x'])).rejects.toMatchObject({
      code: 'machine',
      message: 'cannot write standard output: input/output error',
    });
  });
});
