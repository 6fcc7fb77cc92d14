/** What a reader must know before quoting a figure of this run. */
import { accountingProblems, counterProblems, namesToAsk } from '../../statistics/accounting.ts';
import { MIN_CLUSTERS } from '../../statistics/cluster.ts';
import { BASES } from '../../statistics/layout.ts';
import { isComplete } from '../report-data.ts';
import { wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { hasAsked, INDENT, type Section, type View } from './view.ts';

/** Above this share of refused names the resolver, not the domains, is measured (statistics.md §3). */
const REFUSED_LIMIT = 0.01;
/** Above this share of names without an answer the run says more of the way there than of the names. */
const UNKNOWN_LIMIT = 0.1;
const MAX_PROBLEMS = 5;

export const notesSection: Section = (view) => {
  const warnings = [...problemNotes(view), ...completenessNotes(view), ...failureNotes(view)];
  const notes = [...readingNotes(view)];
  if (warnings.length + notes.length === 0) return [];
  const lines = (texts: readonly string[]) =>
    texts.flatMap((text) => wrap(text, view.width, `${INDENT}* `, `${INDENT}  `));
  return [
    view.paint.heading(view.texts.notes.title),
    ...lines(warnings).map(view.paint.warning),
    ...lines(notes),
  ];
};

function problemNotes({ data, counts, texts }: View): readonly string[] {
  const words = texts.notes;
  const problems = [
    ...accountingProblems(data.accounting),
    ...counterProblems(counts, data.run.config.checks),
  ];
  const asked = counts.sum(['domains'], BASES);
  if (asked !== data.accounting.attempted)
    problems.push(words.countedOtherwise(data.accounting.attempted, asked));
  const more = problems.length - MAX_PROBLEMS;
  return [
    ...problems.slice(0, MAX_PROBLEMS).map(words.problem),
    ...(more > 0 ? [words.moreProblems(count(more))] : []),
  ];
}

function completenessNotes({ data, texts }: View): readonly string[] {
  if (isComplete(data)) return [];
  const { run, accounting } = data;
  return [
    texts.notes.incomplete(
      count(accounting.attempted),
      count(namesToAsk(accounting)),
      count(run.blocksDone),
      count(run.blocks),
      run.status === 'aborted',
    ),
    ...(run.blocksDone < MIN_CLUSTERS ? [texts.notes.fewBlocks(MIN_CLUSTERS)] : []),
  ];
}

function failureNotes(view: View): readonly string[] {
  const asked = view.counts.sum(['domains'], BASES);
  const words = view.texts.notes;
  if (asked === 0) return [words.nothingAsked];
  return ['mx', 'spf', 'dmarc']
    .filter((check) => hasAsked(view, check))
    .flatMap((check) => {
      const unknown = view.counts.sum([`${check}.unknown`], BASES) / asked;
      const refused = view.counts.sum([`${check}.class.error_refused`], BASES) / asked;
      const name = check.toUpperCase();
      return [
        ...(refused > REFUSED_LIMIT ? [words.refused(percent(refused), name)] : []),
        ...(unknown > UNKNOWN_LIMIT ? [words.unknown(percent(unknown), name)] : []),
      ];
    });
}

function readingNotes(view: View): readonly string[] {
  const { config } = view.data.run;
  const words = view.texts.notes;
  return [
    ...(hasAsked(view, 'spf') && !config.isSpfVoids ? [words.noVoids] : []),
    ...(hasAsked(view, 'spf', 'dmarc') ? [words.meanings] : []),
    ...(config.isNxdomainCut && view.counts.sum(['domains'], ['nxdomain']) > 0
      ? [words.nxdomainCut]
      : []),
  ];
}
