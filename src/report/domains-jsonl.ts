/**
 * `domains.jsonl`: one JSON object a line for each target, the columns of `domains.csv` with types and
 * records with their exact bytes. Nothing is guarded against spreadsheets or joined; null is unknown
 * or not applicable. Keys are public: add, never rename.
 */
import { domainColumns } from './columns.ts';
import { jsonCell } from './csv-table.ts';
import type { DomainRow } from './domain-row.ts';
import type { DomainsExport } from './domains-csv.ts';
import { jsonLine, utf8Text } from './text-escape.ts';

/** A record: its text where its bytes are UTF-8, else the bytes in Base64 (RFC 4648 §4). */
export type ExactText = { readonly text: string } | { readonly base64: string };

/** Lines turned to text at a time. */
const LINES_PER_CHUNK = 256;

/** `record` has one latin1 character a byte. */
export function exactText(record: string): ExactText {
  const text = utf8Text(record);
  return text === undefined
    ? { base64: Buffer.from(record, 'latin1').toString('base64') }
    : { text };
}

/** The file in chunks of whole lines (LF); the order of the rows is the caller's. */
export function* domainsJsonl(
  rows: Iterable<DomainRow>,
  options: Pick<DomainsExport, 'wave' | 'checks' | 'labels'>,
): Generator<string, void, undefined> {
  const columns = domainColumns(options.checks, options.labels).filter(
    ({ isJoined }) => isJoined !== true,
  );
  let chunk = '';
  let lines = 0;
  for (const row of rows) {
    const cells = columns.map(({ column, type, of }) => [
      column,
      jsonCell(of(row, options.wave), type),
    ]);
    chunk += `${jsonLine({
      ...Object.fromEntries(cells),
      reasons: reasonsOf(row),
      records: recordsOf(row),
    })}\n`;
    if (++lines < LINES_PER_CHUNK) continue;
    yield chunk;
    chunk = '';
    lines = 0;
  }
  if (lines > 0) yield chunk;
}

/** By what failed: `existence` or a check's name. */
function reasonsOf(row: DomainRow): Record<string, string> {
  const reasons: Record<string, string> = {};
  if (row.existenceReason !== undefined) reasons['existence'] = row.existenceReason;
  for (const name in row.checks) {
    const reason = row.checks[name]?.reason;
    if (reason !== undefined) reasons[name] = reason;
  }
  return reasons;
}

function recordsOf({ checks }: DomainRow): Record<string, readonly ExactText[]> {
  const records: Record<string, readonly ExactText[]> = {};
  for (const name in checks) records[name] = (checks[name]?.records ?? []).map(exactText);
  return records;
}
