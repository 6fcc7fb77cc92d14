/**
 * Master files (RFC 1035 §5) of a zone that delegates, as a registry's: the names that have NS
 * records below the apex, each once. Every other record, and every further NS of the same name, is
 * booked as blank. `$INCLUDE` and unknown directives are refused, for names would be missing.
 */
import { SurveyError } from './errors.ts';
import { listLabel, printable } from './list-errors.ts';
import type { ListLedger } from './list-ledger.ts';
import type { ListReader } from './list-reader.ts';
import { zoneName } from './zone-name.ts';
import { type ZoneRecord, ZoneRecords } from './zone-records.ts';

/** Room for 65,535 octets of data, each written as `\DDD`, and the rest of the line. */
const MAX_LINE_BYTES = 512 * 1024;

const CLASS = /^(?:IN|CH|HS|CS)$/iu;
const TTL = /^\d[\dsmhdw]*$/iu;
const TYPE = /^[a-z][a-z0-9-]*$/iu;

export class ZoneReader implements ListReader {
  readonly maxLineBytes = MAX_LINE_BYTES;
  readonly irregularRows = 0;
  readonly #path: string;
  readonly #ledger: ListLedger;
  readonly #records = new ZoneRecords();
  #origin: string | undefined;
  /** Owner of the last SOA. */
  #apex: string | undefined;
  #owner: string | undefined;
  #delegated: string | undefined;

  constructor(path: string, ledger: ListLedger) {
    this.#path = path;
    this.#ledger = ledger;
  }

  line(text: string, number: number, isTerminated: boolean): void {
    const record = this.#records.take(text, number, isTerminated);
    if (record === 'blank') this.#ledger.blank();
    else if (record !== undefined) this.#record(record);
  }

  overlongLine(_start: string, number: number): void {
    throw this.#fault(number, `a line of over ${MAX_LINE_BYTES} bytes; is it a zone file?`);
  }

  async flush(): Promise<void> {}

  async end(): Promise<void> {
    const open = this.#records.open;
    if (open === undefined) return;
    throw this.#fault(
      open.line,
      `the record has a ${open.what} that is never closed; the file is cut or damaged, fetch it again`,
    );
  }

  #record(record: ZoneRecord): void {
    const { tokens, hasOwner, line } = record;
    if (hasOwner && tokens[0]?.startsWith('$') === true) {
      this.#directive(tokens[0], tokens[1], line);
      this.#ledger.blank();
      return;
    }
    if (hasOwner) this.#owner = this.#absolute(tokens[0] ?? '', line);
    const { type, data } = typeAndData(tokens, hasOwner ? 1 : 0);
    if (data === undefined && !record.isTerminated) {
      throw this.#fault(line, 'the file ends in the middle of a record; fetch it again');
    }
    if (this.#owner === undefined || type === undefined || data === undefined) {
      this.#ledger.refuse(line, tokens.join(' '), 'zone_syntax');
      return;
    }
    if (type === 'SOA') this.#apex = this.#owner;
    if (type !== 'NS') {
      this.#ledger.blank();
      return;
    }
    this.#absolute(data, line);
    this.#delegation(this.#owner, line);
  }

  #delegation(owner: string, line: number): void {
    const apex = this.#apex;
    if (owner === (apex ?? this.#origin) || owner === this.#delegated) {
      this.#ledger.blank();
      return;
    }
    this.#delegated = owner;
    if (apex === undefined || apex === '' || owner.endsWith(`.${apex}`)) {
      this.#ledger.offer(line, owner);
    } else this.#ledger.refuse(line, owner, 'out_of_zone');
  }

  #directive(name: string, value: string | undefined, line: number): void {
    switch (name.toUpperCase()) {
      case '$ORIGIN':
        if (value === undefined) throw this.#fault(line, '$ORIGIN without a name');
        this.#origin = this.#absolute(value, line);
        return;
      case '$TTL':
        return;
      case '$INCLUDE':
        throw this.#fault(line, '$INCLUDE is not followed; put the included file in its place');
      default:
        throw this.#fault(
          line,
          `${printable(name)} is not understood (RFC 1035 §5.1); write the records out, as named-compilezone does`,
        );
    }
  }

  #absolute(token: string, line: number): string {
    const name = zoneName(token, this.#origin);
    if (name !== undefined) return name;
    throw this.#fault(
      line,
      `the name ${printable(token.slice(0, 80))} is relative and there is no $ORIGIN; put one before it (if this is the last line, the file is cut)`,
    );
  }

  #fault(line: number, what: string): SurveyError {
    return new SurveyError('usage', `${listLabel(this.#path)}, line ${line}: ${what}`);
  }
}

/** After the owner: TTL and class in either order, both optional, then type and data. */
function typeAndData(
  tokens: readonly string[],
  start: number,
): { readonly type: string | undefined; readonly data: string | undefined } {
  let at = start;
  for (let optional = 0; optional < 2; optional++) {
    const token = tokens[at];
    if (token !== undefined && (TTL.test(token) || CLASS.test(token))) at++;
  }
  const type = tokens[at];
  return {
    type: type !== undefined && TYPE.test(type) ? type.toUpperCase() : undefined,
    data: tokens[at + 1],
  };
}
