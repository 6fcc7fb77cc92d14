/** The prose of docs/csv-schema.md: what holds of the files as a whole. Pure data. */
import type { CsvType } from './csv.ts';

export const INTRODUCTION = `# Files

This page is generated from the code by \`npm run docs:schema\`; do not edit it.

Columns and keys are only ever added; find them by name. Columns are named here when the checks that
fill them are there: name servers, DKIM, parked names and report authorisation have none yet.

A look-up that failed is never "no record": the class is then \`error_…\` or \`temperror\`, the cells of
the check are empty as far as nothing was seen, and \`dns_error\` has the reason. Empty means unknown or
not applicable, never zero or "no".

A file is written whole or not at all, rows stand in an order that does not depend on the order of the
input, and the same store gives the same bytes.

## CSV

RFC 4180: UTF-8, CRLF, one header line, quotes only where needed, \`true\`/\`false\`, a dot for decimals.

Text cells that begin with \`=\`, \`+\`, \`-\`, \`@\`, a tab or a line end (or their full-width forms) get a
leading apostrophe, because spreadsheets would run them as formulas: \`spf_all\` reads \`'-all\`. Hidden
characters in text are written as \`\\xHH\` or \`\\u{HHHH}\`. \`--csv-raw\` turns both off. \`--csv-bom\` writes
a byte order mark first, for Excel.
`;

export const TYPES_TITLE = '## Types\n';

/** How a type looks in the two text formats; Parquet's stand with its writer. */
export const TYPE_FORMS: Readonly<Record<CsvType, readonly [csv: string, json: string]>> = {
  text: ['text, guarded as above', 'string'],
  number: ['whole number', 'number'],
  boolean: ['`true` or `false`', 'boolean'],
  share: ['six decimals', 'number with at most six decimals'],
  date: ['`YYYY-MM-DD`', 'string'],
  time: ['`YYYY-MM-DDThh:mm:ssZ`', 'string'],
};

export const JSONL_SECTION = `## \`domains.jsonl\`: one object a line for each target

The columns of \`domains.csv\` as keys, typed, null where a cell is empty, texts as they are: nothing is
guarded or escaped but for JSON. Joined columns (\`dns_error\`, \`spf_record\`, \`dmarc_record\`) are left
out; in their place stand

| key | value |
| --- | --- |
| \`reasons\` | object: why there is no answer, by \`existence\` or name of the check; \`{}\` where all answered |
| \`records\` | object: records by name of the check, MX with preference, near misses among them |

A record is \`{"text": "…"}\` where its bytes are UTF-8 (the text's UTF-8 form is the exact bytes), else
\`{"base64": "…"}\` (RFC 4648 §4). Lines end in LF.
`;

export const PARQUET_SECTION = `## \`domains.parquet\`: one row for each target

The columns of \`domains.csv\`, typed as above, each nullable; texts as they are, a record that is not
UTF-8 with its other bytes as \`\\xHH\`. Compressed with snappy, in groups of rows. DuckDB:
\`SELECT tld, count(*) FROM 'domains.parquet' WHERE dmarc_class = 'reject' GROUP BY tld\`. Metadata:
`;

export const REPORT_JSON_SECTION = `## \`report.json\`: one run, schema \`mailcensus-report/1\`

| key | value |
| --- | --- |
| \`schema\` | \`mailcensus-report/1\` |
| \`run\` | what was asked, of whom, with what: enough to repeat it |
| \`accounting\` | lines = blank + refused + duplicates + targets; targets = not_sampled + attempted + open |
| \`denominators\` | by id: \`definition_en\`, \`definition_ja\`, \`count\` in the whole run, of names that exist whatever the check came to; null where the check was not asked |
| \`metrics\` | array with the keys of \`metrics.csv\`, in its order |
| \`known_dmarc\` | only with \`--denominator known_dmarc\`: none, quarantine, reject, error of the names known to have had DMARC; error is inside the whole here |
| \`comparison\` | only where nights are compared: \`changes\`, \`flows\`, \`contributions\` with the keys of their files, \`drivers\` |
| \`trends\` | only where asked for: \`series\` of \`points\` by segment |
| \`notes\` | sentences in English that a reader must know |
`;

export const AGGREGATE_SECTION = `## Files with names of domains

\`--aggregate-only\` leaves these out, and operators and segments named after them out of the others:
`;
