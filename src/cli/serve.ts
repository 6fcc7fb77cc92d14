/** `serve`: the reports of a store as a local web page, for reading only. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { LANGUAGES, type Language } from '../report/language/language.ts';
import { type RunningServer, startServer } from '../serve/http-server.ts';
import { openReader } from '../store/open.ts';
import { type CliIo, note } from './io.ts';
import { collect, oneOf, wholeNumber } from './option-values.ts';
import { addStoreOption, type StoreOption } from './run-options.ts';
import { siteError, sitePageFor } from './serve-pages.ts';

interface ServeOptions extends StoreOption {
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly lang: Language;
}

const DEFAULT_PORT = 8053;

export function serveCommand(io: CliIo): Command {
  const command = new Command('serve')
    .description('the store as a local web page: nights, comparison, trend, one domain; read only')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port, 0 for a free one', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--allow-host <name>', 'a further name it may be called by; repeatable', collect)
    .option('--lang <language>', `language: ${LANGUAGES.join(', ')}`, oneOf(LANGUAGES), 'en');
  return addStoreOption(command).action(async (options: ServeOptions) => {
    const store = openReader(options.store);
    let server: RunningServer | undefined;
    try {
      const parts = { store, path: basename(options.store), language: options.lang };
      server = await startServer({
        host: options.host,
        port: options.port,
        allowedHosts: options.allowHost ?? [],
        handle: (request) => sitePageFor(parts, request),
        errorPage: (status, line) => siteError(options.lang, status, line),
        onFault: (error) =>
          note(io, `a fault of ours: ${error instanceof Error ? error.stack : String(error)}`),
      });
      note(io, `${server.url} shows ${options.store}; Ctrl-C ends it`);
      if (!io.signal.aborted) {
        await new Promise((resolve) =>
          io.signal.addEventListener('abort', resolve, { once: true }),
        );
      }
    } finally {
      await server?.close();
      store.close();
    }
  });
}
