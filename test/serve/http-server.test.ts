import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Page,
  type PageRequest,
  type RunningServer,
  startServer,
} from '../../src/serve/http-server.ts';
import { SurveyError } from '../../src/survey/errors.ts';

const open: RunningServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const page = (body: Page['body'], more: Partial<Page> = {}): Page => ({
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body,
  ...more,
});

async function serve(handle: (request: PageRequest) => Page, faults: unknown[] = []) {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: ['stats.example'],
    handle,
    errorPage: (status, line) => page(line, { status }),
    onFault: (error) => faults.push(error),
  });
  open.push(server);
  return server;
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function get(
  url: string,
  path = '/',
  options: { method?: string; host?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', host } = options;
    const headers = host === undefined ? {} : { host };
    const asked = httpRequest(new URL(url), { path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the web server', () => {
  it('hands the decoded path and query over and sends the page under a policy without scripts', async () => {
    const { url } = await serve(({ path, query }) => page(`${path.join('|')} ${query.get('by')}`));
    const got = await get(url, '/night//2026-11-24/a%2Fb?by=tld');
    expect(got.text).toBe('night|2026-11-24|a/b tld');
    expect(got.headers['content-security-policy']).toContain("default-src 'none'");
    expect(got.headers['content-security-policy']).not.toContain('script');
    expect(got.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(got.headers['set-cookie']).toBeUndefined();
  });

  it('answers to its own names only, so that a rebound name reads nothing (RFC 9110 §7.2)', async () => {
    const { url } = await serve(() => page('figures'));
    const { port } = new URL(url);
    for (const host of [
      'localhost',
      `localhost:${port}`,
      '127.0.0.1:1',
      '[::1]:9',
      'STATS.example',
    ]) {
      expect(await get(url, '/', { host }), host).toMatchObject({ status: 200, text: 'figures' });
    }
    for (const host of [
      'evil.example',
      `localhost.evil.example:${port}`,
      '127.0.0.1.evil.example',
    ]) {
      const got = await get(url, '/', { host });
      expect(got.status, host).toBe(421);
      expect(got.text).not.toContain('figures');
    }
  });

  it('refuses everything but reading, and sends no body for HEAD', async () => {
    const { url } = await serve(() => page('figures'));
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await get(url, '/', { method })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      });
    }
    expect(await get(url, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('makes one line of a bad address, a broken escape or one that is too long', async () => {
    const { url } = await serve(() => {
      throw new SurveyError('usage', 'the store has no night 2099-01-01');
    });
    expect(await get(url, '/night/2099-01-01')).toMatchObject({
      status: 404,
      text: 'the store has no night 2099-01-01',
    });
    expect(await get(url, '/%E0%A4%A')).toMatchObject({ status: 400 });
    expect(await get(url, `/${'a'.repeat(5000)}`)).toMatchObject({ status: 414 });
  });

  it('tells a fault of ours to the terminal and not to the browser', async () => {
    const faults: unknown[] = [];
    const { url } = await serve(() => {
      throw new Error('secret of the inside');
    }, faults);
    const got = await get(url);
    expect(got.status).toBe(500);
    expect(got.text).not.toContain('secret');
    expect(faults).toHaveLength(1);
  });

  it('streams a download of any size, and survives a reader that goes away', async () => {
    const faults: unknown[] = [];
    function* rows() {
      for (let i = 0; i < 200_000; i++) yield 'a line of a large file\r\n';
    }
    const { url } = await serve(() => page(rows(), { fileName: 'a "b"\r\nx.csv' }), faults);
    const { port } = new URL(url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      });
      socket.once('data', () => {
        socket.destroy();
        resolve();
      });
    });
    const got = await get(url);
    expect(got.text.length).toBe(200_000 * 24);
    expect(got.headers['content-disposition']).toBe('attachment; filename="a__b___x.csv"');
    expect(faults).toEqual([]);
  });

  it('says in one line why it cannot listen', async () => {
    const { url } = await serve(() => page(''));
    const port = Number(new URL(url).port);
    const again = startServer({
      host: '127.0.0.1',
      port,
      allowedHosts: [],
      handle: () => page(''),
      errorPage: () => page(''),
      onFault: () => undefined,
    });
    await expect(again).rejects.toThrow(`cannot serve on 127.0.0.1:${port}: the port is taken`);
  });
});
