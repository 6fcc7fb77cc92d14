/**
 * Names of segments that are crossed of two, as `jp / 1-1k` of type `tld,rank`. Pure. A name may be any
 * text of a list's column, so what could be taken for the separator is escaped: a slash that stands
 * beside white space or at an end of the name, and a comma of a type, get a backslash before them (and
 * backslashes that already stand there one more). Two different pairs never have the same name.
 */

const SEPARATOR = ' / ';

/** A slash at an edge, with the backslashes before it. */
const EDGE = /(?<=^|\s)(\\*)\/|(\\*)\/(?=\s|$)/gu;
const ESCAPED_EDGE = /(?<=^|\s)\\(\\*)\/|\\(\\*)\/(?=\s|$)/gu;

export function crossName(a: string, b: string): string {
  return `${a.replace(EDGE, '\\$&')}${SEPARATOR}${b.replace(EDGE, '\\$&')}`;
}

/** The two names of a crossed one; undefined for a name that is not crossed. */
export function crossedNames(name: string): readonly [string, string] | undefined {
  const at = name.indexOf(SEPARATOR);
  if (at < 0) return undefined;
  const plain = (text: string): string => text.replace(ESCAPED_EDGE, '$1$2/');
  return [plain(name.slice(0, at)), plain(name.slice(at + SEPARATOR.length))];
}

export function crossType(a: string, b: string): string {
  const escaped = (type: string): string => type.replace(/[\\,]/gu, '\\$&');
  return `${escaped(a)},${escaped(b)}`;
}

/** The two types of a crossed one; undefined for a single type. */
export function crossedTypes(type: string): readonly [string, string] | undefined {
  const match = /^((?:[^\\,]|\\.)*),((?:[^\\,]|\\.)*)$/su.exec(type);
  if (match === null) return undefined;
  const plain = (text: string): string => text.replace(/\\(.)/gsu, '$1');
  return [plain(match[1] ?? ''), plain(match[2] ?? '')];
}
