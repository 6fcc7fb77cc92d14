/**
 * Lines of a master file to records (RFC 1035 §5.1): comments, quoted strings, parentheses over
 * lines. Only the first tokens of a record are kept, so that a record of any length, or a quote that
 * is never closed, costs no memory. Knows nothing of types and names.
 */

export interface ZoneRecord {
  /** The first tokens, at most MAX_TOKENS; a quoted string stands as `""`. */
  readonly tokens: readonly string[];
  /** The record's first line. */
  readonly line: number;
  /** False where the line began with a blank: the owner is that of the record before. */
  readonly hasOwner: boolean;
  /** False where the file ended without an end of line. */
  readonly isTerminated: boolean;
}

/** Owner, TTL, class, type and the first token of the data. */
const MAX_TOKENS = 5;
/** A name of 253 octets, each written as `\DDD`, and no more. */
const MAX_TOKEN_LENGTH = 1100;

const SPECIAL = /[";()\\]/u;
const WORDS = /[^\s]+/gu;
// In order: escape-aware word, parenthesis, quote, comment. Each character is taken by one of them.
const PIECES = /(?:[^\s";()\\]|\\.?)+|[()]|"|;/gu;
const QUOTE_END = /(?:[^"\\]|\\.)*"/suy;

export class ZoneRecords {
  #tokens: string[] = [];
  #line = 0;
  #hasOwner = false;
  #depth = 0;
  #isQuoted = false;
  #isEmpty = true;

  /** The record that ends with this line; `blank` for a line of nothing, undefined within a record. */
  take(text: string, line: number, isTerminated: boolean): ZoneRecord | 'blank' | undefined {
    if (this.#isEmpty) {
      this.#line = line;
      this.#hasOwner = !/^\s/u.test(text);
    }
    if (this.#isQuoted || SPECIAL.test(text)) this.#scan(text);
    else for (const [word] of text.matchAll(WORDS)) if (!this.#keep(word)) break;
    if (this.#isOpen) return undefined;
    if (this.#isEmpty) return 'blank';
    const record = {
      tokens: this.#tokens,
      line: this.#line,
      hasOwner: this.#hasOwner,
      isTerminated,
    };
    this.#tokens = [];
    this.#isEmpty = true;
    return record;
  }

  /** What stands open, and since which line; undefined between records. */
  get open(): { readonly what: 'quote' | 'parenthesis'; readonly line: number } | undefined {
    if (!this.#isOpen) return undefined;
    return { what: this.#isQuoted ? 'quote' : 'parenthesis', line: this.#line };
  }

  get #isOpen(): boolean {
    return this.#isQuoted || this.#depth > 0;
  }

  #keep(token: string): boolean {
    this.#isEmpty = false;
    if (this.#tokens.length >= MAX_TOKENS) return false;
    this.#tokens.push(token.slice(0, MAX_TOKEN_LENGTH));
    return true;
  }

  #scan(text: string): void {
    let at = this.#isQuoted ? this.#skipQuoted(text, 0) : 0;
    while (at < text.length) {
      PIECES.lastIndex = at;
      const piece = PIECES.exec(text)?.[0];
      if (piece === undefined || piece === ';') return;
      at = PIECES.lastIndex;
      if (piece === '"') {
        this.#keep('""');
        at = this.#skipQuoted(text, at);
      } else if (piece === '(') this.#open();
      else if (piece === ')') this.#depth = Math.max(0, this.#depth - 1);
      else this.#keep(piece);
    }
  }

  #open(): void {
    this.#isEmpty = false;
    this.#depth++;
  }

  /** Where the quoted string ends; the text's end where it goes on. */
  #skipQuoted(text: string, start: number): number {
    QUOTE_END.lastIndex = start;
    const isClosed = QUOTE_END.test(text);
    this.#isQuoted = !isClosed;
    return isClosed ? QUOTE_END.lastIndex : text.length;
  }
}
