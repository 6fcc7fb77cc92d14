/**
 * What kind of list a file is, by its name and its first lines. Pure: a guess only; `--format` says
 * it outright.
 */

export const LIST_FORMATS = ['plain', 'csv', 'tsv', 'zone'] as const;

/** `plain`: one name a line. `zone`: a master file (RFC 1035 §5). */
export type ListFormat = (typeof LIST_FORMATS)[number];

export interface ListShape {
  readonly format: ListFormat;
  /** Between the cells of `csv` and `tsv`; empty for the others. */
  readonly delimiter: string;
}

const MAX_SAMPLE_LINES = 50;
const EXTENSIONS: Readonly<Record<string, ListFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  zone: 'zone',
};

/**
 * `lines` are the first complete lines of the list. A name that ends in `.csv`, `.tsv` or `.zone`
 * (before `.gz`) decides; else the lines do: zone records or directives, then a delimiter that most
 * lines have, then plain.
 */
export function guessShape(
  path: string,
  lines: readonly string[],
  given: ListFormat | undefined,
): ListShape {
  const sample = lines.filter(isSignificant).slice(0, MAX_SAMPLE_LINES);
  const format = given ?? EXTENSIONS[extensionOf(path)];
  if (format === 'csv') return { format, delimiter: commonDelimiter(sample) ?? ',' };
  if (format === 'tsv') return { format, delimiter: '\t' };
  if (format !== undefined) return { format, delimiter: '' };
  if (sample.some((line) => ZONE_LINE.test(line) || ZONE_DIRECTIVE.test(line))) {
    return { format: 'zone', delimiter: '' };
  }
  const delimiter = commonDelimiter(sample);
  if (delimiter === undefined) return { format: 'plain', delimiter: '' };
  return { format: delimiter === '\t' ? 'tsv' : 'csv', delimiter };
}

/** Records that nearly every zone begins with; a type further down the list says nothing. */
const ZONE_LINE =
  /^[^\s,;]*[ \t]+(?:\d[\dsmhdw]*[ \t]+)?(?:IN[ \t]+)?(?:\d[\dsmhdw]*[ \t]+)?(?:SOA|NS)[ \t]+\S/iu;
const ZONE_DIRECTIVE = /^\$(?:ORIGIN|TTL|INCLUDE|GENERATE)\b/iu;
const COMMENT_OR_BLANK = /^\s*(?:[#;].*)?$/u;

function isSignificant(line: string): boolean {
  return !COMMENT_OR_BLANK.test(line);
}

function extensionOf(path: string): string {
  const name = path.toLowerCase().replace(/\.gz$/u, '');
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The delimiter that more than half of the lines have; the one of most lines where several do. */
function commonDelimiter(lines: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestCount = lines.length / 2;
  for (const delimiter of ['\t', ',', ';']) {
    const count = lines.filter((line) => hasDelimiter(line, delimiter)).length;
    if (count > bestCount) {
      best = delimiter;
      bestCount = count;
    }
  }
  return best;
}

/** Text after ` #` is a comment, and so is text after ` ;`: their delimiters count for nothing. */
const INLINE_COMMENT = /\s[#;].*$/u;

/** What stands in quotes is a cell's text (RFC 4180 §2). */
const QUOTED = /"(?:[^"]|"")*"/gu;

function hasDelimiter(line: string, delimiter: string): boolean {
  return line.replace(QUOTED, '').replace(INLINE_COMMENT, '').includes(delimiter);
}
