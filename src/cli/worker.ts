/** `worker`: asks blocks of whatever surveys run over a Redis, from this host and with its resolvers. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { CHECKS } from '../checks/table.ts';
import type { ChosenTransport } from '../dns/client/choose-transport.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import { PSL_VERSION } from '../names/organizational-domain.ts';
import { usefulThreads } from '../probe/thread-shares.ts';
import type { RedisPlace } from '../queue/redis-connection.ts';
import type { RunProber } from '../queue/serve-queue.ts';
import { count } from '../report/text/numbers.ts';
import { SurveyError } from '../survey/errors.ts';
import { MAX_THREADS } from '../survey/limits.ts';
import { BLOCK_SIZE, type WorkerOrigin } from '../survey/ports.ts';
import { addAskingOptions, type DnsOptions, resolversOf, transportOf } from './dns-options.ts';
import { type CliIo, note } from './io.ts';
import { wholeNumber } from './option-values.ts';
import { noteRestarts, openProbePool, silenceParts } from './probe-pool.ts';
import { addRedisOptions, openRedisPlace, type RedisOptions } from './redis-options.ts';
import { refuseDeadResolvers, usableResolvers } from './resolver-check.ts';
import { DEFAULT_WINDOW, defaultThreads } from './survey-options.ts';
import { TOOL_VERSION } from './version.ts';

interface WorkerOptions extends Omit<DnsOptions, 'nxdomainCut'>, RedisOptions {
  readonly threads: number;
  readonly name: string;
  readonly lease: number;
  readonly quiet: boolean;
}

/** A dead worker's blocks are asked elsewhere 4/3 of it later. */
const DEFAULT_LEASE_MS = 30_000;
const MIN_LEASE_MS = 500;
const MAX_LEASE_MS = 3_600_000;
const REPORT_INTERVAL_MS = 60_000;
const REDIS_NOTE_INTERVAL_MS = 30_000;
const GOODBYE_MS = 500;

export function workerCommand(io: CliIo): Command {
  const command = new Command('worker')
    .description('asks blocks for surveys that run over a Redis, until it is stopped')
    .option('--name <word>', 'what this worker is called in reports', workerName, hostname())
    .option(
      '--threads <n>',
      'threads that ask, window and rate divided over them (default: cores less one)',
      wholeNumber(1, MAX_THREADS),
      defaultThreads(),
    )
    .option(
      '--lease <ms>',
      'milliseconds without a sign of life after which its blocks go to another',
      wholeNumber(MIN_LEASE_MS, MAX_LEASE_MS),
      DEFAULT_LEASE_MS,
    )
    .option('--quiet', 'only what goes wrong', false);
  addAskingOptions(command, { window: DEFAULT_WINDOW });
  return addRedisOptions(command, 'where the surveys’ queue is').action(
    async (options: WorkerOptions) => {
      const place = await openRedisPlace(options);
      if (place === undefined) {
        throw new SurveyError('usage', 'a worker takes its blocks from a Redis: give --redis URL');
      }
      await work(io, options, place);
    },
  );
}

function workerName(text: string): string {
  if (!/^[\w.-]{1,100}$/u.test(text)) {
    throw new InvalidArgumentError('it takes 1 to 100 letters, digits, _ . and -.');
  }
  return text;
}

async function work(io: CliIo, options: WorkerOptions, place: RedisPlace): Promise<void> {
  const resolvers = resolversOf({ ...options, nxdomainCut: true });
  const transport = await transportOf(options);
  if (transport.reason !== undefined) note(io, `transport dgram: ${transport.reason}`);
  await refuseDeadResolvers(resolvers);
  const [{ WorkerQueue }, { claimName, NoticePoster }, { serveQueue }] = await Promise.all([
    import('../queue/worker-queue.ts'),
    import('../queue/worker-board.ts'),
    import('../queue/serve-queue.ts'),
  ]);
  const queue = new WorkerQueue(place, {
    leaseMs: options.lease,
    name: options.name,
    onError: redisNotes(io, place),
  });
  await queue.start();
  const name = await claimName(queue.client, place.prefix, options.name);
  const origin = originOf(name, options, transport, resolvers);
  const about = { name, threads: origin.threads, resolvers: origin.resolvers };
  const board = new NoticePoster(queue.client, place.prefix, about, () => queue.held);
  const tally = reportNowAndThen(io, options.quiet);
  if (!options.quiet) {
    note(
      io,
      `worker ${name} waits for blocks at ${place.target.shown}; it asks ${origin.resolvers.join(', ')} on ${origin.threads} threads`,
    );
  }
  try {
    await serveQueue({
      queue,
      board,
      origin,
      own: {
        checkVersions: Object.fromEntries(CHECKS.map((check) => [check.name, check.version])),
        pslVersion: PSL_VERSION,
      },
      openProber: (run, names) =>
        openProber(io, { options, origin, transport, resolvers }, run, names),
      onBlock: tally.blockDone,
      note: (line) => note(io, `worker ${name}: ${line}`),
      clock: io,
      signal: io.signal,
    });
  } finally {
    tally.end();
    await Promise.race([board.takeDown(), delay(GOODBYE_MS, undefined, { ref: false })]);
    await queue.close();
  }
}

function originOf(
  name: string,
  options: WorkerOptions,
  transport: ChosenTransport,
  resolvers: readonly ResolverAddress[],
): WorkerOrigin {
  const { timeout, attempts, window, rate } = options;
  const domains = Number.POSITIVE_INFINITY;
  return {
    name,
    toolVersion: TOOL_VERSION,
    resolvers: resolvers.map(formatResolver),
    transport: transport.name,
    threads: usefulThreads(options.threads, { window, rate, domains, blockSize: BLOCK_SIZE }),
    timeoutMs: timeout,
    attempts,
    window,
    rate,
  };
}

interface ProberParts {
  readonly options: WorkerOptions;
  readonly origin: WorkerOrigin;
  readonly transport: ChosenTransport;
  readonly resolvers: readonly ResolverAddress[];
}

async function openProber(
  io: CliIo,
  { options, origin, transport, resolvers }: ProberParts,
  run: {
    readonly checkVersions: object;
    readonly isSpfVoids: boolean;
    readonly isNxdomainCut: boolean;
  },
  names: readonly string[],
): Promise<RunProber | { readonly problem: string }> {
  let usable: readonly ResolverAddress[];
  try {
    usable = await usableResolvers(io, resolvers, names);
  } catch (error) {
    if (error instanceof SurveyError) return { problem: error.message };
    throw error;
  }
  const pool = openProbePool({
    checks: Object.keys(run.checkVersions),
    isSpfVoids: run.isSpfVoids,
    isNxdomainCut: run.isNxdomainCut,
    options,
    threads: origin.threads,
    transport,
    resolvers: usable,
    knownAnswers: () => [],
  });
  return {
    prober: pool,
    takeSharedAnswers: () => pool.takeSharedAnswers(),
    ...silenceParts({ options, resolvers: usable }, pool),
    close: async () => {
      await pool.close();
      noteRestarts(io, pool.restarts);
    },
  };
}

/** Connections are tried again every other second; a person is told now and then. */
function redisNotes(io: CliIo, { target }: RedisPlace): (error: Error) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    if (io.now() - toldAtMs < REDIS_NOTE_INTERVAL_MS) return;
    toldAtMs = io.now();
    note(io, `${target.shown}: ${message.split('\n', 1)[0]}; trying again`);
  };
}

function reportNowAndThen(io: CliIo, isQuiet: boolean) {
  let blocks = 0;
  let domains = 0;
  let queries = 0;
  let told = 0;
  const tell = () => {
    if (blocks === told) return;
    told = blocks;
    note(io, `${count(blocks)} blocks, ${count(domains)} domains, ${count(queries)} queries`);
  };
  const timer = isQuiet ? undefined : setInterval(tell, REPORT_INTERVAL_MS);
  return {
    blockDone: (more: number, asked: number) => {
      blocks += 1;
      domains += more;
      queries += asked;
    },
    end: () => {
      clearInterval(timer);
      if (!isQuiet) tell();
    },
  };
}
