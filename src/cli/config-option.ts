/** `--config`, the same for `schedule` and `status`. */
import { escapeText } from '../report/text-escape.ts';
import type { LoadedConfig } from '../schedule/read-config.ts';
import { SurveyError } from '../survey/errors.ts';
import { type CliIo, note } from './io.ts';

export const DEFAULT_CONFIG = 'mailcensus.config.json';

/** Says every problem on a line of its own and throws SurveyError; else gives the configuration. */
export async function loadConfig(
  io: CliIo,
  path: string,
  areFilesChecked: boolean,
): Promise<LoadedConfig> {
  // Its schema is a tenth of a second to load, for which no other verb has a use.
  const { readConfig } = await import('../schedule/read-config.ts');
  const reading = readConfig(path, { nowMs: io.now(), areFilesChecked });
  if ('config' in reading) return reading.config;
  const { problems } = reading;
  for (const problem of problems) note(io, escapeText(problem));
  const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new SurveyError('usage', `${path} has ${many}, above; nothing was begun`);
}
