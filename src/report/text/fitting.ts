/** Leaves out the columns of a table that matter least, until its lines fit. */
import { displayWidth, type TableColumn, tableLines, truncate } from './layout.ts';

export interface FittingColumn<Line> extends TableColumn {
  /** Columns of a higher number are left out first when the line is too narrow; 0 stays always. */
  readonly priority: number;
  readonly of: (line: Line) => string;
}

export function rightColumn<Line>(
  title: string,
  priority: number,
  cell: (line: Line) => string,
): FittingColumn<Line> {
  return { title, align: 'right', priority, of: cell };
}

/** Header and lines of as many columns as the width allows; at worst the first column is cut. */
export function fittingLines<Line>(
  columns: readonly FittingColumn<Line>[],
  lines: readonly Line[],
  indent: string,
  width: number,
): readonly string[] {
  let kept = columns;
  let drawn = draw(kept, lines, indent);
  for (let priority = highest(columns); priority > 0; priority--) {
    if (Math.max(...drawn.map(displayWidth)) <= width) break;
    kept = kept.filter((column) => column.priority !== priority);
    drawn = draw(kept, lines, indent);
  }
  const excess = Math.max(...drawn.map(displayWidth)) - width;
  return excess > 0 ? draw(withShorterNames(kept, lines, excess), lines, indent) : drawn;
}

const LEAST_NAME = 6;

function withShorterNames<Line>(
  columns: readonly FittingColumn<Line>[],
  lines: readonly Line[],
  excess: number,
): readonly FittingColumn<Line>[] {
  const [first, ...rest] = columns;
  if (first === undefined) return columns;
  const widest = Math.max(...lines.map((line) => displayWidth(first.of(line))));
  const room = Math.max(LEAST_NAME, widest - excess);
  return [{ ...first, of: (line) => truncate(first.of(line), room) }, ...rest];
}

function highest<Line>(columns: readonly FittingColumn<Line>[]): number {
  return Math.max(0, ...columns.map(({ priority }) => priority));
}

function draw<Line>(
  columns: readonly FittingColumn<Line>[],
  lines: readonly Line[],
  indent: string,
): readonly string[] {
  const rows = lines.map((line) => columns.map(({ of }) => of(line)));
  return tableLines(columns, rows, indent);
}
