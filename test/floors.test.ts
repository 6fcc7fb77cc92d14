/** Holds the floors of docs/architecture.md: imports point down, pure floors reach no I/O. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

interface Floor {
  readonly path: string;
  readonly isPure: boolean;
  /** Packages that this floor alone may import. */
  readonly packages: readonly string[];
}

/** Lowest first. A file may import its own floor and those below it. */
const FLOORS: readonly Floor[] = [
  { path: 'src/names/', isPure: true, packages: ['tldts', 'tr46'] },
  { path: 'src/records/', isPure: true, packages: [] },
  { path: 'src/dns/wire/', isPure: true, packages: [] },
  { path: 'src/dns/talk.ts', isPure: true, packages: [] },
  { path: 'src/checks/', isPure: true, packages: [] },
  { path: 'src/statistics/', isPure: true, packages: [] },
  { path: 'src/dns/client/', isPure: false, packages: ['koffi', 'p-limit'] },
  { path: 'src/loopback/', isPure: false, packages: ['dns2'] },
  { path: 'src/probe/', isPure: false, packages: [] },
  { path: 'src/survey/', isPure: false, packages: ['csv-parse', 'fastest-levenshtein'] },
  { path: 'src/queue/', isPure: false, packages: ['bullmq', 'ioredis'] },
  { path: 'src/store/', isPure: false, packages: ['better-sqlite3'] },
  { path: 'src/report/', isPure: false, packages: ['csv-stringify', 'hyparquet-writer'] },
  { path: 'src/serve/', isPure: false, packages: [] },
  { path: 'src/sight/', isPure: false, packages: ['pino', 'prom-client'] },
  { path: 'src/schedule/', isPure: false, packages: ['bullmq', 'croner', 'zod'] },
  { path: 'src/cli/', isPure: false, packages: ['commander', 'log-update'] },
  { path: 'workers/', isPure: false, packages: [] },
];

/** Siblings of one floor that must not know each other. */
const STRANGERS: readonly (readonly [string, string])[] = [
  ['src/queue/', 'src/store/'],
  ['src/store/', 'src/queue/'],
  ['src/report/', 'src/queue/'],
  ['src/report/', 'src/store/'],
  ['src/serve/', 'src/store/'],
  ['src/serve/', 'src/queue/'],
  ['src/sight/', 'src/store/'],
  ['src/sight/', 'src/queue/'],
  ['src/schedule/', 'src/store/'],
];

const floorOf = (file: string): number => FLOORS.findIndex((floor) => file.startsWith(floor.path));

const sources = ['src', 'workers'].flatMap((root) =>
  readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => `${root}/${name}`),
);

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(
      /^(?:import|export)\b[^;'"=]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\('([^']+)'\)/gmu,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

const packageOf = (specifier: string): string =>
  specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : (specifier.split('/')[0] ?? specifier);

/** Why an import may not stand in `file`; undefined when it may. */
function problemOf(file: string, target: string): string | undefined {
  const own = floorOf(file);
  const floor = FLOORS[own];
  if (floor === undefined) return 'a file on no floor';
  if (target.startsWith('node:')) return floor.isPure ? 'a pure floor' : undefined;
  if (!target.startsWith('.')) {
    return floor.packages.includes(packageOf(target)) ? undefined : 'not a package of this floor';
  }
  const path = relative(ROOT, join(ROOT, dirname(file), target));
  const other = floorOf(path);
  if (other < 0 || other > own) return `${path} stands higher, or on no floor`;
  const isStranger = STRANGERS.some(([from, to]) => file.startsWith(from) && path.startsWith(to));
  return isStranger ? `${path} is a sibling that it must not know` : undefined;
}

describe('floors', () => {
  it.each(sources)('%s stands on a floor and imports downwards only', (file) => {
    expect(floorOf(file), 'a file on no floor').toBeGreaterThanOrEqual(0);
    const problems = importsOf(file)
      .map((target) => ({ target, problem: problemOf(file, target) }))
      .filter(({ problem }) => problem !== undefined);
    expect(problems).toEqual([]);
  });
});
