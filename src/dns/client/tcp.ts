/**
 * One question over TCP (RFC 1035 §4.2.2, RFC 7766), for responses that UDP cut off. A connection for
 * each question, few at a time: this is slow side work. Nothing is thrown and nothing is retried here.
 */
import { connect, type Socket } from 'node:net';
import pLimit from 'p-limit';
import type { ResolverAddress } from './resolvers.ts';

export class TcpClient {
  readonly #limit;
  readonly #sockets = new Set<Socket>();
  #isClosed = false;

  /** `concurrency` is how many connections may be open at once. */
  constructor(concurrency: number) {
    this.#limit = pLimit(concurrency);
  }

  /**
   * The first message that comes back for `query` (without its length octets), or undefined when none
   * came whole by `endsAtMs` on the clock of `performance.now()`. Waiting for a free connection counts.
   */
  exchange(
    resolver: ResolverAddress,
    query: Uint8Array,
    endsAtMs: number,
  ): Promise<Buffer | undefined> {
    return this.#limit(() => this.#exchange(resolver, query, endsAtMs - performance.now()));
  }

  #exchange(
    { address, port }: ResolverAddress,
    query: Uint8Array,
    timeoutMs: number,
  ): Promise<Buffer | undefined> {
    if (this.#isClosed || timeoutMs <= 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const socket = connect({ host: address, port, noDelay: true });
      const frame = new FrameReader();
      const finish = (message: Buffer | undefined): void => {
        clearTimeout(timer);
        this.#sockets.delete(socket);
        socket.destroy();
        resolve(message);
      };
      const timer = setTimeout(finish, timeoutMs, undefined);
      this.#sockets.add(socket);
      socket.on('data', (chunk) => {
        if (frame.push(chunk)) finish(frame.message);
      });
      // An error is always followed by close; a second call of finish changes nothing.
      socket.on('error', () => {});
      socket.on('end', () => finish(undefined));
      socket.on('close', () => finish(undefined));
      socket.write(framed(query));
    });
  }

  /** Ends every exchange without a message. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Length and message in one segment: some servers read a lone length octet badly (RFC 7766 §8). */
function framed(query: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 + query.length);
  bytes.writeUInt16BE(query.length, 0);
  bytes.set(query, 2);
  return bytes;
}

/** Collects one length-prefixed message from chunks of any size, in time linear in its length. */
export class FrameReader {
  /** The message so far; whole once `push` gave true. */
  message = Buffer.alloc(0);
  readonly #prefix: number[] = [];
  #filled = 0;

  /** Takes the next octets; true when the message is whole. What follows it is left out. */
  push(chunk: Uint8Array): boolean {
    let at = 0;
    while (this.#prefix.length < 2 && at < chunk.length) {
      this.#prefix.push(chunk[at++] as number);
      const [high, low] = this.#prefix;
      if (high !== undefined && low !== undefined) this.message = Buffer.alloc((high << 8) | low);
    }
    if (this.#prefix.length < 2) return false;
    const part = chunk.subarray(at, at + this.message.length - this.#filled);
    this.message.set(part, this.#filled);
    this.#filled += part.length;
    return this.#filled === this.message.length;
  }
}
