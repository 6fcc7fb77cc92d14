/** `runs`: what a store holds. */
import { Command } from 'commander';
import { count } from '../report/text/numbers.ts';
import { openReader } from '../store/open.ts';
import type { RunRow } from '../survey/ports.ts';
import { clockTime } from './duration.ts';
import { type CliIo, writeAll } from './io.ts';
import { DEFAULT_STORE } from './store-option.ts';

interface RunsOptions {
  readonly store: string;
  readonly json: boolean;
}

export function runsCommand(io: CliIo): Command {
  return new Command('runs')
    .description('the runs of a store, one a line')
    .option('--store <file>', 'the survey’s store', DEFAULT_STORE)
    .option('--json', 'one JSON object a line', false)
    .action(async ({ store: path, json }: RunsOptions) => {
      const store = openReader(path);
      try {
        const runs = store.runs();
        const text = json
          ? runs.map((run) => `${JSON.stringify(runJson(run))}\n`).join('')
          : runTable(runs);
        await writeAll(io.stdout, text);
      } finally {
        store.close();
      }
    });
}

/** A run as `runs --json` and `status --json` give it. */
export function runJson(run: RunRow) {
  return {
    id: run.id,
    night: run.night,
    status: run.status,
    started_at: isoTime(run.startedAtMs),
    finished_at: run.finishedAtMs === undefined ? null : isoTime(run.finishedAtMs),
    targets: run.targets,
    done: run.domainsDone,
    blocks: run.blocks,
    blocks_done: run.blocksDone,
    queries: run.queries,
    resumes: run.resumes,
    checks: run.config.checks,
    sample: run.config.sample,
    seed: run.config.seed,
    design: run.config.design,
    until: run.config.until ?? null,
    spf_voids: run.config.isSpfVoids,
    nxdomain_cut: run.config.isNxdomainCut,
    provenance: run.provenance,
  };
}

export const isoTime = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

const HEADINGS = ['run', 'night', 'status', 'done', 'targets', 'queries', 'began (UTC)', 'took'];
const RIGHT = new Set([0, 3, 4, 5, 7]);

function runTable(runs: readonly RunRow[]): string {
  if (runs.length === 0) return 'no run yet\n';
  const rows = [
    HEADINGS,
    ...runs.map((run) => [
      String(run.id),
      run.night,
      run.status,
      count(run.domainsDone),
      count(run.targets),
      count(run.queries),
      isoTime(run.startedAtMs).slice(0, 16).replace('T', ' '),
      run.finishedAtMs === undefined ? '' : clockTime((run.finishedAtMs - run.startedAtMs) / 1000),
    ]),
  ];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          RIGHT.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
