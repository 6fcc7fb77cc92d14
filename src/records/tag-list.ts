/**
 * The `tag=value;` list of DMARC records. Pure: text in, tags out, never throws, linear time.
 *
 * Specification: RFC 9989 §4.8 (names are letters, blanks are SP and HTAB only, pieces that are no
 * tag are skipped) on RFC 6376 §3.2 (a repeated name invalidates the whole list). What a value may
 * be is the affair of the record that the list belongs to.
 */
import { dropBlanks, skipBlanks, sliceTrimmed } from './txt.ts';

export interface Tag {
  /** Lower case: RFC 9989 §4.8 has the names as case-insensitive literals. */
  readonly name: string;
  /** Without the blanks around it; may be empty. One char is one byte. */
  readonly value: string;
}

export interface TagList {
  /** In order of appearance, repeats included. */
  readonly tags: readonly Tag[];
  /** A piece that is no tag was skipped; the empty piece after a final `;` is no junk. */
  readonly hasJunk: boolean;
  /** A tag name was written with a capital letter. */
  readonly hasUpperCase: boolean;
  /** The first name that appears a second time: the list is invalid (RFC 6376 §3.2). */
  readonly duplicate: string | undefined;
}

/** Below this many tags, comparing them all is cheaper than a Set and still bounded. */
const FEW_TAGS = 16;

/** 0 for a name that is not letters only, 1 for lower case, 2 with a capital. */
function nameCase(text: string, from: number, to: number): 0 | 1 | 2 {
  let found: 1 | 2 = 1;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) continue;
    if (code < 0x41 || code > 0x5a) return 0;
    found = 2;
  }
  return from < to ? found : 0;
}

export function parseTagList(text: string): TagList {
  const tags: Tag[] = [];
  let hasJunk = false;
  let hasUpperCase = false;
  let from = 0;
  while (from <= text.length) {
    const semicolon = text.indexOf(';', from);
    const end = semicolon < 0 ? text.length : semicolon;
    const start = skipBlanks(text, from, end);
    const equals = indexOfEquals(text, start, end);
    const nameEnd = equals < 0 ? start : dropBlanks(text, start, equals);
    const spelling = nameCase(text, start, nameEnd);
    if (spelling === 0) {
      hasJunk ||= start < end || semicolon >= 0;
    } else {
      const name = text.slice(start, nameEnd);
      hasUpperCase ||= spelling === 2;
      tags.push({
        name: spelling === 2 ? name.toLowerCase() : name,
        value: sliceTrimmed(text, equals + 1, end),
      });
    }
    from = end + 1;
  }
  return { tags, hasJunk, hasUpperCase, duplicate: duplicateName(tags) };
}

/** Searches the piece only: `indexOf` would run to the end of the text for each piece without one. */
function indexOfEquals(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 0x3d) return at;
  return -1;
}

function duplicateName(tags: readonly Tag[]): string | undefined {
  if (tags.length > FEW_TAGS) return duplicateOfMany(tags);
  for (let i = 1; i < tags.length; i++)
    for (let j = 0; j < i; j++) if (tags[i]?.name === tags[j]?.name) return tags[i]?.name;
  return undefined;
}

function duplicateOfMany(tags: readonly Tag[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of tags) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
