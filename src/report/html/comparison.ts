/**
 * Two nights side by side: changes with their three numbers, who moved, and the operators behind it.
 */
import { SELF } from '../../names/operator.ts';
import type { Change, Comparison, Contribution } from '../../statistics/comparison.ts';
import { FLOW_STATES, type FlowMatrix, type FlowState } from '../../statistics/flows.ts';
import { LOW_N } from '../../statistics/shares.ts';
import { classLabel } from '../language/class-labels.ts';
import { longDate } from '../language/dates.ts';
import { sayFrom } from '../language/language.ts';
import { PAGE_ANALYSIS_TEXTS } from '../language/page-analysis-texts.ts';
import { flowSankey, isCutShort } from '../svg/flow-sankey.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { count } from '../text/numbers.ts';
import { fraction, percent, points, pointsRange } from './format.ts';
import {
  type Cell,
  type Column,
  figure,
  listOf,
  paragraph,
  sentences,
  subheading,
  table,
} from './markup.ts';
import { segmentName } from './segments.ts';
import { measureName } from './trend.ts';
import type { PagePart, PageView } from './view.ts';

export function comparisonPart(view: PageView, comparison: Comparison): readonly PagePart[] {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const { from, to, common, entered, left } = comparison;
  const dates = {
    from: longDate(from.night, view.language),
    to: longDate(to.night, view.language),
  };
  const intro = say('compareIntro', {
    ...dates,
    common: count(common),
    entered: count(entered),
    left: count(left),
  });
  const html =
    paragraph(intro, 'lead') +
    (comparison.notes.length > 0
      ? subheading(say('compareRemarks')) + listOf(comparison.notes)
      : '') +
    changeTables(view, comparison) +
    flowFigure(view, comparison, dates) +
    contributionTable(view, comparison.contributions);
  return [{ id: 'comparison', title: say('compare'), html }];
}

function keyOf({ metric, class: of, denominatorId }: Change): string {
  return `${metric} ${of} ${denominatorId}`;
}

/** All measures of the total in one table, then one table a measure with the segments. */
function changeTables(view: PageView, comparison: Comparison): string {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const { changes } = comparison;
  const totals = changes.filter(({ segmentType }) => segmentType === 'total');
  const parts = changes.filter(({ segmentType }) => segmentType !== 'total');
  const keys = [...new Set(parts.map(keyOf))];
  const isLowN = changes.some((change) => change.isLowN);
  const note = sentences(
    [
      say('compareNote'),
      comparison.design === 'census' ? say('compareCensus') : '',
      isLowN ? say('compareLowN', { count: String(LOW_N) }) : '',
    ],
    view.language,
  );
  const segmentTables = keys.map((key, i) => {
    const own = parts.filter((change) => keyOf(change) === key);
    const first = own[0];
    if (first === undefined) return '';
    const caption = say('compareTable', { measure: measureName(first, view) });
    const body = changeTable(view, comparison, caption, largest(own, view.topSegments), (change) =>
      segmentName(change.segmentType, change.segment, view),
    );
    return `<details${i === 0 ? ' open' : ''}><summary>${escapeMarkup(caption)}</summary>${body}</details>`;
  });
  return (
    changeTable(view, comparison, view.say('segmentTotal'), totals, (change) =>
      measureName(change, view),
    ) +
    paragraph(note, 'note') +
    segmentTables.join('\n')
  );
}

/** Segments with the most domains on the second night; they keep their order. */
function largest(changes: readonly Change[], limit: number): readonly Change[] {
  const kept = new Set(
    [...changes].sort((a, b) => b.cross.to.denominator - a.cross.to.denominator).slice(0, limit),
  );
  return changes.filter((change) => kept.has(change));
}

function changeTable(
  view: PageView,
  { from, to, design }: Comparison,
  caption: string,
  changes: readonly Change[],
  nameOf: (change: Change) => string,
): string {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const isSample = design !== 'census';
  const interval: readonly Column[] = isSample
    ? [{ title: say('compareInterval'), isNumber: true }]
    : [];
  const columns: readonly Column[] = [
    { title: '' },
    { title: from.night, isNumber: true },
    { title: to.night, isNumber: true },
    { title: `${say('comparePoints')} ${say('compareCross')}`, isNumber: true },
    ...interval,
    { title: `${say('comparePoints')} ${say('comparePanel')}`, isNumber: true },
    ...interval,
    { title: say('compareGained'), isNumber: true },
    { title: say('compareComposition'), isNumber: true },
  ];
  const rows = changes.map((change): readonly Cell[] => {
    const { cross, panel, composition } = change;
    return [
      nameOf(change) + (change.isLowN ? ' °' : '') + (change.driver === undefined ? '' : ' *'),
      { text: percent(cross.from.share), below: fraction(cross.from) },
      { text: percent(cross.to.share), below: fraction(cross.to) },
      points(cross.difference),
      ...(isSample ? [pointsRange(cross.interval)] : []),
      points(panel.difference),
      ...(isSample ? [pointsRange(panel.interval)] : []),
      `+${count(panel.gained)} / −${count(panel.lost)}`,
      points(composition.effect),
    ];
  });
  const drivers = changes.flatMap(({ driver }, i) =>
    driver === undefined
      ? []
      : [
          say('compareDriver', {
            segment: nameOf(changes[i] as Change),
            operator: driver.operator,
            role: driver.role,
            share: percent(driver.share),
          }),
        ],
  );
  return (
    table({ caption, columns, rows }) + drivers.map((text) => paragraph(text, 'note')).join('')
  );
}

/** From top to bottom of the chart: the strictest first. */
const STATE_ORDER: readonly FlowState[] = [
  'reject',
  'quarantine',
  'none',
  'invalid',
  'multiple',
  'absent',
  'nxdomain',
  'error',
  'not_listed',
];

function stateLabel(state: FlowState, view: PageView): string {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  switch (state) {
    case 'absent':
      return say('flowAbsent');
    case 'invalid':
      return say('flowInvalid');
    case 'multiple':
      return say('flowMultiple');
    case 'nxdomain':
      return say('flowNxdomain');
    case 'error':
      return say('flowError');
    case 'not_listed':
      return say('flowNotListed');
    default:
      return classLabel(state, view.language);
  }
}

function flowFigure(
  view: PageView,
  comparison: Comparison,
  dates: { readonly from: string; readonly to: string },
): string {
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const matrix = comparison.flows.find(({ segmentType }) => segmentType === 'total');
  if (matrix === undefined) return '';
  const states = STATE_ORDER.filter((state) =>
    FLOW_STATES.some((other) => at(matrix, state, other) + at(matrix, other, state) > 0),
  );
  if (states.length === 0) return '';
  const labels = states.map((state) => stateLabel(state, view));
  const flow = {
    states: states.map((state, i) => ({ class: state, label: labels[i] ?? state })),
    counts: states.map((from) => states.map((to) => at(matrix, from, to))),
    fromTitle: comparison.from.night,
    toTitle: comparison.to.night,
  };
  const title = say('flowFigure');
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = flow.counts.map((row, i) => [labels[i] ?? '', ...row.map(count), count(sum(row))]);
  return figure({
    language: view.language,
    id: 'fig-flow',
    title,
    notes: [say('flowNote', dates), isCutShort(flow) ? say('flowCut') : ''],
    description:
      flow.counts
        .flatMap((row, i) =>
          row.flatMap((value, j) =>
            i !== j && value > 0 ? [`${labels[i]} → ${labels[j]} ${count(value)}`] : [],
          ),
        )
        .join(', ') || say('flowNothing'),
    draw: (frame) => flowSankey(frame, flow),
    tableHtml: table({
      caption: title,
      columns: [
        { title: say('flowFrom') },
        ...labels.map((label) => ({ title: label, isNumber: true })),
        { title: view.say('total'), isNumber: true },
      ],
      rows: [
        ...rows,
        [
          view.say('total'),
          ...states.map((_, j) => count(sum(flow.counts.map((row) => row[j] ?? 0)))),
          count(sum(flow.counts.flat())),
        ],
      ],
      hasTotal: true,
    }),
    tableTitle: view.say('table'),
  });
}

function at({ counts }: FlowMatrix, from: FlowState, to: FlowState): number {
  return counts[FLOW_STATES.indexOf(from)]?.[FLOW_STATES.indexOf(to)] ?? 0;
}

function contributionTable(view: PageView, contributions: readonly Contribution[]): string {
  if (contributions.length === 0) return '';
  const say = sayFrom(PAGE_ANALYSIS_TEXTS, view.language);
  const title = say('operators');
  return (
    subheading(title) +
    table({
      caption: title,
      columns: [
        { title: say('operator') },
        { title: say('role') },
        { title: view.say('domains'), isNumber: true },
        { title: '+/−', isNumber: true },
        { title: say('contribution'), isNumber: true },
      ],
      rows: contributions.map((each) => [
        each.operator === SELF ? say('self') : each.operator,
        each.role,
        count(each.domains),
        `${count(each.from)} → ${count(each.to)}`,
        points(each.contribution),
      ]),
    }) +
    paragraph(say('operatorsNote'), 'note')
  );
}
