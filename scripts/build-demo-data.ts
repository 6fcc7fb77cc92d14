/**
 * Writes what `data/` holds of records and lists from a folder of sources:
 * `node dist/scripts/build-demo-data.js SOURCE_FOLDER [OUT_FOLDER]`.
 *
 * SOURCE_FOLDER has `records-open.ndjson.gz` and `lists/*.txt.gz`. Nothing is added to a record and
 * nothing is left out: lines are checked, never rewritten. The same sources give the same contents;
 * the gzip header carries no time and no system (RFC 1952 §2.3.1), so that with the same zlib the
 * files are the same bytes too. The printed table is the one of `data/README.md`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** Open lists that are copied, under the name they have in `data/lists/`. */
const LISTS = [
  'dotgov-2026',
  'german-gov-2020',
  'jp-localgov-hosts-2026',
  'opendns-random-10k-2014',
];

const DOMAIN = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/u;
const OS_BYTE = 9;
const OS_UNKNOWN = 255;

interface Source {
  readonly domain: string;
  readonly isMxMeasured: boolean;
  readonly isTxtMeasured: boolean;
  readonly isDmarcMeasured: boolean;
}

function isTextsOrMissing(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.every((entry) => typeof entry === 'string'))
  );
}

function readSource(line: string, lineNumber: number): Source {
  const fail = (what: string): never => {
    throw new Error(`records line ${lineNumber}: ${what}`);
  };
  const record: unknown = JSON.parse(line);
  if (typeof record !== 'object' || record === null) return fail('not an object');
  const fields = new Map(Object.entries(record));
  const domain: unknown = fields.get('domain');
  if (typeof domain !== 'string' || !DOMAIN.test(domain)) return fail('no valid domain');
  if (typeof fields.get('source') !== 'string') fail('no source');
  for (const key of ['mx', 'txt', 'dmarc_txt'])
    if (!isTextsOrMissing(fields.get(key))) fail(`${key} is no array of texts`);
  return {
    domain,
    isMxMeasured: fields.has('mx'),
    isTxtMeasured: fields.has('txt'),
    isDmarcMeasured: fields.has('dmarc_txt'),
  };
}

function compress(content: Buffer): Buffer {
  const zipped = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
  zipped[OS_BYTE] = OS_UNKNOWN;
  return zipped;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function put(out: string, file: string, content: Buffer, lines: number): void {
  const path = join(out, file);
  const bytes = file.endsWith('.gz') ? compress(content) : content;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const figure = lines.toLocaleString('en-US');
  console.log(`| ${file} | ${figure} | \`${sha256(content)}\` |`);
}

const linesOf = (content: Buffer): string[] =>
  content
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

function main(from: string | undefined, out: string): void {
  if (from === undefined) throw new Error('usage: build-demo-data SOURCE_FOLDER [OUT_FOLDER]');
  const records = gunzipSync(readFileSync(join(from, 'records-open.ndjson.gz')));
  const sources = linesOf(records).map((line, i) => readSource(line, i + 1));
  const names = sources.map((source) => source.domain);
  if (new Set(names).size !== names.length) throw new Error('a domain stands there twice');
  const core = sources.filter((s) => s.isMxMeasured && s.isTxtMeasured && s.isDmarcMeasured);
  const mxSpf = sources.filter((s) => s.isMxMeasured && s.isTxtMeasured && !s.isDmarcMeasured);
  const asList = (some: readonly Source[]) =>
    Buffer.from(some.map((source) => `${source.domain}\n`).join(''));
  console.log('| file | lines | sha256 of the content (uncompressed) |\n|---|--:|---|');
  put(out, 'records-open.ndjson.gz', records, sources.length);
  put(out, 'demo-core.txt', asList(core), core.length);
  put(out, 'demo-mx-spf.txt', asList(mxSpf), mxSpf.length);
  for (const list of LISTS) {
    const content = gunzipSync(readFileSync(join(from, 'lists', `${list}.txt.gz`)));
    put(out, `lists/${list}.txt.gz`, content, linesOf(content).length);
  }
}

main(process.argv[2], process.argv[3] ?? join(import.meta.dirname, '..', '..', 'data'));
