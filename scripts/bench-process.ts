/**
 * Runs a command and says what it cost, the same way for every client: wall time, and user and system
 * time of it and its children as the kernel hands them to the parent that waits (bash's `time`; Node
 * does not show them). What it starts dies with the bench.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its own standard error goes past the figures, which stand alone in the file `$1`. */
const TIMING = `TIMEFORMAT='%R %U %S'
exec 3>&2
{ time "\${@:2}" 2>&3 3>&-; } 2>"$1"`;

const OUTPUT_CHARS = 1_000_000;
const STDERR_CHARS = 2000;
const PEAK_INTERVAL_MS = 200;

export interface Timed {
  /** Exit status of the command. */
  readonly code: number | null;
  readonly wallSeconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Largest resident set of one process; undefined when it was not watched or not seen. */
  readonly peakMegabytes: number | undefined;
  readonly stdout: string;
  /** Its end. */
  readonly stderr: string;
}

export interface TimedOptions {
  /** For the file of the figures. */
  readonly folder: string;
  /** Looks at the resident set a few times a second, for a client that does not say it itself. */
  readonly isWatched?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export async function runTimed(
  command: string,
  args: readonly string[],
  { folder, isWatched = false, env = {} }: TimedOptions,
): Promise<Timed> {
  const timesFile = join(folder, 'times');
  const child = spawn('bash', ['-c', TIMING, 'bash', timesFile, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-OUTPUT_CHARS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARS);
  });
  const killNow = () => killGroup(child);
  process.once('exit', killNow);
  const peak = isWatched ? watchPeak(child) : undefined;
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', killNow);
  return { code, ...timesOf(timesFile), peakMegabytes: peak?.end(), stdout, stderr };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function timesOf(file: string): { readonly wallSeconds: number; readonly cpuSeconds: number } {
  const text = readFileSync(file, 'utf8').replaceAll(',', '.');
  const [wall, user, system] = text.trim().split(' ').map(Number);
  if (wall === undefined || user === undefined || system === undefined)
    throw new Error(`bash gave no times: ${text}`);
  return { wallSeconds: wall, cpuSeconds: user + system };
}

/** Largest VmHWM seen below a process; what a process grows by in its last moments is missed. */
function watchPeak(child: ChildProcess): { end(): number | undefined } {
  let kilobytes = 0;
  const timer = setInterval(() => {
    for (const pid of descendants(child.pid ?? 0)) {
      const seen = /^VmHWM:\s*(\d+)/mu.exec(readProc(`${pid}/status`))?.[1] ?? '0';
      kilobytes = Math.max(kilobytes, Number(seen));
    }
  }, PEAK_INTERVAL_MS);
  return {
    end: () => {
      clearInterval(timer);
      return kilobytes === 0 ? undefined : kilobytes / 1024;
    },
  };
}

function descendants(pid: number): number[] {
  const children = readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}
