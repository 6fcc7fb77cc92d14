/**
 * The dated folders of a survey: `FOLDER/SURVEY/2026-11-24/`. A folder is filled beside its place and
 * moved there when it is whole; of what was written, kinds that are not asked for are left out. Old
 * ones are removed by their names alone, and nothing else in the folder is ever touched.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { SurveyError } from '../survey/errors.ts';
import { isNight } from '../survey/night.ts';
import type { OutputConfig, OutputKind } from './config.ts';

const ENDINGS: Readonly<Record<string, OutputKind>> = {
  '.csv': 'csv',
  '.html': 'html',
  '.json': 'json',
};

const MS_PER_DAY = 86_400_000;

export const folderOf = ({ folder }: OutputConfig, survey: string, night: string): string =>
  join(folder, survey, night);

/**
 * Has `fill` write into a new folder for each language, and puts it in the night's place. With one
 * language the files lie in the night's folder, with several in a folder each. Gives the place.
 */
export async function writeNightFolder(
  outputs: OutputConfig,
  names: { readonly survey: string; readonly night: string },
  fill: (folder: string, language: string) => Promise<void>,
): Promise<string> {
  const place = folderOf(outputs, names.survey, names.night);
  const partial = join(outputs.folder, names.survey, `.${names.night}.partial`);
  const replaced = join(outputs.folder, names.survey, `.${names.night}.replaced`);
  return withDiskFaults(place, async () => {
    await rm(partial, { recursive: true, force: true });
    for (const language of outputs.languages) {
      const folder = outputs.languages.length === 1 ? partial : join(partial, language);
      await mkdir(folder, { recursive: true });
      await fill(folder, language);
      await keepKinds(outputs, folder);
    }
    await rm(replaced, { recursive: true, force: true });
    await rename(place, replaced).catch(unlessMissing);
    await rename(partial, place);
    await rm(replaced, { recursive: true, force: true });
    return place;
  });
}

async function keepKinds(outputs: OutputConfig, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const kind = ENDINGS[extname(entry.name)];
    if (entry.isFile() && kind !== undefined && !outputs[kind]) await rm(join(folder, entry.name));
  }
}

/** Removes dated folders that are older than the retention, counted from `night`; gives their names. */
export async function removeOldFolders(
  outputs: OutputConfig,
  survey: string,
  night: string,
): Promise<readonly string[]> {
  const { retentionDays, folder } = outputs;
  if (retentionDays === undefined) return [];
  const limit = Date.parse(night) - retentionDays * MS_PER_DAY;
  const parent = join(folder, survey);
  return withDiskFaults(parent, async () => {
    const entries = await readdir(parent, { withFileTypes: true });
    const old = entries
      .filter((entry) => entry.isDirectory() && isNight(entry.name))
      .map(({ name }) => name)
      .filter((name) => Date.parse(name) < limit)
      .sort();
    for (const name of old) await rm(join(parent, name), { recursive: true, force: true });
    return old;
  });
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function withDiskFaults<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new SurveyError('machine', `${path} cannot be written (${code})`, { cause: error });
  }
}
