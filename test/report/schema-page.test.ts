import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import { domainColumns } from '../../src/report/columns.ts';
import { schemaPage, TABLE_FILES } from '../../src/report/schema-page.ts';

describe('docs/csv-schema.md', () => {
  it('is what the columns say', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/csv-schema.md'), 'utf8');
    const isCurrent = page === schemaPage(CHECKS);
    expect(isCurrent, 'stale: npm run build && npm run docs:schema').toBe(true);
  });

  it('has a line with type, meaning and version for every column', () => {
    const page = schemaPage(CHECKS);
    for (const one of [
      ...domainColumns(CHECKS, []),
      ...TABLE_FILES.flatMap(({ columns }) => columns),
    ]) {
      expect(page).toContain(`| \`${one.column}\` | ${one.type} |`);
      expect(one.meaning).not.toBe('');
      expect(one.since).toMatch(/^\d+\.\d+\.\d+$/u);
    }
  });
});
