/** Where the entries of the lists went, to the last domain; and what could not be measured. */
import { refusedNames } from '../../statistics/accounting.ts';
import { failureRows } from '../../statistics/failure-rows.ts';
import { BASES, CHECK_LAYOUTS, EXISTING_BASES } from '../../statistics/layout.ts';
import { classLabel } from '../language/class-labels.ts';
import { TEXTS, wordFor } from '../language/text-catalogue.ts';
import { type ErrorRow, errorBars } from '../svg/error-bars.ts';
import { populationBars, type Stage } from '../svg/population-bars.ts';
import { count } from '../text/numbers.ts';
import { percent } from './format.ts';
import { figure, paragraph, table } from './markup.ts';
import { hasAsked, type PagePart, type PageView } from './view.ts';

type Left = readonly [label: string, domains: number];

interface Step {
  readonly label: string;
  readonly total: number;
  readonly onward: number;
  readonly left: readonly Left[];
}

export function populationPart(view: PageView): readonly PagePart[] {
  const { say } = view;
  const steps = stepsOf(view);
  const stages = steps.map(
    ({ label, total, onward, left }): Stage => ({
      label,
      total,
      onward,
      leaving: left
        .filter(([, value]) => value > 0)
        .map(([what, value]) => `${what} ${count(value)}`)
        .join(' · '),
    }),
  );
  const rows = steps.flatMap(({ label, total, onward, left }, i) => {
    const isLast = i === steps.length - 1;
    const parts = [...left, ...(isLast ? [] : [[say('onward'), onward] as const])];
    return [
      [label, say('total'), count(total)],
      ...parts.map(([what, value]) => [label, what, count(value)]),
    ];
  });
  const columns = [
    { title: say('stage') },
    { title: say('part') },
    { title: say('domains'), isNumber: true },
  ];
  const html =
    figure({
      language: view.language,
      id: 'fig-population',
      title: say('populationFigure'),
      notes: [say('populationNote'), say('reconciles')],
      description: steps.map(({ label, total }) => `${label} ${count(total)}`).join(', '),
      draw: (frame) => populationBars(frame, stages),
      tableHtml: table({ caption: say('populationFigure'), columns, rows }),
      tableTitle: say('table'),
    }) + refusedTable(view);
  return [{ id: 'population', title: say('population'), html }];
}

function stepsOf(view: PageView): readonly Step[] {
  const { data, counts, say } = view;
  const { accounting } = data;
  const of = (...bases: readonly (typeof BASES)[number][]) => counts.sum(['domains'], bases);
  const unknown = of('existence_unknown');
  const existing = counts.sum(['domains'], EXISTING_BASES);
  const measured = counts.sum(['domains'], BASES) - unknown;
  const hasMx = hasAsked(view, 'mx');
  const mail = of('mail');
  return [
    {
      label: say('stageLines'),
      total: accounting.lines,
      onward: accounting.targets,
      left: [
        [say('leftBlank'), accounting.blank],
        [say('leftRefused'), refusedNames(accounting)],
        [say('leftDuplicate'), accounting.duplicates],
      ],
    },
    {
      label: say('stageTargets'),
      total: accounting.targets,
      onward: accounting.attempted,
      left: [
        [say('leftNotSampled'), accounting.notSampled],
        [say('leftOpen'), accounting.open],
      ],
    },
    {
      label: say('stageAttempted'),
      total: accounting.attempted,
      onward: measured,
      left: [[say('leftUnknown'), unknown]],
    },
    {
      label: say('stageMeasured'),
      total: measured,
      onward: existing,
      left: [[say('leftNxdomain'), of('nxdomain')]],
    },
    {
      label: say('stageExisting'),
      total: existing,
      onward: hasMx ? mail : existing,
      left: hasMx
        ? [
            [say('leftNoMail'), of('no_mail')],
            [say('leftMxUnknown'), of('mx_unknown')],
          ]
        : [],
    },
    ...(hasMx ? [{ label: say('stageMail'), total: mail, onward: mail, left: [] }] : []),
  ];
}

function refusedTable(view: PageView): string {
  const { data, say, language } = view;
  const reasons = Object.entries(data.accounting.refused)
    .filter(([, value]) => value > 0)
    .sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return '';
  const words = TEXTS[language].names.refusals;
  return table({
    caption: say('refusedTable'),
    columns: [{ title: say('reason') }, { title: say('stageLines'), isNumber: true }],
    rows: reasons.map(([reason, value]) => [wordFor(words, reason) ?? reason, count(value)]),
  });
}

const CHECK_TITLES: Readonly<Record<string, string>> = { mx: 'MX', spf: 'SPF', dmarc: 'DMARC' };

interface FailureBar extends ErrorRow {
  readonly check: string;
  readonly kind: string;
}

/** Kinds that did not happen are left out; of each check the most frequent first. */
function failuresOf(view: PageView): readonly FailureBar[] {
  const { data, language } = view;
  const total = data.segments.filter(({ segmentType }) => segmentType === 'total');
  const context = { wave: data.run.night, checks: data.run.config.checks };
  const rows = [...failureRows(total, context)].filter((row) => row.firstPass + row.final > 0);
  return CHECK_LAYOUTS.flatMap(({ name }) =>
    rows
      .filter(({ query }) => query === name)
      .sort((a, b) => b.final - a.final)
      .map(({ errorClass, firstPass, final }) => ({
        check: CHECK_TITLES[name] ?? name,
        kind: errorClass,
        label: `${CHECK_TITLES[name] ?? name} ${classLabel(errorClass, language)}`,
        firstPass,
        final,
      })),
  );
}

export function unmeasuredPart(view: PageView): readonly PagePart[] {
  const { counts, say, data } = view;
  if (data.accounting.attempted === 0) return [];
  const rows = failuresOf(view);
  const existence = counts.sum(['domains'], ['existence_unknown']);
  const asked = counts.sum(['domains'], BASES);
  const title = say('unmeasured');
  if (rows.length === 0)
    return [{ id: 'unmeasured', title, html: paragraph(say('unmeasuredNothing')) }];
  const columns = [
    { title: say('check') },
    { title: say('class') },
    { title: say('firstPass'), isNumber: true },
    { title: say('final'), isNumber: true },
    { title: say('share'), isNumber: true },
  ];
  const cells = [
    [
      say('existence'),
      say('leftUnknown'),
      count(existence),
      count(existence),
      percent(existence / asked),
    ],
    ...rows.map(({ check, kind, firstPass, final }) => [
      check,
      kind,
      count(firstPass),
      count(final),
      percent(final / asked),
    ]),
  ];
  const html = figure({
    language: view.language,
    id: 'fig-unmeasured',
    title: say('unmeasuredFigure'),
    notes: [say('plainNote', { n: count(asked), id: 'attempted' }), say('unmeasuredNote')],
    description: rows.map(({ label, final }) => `${label} ${count(final)}`).join(', '),
    draw: (frame) =>
      errorBars(frame, { rows, firstLabel: say('firstPass'), finalLabel: say('final') }),
    tableHtml: table({ caption: say('unmeasuredFigure'), columns, rows: cells }),
    tableTitle: say('table'),
  });
  return [{ id: 'unmeasured', title, html }];
}
