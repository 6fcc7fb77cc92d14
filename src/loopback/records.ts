/**
 * A file of measured records as a name server's source: one JSON object a line with `domain` and,
 * where measured, `mx`, `txt` and `dmarc_txt`. Pure but for the inflating of bytes. It invents
 * nothing but the placeholder of `spf-targets.ts`, and only at names that have no measured TXT.
 *
 * A listed name exists. A key that is missing was not measured and is NODATA; `[]` was measured as
 * none. A name that no record knows of is NXDOMAIN, a name above a known one NODATA (RFC 8020).
 */
import { gunzipSync } from 'node:zlib';
import { encodeMx, encodeTxt } from './rdata.ts';
import type { AnswerSource } from './source.ts';
import { TYPE_CODES } from './source.ts';
import { PLACEHOLDER_SPF, spfTargets } from './spf-targets.ts';

export interface Mx {
  readonly preference: number;
  /** Lower case, without the final dot, octets as `\DDD`; `.` for the root. */
  readonly exchange: string;
}

/** What stands at one name. Both may be empty: the name exists all the same. */
export interface RecordNode {
  readonly mx: readonly Mx[];
  /** Joined texts (RFC 7208 §3.3), UTF-8 on the wire. */
  readonly txt: readonly string[];
}

export interface SkippedEntry {
  readonly line: number;
  readonly reason: string;
}

export interface RecordZone {
  /** By name in lower case; in the order of the file, placeholders last. */
  readonly nodes: ReadonlyMap<string, RecordNode>;
  /** Surveyed names, in the order of the file. */
  readonly domains: readonly string[];
  /** Include and redirect targets that got the placeholder, sorted. */
  readonly placeholders: readonly string[];
  /** Lines and entries that could not be used; empty for the file of `data/`. */
  readonly skipped: readonly SkippedEntry[];
}

/** The preference of an MX that was measured without one. */
export const DEFAULT_PREFERENCE = 10;

const NUMBER = /^\d{1,5}$/u;
const DOMAIN = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/u;
const MAX_DOMAIN = 246;

/**
 * An `mx` entry: `"10 host"`, a host alone (preference 10), and the null MX of RFC 7505 as `""`,
 * `"0 "`, `"."` or `"0 ."`. Undefined when the exchange is no name.
 */
export function parseMx(entry: string): Mx | undefined {
  const words = entry.trim().split(/\s+/u);
  const first = words[0] ?? '';
  const hasPreference = NUMBER.test(first);
  const exchange = ((hasPreference ? words[1] : first) ?? '').toLowerCase();
  if (words.length > (hasPreference ? 2 : 1)) return undefined;
  const host = exchange.length > 1 && exchange.endsWith('.') ? exchange.slice(0, -1) : exchange;
  const isNull = host === '' || host === '.';
  const preference = hasPreference ? Number(first) : isNull ? 0 : DEFAULT_PREFERENCE;
  const mx = { preference, exchange: isNull ? '.' : host };
  return encodeMx(mx.preference, mx.exchange) === undefined ? undefined : mx;
}

interface Measured {
  readonly domain: string;
  readonly mx: readonly string[] | undefined;
  readonly txt: readonly string[] | undefined;
  readonly dmarcTxt: readonly string[] | undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** One line of the file; undefined when it is no record. */
function parseRecord(line: string): Measured | undefined {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const domain = fields.get('domain');
  if (typeof domain !== 'string') return undefined;
  const name = domain.toLowerCase();
  if (!DOMAIN.test(name) || name.length > MAX_DOMAIN) return undefined;
  return {
    domain: name,
    mx: textsOf(fields.get('mx')),
    txt: textsOf(fields.get('txt')),
    dmarcTxt: textsOf(fields.get('dmarc_txt')),
  };
}

/** Gathers the records of a file, line by line. */
class ZoneBuilder {
  readonly nodes = new Map<string, RecordNode>();
  readonly skipped: SkippedEntry[] = [];
  readonly #domains = new Set<string>();
  readonly #targets = new Set<string>();
  readonly #isMeasured = new Set<string>();

  add(line: string, number: number): void {
    const record = parseRecord(line);
    if (record === undefined || this.#domains.has(record.domain)) {
      const reason = record === undefined ? 'no record' : 'listed before';
      this.skipped.push({ line: number, reason });
      return;
    }
    const { domain } = record;
    this.#domains.add(domain);
    this.#put(domain, this.#exchanges(record, number), record.txt);
    // Measured as none leaves the name out; not measured is NODATA.
    if (record.dmarcTxt?.length !== 0) this.#put(`_dmarc.${domain}`, [], record.dmarcTxt);
    for (const text of record.txt ?? [])
      for (const target of spfTargets(text)) this.#targets.add(target);
  }

  #put(name: string, mx: readonly Mx[], txt: readonly string[] | undefined): void {
    this.nodes.set(name, { mx, txt: txt ?? [] });
    if (txt !== undefined) this.#isMeasured.add(name);
  }

  #exchanges(record: Measured, number: number): Mx[] {
    return (record.mx ?? []).flatMap((entry) => {
      const mx = parseMx(entry);
      if (mx === undefined) this.skipped.push({ line: number, reason: `MX of no name: ${entry}` });
      return mx ?? [];
    });
  }

  finish(): RecordZone {
    const placeholders = [...this.#targets].filter((name) => !this.#isMeasured.has(name)).sort();
    for (const name of placeholders)
      this.nodes.set(name, { mx: this.nodes.get(name)?.mx ?? [], txt: [PLACEHOLDER_SPF] });
    return {
      nodes: this.nodes,
      domains: [...this.#domains],
      placeholders,
      skipped: this.skipped,
    };
  }
}

/** Reads the lines of a record file. Never throws: what cannot be used stands in `skipped`. */
export function readRecords(lines: Iterable<string>): RecordZone {
  const builder = new ZoneBuilder();
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() !== '') builder.add(line, number);
  }
  return builder.finish();
}

/** Reads a record file's bytes, gzip or not. Throws only where gzip itself is broken. */
export function readRecordBytes(bytes: Uint8Array): RecordZone {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
  return readRecords(text.split('\n'));
}

function rdataOf(node: RecordNode, typeCode: number): readonly Uint8Array[] {
  switch (typeCode) {
    case TYPE_CODES.TXT:
      return node.txt.map((text) => encodeTxt(Buffer.from(text, 'utf8')));
    case TYPE_CODES.MX:
      return node.mx.flatMap(({ preference, exchange }) => encodeMx(preference, exchange) ?? []);
    default:
      return [];
  }
}

/** A source that answers from the records, with names above a known one as NODATA. */
export function recordSource(zone: RecordZone): AnswerSource {
  const above = new Set<string>(['']);
  for (const name of zone.nodes.keys()) {
    let dot = name.indexOf('.');
    while (dot !== -1) {
      above.add(name.slice(dot + 1));
      dot = name.indexOf('.', dot + 1);
    }
  }
  return {
    look(qname, typeCode) {
      const node = zone.nodes.get(qname);
      if (node === undefined)
        return above.has(qname) ? { status: 'nodata' } : { status: 'nxdomain' };
      const rdata = rdataOf(node, typeCode);
      return rdata.length === 0 ? { status: 'nodata' } : { status: 'noerror', rdata };
    },
  };
}
