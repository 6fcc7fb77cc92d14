/**
 * Writes a zone file and a `knot.conf` that serve a file of measured records on loopback:
 * `node dist/scripts/write-zone.js FOLDER [--records FILE] [--port 5300]`, then
 * `knotd -c FOLDER/knot.conf`. The same records give the same bytes.
 *
 * Beside the records it holds the placeholder of the demo at include targets that no copyable record
 * is known for, and an address at listed names without records, so that they exist.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readRecordBytes } from '../src/loopback/records.ts';
import { knotConfiguration, zoneLines } from './zone-file.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: {
      type: 'string',
      default: join(import.meta.dirname, '..', '..', 'data', 'records-open.ndjson.gz'),
    },
    port: { type: 'string', default: '5300' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: write-zone FOLDER [--records FILE] [--port N]');

const out = resolve(folder);
const zone = readRecordBytes(readFileSync(values.records));
const file = join(out, 'records.zone');
mkdirSync(join(out, 'db'), { recursive: true });
writeFileSync(file, `${[...zoneLines(zone)].join('\n')}\n`);
writeFileSync(join(out, 'domains.txt'), zone.domains.map((name) => `${name}\n`).join(''));
writeFileSync(
  join(out, 'knot.conf'),
  knotConfiguration({ port: Number(values.port), folder: out, zones: [{ origin: '.', file }] }),
);
for (const { line, reason } of zone.skipped) console.error(`line ${line} left out: ${reason}`);
console.log(
  `${out}: ${zone.domains.length} domains, ${zone.placeholders.length} placeholders, ` +
    `${zone.skipped.length} entries left out`,
);
