import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { socketAddress } from '../../../src/dns/client/socket-address.ts';
import { saySkipped } from '../../support/skipped.ts';

const hex = (octets: Uint8Array | undefined) =>
  octets === undefined ? undefined : Buffer.from(octets).toString('hex');

describe('sockaddr_in (ip(7))', () => {
  it('has the family in the order of the machine, port and address in that of the network', () => {
    const octets = socketAddress({ address: '192.0.2.1', family: 4, port: 5300 });
    expect(hex(octets)).toBe('020014b4c00002010000000000000000');
  });

  it('is none for an address of the other family, or no address', () => {
    expect(socketAddress({ address: '::1', family: 4, port: 53 })).toBeUndefined();
    expect(socketAddress({ address: '127.0.0.1', family: 6, port: 53 })).toBeUndefined();
    expect(socketAddress({ address: '127.0.0.256', family: 4, port: 53 })).toBeUndefined();
    expect(socketAddress({ address: '', family: 4, port: 53 })).toBeUndefined();
  });
});

describe('sockaddr_in6 (ipv6(7))', () => {
  const head = '0a00003500000000';
  const addressOf = (text: string) =>
    hex(socketAddress({ address: text, family: 6, port: 53 }))?.slice(0, 48);

  it.each([
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:DB8:0:0:1:0:0:53', '20010db8000000000001000000000053'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('takes %s', (text, expected) => {
    expect(addressOf(text)).toBe(head + expected);
  });

  it('takes every spelling of sixteen octets', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const octets = addressOf(text);
        expect(octets).toHaveLength(48);
        // The same octets spelled out in full must give themselves.
        const groups = octets?.slice(16).match(/.{4}/gu) ?? [];
        expect(addressOf(groups.join(':'))).toBe(octets);
      }),
    );
  });

  it('carries the index of the interface that a link-local address names (RFC 4007 §11.2)', () => {
    const scoped = socketAddress({ address: 'fe80::1%7', family: 6, port: 53 });
    expect(hex(scoped)?.slice(-8)).toBe('07000000');
    expect(
      socketAddress({ address: 'fe80::1%no-such-interface', family: 6, port: 53 }),
    ).toBeUndefined();
  });

  it('finds the index by the name of the interface', ({ skip }) => {
    const found = Object.entries(networkInterfaces())
      .flatMap(([name, each]) => each?.map((one) => ({ name, one })) ?? [])
      .find(({ one }) => one.family === 'IPv6');
    if (found === undefined) saySkipped('index of an interface', 'no interface has IPv6');
    skip(found === undefined, 'no interface has IPv6');
    const address = `fe80::1%${found!.name}`;
    const octets = socketAddress({ address, family: 6, port: 53 });
    const scopeId = found!.one.family === 'IPv6' ? found!.one.scopeid : -1;
    expect(Buffer.from(octets!).readUInt32LE(24)).toBe(scopeId);
  });
});
