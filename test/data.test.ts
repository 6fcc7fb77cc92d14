import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecordBytes } from '../src/loopback/records.ts';

const DATA = join(import.meta.dirname, '..', 'data');

const contentOf = (file: string): Buffer => {
  const bytes = readFileSync(join(DATA, file));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

const linesOf = (file: string): string[] => contentOf(file).toString('utf8').trimEnd().split('\n');

describe('data/README.md', () => {
  const readme = readFileSync(join(DATA, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| (\S+) \| ([\d,]+) \| `([0-9a-f]{64})` \|/gmu)];

  it('names every file there is, and no other', () => {
    const files = readdirSync(DATA, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map((entry) => join(entry.parentPath, entry.name).slice(DATA.length + 1));
    expect(rows.map(([, file]) => file).sort()).toEqual(files.sort());
  });

  it.each(rows.map(([, file, lines, sha256]) => [file ?? '', lines, sha256]))(
    'tells the lines and the sha256 of %s',
    (file, lines, sha256) => {
      expect(linesOf(file).length.toLocaleString('en-US')).toBe(lines);
      expect(createHash('sha256').update(contentOf(file)).digest('hex')).toBe(sha256);
    },
  );

  it('names every source that a record comes from', () => {
    const sources = linesOf('records-open.ndjson.gz').map((line) => JSON.parse(line).source);
    for (const source of new Set(sources)) expect(readme).toContain(source);
  });

  it('tells how many include targets get the placeholder', () => {
    const zone = readRecordBytes(readFileSync(join(DATA, 'records-open.ndjson.gz')));
    expect(zone.skipped).toEqual([]);
    expect(readme).toContain(`${zone.placeholders.length.toLocaleString('en-US')} targets`);
  });
});

describe('the demo lists', () => {
  it('part the records that have MX and TXT by whether _dmarc was measured too', () => {
    const records = linesOf('records-open.ndjson.gz').map((line) => JSON.parse(line));
    const known = records.filter((record) => 'mx' in record && 'txt' in record);
    const names = (isDmarcKnown: boolean) =>
      known
        .filter((record) => 'dmarc_txt' in record === isDmarcKnown)
        .map((record) => record.domain);
    expect(linesOf('demo-core.txt')).toEqual(names(true));
    expect(linesOf('demo-mx-spf.txt')).toEqual(names(false));
  });
});
