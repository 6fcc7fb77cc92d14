/**
 * Reads where a Redis is from one URL: one server, a sentinel group or a cluster. Pure: nothing is
 * connected here, and what is shown of a URL never has its password.
 *
 * `redis://[user:password@]host[:port][/db]`, `rediss://` with TLS, and with several hosts
 * `redis+sentinel://host:port,host:port/master[/db]` and `redis+cluster://host:port,host:port`, both
 * also as `rediss+…`. Every form takes `?prefix=…`.
 */

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisTarget {
  readonly kind: 'server' | 'sentinel' | 'cluster';
  readonly nodes: readonly RedisNode[];
  /** Of a sentinel group. */
  readonly master: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly isTls: boolean;
  readonly prefix: string | undefined;
  /** The URL without password and options, for a person. */
  readonly shown: string;
}

export type ParsedRedisUrl = { readonly target: RedisTarget } | { readonly problem: string };

const SCHEME = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/([^/?#]*)((?:\/[^?#]*)?)(\?[^#]*)?$/iu;
const NODE = /^(\[[0-9a-f:.%]+\]|[^[\]:]+)(?::(\d{1,5}))?$/iu;
const DEFAULT_PORTS = { server: 6379, sentinel: 26_379, cluster: 6379 } as const;
const MAX_PORT = 65_535;
const MAX_DB = 1_000_000;
/** What a key prefix may be: no braces, which mark a cluster's slot, and nothing that BullMQ splits at. */
export const REDIS_PREFIX = /^[\w.-]{1,64}$/u;

/** `problem` is the end of a sentence that begins with the option's name, and holds nothing of the URL. */
export function parseRedisUrl(text: string): ParsedRedisUrl {
  const match = SCHEME.exec(text);
  if (match === null) {
    return {
      problem:
        'takes redis://HOST[:PORT][/DB], rediss:// for TLS, redis+sentinel://HOSTS/MASTER or redis+cluster://HOSTS',
    };
  }
  const [, scheme = '', several, authority = '', path = '', query = ''] = match;
  const kind = several === undefined ? 'server' : (several.toLowerCase() as 'sentinel' | 'cluster');
  const at = authority.lastIndexOf('@');
  const credentials = readCredentials(at < 0 ? '' : authority.slice(0, at));
  const nodes = readNodes(authority.slice(at + 1), kind);
  const place = readPath(path, kind);
  const options = readOptions(query);
  for (const part of [credentials, nodes, place, options]) {
    if ('problem' in part) return { problem: part.problem };
  }
  const target = { kind, isTls: scheme.toLowerCase() === 'rediss' } as const;
  const found = { ...target, ...credentials, ...nodes, ...place, ...options } as Omit<
    RedisTarget,
    'shown'
  >;
  return { target: { ...found, shown: shownOf(found) } };
}

type Part<Value> = Value | { readonly problem: string };

function readCredentials(text: string): Part<Pick<RedisTarget, 'username' | 'password'>> {
  const at = text.indexOf(':');
  const username = decoded(at < 0 ? text : text.slice(0, at));
  const password = decoded(at < 0 ? '' : text.slice(at + 1));
  if (username === undefined || password === undefined) {
    return { problem: 'has a user or password that is not percent-encoded UTF-8' };
  }
  return { username: username || undefined, password: password || undefined };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readNodes(text: string, kind: RedisTarget['kind']): Part<Pick<RedisTarget, 'nodes'>> {
  const nodes: RedisNode[] = [];
  for (const one of text.split(',')) {
    const [, host, digits] = NODE.exec(one) ?? [];
    const port = digits === undefined ? DEFAULT_PORTS[kind] : Number(digits);
    if (host === undefined || port < 1 || port > MAX_PORT) {
      return { problem: 'names no host, or a port that is not from 1 to 65535' };
    }
    nodes.push({ host: host.replace(/^\[|\]$/gu, ''), port });
  }
  if (kind === 'server' && nodes.length > 1) {
    return { problem: 'names several hosts; that takes redis+sentinel:// or redis+cluster://' };
  }
  return { nodes };
}

function readPath(
  path: string,
  kind: RedisTarget['kind'],
): Part<Pick<RedisTarget, 'master' | 'db'>> {
  const parts = path.split('/').filter((part) => part !== '');
  const master = kind === 'sentinel' ? decoded(parts.shift() ?? '') : undefined;
  if (kind === 'sentinel' && !master) {
    return { problem: 'names no master: redis+sentinel://HOST:PORT,HOST:PORT/MASTER' };
  }
  const [number = '0', ...more] = parts;
  const db = /^\d{1,7}$/u.test(number) ? Number(number) : Number.NaN;
  if (more.length > 0 || !(db <= MAX_DB)) {
    return { problem: 'has a path that is no database number' };
  }
  if (kind === 'cluster' && db !== 0) return { problem: 'names a database; a cluster has only 0' };
  return { master, db };
}

function readOptions(query: string): Part<Pick<RedisTarget, 'prefix'>> {
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (name !== 'prefix') return { problem: 'has an option other than ?prefix=' };
  }
  const prefix = options.get('prefix') ?? undefined;
  if (prefix !== undefined && !REDIS_PREFIX.test(prefix)) {
    return { problem: 'has a prefix that is not of letters, digits, _ . and -' };
  }
  return { prefix };
}

function shownOf({ kind, isTls, nodes, master, db }: Omit<RedisTarget, 'shown'>): string {
  const scheme = `${isTls ? 'rediss' : 'redis'}${kind === 'server' ? '' : `+${kind}`}`;
  const hosts = nodes
    .map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(',');
  const path = [...(master === undefined ? [] : [master]), ...(db === 0 ? [] : [String(db)])];
  return `${scheme}://${[hosts, ...path].join('/')}`;
}

/**
 * A command line as it may be kept: what stands before the last `@` of a Redis URL is left out, also of
 * one that cannot be read.
 */
export function withoutRedisPasswords(commandLine: readonly string[]): string[] {
  return commandLine.map((arg) => arg.replace(/(rediss?[^:]{0,20}:\/\/).*@/isu, '$1***@'));
}
