#!/usr/bin/env node
/** The command line: verbs, signals and exit status. It composes and decides nothing else. */
import { Command } from 'commander';
import { demoCommand } from './demo.ts';
import { EXIT, exitStatusOf } from './exit.ts';
import { exportCommand } from './export.ts';
import { inspectCommand } from './inspect.ts';
import type { CliIo } from './io.ts';
import { reportCommand } from './report.ts';
import { runsCommand, statusCommand } from './runs.ts';
import { surveyCommand } from './survey.ts';
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
  const verbs = [
    surveyCommand(io),
    inspectCommand(io),
    reportCommand(io),
    exportCommand(),
    runsCommand(io),
    statusCommand(io),
    demoCommand(io),
  ];
  for (const verb of verbs) addVerb(program, verb);
  try {
    await program.parseAsync(commandLine, { from: 'user' });
    return EXIT.complete;
  } catch (error) {
    return exitStatusOf(error, (line) => process.stderr.write(`${line}\n`));
  }
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
