/**
 * The bytes of a list: a file or standard input, gzip undone (detected by its magic bytes), sha256
 * of the bytes as given taken on the way. Streams; never holds more than a few chunks. Every fault
 * leaves as a SurveyError that names the list.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SurveyError } from './errors.ts';
import { listLabel, readFault } from './list-errors.ts';

export interface ListSource {
  /** Path of a file, or `-` for standard input. */
  readonly path: string;
  /** Read instead of `process.stdin` where the path is `-`. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** File name without folder, or `stdin`: how the store and the reports call a list. */
export function listName(path: string): string {
  return path === '-' ? 'stdin' : basename(path);
}

const CHUNK_BYTES = 64 * 1024;
const GZIP_MAGIC = 0x1f8b;

/**
 * sha256 of a file's bytes as given, hex: the same as `readList` finds, so that a list already
 * imported need not be read as one. Not for a pipe: that can be read only once.
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await refuseDirectory(path);
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      hash.update(chunk as Buffer);
    }
  } catch (error) {
    throw readFault(path, error);
  }
  return hash.digest('hex');
}

/** A list being read. Iterate `chunks` to its end, then ask for `sha256`; `close` at any time. */
export class ListBytes {
  readonly path: string;
  /** Size of the file as given; undefined for standard input and pipes. */
  readonly sizeBytes: number | undefined;
  readonly #hash: Hash = createHash('sha256');
  readonly #source: AsyncIterator<Buffer>;
  readonly #chunks: AsyncIterator<Buffer>;
  #bytesRead = 0;
  #head: Buffer[] = [];

  private constructor(
    path: string,
    sizeBytes: number | undefined,
    source: AsyncIterator<Buffer>,
    start: Buffer,
  ) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#source = source;
    const isGzip = start.length >= 2 && start.readUInt16BE(0) === GZIP_MAGIC;
    const given = this.#given(start);
    this.#chunks = isGzip ? gunzip(given) : given;
  }

  static async open({ path, input }: ListSource): Promise<ListBytes> {
    try {
      const sizeBytes = path === '-' ? undefined : await refuseDirectory(path);
      const raw: AsyncIterable<Uint8Array> =
        path === '-'
          ? (input ?? process.stdin)
          : createReadStream(path, { highWaterMark: CHUNK_BYTES });
      const source = buffers(raw);
      return new ListBytes(path, sizeBytes, source, await atLeast(source, 2));
    } catch (error) {
      throw readFault(path, error);
    }
  }

  /** Bytes as given (packed or not) that were taken in so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** The first unpacked bytes, at least `bytes` unless the list ends; `chunks` gives them again. */
  async head(bytes: number): Promise<{ readonly head: Buffer; readonly isWhole: boolean }> {
    let length = this.#head.reduce((sum, chunk) => sum + chunk.length, 0);
    let isWhole = false;
    while (length < bytes && !isWhole) {
      const chunk = await this.#next();
      if (chunk === undefined) isWhole = true;
      else {
        this.#head.push(chunk);
        length += chunk.length;
      }
    }
    return { head: Buffer.concat(this.#head), isWhole };
  }

  /** Unpacked chunks from the first byte; only once. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    const head = this.#head;
    this.#head = [];
    yield* head;
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      yield chunk;
    }
    // What follows the end of a gzip stream is not read by zlib and yet belongs to the file.
    for (
      let rest = await this.#source.next();
      rest.done !== true;
      rest = await this.#source.next()
    ) {
      this.#take(rest.value);
    }
  }

  /** Of the bytes as given, hex. Call once, after the last chunk. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await this.#chunks.next();
      return done === true ? undefined : value;
    } catch (error) {
      throw readFault(this.path, error);
    }
  }

  #take(chunk: Buffer): Buffer {
    this.#hash.update(chunk);
    this.#bytesRead += chunk.length;
    return chunk;
  }

  async *#given(start: Buffer): AsyncGenerator<Buffer, void> {
    if (start.length > 0) yield this.#take(start);
    for (
      let next = await this.#source.next();
      next.done !== true;
      next = await this.#source.next()
    ) {
      yield this.#take(next.value);
    }
  }
}

/** Size of a regular file; undefined for a pipe or device. */
async function refuseDirectory(path: string): Promise<number | undefined> {
  const found = await stat(path);
  if (found.isDirectory()) {
    throw new SurveyError('usage', `${listLabel(path)}: is a directory; give a list file in it`);
  }
  return found.isFile() ? found.size : undefined;
}

async function* buffers(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer, void> {
  for await (const chunk of source) {
    yield typeof chunk === 'string'
      ? Buffer.from(chunk)
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function atLeast(source: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; length < bytes; ) {
    const { value, done } = await source.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
  }
  return Buffer.concat(parts);
}

async function* gunzip(source: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // The error is thrown by the loop below; the callback only keeps it from being thrown twice.
  pipeline(Readable.from(source, { objectMode: false }), unpacked, () => undefined);
  for await (const chunk of unpacked) yield chunk as Buffer;
}
