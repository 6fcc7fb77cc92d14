#!/usr/bin/env node
/** The command line: verbs, signals and exit status. It composes and decides nothing else. */
import { Command } from 'commander';
import { EXIT, exitStatusOf } from './exit.ts';
import type { CliIo } from './io.ts';
import { TOOL_VERSION } from './version.ts';

/** The first signal asks for a clean stop, the second ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(EXIT.stopped);
    controller.abort(name);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

async function main(): Promise<number> {
  const commandLine = process.argv.slice(2);
  const io: CliIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    commandLine,
    signal: stopSignal(),
  };
  // A reader that has had enough (`| head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.complete);
    throw error;
  });
  const program = new Command('mailcensus')
    .description('surveys the mail-authentication policies that domains publish: SPF, DMARC, MX')
    .version(TOOL_VERSION)
    .configureOutput({ outputError: (text, write) => write(usageLine(text)) })
    .exitOverride();
  for (const verb of await verbsFor(commandLine[0], io)) addVerb(program, verb);
  try {
    await program.parseAsync(commandLine, { from: 'user' });
    return EXIT.complete;
  } catch (error) {
    return exitStatusOf(error, (line) => process.stderr.write(`${line}\n`));
  }
}

/** Each verb by name, in the order of the help. */
const VERBS = new Map<string, (io: CliIo) => Promise<Command>>([
  ['survey', async (io) => (await import('./survey.ts')).surveyCommand(io)],
  ['worker', async (io) => (await import('./worker.ts')).workerCommand(io)],
  ['inspect', async (io) => (await import('./inspect.ts')).inspectCommand(io)],
  ['report', async (io) => (await import('./report.ts')).reportCommand(io)],
  ['compare', async (io) => (await import('./compare.ts')).compareCommand(io)],
  ['trend', async (io) => (await import('./trend.ts')).trendCommand(io)],
  ['export', async (io) => (await import('./export.ts')).exportCommand(io)],
  ['runs', async (io) => (await import('./runs.ts')).runsCommand(io)],
  ['status', async (io) => (await import('./status.ts')).statusCommand(io)],
  ['schedule', async (io) => (await import('./schedule.ts')).scheduleCommand(io)],
  ['serve', async (io) => (await import('./serve.ts')).serveCommand(io)],
  ['demo', async (io) => (await import('./demo.ts')).demoCommand(io)],
]);

/** The one verb that is meant, so that no call loads what another needs; all where it is none of them. */
function verbsFor(verb: string | undefined, io: CliIo): Promise<readonly Command[]> {
  const meant = VERBS.get(verb ?? '');
  return Promise.all((meant === undefined ? [...VERBS.values()] : [meant]).map((make) => make(io)));
}

/** Settings of the program hold for its verbs and for theirs. */
function addVerb(program: Command, verb: Command): void {
  program.addCommand(verb.copyInheritedSettings(program));
  for (const below of verb.commands) below.copyInheritedSettings(program);
}

/** Commander's complaint on one line, with the way out. */
function usageLine(text: string): string {
  const complaint = text
    .replace(/^error: /u, '')
    .trim()
    .replaceAll(/\s*\n\s*/gu, ' ');
  return `mailcensus: ${complaint} (mailcensus help shows the verbs, mailcensus help VERB the options)\n`;
}

process.exitCode = await main();
