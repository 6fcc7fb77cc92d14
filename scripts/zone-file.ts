/**
 * Zone files (RFC 1035 §5) and a configuration that lets Knot serve them on loopback. Pure: values
 * in, text out. Every octet of a name or text that is not plainly safe is written as `\DDD`, so no
 * record can end its line or open a directive.
 */
import { encodeName, splitText } from '../src/loopback/rdata.ts';
import type { RecordNode, RecordZone } from '../src/loopback/records.ts';

const SAFE_IN_NAME = /^[A-Za-z0-9_-]$/u;
const SAFE_IN_TEXT = /^[ !#-[\]-~]$/u;

const escapeOctet = (octet: number): string => `\\${String(octet).padStart(3, '0')}`;

function escapeOctets(octets: Uint8Array, safe: RegExp): string {
  let out = '';
  for (const octet of octets) {
    const char = String.fromCharCode(octet);
    out += safe.test(char) ? char : escapeOctet(octet);
  }
  return out;
}

/** An absolute name, as `mx.example.`; throws on what is no name, for a zone must not lose a record. */
export function nameText(name: string): string {
  const wire = encodeName(name);
  if (wire === undefined) throw new RangeError(`no domain name: ${JSON.stringify(name)}`);
  let out = '';
  for (let at = 0; (wire[at] ?? 0) > 0; at += (wire[at] ?? 0) + 1) {
    const label = wire.subarray(at + 1, at + 1 + (wire[at] ?? 0));
    out += `${escapeOctets(label, SAFE_IN_NAME)}.`;
  }
  return out === '' ? '.' : out;
}

/** The quoted character-strings of a text, UTF-8, at most 255 octets each. */
export function txtText(text: string): string {
  return splitText(Buffer.from(text, 'utf8'))
    .map((string) => `"${escapeOctets(string, SAFE_IN_TEXT)}"`)
    .join(' ');
}

/** What makes one zone of the whole name space: SOA and NS of the root, its server under `invalid`. */
export const ROOT_ZONE_HEAD: readonly string[] = [
  '$TTL 3600',
  '. SOA ns.invalid. hostmaster.invalid. 1 7200 3600 1209600 300',
  '. NS ns.invalid.',
  'ns.invalid. A 127.0.0.1',
];

/** An address of TEST-NET-1 (RFC 5737) that makes a name exist which has none of the asked records. */
const EXISTS = 'A 192.0.2.1';

/** The records of one name, a line each. */
export function nodeLines(name: string, node: RecordNode): string[] {
  const owner = nameText(name);
  const lines = [
    ...node.mx.map((mx) => `${owner} MX ${mx.preference} ${nameText(mx.exchange)}`),
    ...node.txt.map((text) => `${owner} TXT ${txtText(text)}`),
  ];
  return lines.length === 0 ? [`${owner} ${EXISTS}`] : lines;
}

/** One root zone of all records: names above a record are empty non-terminals by themselves. */
export function* zoneLines(zone: RecordZone): Generator<string> {
  yield* ROOT_ZONE_HEAD;
  for (const [name, node] of zone.nodes) yield* nodeLines(name, node);
}

export interface KnotSettings {
  readonly port: number;
  /** Absolute path of a folder that Knot may write to. */
  readonly folder: string;
  /** Zones by origin, with the absolute path of their file. */
  readonly zones: readonly { readonly origin: string; readonly file: string }[];
}

/** `knot.conf`: 127.0.0.1 only, one UDP worker, answers over 1232 octets truncated, no journal. */
export function knotConfiguration({ port, folder, zones }: KnotSettings): string {
  const quoted = (text: string) => JSON.stringify(text);
  return `${[
    'server:',
    `  rundir: ${quoted(folder)}`,
    `  listen: 127.0.0.1@${port}`,
    '  udp-workers: 1',
    '  tcp-workers: 1',
    '  background-workers: 1',
    '  udp-max-payload: 1232',
    'log:',
    '  - target: stderr',
    '    any: warning',
    'database:',
    `  storage: ${quoted(`${folder}/db`)}`,
    'template:',
    '  - id: default',
    '    semantic-checks: off',
    '    zonefile-sync: -1',
    '    journal-content: none',
    'zone:',
    ...zones.flatMap(({ origin, file }) => [
      `  - domain: ${quoted(origin)}`,
      `    file: ${quoted(file)}`,
    ]),
  ].join('\n')}\n`;
}
