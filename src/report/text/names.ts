/** Where the names went: each line splits one number into parts that sum to it. */
import { refusedNames } from '../../statistics/accounting.ts';
import { EXISTING_BASES } from '../../statistics/layout.ts';
import { escapeText } from '../text-escape.ts';
import { flow, padEnd, padStart } from './layout.ts';
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
    view.paint.heading('Names'),
    ...splits.flatMap((split) => splitLines(split, digits, view.width)),
  ];
};

function listSplits({ data }: View): readonly Split[] {
  const { accounting } = data;
  return [
    {
      total: accounting.lines,
      name: 'lines',
      parts: [
        [accounting.blank, 'blank or comment'],
        [refusedNames(accounting), 'refused'],
        [accounting.duplicates, 'duplicate'],
        [accounting.targets, 'names'],
      ],
    },
    {
      total: accounting.targets,
      name: 'names',
      parts: [
        [accounting.notSampled, 'not in the sample'],
        [accounting.attempted, 'asked'],
        [accounting.open, 'not asked'],
      ],
    },
  ];
}

function counterSplits(view: View): readonly Split[] {
  const { counts, data } = view;
  const existing = counts.sum(['domains'], EXISTING_BASES);
  return [
    {
      total: data.accounting.attempted,
      name: 'asked',
      parts: [
        [existing, 'exist'],
        [counts.sum(['domains'], ['nxdomain']), 'do not (NXDOMAIN)'],
        [counts.sum(['domains'], ['existence_unknown']), 'unknown'],
      ],
    },
    {
      total: existing,
      name: 'existing',
      parts: hasAsked(view, 'mx')
        ? [
            [counts.sum(['domains'], ['mail']), 'with mail (MX)'],
            [counts.sum(['domains'], ['no_mail']), 'without mail'],
            [counts.sum(['domains'], ['mx_unknown']), 'MX unknown'],
          ]
        : [],
    },
  ];
}

function refusedSplit({ data }: View): Split {
  const reasons = Object.entries(data.accounting.refused).sort(([, a], [, b]) => b - a);
  return {
    total: refusedNames(data.accounting),
    name: 'refused',
    parts: reasons.map(([reason, value]) => [value, escapeText(reason.replaceAll('_', ' '))]),
  };
}

function splitLines({ total, name, parts }: Split, digits: number, width: number): string[] {
  const shown = parts.filter(([value]) => value > 0);
  const head = `${INDENT}${padStart(count(total), digits)} ${padEnd(name, 9)}`;
  const lines = flow(
    shown.map(([value, what]) => `${count(value)} ${what}`),
    width,
    ' '.repeat(head.length),
  );
  return lines.map((line, i) => (i === 0 ? head + line.slice(head.length) : line));
}
