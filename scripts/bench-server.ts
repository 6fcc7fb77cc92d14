/**
 * The server of a measurement: Knot on loopback, with a receive buffer that takes a window's burst.
 * With Linux's default of some 208 KiB it drops queries, and what is measured then is retries.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, type RunningKnot, spawnKnot } from './knot-process.ts';

const RECEIVE_BUFFER = '/proc/sys/net/core/rmem_default';
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Starts Knot with the zone file as its root zone. Needs root for the receive buffer. */
export async function startServer(zoneFile: string, folder: string): Promise<RunningKnot> {
  const program = findProgram('knotd');
  if (program === undefined)
    throw new Error('knotd is missing (Debian: apt-get install knot; its service need not run)');
  const restore = raiseReceiveBuffer();
  process.once('exit', restore);
  try {
    return await spawnKnot(program, { zoneFile, origin: '.', dir: join(folder, 'knot') });
  } finally {
    process.off('exit', restore);
    restore();
  }
}

/** Every socket of the machine that is opened meanwhile gets it, too; gives what puts it back. */
function raiseReceiveBuffer(): () => void {
  try {
    const before = readFileSync(RECEIVE_BUFFER, 'utf8').trim();
    writeFileSync(RECEIVE_BUFFER, String(RECEIVE_BUFFER_BYTES));
    return () => writeFileSync(RECEIVE_BUFFER, before);
  } catch {
    console.error(`${RECEIVE_BUFFER} stays as it is: Knot may drop queries at a wide window`);
    return () => undefined;
  }
}
