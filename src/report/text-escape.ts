/**
 * Makes text from outside (records, file names, labels, domain names) safe to show: nothing from a
 * record may move a cursor, reverse a line or hide itself. Used by terminal and CSV alike. It does
 * not quote for a format; that is the writer's part.
 */

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls (UAX #9),
 * invisible and tag characters, and lone surrogates.
 */
const HIDDEN =
  /[\p{Cc}\u{ad}\u{61c}\u{180e}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** The text with each hidden character as `\xHH` or `\u{HHHH}`; printable text is unchanged. */
export function escapeText(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16).toUpperCase();
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

/**
 * JSON on one line in which hidden characters are escapes too: the same value for every reader, and
 * safe to look at in a terminal.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(HIDDEN, (character) => {
    let escaped = '';
    for (let i = 0; i < character.length; i++) {
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BEYOND_ASCII = /[^\0-\x7f]/u;

/** The text of a record as kept (one latin1 character a byte); undefined where it is not UTF-8. */
export function utf8Text(record: string): string | undefined {
  if (!BEYOND_ASCII.test(record)) return record;
  try {
    return UTF8.decode(Buffer.from(record, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * A record as kept as readable text: UTF-8 where it is that, else with the bytes beyond ASCII as
 * `\xHH`.
 */
export function recordText(record: string): string {
  return (
    utf8Text(record) ??
    record.replace(/[^\0-\x7f]/gu, (byte) => {
      const code = byte.codePointAt(0) ?? 0;
      return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
    })
  );
}
