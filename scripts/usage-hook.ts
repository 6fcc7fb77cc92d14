/**
 * Preloaded into a measured process (`node --import`): as it ends it writes what it used, as the
 * kernel counted it, to the file named by MAILCENSUS_USAGE_FILE. All threads are in it; the little
 * that the process still does after `exit` is not.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['MAILCENSUS_USAGE_FILE'];
if (isMainThread && file !== undefined)
  process.once('exit', () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
