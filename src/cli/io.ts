/** What a verb may touch of the process: its streams, a clock and a way to be stopped. */

export interface CliIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => number;
  /** The command line as given, without node and the script. */
  readonly commandLine: readonly string[];
  /** Aborted by the first SIGINT or SIGTERM; the second ends the process. */
  readonly signal: AbortSignal;
}

/** One line on stderr. */
export function note(io: CliIo, line: string): void {
  io.stderr.write(`${line}\n`);
}

/** Writes all of `text` and resolves once the stream has taken it, so that exiting loses nothing. */
export function writeAll(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
