/** `status`: how far the newest run is, who asks, and how the scheduler's nights stand. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { count } from '../report/text/numbers.ts';
import { escapeText } from '../report/text-escape.ts';
import { SurveyError } from '../survey/errors.ts';
import { DEFAULT_CONFIG, loadConfig } from './config-option.ts';
import { clockTime } from './duration.ts';
import { type CliIo, writeAll } from './io.ts';
import { wholeNumber } from './option-values.ts';
import { isoTime, runJson } from './runs.ts';
import { DEFAULT_STORE } from './store-option.ts';
import { type StoreSight, sightOfStore } from './store-sight.ts';

interface StatusOptions {
  readonly store?: string;
  readonly config?: string;
  readonly json: boolean;
  readonly watch?: number | true;
}

const DEFAULT_WATCH_SECONDS = 2;
const MAX_WATCH_SECONDS = 86_400;

export function statusCommand(io: CliIo): Command {
  return new Command('status')
    .description('how far the newest run is, which may be running now, and how the schedule stands')
    .option('--store <file>', `the survey’s store (default: ${DEFAULT_STORE})`)
    .option(
      '--config <file>',
      `every survey of that configuration (default: ${DEFAULT_CONFIG}, where there is one and no --store)`,
    )
    .option('--json', 'one JSON object', false)
    .option('--watch [seconds]', 'again and again, until Ctrl-C', wholeNumber(1, MAX_WATCH_SECONDS))
    .action(async (options: StatusOptions) => {
      if (options.watch === undefined) {
        await writeAll(io.stdout, await statusNow(io, options, new Map()));
        return;
      }
      const seconds = options.watch === true ? DEFAULT_WATCH_SECONDS : options.watch;
      await watch(io, options, seconds);
    });
}

/** What was seen the time before, by store: speeds are the difference. */
type Before = Map<string, { readonly atMs: number; readonly sight: StoreSight }>;

async function watch(io: CliIo, options: StatusOptions, seconds: number): Promise<void> {
  const before: Before = new Map();
  const isLive = io.stdout.isTTY && !options.json;
  const { createLogUpdate } = await import('log-update');
  const update = isLive ? createLogUpdate(io.stdout) : undefined;
  while (!io.signal.aborted) {
    const text = await statusNow(io, options, before);
    if (update === undefined) await writeAll(io.stdout, options.json ? text : `${text}\n`);
    else update(text.trimEnd());
    await delay(seconds * 1000, undefined, { signal: io.signal }).catch(() => undefined);
  }
  update?.done();
}

async function statusNow(io: CliIo, options: StatusOptions, before: Before): Promise<string> {
  const { store, config, json } = options;
  if (config === undefined && (store !== undefined || !existsSync(DEFAULT_CONFIG))) {
    return storeStatus(io, store ?? DEFAULT_STORE, json, before);
  }
  const { standings, standingLines, standingJson } = await import('../schedule/status.ts');
  const loaded = await loadConfig(io, config ?? DEFAULT_CONFIG, false);
  const parts = standings(loaded, io.now()).map((standing) => ({
    standing,
    sight: sightOfStore(standing.store),
  }));
  if (json) {
    const surveys = parts.map(({ standing, sight }) => ({
      ...standingJson(standing),
      run: sight === undefined ? null : sightJson(sight),
    }));
    return `${JSON.stringify({ surveys })}\n`;
  }
  return parts
    .map(({ standing, sight }) => {
      const lines = [...standingLines(standing)];
      if (sight !== undefined) {
        lines.push(...sightLines(io, standing.store, sight, before).map((line) => `  ${line}`));
      }
      return lines.map((line) => `${escapeText(line)}\n`).join('');
    })
    .join('\n');
}

function storeStatus(io: CliIo, path: string, isJson: boolean, before: Before): string {
  const sight = sightOfStore(path);
  if (sight === undefined) {
    throw new SurveyError(
      'usage',
      existsSync(path)
        ? `${path} has no run yet; mailcensus survey LIST begins one`
        : `${path}: no such store; --store names another, mailcensus survey LIST begins one`,
    );
  }
  if (isJson) return `${JSON.stringify(sightJson(sight))}\n`;
  const lines = sightLines(io, path, sight, before);
  return lines.map((line) => `${escapeText(line)}\n`).join('');
}

function sightJson({ run, figures, workers }: StoreSight) {
  return {
    ...runJson(run),
    unknown: figures.unknown,
    workers: workers.map(({ origin, blocks, domains, queries, failed, failedByReason }) => ({
      name: origin?.name ?? null,
      resolvers: origin?.resolvers ?? null,
      blocks,
      domains,
      queries,
      failed,
      failed_by_reason: failedByReason ?? null,
    })),
  };
}

function sightLines(io: CliIo, path: string, sight: StoreSight, before: Before): readonly string[] {
  const { run } = sight;
  const share = run.targets === 0 ? 1 : run.domainsDone / run.targets;
  const endMs = run.finishedAtMs ?? io.now();
  const speed = speedText(io, path, sight, before);
  return [
    `night ${run.night}   run ${run.id}   ${run.status}`,
    `done     ${count(run.domainsDone)} of ${count(run.targets)} domains (${(share * 100).toFixed(1)} %), ${count(run.blocksDone)} of ${count(run.blocks)} blocks`,
    ...(speed === undefined ? [] : [`speed    ${speed}`]),
    `queries  ${count(run.queries)}`,
    `unknown  ${unknownText(sight)}`,
    `began    ${isoTime(run.startedAtMs)}, ${clockTime((endMs - run.startedAtMs) / 1000)} ${run.finishedAtMs === undefined ? 'ago' : 'to the end'}${run.resumes > 0 ? `, taken up again ${run.resumes} times` : ''}`,
    `asks     ${asksText(sight)}`,
    ...workerLines(sight),
  ];
}

function asksText({ run, workers }: StoreSight): string {
  const { resolvers } = run.provenance;
  const who = resolvers.length > 0 ? resolvers.join(', ') : `${workers.length} workers’ resolvers`;
  return `${who} for ${run.config.checks.join(', ')}`;
}

/** Over the time between two looks, else since the run began; nothing for a run that is over. */
function speedText(
  { now }: CliIo,
  path: string,
  sight: StoreSight,
  before: Before,
): string | undefined {
  const { run } = sight;
  const atMs = now();
  const last = before.get(path);
  before.set(path, { atMs, sight });
  if (run.status !== 'running') return undefined;
  const isSame = last?.sight.run.id === run.id;
  if (!isSame && run.resumes > 0) return undefined;
  const seconds = Math.max(0.001, (atMs - (isSame ? last.atMs : run.startedAtMs)) / 1000);
  const domains = run.domainsDone - (isSame ? last.sight.run.domainsDone : 0);
  const queries = run.queries - (isSame ? last.sight.run.queries : 0);
  const since = isSame ? '' : ' since it began';
  return `${count(domains / seconds)} domains/s, ${count(queries / seconds)} queries/s${since}`;
}

/** As `mx 12 (timeout 10, servfail 2) of 4,096`. */
function unknownText({ run, figures }: StoreSight): string {
  const byCheck = run.config.checks.flatMap((check) => {
    const reasons = figures.unknown.filter((one) => one.check === check);
    const names = reasons.reduce((sum, one) => sum + one.names, 0);
    const kinds = reasons.map((one) => `${one.reason} ${count(one.names)}`).join(', ');
    return names === 0 ? [] : [`${check} ${count(names)} (${kinds})`];
  });
  if (run.domainsDone === 0) return 'nothing measured yet';
  return `${byCheck.length === 0 ? 'none' : byCheck.join(', ')} of ${count(run.domainsDone)}`;
}

const MAX_WORKER_LINES = 50;

function workerLines({ workers }: StoreSight): readonly string[] {
  const joined = workers.filter(({ origin }) => origin !== undefined);
  const lines = joined
    .slice(0, MAX_WORKER_LINES)
    .map(
      ({ origin, blocks, domains, failed }) =>
        `worker   ${origin?.name}: ${count(blocks)} blocks, ${count(domains)} domains, ${count(failed)} unknown, asks ${origin?.resolvers.join(', ')}`,
    );
  const more = joined.length - lines.length;
  return more > 0 ? [...lines, `worker   and ${count(more)} more`] : lines;
}
