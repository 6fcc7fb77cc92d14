/**
 * Where DMARC policies moved between two nights: what the movements come to, class by class where the
 * line has room, and what each operator's names add. A name out of sight has not dropped its policy.
 */
import type { Comparison, Contribution } from '../../statistics/comparison.ts';
import { movementsOf } from '../../statistics/flow-matrix.ts';
import { FLOW_STATES, type FlowMatrix } from '../../statistics/flows.ts';
import { escapeText } from '../text-escape.ts';
import { type MeasureId, measureTitle } from './changes.ts';
import { displayWidth, flow, tableLines, truncate } from './layout.ts';
import { count, points } from './numbers.ts';
import { type Canvas, INDENT, quietLines } from './view.ts';

/** Of the total; nothing where the comparison has no flows. */
export function flowSection(comparison: Comparison, canvas: Canvas): readonly string[] {
  const matrix = comparison.flows.find(({ segmentType }) => segmentType === 'total');
  if (matrix === undefined) return [];
  const words = canvas.texts.compare;
  const moved = movementsOf(matrix);
  const to = (['none', 'quarantine', 'reject'] as const).map(
    (policy) => `${policy} ${count(moved.adoptedTo[policy])}`,
  );
  const parts = [
    moved.adopted > 0 ? words.adopted(count(moved.adopted), to.join(', ')) : words.adoptedNone,
    words.tightened(count(moved.tightened)),
    words.loosened(count(moved.loosened)),
    words.dropped(count(moved.dropped)),
    words.lostSight(count(moved.lostSight)),
    words.flowEntered(count(moved.entered)),
    words.flowLeft(count(moved.left)),
  ];
  return [
    canvas.paint.heading(words.flows),
    ...flow(parts, canvas.width, INDENT),
    ...matrixLines(matrix, canvas),
  ];
}

/** Classes that no name was in on either night are left out. */
function matrixLines({ counts }: FlowMatrix, canvas: Canvas): readonly string[] {
  const words = canvas.texts.compare;
  const value = (from: number, to: number): number => counts[from]?.[to] ?? 0;
  const indices = FLOW_STATES.map((_, i) => i);
  const rows = indices.filter((i) => indices.some((j) => value(i, j) > 0));
  const columns = indices.filter((j) => indices.some((i) => value(i, j) > 0));
  if (rows.length === 0) return [];
  const name = (i: number): string => words.flowStates[FLOW_STATES[i] ?? 'error'];
  const [header = '', ...lines] = tableLines(
    [
      { title: words.fromTo, align: 'left' },
      ...columns.map((j) => ({ title: name(j), align: 'right' }) as const),
    ],
    rows.map((i) => [name(i), ...columns.map((j) => (value(i, j) > 0 ? count(value(i, j)) : '.'))]),
    INDENT,
  );
  const widest = Math.max(...[header, ...lines].map(displayWidth));
  if (widest > canvas.width) return quietLines(words.noRoom(canvas.width), canvas);
  return [canvas.paint.quiet(header), ...lines];
}

const OPERATOR_WIDTH = 32;

/** One table a role, of the measure chosen; nothing where no operator is known. */
export function operatorSections(
  { contributions }: Comparison,
  chosen: MeasureId,
  canvas: Canvas,
): readonly (readonly string[])[] {
  const roles = [...new Set(contributions.map(({ role }) => role))];
  return roles.map((role) =>
    operatorTable(
      role,
      contributions.filter((of) => of.role === role),
      chosen,
      canvas,
    ),
  );
}

/** Contributions are small beside the whole: two decimals always. */
const DECIMALS = 2;

function operatorTable(
  role: string,
  contributions: readonly Contribution[],
  chosen: MeasureId,
  canvas: Canvas,
): readonly string[] {
  const words = canvas.texts.compare;
  const shown = contributions.slice(0, canvas.topSegments);
  const [header = '', ...lines] = tableLines(
    [
      { title: '', align: 'left' },
      { title: words.operatorNames, align: 'right' },
      { title: words.operatorFrom, align: 'right' },
      { title: words.operatorTo, align: 'right' },
      { title: words.pointsShort, align: 'right' },
    ],
    shown.map(({ operator, domains, from, to, contribution }) => [
      truncate(escapeText(operator), OPERATOR_WIDTH),
      count(domains),
      count(from),
      count(to),
      points(contribution, DECIMALS),
    ]),
    INDENT,
  );
  return [
    canvas.paint.heading(words.operators(truncate(escapeText(role), OPERATOR_WIDTH))),
    canvas.paint.quiet(header),
    ...lines,
    ...quietLines(words.operatorsRemark(measureTitle(chosen, canvas)), canvas),
  ];
}
