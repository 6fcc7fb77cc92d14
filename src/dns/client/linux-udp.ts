/**
 * UDP sockets of 64-bit Linux in batches: `sendmmsg`, `recvmmsg` and `epoll` through koffi. This is
 * the one file that handles raw addresses, so it is the one to read for memory safety:
 *
 * - All memory is in ArrayBuffers that live as long as the object that holds their address; none of
 *   them is resized or transferred. libc keeps no address after a call has returned, for all calls
 *   are synchronous.
 * - Addresses and capacities are written once, in a constructor. What changes afterwards is the
 *   length of a query, which is checked against its slot, and a count, which is checked against BATCH.
 * - Structures are those of Linux on little-endian 64-bit machines: `struct mmsghdr` has 64 octets in
 *   glibc and musl, `struct epoll_event` is packed on x86-64 only. The self-test of
 *   `choose-transport.ts` would show a wrong one before any survey does.
 *
 * It knows nothing of DNS and decides nothing. A little over 300 lines, for it is to be audited in one
 * piece.
 */

/** Datagrams that one system call moves: the gain levels off from 64 on. */
export const BATCH = 64;

const MMSGHDR_OCTETS = 64;
/** Offsets into `struct mmsghdr`: msg_iov, msg_iovlen, msg_len. */
const IOV_AT = 16;
const IOVLEN_AT = 24;
const LENGTH_AT = 56;
const IOVEC_OCTETS = 16;
const WORD = 4;

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0x2 | 0x800 | 0x80000;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const MSG_DONTWAIT = 0x40;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;

const EAGAIN = 11;
const EINTR = 4;
const ENOMEM = 12;
const ENOBUFS = 105;
/** The machine is short of memory or of room in a queue: it says nothing of the network. */
const LOCAL_SHORTAGES: ReadonlySet<number> = new Set([EAGAIN, EINTR, ENOMEM, ENOBUFS]);

/** The largest datagram that UDP can carry, so that none is cut off. */
const DATAGRAM_OCTETS = 65_535;
/** Not a power of two: slots that begin at equal offsets of their pages would share cache lines. */
const RECEIVE_STRIDE = 65_536 + 320;

/** What went wrong with a socket: the machine is short of something, or the network refuses. */
export type SocketProblem = 'shortage' | 'network';

type Koffi = typeof import('koffi');

/** Of libc; pointers are numbers, as no address of a 64-bit Linux process has more than 48 bits. */
interface Calls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    name: number,
    value: number,
    octets: number,
  ) => number;
  readonly connect: (fd: number, address: number, octets: number) => number;
  readonly close: (fd: number) => number;
  readonly sendmmsg: (fd: number, messages: number, count: number, flags: number) => number;
  readonly recvmmsg: (
    fd: number,
    messages: number,
    count: number,
    flags: number,
    timeout: number,
  ) => number;
  readonly createEpoll: (flags: number) => number;
  readonly controlEpoll: (epoll: number, operation: number, fd: number, event: number) => number;
  readonly waitEpoll: (epoll: number, events: number, count: number, timeoutMs: number) => number;
  readonly usleep: (microseconds: number) => number;
}

/** Prototypes of libc; every pointer is passed as a number. */
function bindCalls(koffi: Koffi): Calls {
  const libc = koffi.load(null);
  // The prototype beside each name is what gives the function its type.
  const bind = <Call>(prototype: string): Call => libc.func(prototype) as Call;
  return {
    socket: bind('int socket(int, int, int)'),
    setsockopt: bind('int setsockopt(int, int, int, uintptr_t, unsigned int)'),
    connect: bind('int connect(int, uintptr_t, unsigned int)'),
    close: bind('int close(int)'),
    sendmmsg: bind('int sendmmsg(int, uintptr_t, unsigned int, int)'),
    recvmmsg: bind('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)'),
    createEpoll: bind('int epoll_create1(int)'),
    controlEpoll: bind('int epoll_ctl(int, int, int, uintptr_t)'),
    waitEpoll: bind('int epoll_wait(int, uintptr_t, int, int)'),
    usleep: bind('int usleep(unsigned int)'),
  };
}

/** Zeroed memory whose address libc may be given. */
class Memory {
  readonly buffer: ArrayBuffer;
  readonly words: Uint32Array;
  readonly address: number;

  constructor(koffi: Koffi, octets: number) {
    this.buffer = new ArrayBuffer(Math.ceil(octets / WORD) * WORD);
    this.words = new Uint32Array(this.buffer);
    this.address = Number(koffi.address(this.buffer));
  }
}

/** Opens sockets and makes the batches for them. One for each thread. */
export class LinuxUdp {
  readonly #koffi: Koffi;
  readonly #calls: Calls;

  /** Throws where libc lacks a function. */
  constructor(koffi: Koffi) {
    this.#koffi = koffi;
    this.#calls = bindCalls(koffi);
  }

  /**
   * A non-blocking UDP socket connected to `address` (`socket-address.ts`), with buffers of
   * `bufferOctets` as far as the kernel grants them; undefined where none can be had.
   */
  openSocket(address: Uint8Array, bufferOctets: number): number | undefined {
    const memory = new Memory(this.#koffi, address.length);
    new Uint8Array(memory.buffer).set(address);
    const family = new DataView(address.buffer, address.byteOffset).getUint16(0, true);
    const fd = this.#calls.socket(family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    if (fd < 0) return undefined;
    const size = new Memory(this.#koffi, WORD);
    size.words[0] = bufferOctets;
    this.#calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size.address, WORD);
    this.#calls.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, size.address, WORD);
    if (this.#calls.connect(fd, memory.address, address.length) === 0) return fd;
    this.closeSocket(fd);
    return undefined;
  }

  closeSocket(fd: number): void {
    this.#calls.close(fd);
  }

  /** Sleeps: the calling thread stands still for at least so long. */
  nap(microseconds: number): void {
    this.#calls.usleep(microseconds);
  }

  makeSendBatch(slotOctets: number): SendBatch {
    return new SendBatch(this.#koffi, this.#calls, slotOctets);
  }

  makeReceiveBatch(): ReceiveBatch {
    return new ReceiveBatch(this.#koffi, this.#calls);
  }

  /** Throws where the machine has no epoll instance left. */
  makeReadiness(): Readiness {
    return new Readiness(this.#koffi, this.#calls);
  }
}

/** BATCH datagrams to be sent, each in a slot of its own. */
export class SendBatch {
  /** All slots; slot `i` begins at `i * slotOctets`. */
  readonly octets: Buffer;
  readonly slotOctets: number;
  readonly #koffi: Koffi;
  readonly #calls: Calls;
  readonly #headers: Memory;
  readonly #vectors: Memory;
  readonly #slots: Memory;

  constructor(koffi: Koffi, calls: Calls, slotOctets: number) {
    this.#koffi = koffi;
    this.#calls = calls;
    this.slotOctets = slotOctets;
    this.#slots = new Memory(koffi, BATCH * slotOctets);
    this.#vectors = new Memory(koffi, BATCH * IOVEC_OCTETS);
    this.#headers = new Memory(koffi, BATCH * MMSGHDR_OCTETS);
    this.octets = Buffer.from(this.#slots.buffer);
    layOut(this.#headers, this.#vectors, this.#slots, slotOctets, 0);
  }

  setLength(slot: number, octets: number): void {
    if (!(slot >= 0 && slot < BATCH && octets >= 0 && octets <= this.slotOctets)) {
      throw new RangeError(`slot ${slot} of ${octets} octets`);
    }
    this.#vectors.words[(slot * IOVEC_OCTETS) / WORD + 2] = octets;
  }

  /** Makes slot `to` what slot `from` is. */
  copySlot(from: number, to: number): void {
    const { slotOctets } = this;
    this.octets.copyWithin(to * slotOctets, from * slotOctets, (from + 1) * slotOctets);
    this.setLength(to, this.#vectors.words[(from * IOVEC_OCTETS) / WORD + 2] ?? 0);
  }

  /** Sends the slots from `first` up to `end`, as many as go: their number, at least 1, or why none did. */
  send(fd: number, first: number, end: number): number | SocketProblem {
    if (!(first >= 0 && first < end && end <= BATCH)) throw new RangeError(`${first} to ${end}`);
    const messages = this.#headers.address + first * MMSGHDR_OCTETS;
    const sent = this.#calls.sendmmsg(fd, messages, end - first, MSG_DONTWAIT);
    return sent > 0 ? sent : problemOf(this.#koffi.errno());
  }
}

/** Room for BATCH datagrams of any size; what is not touched takes no memory. */
export class ReceiveBatch {
  /** The datagrams, one a buffer, beyond `lengthOf` with what stood there before. */
  readonly datagrams: readonly Buffer[];
  readonly #koffi: Koffi;
  readonly #calls: Calls;
  readonly #headers: Memory;
  readonly #vectors: Memory;
  readonly #slots: Memory;

  constructor(koffi: Koffi, calls: Calls) {
    this.#koffi = koffi;
    this.#calls = calls;
    this.#slots = new Memory(koffi, BATCH * RECEIVE_STRIDE);
    this.#vectors = new Memory(koffi, BATCH * IOVEC_OCTETS);
    this.#headers = new Memory(koffi, BATCH * MMSGHDR_OCTETS);
    layOut(this.#headers, this.#vectors, this.#slots, RECEIVE_STRIDE, DATAGRAM_OCTETS);
    this.datagrams = Array.from({ length: BATCH }, (_, i) =>
      Buffer.from(this.#slots.buffer, i * RECEIVE_STRIDE, DATAGRAM_OCTETS),
    );
  }

  /** Takes what is there, up to BATCH datagrams: their number, or why there is none. */
  receive(fd: number): number | SocketProblem {
    const count = this.#calls.recvmmsg(fd, this.#headers.address, BATCH, MSG_DONTWAIT, 0);
    return count > 0 ? count : problemOf(this.#koffi.errno());
  }

  /** Octets of datagram `index` of the last `receive`. */
  lengthOf(index: number): number {
    return this.#headers.words[(index * MMSGHDR_OCTETS + LENGTH_AT) / WORD] as number;
  }
}

/** Which sockets have something to receive: an epoll instance, level-triggered. */
export class Readiness {
  readonly #calls: Calls;
  readonly #epoll: number;
  readonly #event: Memory;
  readonly #events: Memory;
  readonly #eventWords: number;
  readonly #keyWord: number;

  constructor(koffi: Koffi, calls: Calls) {
    this.#calls = calls;
    // struct epoll_event: u32 events, u64 data; without padding between them on x86-64.
    this.#eventWords = process.arch === 'x64' ? 3 : 4;
    this.#keyWord = this.#eventWords - 2;
    this.#event = new Memory(koffi, this.#eventWords * WORD);
    this.#events = new Memory(koffi, BATCH * this.#eventWords * WORD);
    this.#epoll = calls.createEpoll(0x80000);
    if (this.#epoll < 0) throw new Error(`epoll_create1: errno ${koffi.errno()}`);
  }

  /** `key` is what `keyAt` gives for the socket. False where it cannot be watched. */
  add(fd: number, key: number): boolean {
    this.#event.words[0] = EPOLLIN;
    this.#event.words[this.#keyWord] = key;
    return this.#calls.controlEpoll(this.#epoll, EPOLL_CTL_ADD, fd, this.#event.address) === 0;
  }

  /** Waits up to `timeoutMs` (0: not at all); gives the number of sockets that are ready, at most BATCH. */
  wait(timeoutMs: number): number {
    const count = this.#calls.waitEpoll(this.#epoll, this.#events.address, BATCH, timeoutMs);
    return Math.max(0, count);
  }

  /** Key of ready socket `index` of the last `wait`. */
  keyAt(index: number): number {
    return this.#events.words[index * this.#eventWords + this.#keyWord] as number;
  }

  close(): void {
    this.#calls.close(this.#epoll);
  }
}

/** Points each message at its vector and each vector at its slot, of `capacity` octets. */
function layOut(
  headers: Memory,
  vectors: Memory,
  slots: Memory,
  stride: number,
  capacity: number,
): void {
  const header = new DataView(headers.buffer);
  const vector = new DataView(vectors.buffer);
  for (let i = 0; i < BATCH; i++) {
    vector.setBigUint64(i * IOVEC_OCTETS, BigInt(slots.address + i * stride), true);
    vector.setBigUint64(i * IOVEC_OCTETS + 8, BigInt(capacity), true);
    const vectorAddress = BigInt(vectors.address + i * IOVEC_OCTETS);
    header.setBigUint64(i * MMSGHDR_OCTETS + IOV_AT, vectorAddress, true);
    header.setBigUint64(i * MMSGHDR_OCTETS + IOVLEN_AT, 1n, true);
  }
}

function problemOf(errno: number): SocketProblem {
  return LOCAL_SHORTAGES.has(errno) ? 'shortage' : 'network';
}
