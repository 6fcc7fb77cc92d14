/**
 * Owner names of a master file (RFC 1035 §5.1): relative to the origin, absolute with a final dot,
 * with escapes `\X` and `\DDD`. Pure. What comes out is text for `parseDomainName`, lower case,
 * without final dot; the root is the empty text.
 */

const BACKSLASH = 0x5c;

/** Undefined where the name is relative and there is no origin. */
export function zoneName(token: string, origin: string | undefined): string | undefined {
  if (token === '@') return origin;
  const name = (token.includes('\\') ? unescapePlain(token) : token).toLowerCase();
  if (endsInBareDot(name)) return name.slice(0, -1);
  if (origin === undefined) return undefined;
  return origin === '' ? name : `${name}.${origin}`;
}

const ESCAPE = /\\(?:(\d{3})|(.))/gsu;
const HOST_CHARACTER = /^[a-z0-9_-]$/iu;

/** Escapes of letters, digits, hyphen and underscore undone; any other stays and is no host name. */
function unescapePlain(token: string): string {
  return token.replace(ESCAPE, (written, decimal: string | undefined, character: string) => {
    const plain = decimal === undefined ? character : String.fromCharCode(Number(decimal));
    return HOST_CHARACTER.test(plain) ? plain : written;
  });
}

function endsInBareDot(name: string): boolean {
  if (!name.endsWith('.')) return false;
  let backslashes = 0;
  while (name.charCodeAt(name.length - 2 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 0;
}
