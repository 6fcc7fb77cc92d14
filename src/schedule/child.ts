/**
 * Runs one call of our own command line as a child process: its lines on stderr are handed on, its
 * standard output is dropped. A stop is passed on as SIGTERM, and as SIGKILL when it is not heard.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a call ended. */
export interface ChildEnd {
  /** Undefined when a signal ended it, or it could not be started. */
  readonly exitStatus: number | undefined;
  /** Name of the signal, or why it could not be started. */
  readonly signal: string | undefined;
  /** The last line it said. */
  readonly lastLine: string | undefined;
}

export type RunChild = (
  args: readonly string[],
  options: { readonly onLine: (line: string) => void; readonly signal: AbortSignal },
) => Promise<ChildEnd>;

export interface ChildOptions {
  /** The built entry of the command line. */
  readonly main: string;
  readonly folder: string;
}

/** A survey gives its blocks back within a second; a report is begun again from nothing. */
const KILL_AFTER_MS = 30_000;
const MAX_LINE_LENGTH = 2_000;

export function childRunner({ main, folder }: ChildOptions): RunChild {
  return (args, { onLine, signal }) =>
    new Promise((resolve) => {
      let lastLine: string | undefined;
      const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() === '') return;
        lastLine = line.slice(0, MAX_LINE_LENGTH);
        onLine(lastLine);
      });
      let killTimer: NodeJS.Timeout | undefined;
      const stop = () => {
        child.kill('SIGTERM');
        killTimer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const end = (exitStatus: number | undefined, by: string | undefined) => {
        clearTimeout(killTimer);
        signal.removeEventListener('abort', stop);
        resolve({ exitStatus, signal: by, lastLine });
      };
      child.once('error', (error) => end(undefined, error.message));
      child.once('close', (code, by) => end(code ?? undefined, by ?? undefined));
    });
}
