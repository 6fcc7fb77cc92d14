/**
 * The mini-internet of `../shared` for a test: a root, registries, hosters and a real unbound on
 * loopback, built from the records of `data/` without faults. Needs root, python3, NSD and unbound.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../scripts/knot-process.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SHARED = join(ROOT, '..', 'shared');
const RIG = join(SHARED, 'tools', 'mini-internet', 'rig.py');
const DATA = join(SHARED, 'data');
const STEP_LIMIT_MS = 120_000;
const LOG_CHARS = 2000;

/** Where the rig's unbound listens, always. */
export const RIG_PORT = 5335;

/** Why the rig cannot run here; undefined when it can. */
export function whyNoMiniInternet(): string | undefined {
  if (!existsSync(RIG)) return '../shared/tools/mini-internet is not here';
  if (process.getuid?.() !== 0) return 'it binds port 53 and needs root';
  const missing = ['python3', 'nsd', 'unbound'].filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? undefined : `${missing.join(', ')} missing (apt-get install)`;
}

async function rig(verb: string, ...args: string[]): Promise<void> {
  const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin`;
  try {
    await promisify(execFile)('python3', [RIG, verb, ...args], {
      timeout: STEP_LIMIT_MS,
      // The shared folder may be read-only or another's: no compiled files there.
      env: { ...process.env, PATH: path, PYTHONDONTWRITEBYTECODE: '1' },
    });
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
    const said = `${stdout}${stderr}`.slice(-LOG_CHARS);
    throw new Error(`rig.py ${verb} failed: ${said}`, { cause: error });
  }
}

export interface MiniInternet {
  /** What the resolver must say of every name, one JSON object a line. */
  readonly truthFile: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Builds and starts it in `folder`, which it owns; some twenty seconds. */
export async function startMiniInternet(folder: string): Promise<MiniInternet> {
  const at = ['--dir', folder];
  const records = join(ROOT, 'data', 'records-open.ndjson.gz');
  await rig(
    'build',
    ...['--records', records, '--includes', join(DATA, 'spf-include-targets.ndjson.gz')],
    ...[
      '--psl',
      join(DATA, 'public_suffix_list.dat'),
      '--fill-includes',
      '95%',
      '--seed',
      '7',
      ...at,
    ],
  );
  const stop = () => rig('stop', ...at);
  try {
    await rig('start', ...at);
  } catch (error) {
    await stop();
    throw error;
  }
  return { truthFile: join(folder, 'truth.ndjson'), port: RIG_PORT, stop };
}
