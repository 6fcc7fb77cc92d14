/**
 * Composes one survey: lists into the store, the run that this call means, resolvers, prober, queue,
 * progress, and the end. `survey` and `demo` differ only in what they hand in.
 */
import type { Check } from '../checks/check.ts';
import { count } from '../report/text/numbers.ts';
import { isSameConfig } from '../store/run-rows.ts';
import type { StoreWriter } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import { importList } from '../survey/import-list.ts';
import { printable } from '../survey/list-errors.ts';
import { REFUSAL_HINTS } from '../survey/list-ledger.ts';
import { decideRun, isNight, nightOf } from '../survey/night.ts';
import { joinOptOuts, type OptOut, readOptOut } from '../survey/opt-out.ts';
import type { ListRow, RunConfig, RunRow } from '../survey/ports.ts';
import { type Asking, asker, type SurveyEnd } from './asking.ts';
import { checksOf } from './check-options.ts';
import { type CliIo, note } from './io.ts';
import type { SurveyOptions } from './survey-options.ts';

const MS_PER_SECOND = 1000;

/** Throws SurveyError for everything that a person can mend. */
export async function runLists(
  io: CliIo,
  paths: readonly string[],
  options: SurveyOptions,
  asking: Asking,
  store: StoreWriter,
): Promise<SurveyEnd> {
  const checks = checksOf(options.checks);
  const night = checkedNight(io, options);
  const prepare = await asker({ io, checks, options, store }, asking);
  const lists: ListRow[] = [];
  const optOut = joinOptOuts((options.optOut ?? []).map(readOptOut));
  for (const path of paths) lists.push(await bringIn(io, path, options, optOut, store));
  const config = configOf(lists, checks, options);
  const wish = { night, isExplicit: options.night !== undefined, config };
  const decision = decideRun(wish, store.runs(), isSameConfig);
  if (decision.action === 'refuse') throw new SurveyError('usage', decision.reason);
  if (decision.action === 'show') {
    note(io, `night ${night} is finished; its report again (--night or tomorrow begins a new one)`);
    return { run: decision.run, isComplete: true };
  }
  const { provenance, ask } = await prepare(lists);
  let run: RunRow;
  if (decision.action === 'resume') {
    run = store.resumeRun(decision.run.id, provenance);
    note(
      io,
      `taking up night ${run.night}: ${count(run.domainsDone)} of ${count(run.targets)} domains are done`,
    );
  } else {
    if (decision.abort !== undefined) {
      note(
        io,
        `night ${decision.abort.night} was open and is closed as aborted, for night ${night} begins`,
      );
    }
    run = store.planRun({ night, config, provenance, startedAtMs: io.now() });
  }
  return ask(run);
}

function checkedNight(io: CliIo, { night, tz }: SurveyOptions): string {
  if (night !== undefined && !isNight(night)) {
    throw new SurveyError(
      'usage',
      `--night ${JSON.stringify(night)} is no date; it takes YYYY-MM-DD`,
    );
  }
  try {
    return night ?? nightOf(io.now(), tz);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SurveyError(
      'usage',
      `--tz ${JSON.stringify(tz)} is no time zone; it takes a name as Asia/Tokyo`,
      { cause: error },
    );
  }
}

async function bringIn(
  io: CliIo,
  path: string,
  options: SurveyOptions,
  optOut: OptOut | undefined,
  store: StoreWriter,
): Promise<ListRow> {
  let shownAtMs = io.now();
  const { row, wasKnown } = await importList(
    { path },
    {
      format: options.format,
      column: options.column,
      labelColumns: options.labelColumn ?? [],
      hosts: options.hosts,
      ...(optOut === undefined ? {} : { optOut }),
      onProgress: ({ entries }) => {
        if (io.signal.aborted)
          throw new SurveyError(
            'stopped',
            `stopped while reading ${path}; nothing of it was stored`,
          );
        if (options.quiet || io.now() - shownAtMs < 2 * MS_PER_SECOND) return;
        shownAtMs = io.now();
        note(io, `reading ${path}: ${count(entries)} entries`);
      },
    },
    store,
  );
  if (!options.quiet && !wasKnown) noteAccounting(io, row);
  return row;
}

/** Where the list's lines went, with the first refused entry of each reason and its way out. */
function noteAccounting(io: CliIo, { name, accounting }: ListRow): void {
  const { targets, lines, duplicates, refused, examples } = accounting;
  const refusedCount = Object.values(refused).reduce((sum, count) => sum + count, 0);
  note(
    io,
    `${name}: ${count(targets)} domains (${count(lines)} entries, ${count(duplicates)} duplicates, ${count(refusedCount)} refused)`,
  );
  const shown = new Set<string>();
  for (const { line, text, reason } of examples) {
    if (shown.has(reason)) continue;
    shown.add(reason);
    const hint = REFUSAL_HINTS[reason];
    const why = hint === undefined ? reason : `${reason}: ${hint}`;
    note(io, `  refused line ${line}: ${printable(text)} (${why})`);
  }
}

function configOf(
  lists: readonly ListRow[],
  checks: readonly Check[],
  options: SurveyOptions,
): RunConfig {
  return {
    listIds: [...new Set(lists.map((list) => list.id))].sort((a, b) => a - b),
    checks: checks.map((check) => check.name),
    sample: options.sample,
    seed: options.seed,
    design: options.sample > 0 ? 'srs' : 'census',
    isSpfVoids: options.spfVoids,
    isNxdomainCut: options.nxdomainCut,
    ...(options.untilCi === undefined
      ? {}
      : { until: { metric: options.metric, halfWidth: options.untilCi } }),
  };
}
