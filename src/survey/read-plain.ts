/**
 * Plain lists: one name a line. `;` begins a comment anywhere, `#` at the start of a line or after a
 * space, so that a URL with a fragment is told as a URL.
 */
import type { ListLedger } from './list-ledger.ts';
import type { ListReader } from './list-reader.ts';

const MAX_LINE_BYTES = 4096;

export class PlainReader implements ListReader {
  readonly maxLineBytes = MAX_LINE_BYTES;
  readonly irregularRows = 0;
  readonly #ledger: ListLedger;

  constructor(ledger: ListLedger) {
    this.#ledger = ledger;
  }

  line(text: string, number: number): void {
    const entry = withoutComment(text).trim();
    if (entry === '') this.#ledger.blank();
    else this.#ledger.offer(number, entry);
  }

  overlongLine(start: string, number: number): void {
    this.#ledger.refuse(number, start, 'line_too_long');
  }

  async flush(): Promise<void> {}

  async end(): Promise<void> {}
}

function withoutComment(text: string): string {
  const semicolon = text.indexOf(';');
  const kept = semicolon === -1 ? text : text.slice(0, semicolon);
  const hash = kept.indexOf('#');
  if (hash === -1) return kept;
  if (hash === 0) return '';
  const comment = kept.search(/\s#/u);
  return comment === -1 ? kept : kept.slice(0, comment);
}
