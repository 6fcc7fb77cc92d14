/**
 * `struct sockaddr_in` and `sockaddr_in6` of Linux as octets (ip(7), ipv6(7)). Pure but for the index
 * of an interface that a link-local address names.
 */
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ResolverAddress } from './resolvers.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCKADDR_IN_OCTETS = 16;
const SOCKADDR_IN6_OCTETS = 28;
const IPV6_GROUPS = 8;

/** Undefined where the address is none of its family, or names an interface that is not there. */
export function socketAddress(resolver: ResolverAddress): Uint8Array | undefined {
  const [address = '', scope] = resolver.address.split('%');
  if (isIP(address) !== resolver.family) return undefined;
  return resolver.family === 4
    ? ipv4SocketAddress(address, resolver.port)
    : ipv6SocketAddress(address, scope, resolver.port);
}

function ipv4SocketAddress(address: string, port: number): Uint8Array {
  const octets = new Uint8Array(SOCKADDR_IN_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  octets.set(address.split('.').map(Number), 4);
  return octets;
}

function ipv6SocketAddress(
  address: string,
  scope: string | undefined,
  port: number,
): Uint8Array | undefined {
  const scopeId = scope === undefined ? 0 : scopeIdOf(scope);
  if (scopeId === undefined) return undefined;
  const octets = new Uint8Array(SOCKADDR_IN6_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, AF_INET6, true);
  view.setUint16(2, port);
  ipv6Groups(address).forEach((group, i) => {
    view.setUint16(8 + 2 * i, group);
  });
  view.setUint32(24, scopeId, true);
  return octets;
}

/** The eight groups of a valid address: URL's parser brings every spelling to plain hexadecimal ones. */
function ipv6Groups(address: string): number[] {
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = plain.split('::');
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groupsOf(head);
  const after = groupsOf(tail);
  const zeros = new Array<string>(IPV6_GROUPS - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

function scopeIdOf(scope: string): number | undefined {
  if (/^\d+$/u.test(scope)) return Number(scope);
  const found = networkInterfaces()[scope]?.find(({ family }) => family === 'IPv6');
  return found?.family === 'IPv6' ? found.scopeid : undefined;
}
