/** Writes docs/csv-schema.md from the columns; with `--check` exits 1 when the page is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../src/checks/table.ts';
import { schemaPage } from '../src/report/schema-page.ts';

const PAGE = join('docs', 'csv-schema.md');

function stored(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}

const page = schemaPage(CHECKS);
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, page);
} else if (stored() !== page) {
  console.error(`${PAGE} is stale: run npm run docs:schema and commit it`);
  process.exitCode = 1;
}
