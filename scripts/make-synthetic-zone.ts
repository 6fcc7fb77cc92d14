/**
 * Writes a synthetic list and a zone that answers for it, with a `knot.conf` and the class counts that
 * a survey must find: `node dist/scripts/make-synthetic-zone.js FOLDER [--domains 200000] [--seed 0]
 * [--port 5300]`, then `knotd -c FOLDER/knot.conf`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSyntheticZone } from './synthetic-zone.ts';
import { knotConfiguration } from './zone-file.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    domains: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '0' },
    port: { type: 'string', default: '5300' },
  },
});
const [target] = positionals;
if (target === undefined)
  throw new Error('usage: make-synthetic-zone FOLDER [--domains N] [--seed N] [--port N]');

const folder = resolve(target);
mkdirSync(join(folder, 'db'), { recursive: true });
const made = writeSyntheticZone({
  domains: Number(values.domains),
  seed: Number(values.seed),
  folder,
});
const zones = [{ origin: '.', file: made.zoneFile }];
writeFileSync(
  join(folder, 'knot.conf'),
  knotConfiguration({ port: Number(values.port), folder, zones }),
);
console.log(`${folder}: ${values.domains} domains`);
console.log(JSON.stringify(made.expected));
