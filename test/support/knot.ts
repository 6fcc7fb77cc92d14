/** Knot for a test, or a printed reason why there is none. */
import {
  findProgram,
  type KnotOptions,
  type RunningKnot,
  spawnKnot,
} from '../../scripts/knot-process.ts';
import { saySkipped } from './skipped.ts';

export const KNOTD = findProgram('knotd');

/** Starts Knot on a free port and waits until it answers; undefined, said aloud, without knotd. */
export async function startKnot(options: KnotOptions): Promise<RunningKnot | undefined> {
  if (KNOTD === undefined) {
    saySkipped('tests against Knot', 'knotd is missing (as root: apt-get install knot)');
    return undefined;
  }
  return await spawnKnot(KNOTD, options);
}
