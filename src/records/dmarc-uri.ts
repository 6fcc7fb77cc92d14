/**
 * The URI lists of the `rua` and `ruf` tags (RFC 9989 §4.8, `dmarc-urilist`). Pure: never throws,
 * linear time. It judges syntax only (RFC 3986): any scheme counts, though only `mailto` must be
 * supported, because RFC 9989 §4.10.1 asks for "at least one syntactically valid reporting URI".
 */
import { sliceTrimmed } from './txt.ts';

export interface DmarcUriList {
  /** The valid URIs in order, without an obsolete size suffix. */
  readonly uris: readonly string[];
  /** An entry is no URI, or the list is empty. */
  readonly hasInvalid: boolean;
  /** An entry carries the obsolete `!size` suffix, which is ignored (obs-dmarc-report-size). */
  readonly hasSize: boolean;
}

/**
 * RFC 3986 §3 without `!` and `,`, which must be encoded here. An IP literal is the only place for
 * brackets. No /i: with /u it would take U+212A for `k`.
 */
const URI =
  /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/\[[0-9A-Fa-f:.]+\])?(?:[A-Za-z0-9._~:/?@$&'()*+=-]|%[0-9A-Fa-f]{2})*(?:#(?:[A-Za-z0-9._~:/?@$&'()*+=-]|%[0-9A-Fa-f]{2})*)?$/u;

const SIZE = /^[0-9]+[KMGTkmgt]?$/u;

/** Reads the value of a `rua` or `ruf` tag. */
export function parseUriList(value: string): DmarcUriList {
  const uris: string[] = [];
  let hasInvalid = false;
  let hasSize = false;
  for (let from = 0; from <= value.length; ) {
    const comma = value.indexOf(',', from);
    const end = comma < 0 ? value.length : comma;
    let entry = sliceTrimmed(value, from, end);
    const bang = entry.lastIndexOf('!');
    if (bang >= 0 && SIZE.test(entry.slice(bang + 1))) {
      hasSize = true;
      entry = entry.slice(0, bang);
    }
    if (URI.test(entry)) uris.push(entry);
    else hasInvalid = true;
    from = end + 1;
  }
  return { uris, hasInvalid, hasSize };
}
