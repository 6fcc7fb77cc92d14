import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatResolver,
  parseResolver,
  systemResolvers,
} from '../../../src/dns/client/resolvers.ts';

describe('parseResolver', () => {
  it.each([
    ['1.1.1.1', '1.1.1.1', 4, 53],
    ['127.0.0.1:5300', '127.0.0.1', 4, 5300],
    ['::1', '::1', 6, 53],
    ['[::1]', '::1', 6, 53],
    ['[2001:db8::53]:65535', '2001:db8::53', 6, 65_535],
  ] as const)('reads %s', (text, address, family, port) => {
    const parsed = parseResolver(text);
    expect(parsed).toEqual({ resolver: { address, family, port } });
    if ('resolver' in parsed) {
      expect(parseResolver(formatResolver(parsed.resolver))).toEqual(parsed);
    }
  });

  it.each([
    '',
    'localhost',
    'dns.google:53',
    '1.1.1',
    '1.1.1.1.1',
    '[1.1.1.1]:53',
    '[::1',
    '::1]:53',
    '[]:53',
    '999.1.1.1',
    '1.1.1.1 ',
  ])('refuses %j: a resolver is an address', (text) => {
    expect(parseResolver(text)).toHaveProperty('problem', expect.stringContaining('IP address'));
  });

  it.each(['1.1.1.1:', '1.1.1.1:0', '1.1.1.1:65536', '[::1]:x', '1.1.1.1:-1', '1.1.1.1:53 '])(
    'refuses %j for its port',
    (text) => {
      expect(parseResolver(text)).toHaveProperty('problem', expect.stringContaining('port'));
    },
  );

  it('never throws and gives only addresses', () => {
    const likely = fc.stringMatching(/^[0-9a-f.:[\]x ]{0,24}$/u);
    fc.assert(
      fc.property(fc.oneof(fc.string(), likely, fc.ipV4(), fc.ipV6()), (text) => {
        const parsed = parseResolver(text);
        if ('resolver' in parsed)
          expect(isIP(parsed.resolver.address)).toBe(parsed.resolver.family);
      }),
    );
  });
});

describe('systemResolvers', () => {
  it('gives addresses that can be asked', () => {
    for (const resolver of systemResolvers()) {
      expect(parseResolver(formatResolver(resolver))).toEqual({ resolver });
    }
  });
});
