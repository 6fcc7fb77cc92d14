/**
 * Two nights side by side for a terminal or a log, in English or Japanese: what is compared, the change
 * of the whole, the change by segment, where policies moved and which operator moved them. A change
 * never stands without its numbers of names, nor without what unmeasured names leave open. It computes
 * no comparison (`statistics/compare-nights.ts` does).
 */
import type { ComparedNight, Comparison } from '../statistics/comparison.ts';
import { type ChangeChoice, chosenChange } from './text/changes.ts';
import { labelled } from './text/head.ts';
import { wrap } from './text/layout.ts';
import { flowSection, operatorSections } from './text/movements.ts';
import { count } from './text/numbers.ts';
import { segmentChangeSections } from './text/segment-changes.ts';
import { type Canvas, canvasOf, INDENT, joinSections, type TextOptions } from './text/view.ts';
import { wholeSection } from './text/whole-change.ts';
import { escapeText } from './text-escape.ts';

/** `metric` and so on choose the measure of the segment tables: DMARC adoption unless they do. */
export interface CompareTextOptions extends TextOptions, ChangeChoice {}

export function compareText(comparison: Comparison, options: CompareTextOptions = {}): string {
  const canvas = canvasOf(options);
  const chosen = chosenChange(comparison, options);
  return joinSections([
    headLines(comparison, canvas),
    wholeSection(comparison, chosen, canvas),
    ...segmentChangeSections(comparison, chosen, canvas),
    flowSection(comparison, canvas),
    ...operatorSections(comparison, chosen, canvas),
    noteLines(comparison, canvas),
  ]);
}

function headLines(comparison: Comparison, canvas: Canvas): readonly string[] {
  const words = canvas.texts.compare;
  const { from, to, common, left, entered, design } = comparison;
  const night = ({ night, runId, targets, attempted }: ComparedNight) => [
    words.night(night, runId),
    words.names(count(targets)),
    words.asked(count(attempted)),
  ];
  return [
    canvas.paint.heading(escapeText(words.title(from.night, to.night))),
    ...labelled(words.nights, night(from), canvas),
    ...labelled('', night(to), canvas),
    ...labelled(
      words.lists,
      [words.common(count(common)), words.left(count(left)), words.entered(count(entered))],
      canvas,
    ),
    ...wrappedLabel(words.design, design === 'census' ? words.census : words.sample, canvas),
  ];
}

function wrappedLabel(label: string, text: string, canvas: Canvas): readonly string[] {
  const [first = ''] = labelled(label, ['x'], canvas);
  const start = first.slice(0, -1);
  const indent = labelled('', ['x'], canvas)[0]?.slice(0, -1) ?? '';
  return wrap(text, canvas.width, start, indent);
}

const MAX_NOTES = 20;

function noteLines(comparison: Comparison, canvas: Canvas): readonly string[] {
  const words = canvas.texts.compare;
  const incomplete = [comparison.from, comparison.to]
    .filter(({ attempted, targets }) => attempted < targets)
    .map(({ night, attempted, targets }) =>
      words.incomplete(escapeText(night), count(attempted), count(targets)),
    );
  const notes = comparison.notes.slice(0, MAX_NOTES).map(escapeText);
  const more = comparison.notes.length - MAX_NOTES;
  const lines = (texts: readonly string[]) =>
    texts.flatMap((text) => wrap(text, canvas.width, `${INDENT}* `, `${INDENT}  `));
  const all = [
    ...lines(incomplete).map(canvas.paint.warning),
    ...lines(notes),
    ...lines(more > 0 ? [words.more(count(more))] : []),
  ];
  return all.length === 0 ? [] : [canvas.paint.heading(words.notes), ...all];
}
