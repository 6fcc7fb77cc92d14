/**
 * Colors of the terminal report: five inks, or none at all. Meaning never hangs on a color alone. Text
 * is laid out first and painted last, so widths are those of plain text.
 */

export interface Paint {
  readonly heading: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly warning: (text: string) => string;
  /** Bars by class: none, quarantine, reject, error; any other is left as it is. */
  readonly ofClass: (name: string, text: string) => string;
}

// 256-color indexes near the palette of the charts: amber, light blue, dark blue, gray.
const CLASS_COLORS: Readonly<Record<string, number>> = {
  none: 215,
  quarantine: 74,
  reject: 32,
  error: 245,
};

const same = (text: string): string => text;

const PLAIN: Paint = { heading: same, quiet: same, warning: same, ofClass: (_, text) => text };

const COLORED: Paint = {
  heading: (text) => `\x1b[1m${text}\x1b[22m`,
  quiet: (text) => `\x1b[2m${text}\x1b[22m`,
  warning: (text) => `\x1b[33m${text}\x1b[39m`,
  ofClass: (name, text) => {
    const color = CLASS_COLORS[name];
    return color === undefined || text === '' ? text : `\x1b[38;5;${color}m${text}\x1b[39m`;
  },
};

export function paintOf(isColored: boolean): Paint {
  return isColored ? COLORED : PLAIN;
}

export interface TerminalLike {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Colors only on a terminal, and never with `NO_COLOR` set (https://no-color.org). */
export function wantsColor(
  stream: TerminalLike,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const isRefused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return stream.isTTY === true && !isRefused;
}

const MIN_WIDTH = 72;
const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 120;

/** Width to lay the report out for: the terminal's, between 72 and 120; 80 for a file or a pipe. */
export function widthOf(stream: TerminalLike): number {
  if (stream.isTTY !== true) return DEFAULT_WIDTH;
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, stream.columns ?? DEFAULT_WIDTH));
}
