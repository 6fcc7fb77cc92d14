import { describe, expect, it } from 'vitest';
import {
  chooseTransport,
  platformProblem,
  selfTest,
} from '../../../src/dns/client/choose-transport.ts';
import { openDgramTransport } from '../../../src/dns/client/dgram-transport.ts';
import type { Exchange, OpenTransport } from '../../../src/dns/client/transport.ts';
import type { Decoded } from '../../../src/dns/wire/message.ts';

/** A transport that comes to `decoded` for every exchange, or to nothing. */
const lying =
  (decoded: Exclude<Decoded, 'mismatch'> | undefined): OpenTransport =>
  (_, events) => {
    let isClosed = false;
    return {
      name: 'lying',
      send: (exchange: Exchange) => {
        setImmediate(() => {
          if (!isClosed && decoded !== undefined) events.onResponse(exchange, decoded);
        });
        return true;
      },
      flush: () => {},
      forget: () => {},
      close: async () => {
        isClosed = true;
      },
    };
  };

describe('choosing a transport', () => {
  it('takes dgram without a look at the machine when told so', async () => {
    expect(await chooseTransport('dgram')).toEqual({
      open: openDgramTransport,
      name: 'dgram',
      reason: undefined,
    });
  });

  it('gives the batched transport or says why not', async () => {
    const { name, reason } = await chooseTransport('auto');
    expect(name).toBe(reason === undefined ? 'batch' : 'dgram');
    if (reason === undefined) expect((await chooseTransport('batch')).name).toBe('batch');
    else await expect(chooseTransport('batch')).rejects.toThrow(reason);
  });

  it('knows Linux on x64 and arm64 with little-endian words, and nothing else', () => {
    expect(platformProblem('linux', 'x64', 'LE')).toBeUndefined();
    expect(platformProblem('linux', 'arm64', 'LE')).toBeUndefined();
    for (const [platform, architecture, order] of [
      ['darwin', 'arm64', 'LE'],
      ['linux', 'ia32', 'LE'],
      ['linux', 'ppc64', 'BE'],
      ['linux', 'arm64', 'BE'],
      ['win32', 'x64', 'LE'],
    ] as const) {
      expect(platformProblem(platform, architecture, order)).toMatch(/^it is for Linux/u);
    }
  });
});

describe('self-test of a transport', () => {
  it('passes one that works', async () => {
    expect(await selfTest(openDgramTransport)).toBeUndefined();
  });

  it('refuses one that comes to wrong answers', async () => {
    const open = lying({ status: 'nodata', aliases: [] });
    expect(await selfTest(open)).toMatch(/wrong answer/u);
  });

  it('refuses one that loses answers', async () => {
    expect(await selfTest(lying(undefined))).toMatch(/lost 150 of 150 answers/u);
  });

  it('refuses one that cannot open its sockets', async () => {
    const open = () => {
      throw new Error('epoll_create1: errno 24\nat somewhere');
    };
    expect(await selfTest(open)).toBe(
      'its self-test over loopback failed (epoll_create1: errno 24)',
    );
  });
});
