/**
 * Sends datagrams from one bound UDP socket to many clients, up to 64 with one system call, where koffi
 * and Linux allow it: one call a datagram wakes the asker each time, and costs the server three times
 * what all else does. Elsewhere it sends one by one, and is slower.
 *
 * Addresses are those of ArrayBuffers that live as long as this object; libc keeps none after a call.
 * Every length is checked against its slot before it is written.
 */
import type dgram from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const BATCH = 64;
const SLOT_OCTETS = 2048;
const MMSGHDR_OCTETS = 64;
const IOVEC_OCTETS = 16;
const SOCKADDR_OCTETS = 16;
const AF_INET = 2;
const MSG_DONTWAIT = 0x40;

export interface Sender {
  send(bytes: Buffer, port: number, address: string): void;
}

type Koffi = typeof import('koffi');
type SendMany = (fd: number, messages: number, count: number, flags: number) => number;

/** `isBatched` false for one call a datagram, whatever the machine can do. */
export async function openSender(socket: dgram.Socket, isBatched = true): Promise<Sender> {
  if (!isBatched || process.platform !== 'linux') return plainSender(socket);
  try {
    const fd = descriptorOf(socket);
    if (fd === undefined) return plainSender(socket);
    return new BatchSender(await import('koffi'), fd, socket);
  } catch {
    return plainSender(socket);
  }
}

const plainSender = (socket: dgram.Socket): Sender => ({
  send: (bytes, port, address) => socket.send(bytes, port, address),
});

/**
 * The socket's file descriptor, which Node does not tell: found by the port that the kernel lists for
 * it. Undefined where it cannot be.
 */
function descriptorOf(socket: dgram.Socket): number | undefined {
  const port = socket.address().port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((one) => one.trim().split(/\s+/u)[1] === `0100007F:${port}`);
  const inode = line?.trim().split(/\s+/u)[9];
  const fd = readdirSync('/proc/self/fd').find((one) => linkOf(one) === `socket:[${inode}]`);
  return fd === undefined ? undefined : Number(fd);
}

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The one that lists the folder is gone again.
    return undefined;
  }
}

class BatchSender implements Sender {
  readonly #fd: number;
  readonly #socket: dgram.Socket;
  readonly #sendMany: SendMany;
  readonly #headers: ArrayBuffer;
  readonly #vectors: DataView;
  readonly #names: DataView;
  readonly #slots: Buffer;
  readonly #headersAt: number;
  #count = 0;
  #isFlushDue = false;

  constructor(koffi: Koffi, fd: number, socket: dgram.Socket) {
    this.#fd = fd;
    this.#socket = socket;
    const prototype = 'int sendmmsg(int, uintptr_t, unsigned int, int)';
    this.#sendMany = koffi.load(null).func(prototype) as SendMany;
    this.#headers = new ArrayBuffer(BATCH * MMSGHDR_OCTETS);
    const vectors = new ArrayBuffer(BATCH * IOVEC_OCTETS);
    const names = new ArrayBuffer(BATCH * SOCKADDR_OCTETS);
    const slots = new ArrayBuffer(BATCH * SLOT_OCTETS);
    this.#vectors = new DataView(vectors);
    this.#names = new DataView(names);
    this.#slots = Buffer.from(slots);
    const addressOf = (memory: ArrayBuffer): bigint => BigInt(koffi.address(memory));
    this.#headersAt = Number(addressOf(this.#headers));
    const header = new DataView(this.#headers);
    for (let i = 0; i < BATCH; i++) {
      const at = i * MMSGHDR_OCTETS;
      header.setBigUint64(at, addressOf(names) + BigInt(i * SOCKADDR_OCTETS), true);
      header.setUint32(at + 8, SOCKADDR_OCTETS, true);
      header.setBigUint64(at + 16, addressOf(vectors) + BigInt(i * IOVEC_OCTETS), true);
      header.setBigUint64(at + 24, 1n, true);
      const slotAt = addressOf(slots) + BigInt(i * SLOT_OCTETS);
      this.#vectors.setBigUint64(i * IOVEC_OCTETS, slotAt, true);
    }
  }

  send(bytes: Buffer, port: number, address: string): void {
    if (bytes.length > SLOT_OCTETS) {
      this.#socket.send(bytes, port, address);
      return;
    }
    const slot = this.#count++;
    bytes.copy(this.#slots, slot * SLOT_OCTETS);
    this.#vectors.setUint32(slot * IOVEC_OCTETS + 8, bytes.length, true);
    this.#writeName(slot * SOCKADDR_OCTETS, port, address);
    if (this.#count === BATCH) this.#flush();
    else this.#flushSoon();
  }

  #writeName(at: number, port: number, address: string): void {
    this.#names.setUint16(at, AF_INET, true);
    this.#names.setUint16(at + 2, port);
    address.split('.').forEach((octet, i) => {
      if (i < 4) this.#names.setUint8(at + 4 + i, Number(octet));
    });
  }

  /** Once what the loop has received meanwhile is answered. */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** What the socket has no room for is lost, as it would be on a wire. */
  #flush(): void {
    const count = this.#count;
    this.#count = 0;
    for (let sent = 0; sent < count; ) {
      const at = this.#headersAt + sent * MMSGHDR_OCTETS;
      const result = this.#sendMany(this.#fd, at, count - sent, MSG_DONTWAIT);
      // A datagram that the kernel refuses is left out, and the others go on.
      sent += Math.max(1, result);
    }
  }
}
