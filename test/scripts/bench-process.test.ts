import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runTimed } from '../../scripts/bench-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailcensus-timed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Burns so much CPU, by the process's own clock. */
const BURN =
  'const end = 400_000; while (process.cpuUsage().user + process.cpuUsage().system < end);';

describe('runTimed', () => {
  it('gives the CPU of a process and of the children that it waits for', async () => {
    const one = await runTimed(process.execPath, ['-e', BURN], { folder });
    expect(one.cpuSeconds).toBeGreaterThanOrEqual(0.4);
    const command = `"${process.execPath}" -e '${BURN}'; "${process.execPath}" -e '${BURN}'`;
    const two = await runTimed('sh', ['-c', command], { folder });
    expect(two.cpuSeconds).toBeGreaterThanOrEqual(0.8);
    expect(two.wallSeconds).toBeGreaterThan(0);
  });

  it('counts no CPU for waiting', async () => {
    const { cpuSeconds, wallSeconds } = await runTimed('sleep', ['1'], { folder });
    expect(wallSeconds).toBeGreaterThanOrEqual(1);
    expect(cpuSeconds).toBeLessThan(0.9);
  });

  it('hands on status, output and errors, and keeps them apart from its figures', async () => {
    const told = await runTimed('sh', ['-c', 'echo out; echo 9 9 9 >&2; exit 3'], { folder });
    expect(told).toMatchObject({ code: 3, stdout: 'out\n', stderr: '9 9 9\n' });
    expect(told.cpuSeconds).toBeLessThan(9);
  });

  it('hands arguments on as they are', async () => {
    const args = ['%s|', 'two words', '$HOME', "it's", ''];
    expect((await runTimed('printf', args, { folder })).stdout).toBe("two words|$HOME|it's||");
  });

  it('sees the largest process below when it is told to watch', async () => {
    const hold = 'const held = Buffer.alloc(300e6, 1); setTimeout(() => held.length, 1500);';
    const command = `"${process.execPath}" -e '${hold}'; true`;
    const { peakMegabytes } = await runTimed('sh', ['-c', command], { folder, isWatched: true });
    expect(peakMegabytes).toBeGreaterThan(280);
    expect((await runTimed('true', [], { folder })).peakMegabytes).toBeUndefined();
  });

  it('says that a command is missing by its status', async () => {
    expect((await runTimed('no-such-command-here', [], { folder })).code).toBe(127);
  });
});
