/**
 * Which column of a CSV or TSV list is what: header or not, the names, the rank, the labels. Decided
 * once on the first rows, before the list is read. Pure.
 */
import { parseDomainName } from '../names/domain-name.ts';
import { registrableDomain } from '../names/organizational-domain.ts';
import { SurveyError } from './errors.ts';
import { listLabel, printable } from './list-errors.ts';

export interface ColumnWishes {
  /** Header name or number from 1; undefined finds the column that holds names. */
  readonly column: string | undefined;
  /** Header names or numbers from 1. */
  readonly labelColumns: readonly string[];
}

/** Indices count from 0. */
export interface CsvColumns {
  readonly hasHeader: boolean;
  readonly name: number;
  readonly rank: number | undefined;
  readonly labels: readonly number[];
  /** Header names of the label columns; `column_N` without a header. */
  readonly labelNames: readonly string[];
  /** Cells of the first row: rows with more or fewer are irregular. */
  readonly width: number;
}

const NAME_HEADERS: ReadonlySet<string> = new Set(
  'domain domain_name domainname name fqdn host hostname site'.split(' '),
);
const RANK_HEADERS: ReadonlySet<string> = new Set(
  'rank position pos globalrank global_rank #'.split(' '),
);

/**
 * `rows` are the first rows of the list. The first row is a header when it holds no domain name and
 * a later one does, or when a wished column is named in it. Throws SurveyError for a wished column
 * that is not there.
 */
export function planColumns(
  path: string,
  rows: readonly (readonly string[])[],
  wishes: ColumnWishes,
): CsvColumns {
  const first = (rows[0] ?? []).map((cell) => cell.trim());
  const hasHeader = isHeader(first, rows.slice(1), wishes);
  const header = hasHeader ? first : undefined;
  const data = hasHeader ? rows.slice(1) : rows;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const find = (wish: string, option: string) => findColumn(path, option, wish, header, width);
  const name =
    wishes.column === undefined ? likeliestColumn(header, data) : find(wishes.column, '--column');
  const labels = [...new Set(wishes.labelColumns.map((wish) => find(wish, '--label-column')))];
  return {
    hasHeader,
    name,
    rank: rankColumn(header, data, name),
    labels,
    labelNames: labels.map((index) => header?.[index] || `column_${index + 1}`),
    width: first.length,
  };
}

function isHeader(
  first: readonly string[],
  later: readonly (readonly string[])[],
  { column, labelColumns }: ColumnWishes,
): boolean {
  if (first.some(isTargetName)) return false;
  if (later.some((row) => row.some(isTargetName))) return true;
  const wished = column === undefined ? labelColumns : [column, ...labelColumns];
  return wished.some((wish) => indexOfHeader(first, wish) !== undefined);
}

function isTargetName(cell: string): boolean {
  const parsed = parseDomainName(cell.trim());
  return parsed.ok && registrableDomain(parsed.name) !== undefined;
}

/** The column with the most names; of several, the one called `domain` or so, else the leftmost. */
function likeliestColumn(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
): number {
  const counts: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      counts[index] = (counts[index] ?? 0) + (isTargetName(cell) ? 1 : 0);
    });
  }
  const most = Math.max(0, ...counts);
  const candidates = counts.flatMap((count, index) => (count === most ? [index] : []));
  const named = candidates.find((index) => NAME_HEADERS.has(header?.[index]?.toLowerCase() ?? ''));
  return named ?? candidates[0] ?? 0;
}

const INTEGER = /^\d{1,15}$/u;

/** By its header; without one a first column of growing numbers, as in `rank,domain` top lists. */
function rankColumn(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  name: number,
): number | undefined {
  if (header !== undefined) {
    const index = header.findIndex((cell) => RANK_HEADERS.has(cell.toLowerCase()));
    return index === -1 || index === name ? undefined : index;
  }
  if (name === 0 || rows.length === 0) return undefined;
  let previous = -1;
  for (const row of rows) {
    const rank = parseRank(row[0]);
    if (rank === undefined || rank <= previous) return undefined;
    previous = rank;
  }
  return 0;
}

/** A rank from 1; undefined for anything else. */
export function parseRank(cell: string | undefined): number | undefined {
  const text = cell?.trim() ?? '';
  return INTEGER.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function indexOfHeader(header: readonly string[], wish: string): number | undefined {
  const exact = header.indexOf(wish);
  if (exact !== -1) return exact;
  const lower = wish.trim().toLowerCase();
  const index = header.findIndex((cell) => cell.toLowerCase() === lower);
  return index === -1 ? undefined : index;
}

const MAX_NAMES_SHOWN = 12;

function findColumn(
  path: string,
  option: string,
  wish: string,
  header: readonly string[] | undefined,
  width: number,
): number {
  const named = header === undefined ? undefined : indexOfHeader(header, wish);
  if (named !== undefined) return named;
  const number = parseRank(wish);
  if (number !== undefined && number <= width) return number - 1;
  const there =
    header === undefined
      ? `it has no header; give a number from 1 to ${width}`
      : `its columns are ${header.slice(0, MAX_NAMES_SHOWN).map(printable).join(', ')}`;
  throw new SurveyError(
    'usage',
    `${listLabel(path)}: there is no column ${printable(wish)} (${option}); ${there}`,
  );
}
