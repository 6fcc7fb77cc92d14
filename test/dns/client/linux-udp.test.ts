/** The raw calls themselves, over loopback; what is asked of a transport stands in the conformance suite. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { endianness } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { platformProblem } from '../../../src/dns/client/choose-transport.ts';
import { BATCH, LinuxUdp } from '../../../src/dns/client/linux-udp.ts';
import { socketAddress } from '../../../src/dns/client/socket-address.ts';
import { saySkipped } from '../../support/skipped.ts';

async function load(): Promise<LinuxUdp | undefined> {
  const problem = platformProblem(process.platform, process.arch, endianness());
  if (problem === undefined) return new LinuxUdp(await import('koffi'));
  saySkipped('raw UDP sockets', problem);
  return undefined;
}

const udp = await load();
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function peer() {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return { socket, port: (socket.address() as AddressInfo).port };
}

function connectTo(port: number): number {
  const address = socketAddress({ address: '127.0.0.1', family: 4, port });
  const fd = udp!.openSocket(address!, 1 << 20);
  if (fd === undefined) throw new Error('no socket');
  closers.push(() => udp!.closeSocket(fd));
  return fd;
}

describe.skipIf(udp === undefined)('datagrams in batches', () => {
  it('sends each slot with its own octets and length, and no other', async () => {
    const { socket, port } = await peer();
    const received: string[] = [];
    socket.on('message', (message) => received.push(message.toString('latin1')));
    const fd = connectTo(port);
    const batch = udp!.makeSendBatch(100);
    for (let slot = 0; slot < BATCH; slot++) {
      const text = `${slot}`.padEnd(slot + 2, '.');
      batch.octets.write(text, slot * 100, 'latin1');
      batch.setLength(slot, text.length);
    }
    expect(batch.send(fd, 3, 40)).toBe(37);
    while (received.length < 37) await new Promise(setImmediate);
    const slots = Array.from({ length: 37 }, (_, i) => i + 3);
    expect(received).toEqual(slots.map((slot) => `${slot}`.padEnd(slot + 2, '.')));
  });

  it('moves a slot', async () => {
    const { socket, port } = await peer();
    const fd = connectTo(port);
    const batch = udp!.makeSendBatch(10);
    batch.octets.write('first....', 0, 'latin1');
    batch.setLength(0, 5);
    batch.octets.write('second...', 10, 'latin1');
    batch.setLength(1, 6);
    batch.copySlot(1, 0);
    const message = once(socket, 'message');
    expect(batch.send(fd, 0, 1)).toBe(1);
    expect(String((await message)[0])).toBe('second');
  });

  it('receives up to a batch at a time, whole at every size, and says when nothing is left', async () => {
    const { socket, port } = await peer();
    const fd = connectTo(port);
    const batch = udp!.makeSendBatch(10);
    batch.setLength(0, 1);
    const [, from] = await Promise.all([batch.send(fd, 0, 1), once(socket, 'message')]);
    const sizes = [0, 1, 512, 1232, 9000, 65_507];
    for (const size of sizes) {
      const message = Buffer.alloc(size, size % 251);
      await new Promise((resolve) => socket.send(message, from[1].port, '127.0.0.1', resolve));
    }
    const received = udp!.makeReceiveBatch();
    expect(received.receive(fd)).toBe(sizes.length);
    sizes.forEach((size, i) => {
      expect(received.lengthOf(i)).toBe(size);
      expect(received.datagrams[i]!.subarray(0, size).equals(Buffer.alloc(size, size % 251))).toBe(
        true,
      );
    });
    expect(received.receive(fd)).toBe('shortage');
  });

  it('tells which sockets are ready by their key', async () => {
    const { socket, port } = await peer();
    socket.on('message', (message, { port: sender }) => socket.send(message, sender, '127.0.0.1'));
    const fds = Array.from({ length: 5 }, () => connectTo(port));
    const readiness = udp!.makeReadiness();
    closers.push(() => readiness.close());
    fds.forEach((fd, i) => {
      expect(readiness.add(fd, 1000 + i)).toBe(true);
    });
    expect(readiness.wait(0)).toBe(0);
    const batch = udp!.makeSendBatch(10);
    batch.setLength(0, 4);
    for (const i of [1, 3]) batch.send(fds[i]!, 0, 1);
    while (readiness.wait(0) < 2) await new Promise(setImmediate);
    expect([readiness.keyAt(0), readiness.keyAt(1)].sort()).toEqual([1001, 1003]);
    expect(readiness.add(-1, 0)).toBe(false);
  });

  it('tells a network that refuses from a socket that has nothing', async () => {
    const { socket, port } = await peer();
    const fd = connectTo(port);
    const received = udp!.makeReceiveBatch();
    expect(received.receive(fd)).toBe('shortage');
    socket.removeAllListeners();
    closers.shift();
    await new Promise<void>((resolve) => socket.close(resolve));
    const batch = udp!.makeSendBatch(10);
    batch.setLength(0, 4);
    expect(batch.send(fd, 0, 1)).toBe(1);
    expect(received.receive(fd)).toBe('network');
  });

  it('refuses a length or a count beyond its memory', () => {
    const batch = udp!.makeSendBatch(10);
    for (const [slot, octets] of [
      [0, 11],
      [0, -1],
      [BATCH, 1],
      [-1, 1],
      [0, Number.NaN],
    ] as const) {
      expect(() => batch.setLength(slot, octets)).toThrow(RangeError);
    }
    for (const [first, end] of [
      [0, BATCH + 1],
      [-1, 3],
      [5, 5],
      [7, 5],
    ] as const) {
      expect(() => batch.send(-1, first, end)).toThrow(RangeError);
    }
  });

  it('gives no socket for what is no address', () => {
    const address = socketAddress({ address: '127.0.0.1', family: 4, port: 53 });
    expect(udp!.openSocket(address!.subarray(0, 8), 1 << 20)).toBeUndefined();
  });

  it('is kept to loopback while tests run', () => {
    const address = socketAddress({ address: '192.0.2.1', family: 4, port: 53 });
    expect(() => udp!.openSocket(address!, 1 << 20)).toThrow(/reached for the network/u);
  });
});
