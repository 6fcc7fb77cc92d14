/**
 * A fault server by hand:
 * `node dist/scripts/fault-server.js --names FILE [--seed 1] [--faults JSON|FILE] [--port 5353]
 * [--wildcards] [--truth FILE]`, until Ctrl-C; then it prints what it counted. `--truth` writes what a
 * survey of the names must say, as CSV. The faults are a JSON array, as
 * `[{"kind":"loss","rate":0.05},{"kind":"form","form":"cname-loop","share":0.01}]`.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FAULT_KINDS, parseFaults } from './fault-server-faults.ts';
import { startFaultServer } from './fault-server-start.ts';
import type { Truth } from './fault-server-truth.ts';

const { values } = parseArgs({
  options: {
    names: { type: 'string' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '[]' },
    port: { type: 'string', default: '5353' },
    wildcards: { type: 'boolean', default: false },
    truth: { type: 'string' },
  },
});
if (values.names === undefined) {
  throw new Error(
    `usage: fault-server --names FILE [--seed N] [--faults JSON|FILE] [--port P] [--wildcards] [--truth FILE]; kinds of faults: ${FAULT_KINDS.join(', ')}`,
  );
}

function readNames(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.map((line) => line.trim().toLowerCase()).filter((line) => line !== '');
}

function csvOf(truth: Truth): string {
  const rows = truth.domains.map((domain) => {
    const { status, mx, spf, dmarc } = truth.of(domain);
    return `${[domain, status, mx, spf, dmarc].join(',')}\n`;
  });
  return `domain,status,mx_class,spf_class,dmarc_class\n${rows.join('')}`;
}

const json = values.faults.trimStart().startsWith('[')
  ? values.faults
  : readFileSync(values.faults, 'utf8');
const server = await startFaultServer({
  seed: Number(values.seed),
  names: readNames(values.names),
  hasWildcards: values.wildcards,
  faults: parseFaults(json),
  port: Number(values.port),
});
if (values.truth !== undefined) writeFileSync(values.truth, csvOf(server.truth));
console.log(`127.0.0.1:${server.port}: ${server.truth.domains.length} domains`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
console.log(JSON.stringify(await server.counters(), undefined, 2));
await server.close();
