/**
 * RDATA and names to bytes for the loopback server (RFC 1035 §3.1, §3.3), without compression. Pure.
 * Reading bytes is not its business.
 */

const MAX_LABEL = 63;
const MAX_NAME = 255;
const MAX_STRING = 255;

const DECIMAL = /^\d{3}$/u;

/** The octet that an escape at `at` stands for, and its length; undefined when it is none. */
function readEscape(name: string, at: number): { octet: number; length: number } | undefined {
  const digits = name.slice(at + 1, at + 4);
  if (DECIMAL.test(digits)) return { octet: Number(digits), length: 4 };
  return at + 1 < name.length ? { octet: name.charCodeAt(at + 1), length: 2 } : undefined;
}

/** The octets of each label of a name in presentation form; undefined when it is none. */
function labelsOf(name: string): number[][] | undefined {
  const labels: number[][] = [[]];
  for (let at = 0; at < name.length; ) {
    const char = name[at];
    if (char === '.') {
      labels.push([]);
      at += 1;
      continue;
    }
    const plain = { octet: name.charCodeAt(at), length: 1 };
    const read = char === '\\' ? readEscape(name, at) : plain;
    if (read === undefined || read.octet > 255) return undefined;
    labels.at(-1)?.push(read.octet);
    at += read.length;
  }
  return labels;
}

/**
 * A name in wire form; undefined when a label is empty or longer than 63 octets or the name longer
 * than 255 (RFC 1035 §2.3.4). `''` and `.` are the root. `\DDD` is an octet (RFC 1035 §5.1).
 */
export function encodeName(name: string): Uint8Array | undefined {
  if (name === '' || name === '.') return Uint8Array.of(0);
  const labels = labelsOf(name);
  if (labels === undefined) return undefined;
  // A final dot leaves an empty last label: the root, which the closing zero already is.
  if (labels.length > 1 && labels.at(-1)?.length === 0) labels.pop();
  if (labels.some((label) => label.length === 0 || label.length > MAX_LABEL)) return undefined;
  const bytes = Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
  return bytes.length > MAX_NAME ? undefined : bytes;
}

/** The character-strings of a text, each at most 255 octets; an empty text is one empty string. */
export function splitText(text: Uint8Array): Uint8Array[] {
  const strings: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += MAX_STRING)
    strings.push(text.subarray(at, at + MAX_STRING));
  return strings.length === 0 ? [new Uint8Array()] : strings;
}

export function encodeTxt(text: Uint8Array): Uint8Array {
  return Buffer.concat(splitText(text).flatMap((string) => [Uint8Array.of(string.length), string]));
}

/** `exchange` is a name that `encodeName` takes; undefined otherwise. */
export function encodeMx(preference: number, exchange: string): Uint8Array | undefined {
  const name = encodeName(exchange);
  if (name === undefined || preference > 0xffff) return undefined;
  return Buffer.concat([Uint8Array.of(preference >> 8, preference & 0xff), name]);
}
