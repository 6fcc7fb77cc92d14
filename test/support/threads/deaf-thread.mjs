/** A thread that takes its messages and never does anything, not even end. */
import { parentPort } from 'node:worker_threads';

parentPort.on('message', () => undefined);
