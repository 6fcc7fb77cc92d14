/**
 * Which transport a survey uses: the batched one where the machine has what it takes and a self-test
 * over loopback shows that it works, else the one over `node:dgram`.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { endianness } from 'node:os';
import { QTYPES } from '../wire/registry.ts';
import { batchTransportOn } from './batch-transport.ts';
import { openDgramTransport } from './dgram-transport.ts';
import { LinuxUdp } from './linux-udp.ts';
import type { Exchange, OpenTransport } from './transport.ts';

export const TRANSPORT_CHOICES = ['auto', 'batch', 'dgram'] as const;
export type TransportChoice = (typeof TRANSPORT_CHOICES)[number];

export interface ChosenTransport {
  readonly open: OpenTransport;
  /** As it stands in a run's provenance. */
  readonly name: 'batch' | 'dgram';
  /** Why `auto` did not take the batched transport, as a clause; undefined where it did. */
  readonly reason: string | undefined;
}

const DGRAM: ChosenTransport = { open: openDgramTransport, name: 'dgram', reason: undefined };

/** Rejects with one line where `batch` is asked for and cannot be had. */
export async function chooseTransport(choice: TransportChoice): Promise<ChosenTransport> {
  if (choice === 'dgram') return DGRAM;
  const batch = await openBatch();
  if (typeof batch !== 'string') return { open: batch, name: 'batch', reason: undefined };
  if (choice === 'auto') return { ...DGRAM, reason: batch };
  throw new Error(`the batched transport cannot be used here: ${batch}`);
}

/**
 * The transport that was chosen, for another thread of the process: without a second self-test.
 * Rejects where it cannot be had.
 */
export async function loadTransport(name: ChosenTransport['name']): Promise<OpenTransport> {
  return name === 'dgram' ? openDgramTransport : await loadBatch();
}

const loadBatch = async (): Promise<OpenTransport> =>
  batchTransportOn(new LinuxUdp(await import('koffi')));

/** The transport, or the reason why there is none. */
async function openBatch(): Promise<OpenTransport | string> {
  const platform = platformProblem(process.platform, process.arch, endianness());
  if (platform !== undefined) return platform;
  let open: OpenTransport;
  try {
    open = await loadBatch();
  } catch (error) {
    return `the package koffi does not load (${firstLine(error)})`;
  }
  // A machine that is busy at the moment deserves a second try.
  const problem = (await selfTest(open)) && (await selfTest(open));
  return problem ?? open;
}

/** Undefined where the structures of `linux-udp.ts` are the machine's. */
export function platformProblem(
  platform: string,
  architecture: string,
  byteOrder: string,
): string | undefined {
  const isKnown = architecture === 'x64' || architecture === 'arm64';
  if (platform === 'linux' && isKnown && byteOrder === 'LE') return undefined;
  return `it is for Linux on x64 and arm64, not ${platform} on ${architecture}`;
}

const SELF_TEST_QUERIES = 150;
const SELF_TEST_LIMIT_MS = 2_000;

/**
 * Asks a name server of its own over loopback: more than one batch each way, answers of different
 * length, each to be matched with its question. Gives what went wrong.
 */
export async function selfTest(open: OpenTransport): Promise<string | undefined> {
  const server = dgram.createSocket('udp4');
  server.on('message', (query, { port }) => server.send(nxdomainFor(query), port, LOOPBACK));
  try {
    server.bind(0, LOOPBACK);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return await askAll(open, port);
  } catch (error) {
    return `its self-test over loopback failed (${firstLine(error)})`;
  } finally {
    server.close();
  }
}

const LOOPBACK = '127.0.0.1';

/** The query with QR=1 and RCODE=3, and without its OPT record. */
function nxdomainFor(query: Buffer): Buffer {
  const response = Buffer.from(query.subarray(0, query.length - OPT_OCTETS));
  response[2] = 0x81;
  response[3] = 0x83;
  response[11] = 0;
  return response;
}

const OPT_OCTETS = 11;

function askAll(open: OpenTransport, port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const unanswered = new Set<Exchange>();
    const end = (problem: string | undefined): void => {
      clearTimeout(timer);
      transport.close().then(() => resolve(problem), reject);
    };
    const transport = open(
      {
        resolvers: [{ address: LOOPBACK, family: 4, port }],
        ednsSize: 1232,
        socketsPerResolver: 2,
      },
      {
        onResponse: (exchange, decoded) => {
          const isRight = typeof decoded === 'object' && decoded.status === 'nxdomain';
          if (!isRight || !unanswered.delete(exchange)) end('its self-test came to a wrong answer');
          else if (unanswered.size === 0) end(undefined);
        },
        onNetworkError: () => end('its self-test found loopback refused'),
        onStray: () => end('its self-test received what it had not asked'),
      },
    );
    const timer = setTimeout(
      () =>
        end(`its self-test lost ${unanswered.size} of ${SELF_TEST_QUERIES} answers over loopback`),
      SELF_TEST_LIMIT_MS,
    );
    for (let i = 0; i < SELF_TEST_QUERIES; i++) {
      const exchange = {
        qname: `${'x'.repeat(1 + (i % 60))}.self-test.invalid`,
        type: QTYPES.TXT,
        resolver: 0,
        hasEdns: true,
        channel: 0,
        id: 0,
      };
      unanswered.add(exchange);
      transport.send(exchange);
    }
    transport.flush();
  });
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
