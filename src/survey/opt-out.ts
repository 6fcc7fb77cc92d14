/**
 * The names that a survey must not ask, because their holders said so: a file with one name a line,
 * each with everything below it. A line that cannot be read as a name ends the reading, for an
 * opt-out that is passed over unseen is worse than a survey that does not begin.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type DomainName, parseDomainName } from '../names/domain-name.ts';
import { SurveyError } from './errors.ts';
import { printable, readFault } from './list-errors.ts';

/** Names that are not asked. */
export interface OptOut {
  /** Of the file's bytes, hex; two files are asked as one list each. */
  readonly sha256: string;
  /** Names in the file, doubles counted once. */
  readonly size: number;
  /** Whether the name or one above it is in the file. */
  matches(name: DomainName): boolean;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** Reads the file at `path`; throws SurveyError `usage` with the line of the first entry that is no name. */
export function readOptOut(path: string): OptOut {
  const bytes = bytesOf(path);
  const names = new Set<string>();
  for (const [i, line] of bytes
    .toString('utf8')
    .replace(/^\ufeff/u, '')
    .split('\n')
    .entries()) {
    const entry = entryOf(line);
    if (entry === '') continue;
    const parsed = parseDomainName(entry);
    if (!parsed.ok) {
      throw new SurveyError(
        'usage',
        `${printable(path)}: line ${i + 1}: ${printable(entry)} is no name (${parsed.reason}); an opt-out list has one name a line, and comments after #`,
      );
    }
    names.add(parsed.name);
  }
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: names.size,
    matches: (name) => isBelowOne(name, names),
  };
}

/** One opt-out of several files; undefined of none. */
export function joinOptOuts(optOuts: readonly OptOut[]): OptOut | undefined {
  const [first] = optOuts;
  if (first === undefined || optOuts.length === 1) return first;
  const shas = optOuts.map(({ sha256 }) => sha256).sort();
  return {
    sha256: createHash('sha256').update(shas.join('\n')).digest('hex'),
    size: optOuts.reduce((sum, { size }) => sum + size, 0),
    matches: (name) => optOuts.some((optOut) => optOut.matches(name)),
  };
}

function bytesOf(path: string): Buffer {
  try {
    if (statSync(path).size > MAX_BYTES) {
      throw new SurveyError(
        'usage',
        `${printable(path)}: is over 64 MB, too long for an opt-out list`,
      );
    }
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SurveyError('usage', `${printable(path)}: no such file; check the path`, {
        cause: error,
      });
    }
    throw readFault(path, error);
  }
}

/** `*.example.com` and `.example.com` say the same as `example.com`: what is below goes with it. */
function entryOf(line: string): string {
  return (line.split('#', 1)[0] ?? '').trim().replace(/^(?:\*\.|\.(?=.))/u, '');
}

function isBelowOne(name: DomainName, names: ReadonlySet<string>): boolean {
  let rest: string = name;
  for (;;) {
    if (names.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot < 0) return false;
    rest = rest.slice(dot + 1);
  }
}
