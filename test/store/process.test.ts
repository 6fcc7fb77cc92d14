import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReader, openWriter } from '../../src/store/open.ts';
import { contentOf, SHAPES, temporaryPath } from './fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILER_OPTIONS =
  '--ignoreConfig --target ES2022 --lib ES2023 --types node --module NodeNext --moduleResolution NodeNext --moduleDetection force --rewriteRelativeImportExtensions --skipLibCheck --strict';

let built = '';

/** Node 20 runs no TypeScript: the writer's process is compiled to a folder of its own. */
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'mailcensus-writer-'));
  symlinkSync(join(ROOT, 'node_modules'), join(built, 'node_modules'));
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  const words = [...COMPILER_OPTIONS.split(' '), '--rootDir', '.', '--outDir', built];
  const compiled = spawnSync(
    join(ROOT, 'node_modules/.bin/tsc'),
    [...words, 'test/store/writer-process.ts'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  const program = join(built, 'test/store/writer-process.js');
  if (!existsSync(program))
    throw new Error(`the writer's process was not built: ${compiled.stdout}`);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

interface Ended {
  readonly lines: readonly string[];
  readonly isKilled: boolean;
}

/** Starts a survey; kills it with SIGKILL after so many milliseconds of work, if given. */
async function survey(
  path: string,
  killAfterMs?: number,
  whileRunning?: (child: ChildProcess) => Promise<void>,
): Promise<Ended> {
  const program = join(built, 'test/store/writer-process.js');
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const isReady = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.startsWith('ready\n')) resolve();
    });
  });
  const exit = new Promise<string | null>((resolve) => {
    child.on('close', (_code, signal) => resolve(signal));
  });
  await Promise.race([isReady, exit]);
  await whileRunning?.(child);
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    child.kill('SIGKILL');
  }
  const signal = await exit;
  expect(errors).toBe('');
  return { lines: text.split('\n'), isKilled: signal === 'SIGKILL' };
}

function doneBlocks(path: string): Set<string> {
  const db = new Database(path, { readonly: true });
  try {
    const sql = "SELECT 'done ' || run_id || ' ' || block FROM run_block WHERE done_at IS NOT NULL";
    return new Set(db.prepare<[], string>(sql).pluck().all());
  } finally {
    db.close();
  }
}

describe('a survey in another process', () => {
  it('killed at any moment and begun again stores what an undisturbed one does', async () => {
    const calm = temporaryPath();
    expect((await survey(calm)).lines).toContain('all');
    const path = temporaryPath();
    const confirmed = new Set<string>();
    let kills = 0;
    for (const delay of [0, 3, 8, 15, 25, 40, 55, 70, 30, 10, 90, 45]) {
      const { lines, isKilled } = await survey(path, delay);
      if (isKilled) kills++;
      for (const line of lines.filter((one) => /^done \d+ \d+$/u.test(one))) {
        expect(confirmed.has(line), `${line} was done twice`).toBe(false);
        confirmed.add(line);
      }
      const stored = doneBlocks(path);
      for (const line of confirmed) expect(stored.has(line), `${line} was lost`).toBe(true);
    }
    expect((await survey(path)).lines).toContain('all');
    expect(kills).toBeGreaterThan(2);
    expect(contentOf(path)).toEqual(contentOf(calm));
    const db = new Database(path, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  }, 120_000);

  it('holds the lock while it runs and is read meanwhile; a kill frees the lock', async () => {
    const path = temporaryPath();
    let blocksSeen = 0;
    await survey(path, 0, async (child) => {
      expect(() => openWriter(path, { checks: SHAPES })).toThrow(`(process ${child.pid})`);
      const reader = openReader(path);
      while (blocksSeen === 0) {
        blocksSeen = reader.lastRun()?.blocksDone ?? 0;
        await sleep(1);
      }
      const runId = reader.lastRun()?.id ?? 0;
      const rows = [...reader.domainRows(runId)];
      expect(rows.length).toBe(6000);
      const attempted = rows.filter((row) => row.isAttempted);
      expect(attempted.length).toBeGreaterThan(0);
      expect(attempted.every((row) => 'spf' in row.checks)).toBe(true);
      reader.close();
    });
    const writer = openWriter(path, { checks: SHAPES });
    expect(writer.lastRun()?.blocksDone).toBeGreaterThanOrEqual(blocksSeen);
    writer.close();
  }, 60_000);
});
