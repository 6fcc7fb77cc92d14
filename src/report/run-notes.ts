/**
 * What the numbers of a run themselves say a reader must know, in English, for files. Texts for people
 * have their own words (`text/notes.ts`).
 */
import { accountingProblems, counterProblems, namesToAsk } from '../statistics/accounting.ts';
import { BASES } from '../statistics/layout.ts';
import { isComplete, type ReportData, totalCounts } from './report-data.ts';

export function runNotes(data: ReportData): readonly string[] {
  const { accounting, run } = data;
  const counts = totalCounts(data);
  const counted = counts.sum(['domains'], BASES);
  const problems = [
    ...accountingProblems(accounting),
    ...counterProblems(counts, run.config.checks),
    ...(counted === accounting.attempted
      ? []
      : [`attempted is ${accounting.attempted}, but counters hold ${counted}`]),
  ];
  return [
    ...problems.map((problem) => `the accounting does not reconcile: ${problem}`),
    ...(isComplete(data)
      ? []
      : [
          `the run is not complete: ${accounting.attempted} of ${namesToAsk(accounting)} names were` +
            ` asked, in ${run.blocksDone} of ${run.blocks} blocks`,
        ]),
  ];
}
