/** A table that is wider than the terminal as several below each other, each with the first column. */
import { displayWidth, type TableColumn, tableLines, truncate } from './layout.ts';

export interface PartColumn extends TableColumn {
  /** Neighbours of the same group stay on one line, as a count and its percentage. */
  readonly group?: string;
}

/** As few tables as the width allows; a group that is wider than it stands alone, beside a shorter first column. */
export function tableParts(
  columns: readonly PartColumn[],
  rows: readonly (readonly string[])[],
  indent: string,
  width: number,
): readonly (readonly string[])[] {
  const [, ...units] = unitsOf(columns);
  const parts: number[][] = [];
  let part: number[] = [];
  for (const unit of units) {
    const longer = [...part, ...unit];
    if (part.length > 0 && widthOf(linesOf(longer, columns, rows, indent)) > width) {
      parts.push(part);
      part = [...unit];
    } else part = longer;
  }
  return [...parts, part].map((of) => {
    const lines = linesOf(of, columns, rows, indent);
    const excess = widthOf(lines) - width;
    return excess > 0 ? linesOf(of, columns, withShorterNames(rows, excess), indent) : lines;
  });
}

const LEAST_NAME = 6;

function withShorterNames(
  rows: readonly (readonly string[])[],
  excess: number,
): readonly (readonly string[])[] {
  const widest = Math.max(0, ...rows.map(([name = '']) => displayWidth(name)));
  const room = Math.max(LEAST_NAME, widest - excess);
  return rows.map(([name = '', ...cells]) => [truncate(name, room), ...cells]);
}

/** Indices of the columns by group; the first column is a unit of its own. */
function unitsOf(columns: readonly PartColumn[]): readonly (readonly number[])[] {
  const units: number[][] = [];
  columns.forEach(({ group }, i) => {
    const isSame = i > 1 && group !== undefined && columns[i - 1]?.group === group;
    if (isSame) units.at(-1)?.push(i);
    else units.push([i]);
  });
  return units;
}

function linesOf(
  kept: readonly number[],
  columns: readonly PartColumn[],
  rows: readonly (readonly string[])[],
  indent: string,
): readonly string[] {
  const indices = [0, ...kept];
  const titles = indices.flatMap((i) => columns[i] ?? []);
  return tableLines(
    titles,
    rows.map((row) => indices.map((i) => row[i] ?? '')),
    indent,
  );
}

const widthOf = (lines: readonly string[]): number => Math.max(...lines.map(displayWidth));
