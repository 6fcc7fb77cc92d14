import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportCommand } from '../../src/cli/export.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { SurveyError } from '../../src/survey/errors.ts';
import { writeAnalysisStore } from '../support/analysis-store.ts';

/** Standard output that is a terminal. */
const TERMINAL = { stdout: { isTTY: true } } as CliIo;

describe('export domains to a terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-export-'));
  const store = join(folder, 'store.sqlite');

  beforeAll(() => writeAnalysisStore(store));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const exported = (...args: readonly string[]) =>
    exportCommand(TERMINAL).parseAsync(['domains', '--store', store, ...args], { from: 'user' });

  it('refuses Parquet, which is no text, with the way out', async () => {
    const refused = exported('--format', 'parquet');
    await expect(refused).rejects.toThrow(SurveyError);
    await expect(refused).rejects.toThrow(/--out/u);
    await expect(refused).rejects.toMatchObject({ code: 'usage' });
  });

  it('writes Parquet into a file that is named', async () => {
    const out = join(folder, 'domains.parquet');
    await exported('--format', 'parquet', '--out', out);
    expect(existsSync(out)).toBe(true);
  });
});
