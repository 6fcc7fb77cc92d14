/**
 * Which resolvers to ask: from text as a user gives it, and from the system. No look-up is made here;
 * a resolver is an address, since its name would need a resolver.
 */
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { DNS_PORT } from '../wire/registry.ts';

export interface ResolverAddress {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

export type ParsedResolver =
  | { readonly resolver: ResolverAddress }
  /** One clause that says what is wrong with the text, to be printed behind it. */
  | { readonly problem: string };

const BRACKETED = /^\[([^\]]*)\](?::(.*))?$/u;
const WITH_PORT = /^([^:]*):([^:]*)$/u;

/** Reads `1.1.1.1`, `127.0.0.1:5300`, `::1` or `[::1]:53`; port 53 where none is given. */
export function parseResolver(text: string): ParsedResolver {
  const match = BRACKETED.exec(text) ?? WITH_PORT.exec(text);
  const address = match?.[1] ?? text;
  const family = isIP(address);
  const isBracketed = text.startsWith('[');
  if (family === 0 || (isBracketed && family !== 6)) {
    return { problem: 'is not an IP address, as 192.0.2.53, 192.0.2.53:5300 or [2001:db8::53]:53' };
  }
  const port = match?.[2] === undefined ? DNS_PORT : parsePort(match[2]);
  if (port === undefined) return { problem: 'has a port that is not 1 to 65535' };
  return { resolver: { address, family: family === 4 ? 4 : 6, port } };
}

function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/u.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** The resolver as parseResolver reads it, always with its port. */
export function formatResolver({ address, family, port }: ResolverAddress): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The resolvers that the system uses; empty where it has none that can be read. */
export function systemResolvers(): ResolverAddress[] {
  const resolvers: ResolverAddress[] = [];
  for (const text of getServers()) {
    const parsed = parseResolver(text);
    if ('resolver' in parsed) resolvers.push(parsed.resolver);
  }
  return resolvers;
}
