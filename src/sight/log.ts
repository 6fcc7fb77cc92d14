/**
 * Writes events down: as JSON, one object a line, for machines (pino), or as a line of text for a
 * person. On stderr, since stdout belongs to figures. What is said may come from the network: control
 * characters never reach a terminal.
 */
import { pino } from 'pino';
import { escapeText, jsonLine } from '../report/text-escape.ts';

export const LOG_FORMATS = ['text', 'json'] as const;

export type LogFormat = (typeof LOG_FORMATS)[number];

export type LogValues = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogOptions {
  readonly format: LogFormat;
  /** Takes whole lines with their end, at once. */
  readonly write: (line: string) => void;
  readonly now: () => number;
  /** Names of events that are warnings. */
  readonly warnings: readonly string[];
  /** Which part of mailcensus speaks, as `schedule` or `worker`. */
  readonly part: string;
}

export type Log = (event: string, values: LogValues) => void;

/** Gives the function that writes one event as one line. */
export function openLog({ format, write, now, warnings, part }: LogOptions): Log {
  const isWarning = new Set(warnings);
  if (format === 'text') {
    return (event, values) => write(`${textLine(now(), event, values)}\n`);
  }
  const logger = pino(
    {
      base: { part, pid: process.pid },
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    // pino escapes C0 only; what turns or hides text is escaped too.
    { write: (line: string) => write(`${jsonLine(JSON.parse(line))}\n`) },
  );
  return (event, values) => {
    if (isWarning.has(event)) logger.warn({ event, ...values });
    else logger.info({ event, ...values });
  };
}

function textLine(atMs: number, event: string, values: LogValues): string {
  const said = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${textValue(value)}`);
  return [`${new Date(atMs).toISOString().slice(0, 19)}Z`, event, ...said].join(' ');
}

function textValue(value: string | number | boolean | undefined): string {
  const text = escapeText(String(value));
  return /^[^\s"=]+$/u.test(text) ? text : `"${text.replace(/["\\]/gu, '\\$&')}"`;
}
