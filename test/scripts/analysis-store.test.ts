import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { analysisStore } from '../../scripts/analysis-store.ts';
import { openReader } from '../../src/store/open.ts';

it('makes a store of nights that change and fail a little, once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-analysis-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const said: string[] = [];
  const options = { domains: 2000, nights: 4, registries: 20, folder };
  const say = (line: string) => said.push(line);
  const path = analysisStore(options, say);
  expect(said).toHaveLength(2);
  expect(analysisStore(options, say)).toBe(path);
  expect(said).toHaveLength(2);
  expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);

  const store = openReader(path);
  onTestFinished(() => store.close());
  const runs = store.runs();
  expect(runs.map(({ status, domainsDone }) => [status, domainsDone])).toEqual(
    runs.map(() => ['finished', 2000]),
  );
  expect(runs).toHaveLength(4);
  const changed = runs.map(({ id }) =>
    [...store.blockHeadlines(id)].map((block) => [block.changed, block.failed]),
  );
  const sums = changed.map((blocks) =>
    blocks.reduce(([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d], [0, 0]),
  );
  expect(sums[0]?.[1]).toBe(0);
  for (const [changes = 0, failures = 0] of sums.slice(1)) {
    // At most 0.3 % of the names change, and 0.1 % fail in existence and three checks.
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(6);
    expect(failures).toBeGreaterThan(0);
    expect(failures).toBeLessThanOrEqual(8);
  }
});
