/**
 * A probe thread whose one check asks the TXT of a shared name that the domain implies
 * (`d7.t0.example` and `d9.t0.example` both ask `t0.example`) and keeps what it saw. What a domain's
 * first label says is done to the thread on the way.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { runProbeThread } from '../../../dist/src/probe/thread-main.js';

/** A file whose presence says that the thread has died once. */
const mark = process.env['MAILCENSUS_TEST_MARK'] ?? '';

const DEEDS = {
  throws: () => {
    throw new Error('no such luck', { cause: new TypeError('the cause') });
  },
  exits: () => process.exit(7),
  exitsonce: () => {
    if (existsSync(mark)) return;
    writeFileSync(mark, '');
    process.exit(7);
  },
  breaks: () => setImmediate(() => JSON.parse('not JSON')),
  eats: () => {
    const eaten = [];
    for (;;) eaten.push(new Array(10_000).fill(eaten.length));
  },
};

function* observe(domain) {
  DEEDS[domain.split('.')[0].replace(/\d+$/u, '')]?.();
  const [answer] = yield [
    { qname: domain.slice(domain.indexOf('.') + 1), qtype: 'TXT', shared: true },
  ];
  const reason = 'extendedError' in answer ? answer.status : undefined;
  return {
    state: reason === undefined ? 'present' : 'unknown',
    reason,
    class: reason === undefined ? 'seen' : 'unseen',
    records: answer.status === 'noerror' ? answer.records : [],
    findings: [],
    policy: undefined,
  };
}

const check = {
  name: 'txt',
  specs: [],
  version: 1,
  classes: ['seen', 'unseen'],
  columns: [],
  flagNames: [],
  observe,
  observeInDepth: observe,
  cells: () => [],
  flags: () => 0,
  detail: () => ({}),
};

await runProbeThread(parentPort, workerData, [check]);
