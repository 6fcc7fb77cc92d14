/** Where the names went: each line splits one number into parts that sum to it. */
import { refusedNames } from '../../statistics/accounting.ts';
import { EXISTING_BASES } from '../../statistics/layout.ts';
import { escapeText } from '../text-escape.ts';
import { displayWidth, flow, padEnd, padStart } from './layout.ts';
import { count } from './numbers.ts';
import { hasAsked, INDENT, type Section, type View } from './view.ts';

interface Split {
  readonly total: number;
  readonly name: string;
  /** Parts of zero are not shown. */
  readonly parts: readonly (readonly [value: number, what: string])[];
}

export const namesSection: Section = (view) => {
  const splits = [...listSplits(view), ...counterSplits(view), refusedSplit(view)];
  const digits = Math.max(...splits.map(({ total }) => count(total).length));
  return [
    view.paint.heading(view.texts.names.title),
    ...splits.flatMap((split) => splitLines(split, digits, view)),
  ];
};

function listSplits({ data, texts }: View): readonly Split[] {
  const { accounting } = data;
  const words = texts.names;
  return [
    {
      total: accounting.lines,
      name: words.lines,
      parts: [
        [accounting.blank, words.blank],
        [refusedNames(accounting), words.refused],
        [accounting.duplicates, words.duplicate],
        [accounting.targets, words.names],
      ],
    },
    {
      total: accounting.targets,
      name: words.names,
      parts: [
        [accounting.notSampled, words.notInSample],
        [accounting.attempted, words.asked],
        [accounting.open, words.notAsked],
      ],
    },
  ];
}

function counterSplits(view: View): readonly Split[] {
  const { counts, data, texts } = view;
  const words = texts.names;
  const existing = counts.sum(['domains'], EXISTING_BASES);
  return [
    {
      total: data.accounting.attempted,
      name: words.asked,
      parts: [
        [existing, words.exist],
        [counts.sum(['domains'], ['nxdomain']), words.nxdomain],
        [counts.sum(['domains'], ['existence_unknown']), words.unknown],
      ],
    },
    {
      total: existing,
      name: words.existing,
      parts: hasAsked(view, 'mx')
        ? [
            [counts.sum(['domains'], ['mail']), words.withMail],
            [counts.sum(['domains'], ['no_mail']), words.withoutMail],
            [counts.sum(['domains'], ['mx_unknown']), words.mxUnknown],
          ]
        : [],
    },
  ];
}

function refusedSplit({ data, texts }: View): Split {
  const reasons = Object.entries(data.accounting.refused).sort(([, a], [, b]) => b - a);
  return {
    total: refusedNames(data.accounting),
    name: texts.names.refused,
    parts: reasons.map(([reason, value]) => [value, refusalName(reason, texts.names.refusals)]),
  };
}

/** A store of another version may hold a reason that has no word here. */
function refusalName(reason: string, words: Readonly<Record<string, string>>): string {
  const word = Object.hasOwn(words, reason) ? words[reason] : undefined;
  return word ?? escapeText(reason.replaceAll('_', ' '));
}

function splitLines(
  { total, name, parts }: Split,
  digits: number,
  { width, texts }: View,
): readonly string[] {
  const shown = parts.filter(([value]) => value > 0);
  const head = `${INDENT}${padStart(count(total), digits)} ${padEnd(name, 9)}`;
  const indentWidth = displayWidth(head);
  const lines = flow(
    shown.map(([value, what]) => texts.names.part(count(value), what)),
    width,
    ' '.repeat(indentWidth),
  );
  return lines.map((line, i) => (i === 0 ? head + line.slice(indentWidth) : line));
}
