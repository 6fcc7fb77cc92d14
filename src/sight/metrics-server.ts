/**
 * The address at which Prometheus reads metrics: `/metrics`, and `/healthz`, which says that the
 * process is there. Loopback unless the user says otherwise; reading only, and no figure of a single
 * domain is among the metrics.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SurveyError } from '../survey/errors.ts';
import { type MetricsText, metricsRegistry } from './metrics.ts';
import type { MetricsSnapshot } from './metrics-snapshot.ts';

export const DEFAULT_METRICS_HOST = '127.0.0.1';

export interface MetricsOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly host: string;
  /** Of mailcensus. */
  readonly version: string;
  /** Called at each reading; should cost no more than milliseconds. */
  readonly read: () => MetricsSnapshot;
}

export interface MetricsServer {
  /** As `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens, or throws a SurveyError that says why it cannot. Does not keep the process alive. */
export async function openMetrics(options: MetricsOptions): Promise<MetricsServer> {
  const { host } = options;
  const render = metricsRegistry(options);
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    answer(request, response, render).catch(() => response.destroy());
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const line = `metrics cannot be served on ${inUrl(host)}:${options.port} (${error.code}); name another --metrics or --metrics-host`;
      reject(new SurveyError('usage', line, { cause: error }));
    });
    server.listen({ host, port: options.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${inUrl(host)}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  render: () => Promise<MetricsText>,
): Promise<void> {
  const { method, url = '/' } = request;
  const path = url.split('?', 1)[0];
  if (method !== 'GET' && method !== 'HEAD') {
    plain(response, 405, 'metrics are for reading only\n', { allow: 'GET, HEAD' });
  } else if (path === '/metrics') {
    const page = await rendered(render);
    if (page === undefined) plain(response, 500, 'the figures cannot be read now\n');
    else respond(response, 200, page.contentType, page.text);
  } else if (path === '/healthz') {
    plain(response, 200, 'ok\n');
  } else {
    plain(response, 404, 'there is /metrics and /healthz\n');
  }
}

/** A store that is busy for a moment is no reason to break the connection off. */
async function rendered(render: () => Promise<MetricsText>): Promise<MetricsText | undefined> {
  try {
    return await render();
  } catch {
    return undefined;
  }
}

function plain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  respond(response, status, 'text/plain; charset=utf-8', text, headers);
}

function respond(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
