/**
 * The web page's server: reading requests of one machine's browser, answering with pages that it is
 * handed. It knows no store and no figure. Nothing is written, nothing is fetched, no cookie is set.
 *
 * A page on loopback can be reached by any site that the same browser shows: by a name that resolves
 * to 127.0.0.1 (DNS rebinding) or by an embedding frame. So the Host field must name this server, and
 * the policy forbids frames, scripts and every foreign address (CSP Level 3; RFC 9110 §7.2).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SITE_POLICY } from '../report/html/content-security.ts';
import { SurveyError } from '../survey/errors.ts';

/** What a browser asked for. */
export interface PageRequest {
  /** Decoded segments of the path, without empty ones. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export interface Page {
  readonly status: number;
  /** With its charset where it is text. */
  readonly contentType: string;
  /** File name of a download; undefined for a page that is shown. */
  readonly fileName?: string;
  readonly body: string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
}

export interface ServerOptions {
  /** Address or name to listen on; loopback unless the user says otherwise. */
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Further names by which the server may be called, beside `host` and those of loopback. */
  readonly allowedHosts: readonly string[];
  /** Gives the page; may throw a SurveyError, which becomes a page of one line. */
  readonly handle: (request: PageRequest) => Page;
  /** The page for an error, so that it looks like the others. */
  readonly errorPage: (status: number, line: string) => Page;
  /** A fault of ours while a page was made; the browser is told that there was one. */
  readonly onFault: (error: unknown) => void;
}

export interface RunningServer {
  /** As `http://127.0.0.1:8080/`. */
  readonly url: string;
  close(): Promise<void>;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `${SITE_POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

const MAX_URL_LENGTH = 4096;
const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Listens, or throws a SurveyError that says why it cannot. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const hosts = new Set([...LOOPBACK_NAMES, inUrl(options.host), ...options.allowedHosts]);
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    answer(request, response, hosts, options).catch((error: unknown) => {
      response.destroy();
      if (!isGone(error)) options.onFault(error);
    });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${inUrl(options.host)}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host.toLowerCase());

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
  options: ServerOptions,
): Promise<void> {
  const page = pageFor(request, hosts, options);
  response.writeHead(page.status, {
    ...HEADERS,
    'content-type': page.contentType,
    ...(page.fileName === undefined
      ? {}
      : {
          'content-disposition': `attachment; filename="${page.fileName.replace(/[^\w.-]/gu, '_')}"`,
        }),
    ...(page.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  if (typeof page.body === 'string') response.end(page.body);
  else await pipeline(Readable.from(page.body, { objectMode: false }), response);
}

function pageFor(
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
  options: ServerOptions,
): Page {
  const { method, url = '/', headers } = request;
  if (!isKnownHost(headers.host, hosts)) {
    return options.errorPage(421, 'this server does not answer to that host name');
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return options.errorPage(405, 'these pages are for reading only');
  }
  if (url.length > MAX_URL_LENGTH) return options.errorPage(414, 'the address is too long');
  const asked = readUrl(url);
  if (asked === undefined) return options.errorPage(400, 'the address cannot be read');
  try {
    return options.handle(asked);
  } catch (error) {
    if (error instanceof SurveyError) {
      return options.errorPage(error.code === 'usage' ? 404 : 500, error.message);
    }
    options.onFault(error);
    return options.errorPage(500, 'a fault of ours; the terminal that runs serve says which');
  }
}

/** The name is compared without its port, which a proxy or a tunnel may change. */
function isKnownHost(host: string | undefined, hosts: ReadonlySet<string>): boolean {
  return host !== undefined && hosts.has(host.toLowerCase().replace(/:\d+$/u, ''));
}

function readUrl(url: string): PageRequest | undefined {
  try {
    // An address in absolute form (RFC 9112 §3.2.2) is read like one that begins with the path.
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const path = pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    return { path, query: searchParams };
  } catch {
    return undefined;
  }
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; name another with --port, or 0 for a free one',
  EACCES: 'permission denied; ports below 1024 are the system’s, name another with --port',
  EADDRNOTAVAIL: 'this machine has no such address; leave --host out for loopback',
  ENOTFOUND: 'the name has no address; leave --host out for loopback',
};

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const way = WAYS_OUT[error.code ?? ''] ?? error.message;
      const line = `cannot serve on ${inUrl(host)}:${port}: ${way}`;
      reject(new SurveyError('usage', line, { cause: error }));
    });
    server.listen({ host, port }, () => resolve());
  });
}

/** The reader went away in the middle of an answer, which is no fault. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}
