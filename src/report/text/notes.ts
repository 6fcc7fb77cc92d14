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
  return [view.paint.heading('Notes'), ...lines(warnings).map(view.paint.warning), ...lines(notes)];
};

function problemNotes({ data, counts }: View): readonly string[] {
  const problems = [
    ...accountingProblems(data.accounting),
    ...counterProblems(counts, data.run.config.checks),
  ];
  const asked = counts.sum(['domains'], BASES);
  if (asked !== data.accounting.attempted)
    problems.push(`${data.accounting.attempted} names were asked, but ${asked} are counted`);
  const more = problems.length - MAX_PROBLEMS;
  return [
    ...problems
      .slice(0, MAX_PROBLEMS)
      .map((problem) => `The accounting does not reconcile: ${problem}.`),
    ...(more > 0 ? [`${count(more)} more such problems.`] : []),
  ];
}

function completenessNotes({ data }: View): readonly string[] {
  if (isComplete(data)) return [];
  const { run, accounting } = data;
  const done = `${count(accounting.attempted)} of ${count(namesToAsk(accounting))} names`;
  const way =
    run.status === 'aborted'
      ? 'A newer night has closed this run.'
      : 'Run the same command again to finish it.';
  return [
    `The run is not complete: ${done} were asked (${count(run.blocksDone)} of ${count(run.blocks)} ` +
      'blocks, in random order), so its shares are estimates for the whole; the ranges speak of ' +
      `the names asked only. ${way}`,
    ...(run.blocksDone < MIN_CLUSTERS
      ? [`Intervals (95 % CI) need ${MIN_CLUSTERS} finished blocks.`]
      : []),
  ];
}

function failureNotes(view: View): readonly string[] {
  const asked = view.counts.sum(['domains'], BASES);
  if (asked === 0) return ['No name was asked yet.'];
  return ['mx', 'spf', 'dmarc']
    .filter((check) => hasAsked(view, check))
    .flatMap((check) => {
      const unknown = view.counts.sum([`${check}.unknown`], BASES) / asked;
      const refused = view.counts.sum([`${check}.class.error_refused`], BASES) / asked;
      const name = check.toUpperCase();
      return [
        ...(refused > REFUSED_LIMIT
          ? [
              `${percent(refused)} of the ${name} look-ups were refused: the resolver refuses this ` +
                'client. Allow it there or name another with --resolver.',
            ]
          : []),
        ...(unknown > UNKNOWN_LIMIT
          ? [`${percent(unknown)} of the names gave no ${name} answer: look at the ranges first.`]
          : []),
      ];
    });
}

function readingNotes(view: View): readonly string[] {
  const { config } = view.data.run;
  return [
    ...(hasAsked(view, 'spf') && !config.isSpfVoids
      ? ['SPF: targets of a, mx and exists were not asked (--spf-voids does).']
      : []),
    ...(hasAsked(view, 'spf', 'dmarc')
      ? [
          'enforced: own record asks for reject, or quarantine of all mail, not weaker for ' +
            'subdomains, not in test mode; protected: the same of the applied record, own or ' +
            'inherited, and no open SPF; SPF only: usable SPF and no DMARC.',
        ]
      : []),
    ...(config.isNxdomainCut && view.counts.sum(['domains'], ['nxdomain']) > 0
      ? ['Nothing was asked below a name that does not exist (RFC 8020; --no-nxdomain-cut does).']
      : []),
  ];
}
