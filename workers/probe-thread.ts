/** A probe thread's entry: hands the port and the named checks to what a probe thread does. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Check } from '../src/checks/check.ts';
import { checkByName } from '../src/checks/table.ts';
import { runProbeThread } from '../src/probe/thread-main.ts';
import type { ThreadSetup } from '../src/probe/thread-messages.ts';

if (parentPort === null) throw new Error('this module is the entry of a thread');
const setup = workerData as ThreadSetup;
const checks = setup.checks.map(checkByName).filter((check): check is Check => check !== undefined);
await runProbeThread(parentPort, setup, checks);
