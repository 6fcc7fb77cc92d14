/**
 * Writes the files of one report into a folder, each whole or not at all, one after the other. It
 * makes the folder itself where that is not there yet, but none above it: a slip in a path is to be
 * seen. It knows no file's content.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SurveyError } from '../survey/errors.ts';
import { type Chunks, faultsOf, writeOutput } from './atomic-write.ts';
import { escapeText } from './text-escape.ts';

export interface FolderFile {
  /** A plain name, without a folder; ours, never one from outside. */
  readonly name: string;
  readonly chunks: Chunks;
}

/**
 * Writes the files in order. A fault ends it: what is written by then stays, and the message names
 * the file that could not be written and those that are whole.
 */
export async function writeFolder(folder: string, files: readonly FolderFile[]): Promise<void> {
  for (const { name } of files) {
    if (!/^[\w-][\w.-]*$/u.test(name)) throw new RangeError(`${name} is no plain file name`);
  }
  await makeFolder(folder);
  const written: string[] = [];
  for (const { name, chunks } of files) {
    try {
      await writeOutput(join(folder, name), chunks);
    } catch (error) {
      throw withWritten(error, written);
    }
    written.push(name);
  }
}

async function makeFolder(folder: string): Promise<void> {
  const isFolder = await faultsOf(folder, async () => {
    try {
      return (await stat(folder)).isDirectory();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(folder);
      return true;
    }
  });
  if (!isFolder) {
    throw new SurveyError('usage', `cannot write ${escapeText(folder)}: it is no folder; name one`);
  }
}

function withWritten(error: unknown, written: readonly string[]): unknown {
  if (!(error instanceof SurveyError) || written.length === 0) return error;
  const message = `${error.message} (whole already: ${written.join(', ')})`;
  return new SurveyError(error.code, message, { cause: error });
}
