/**
 * Writes a file so that it is there whole or not at all: a temporary file in the same folder, flushed
 * to the disk, then renamed. Standard output and other things that are no plain file (a pipe, a
 * terminal, `/dev/null`) are written straight. Faults of the disk become one `SurveyError`.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { SurveyError } from '../survey/errors.ts';
import { escapeText } from './text-escape.ts';

/** Text is written as UTF-8, bytes as they are. */
export type Chunk = string | Uint8Array;

export type Chunks = Iterable<Chunk> | AsyncIterable<Chunk>;

/** Writes the chunks to `path`, replacing what is there, or to standard output for `-`. */
export async function writeOutput(path: string, chunks: Chunks): Promise<void> {
  if (path === '-') return writeStream(process.stdout, chunks);
  const target = await targetOf(path);
  if (target.isPlain) return writeAtomically(target, chunks);
  const file = await faultsOf(path, () => open(target.path, 'w'));
  try {
    for await (const chunk of chunks) await faultsOf(path, () => file.writeFile(chunk));
  } finally {
    await file.close();
  }
}

/**
 * Writes to a stream at the speed of its reader. A reader that has had enough (`| head`) ends the
 * writing and is no fault.
 */
export async function writeStream(stream: Writable, chunks: Chunks): Promise<void> {
  let fault: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException) => {
    fault ??= error;
  };
  stream.on('error', onError);
  try {
    for await (const chunk of chunks) {
      await new Promise<void>((resolve) => {
        stream.write(chunk, (error) => {
          if (error) onError(error);
          resolve();
        });
      });
      if (fault !== undefined) break;
    }
  } finally {
    // A broken pipe is reported once more after the write: the listener stays for that.
    if (fault === undefined) stream.off('error', onError);
  }
  if (fault !== undefined && fault.code !== 'EPIPE') throw outputError('standard output', fault);
}

interface Target {
  readonly path: string;
  /** A plain file, or nothing yet. */
  readonly isPlain: boolean;
  /** Permission bits: those of the file that is replaced. */
  readonly mode: number;
}

const NEW_FILE_MODE = 0o666;

/** A link is followed, so that the file behind it is replaced and the link stays. */
async function targetOf(path: string): Promise<Target> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    if (stats.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return { path: real, isPlain: stats.isFile(), mode: stats.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, isPlain: true, mode: NEW_FILE_MODE };
    throw outputError(path, error as NodeJS.ErrnoException);
  }
}

async function writeAtomically({ path, mode }: Target, chunks: Chunks): Promise<void> {
  const suffix = randomBytes(6).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.${suffix}.tmp`);
  const file = await faultsOf(path, () => open(temporary, 'wx', mode));
  try {
    try {
      for await (const chunk of chunks) await faultsOf(path, () => file.writeFile(chunk));
      await faultsOf(path, () => file.sync());
    } finally {
      await file.close();
    }
    await faultsOf(path, () => rename(temporary, path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself durable; a file system that cannot flush a folder is no fault. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // The file is whole either way.
  } finally {
    await handle?.close();
  }
}

/** Runs what touches `path`; a fault of the disk becomes one `SurveyError`. */
export async function faultsOf<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw outputError(path, error as NodeJS.ErrnoException);
  }
}

/** What the user can put right is bad input (exit 2); the rest is the machine's fault (exit 1). */
const WAYS_OUT: Readonly<Record<string, readonly ['usage' | 'machine', string]>> = {
  ENOENT: ['usage', 'the folder does not exist; create it or name another'],
  ENOTDIR: ['usage', 'a part of the path is not a folder'],
  EEXIST: ['usage', 'something that is no folder is in the way; name another'],
  EISDIR: ['usage', 'it is a folder; name a file in it'],
  EACCES: ['usage', 'permission denied; name a folder that you may write to'],
  EPERM: ['usage', 'permission denied; name a folder that you may write to'],
  EROFS: ['usage', 'the file system is read-only; name another folder'],
  ENAMETOOLONG: ['usage', 'the name is too long'],
  ENOSPC: ['machine', 'no space left on the disk; free some and run the command again'],
  EDQUOT: ['machine', 'the disk quota is used up; free some space and run the command again'],
};

function outputError(path: string, fault: NodeJS.ErrnoException): SurveyError {
  const [code, way] = WAYS_OUT[fault.code ?? ''] ?? ['machine', fault.message];
  const message = `cannot write ${escapeText(path)}: ${escapeText(way)}`;
  return new SurveyError(code, message, { cause: fault });
}
