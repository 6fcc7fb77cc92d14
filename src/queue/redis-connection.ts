/**
 * Connections to the Redis of a queue: the clients that BullMQ and this folder use, made from a
 * parsed URL. Connections wait for a Redis that is away and come back within two seconds; nothing is
 * thrown for that here (`redis-preflight.ts` says what is wrong before the first).
 */
import { readFileSync } from 'node:fs';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { SurveyError } from '../survey/errors.ts';
import type { RedisTarget } from './redis-url.ts';

/** What is asked of a Redis beside the queue: one server's client, or a cluster's. */
export type RedisClient = Redis | Cluster;

/** Where a queue lives, ready to be connected to. */
export interface RedisPlace {
  readonly target: RedisTarget;
  /** Before every key; on a cluster with a hash tag, so that all keys are in one slot. */
  readonly prefix: string;
  readonly tls: RedisOptions['tls'];
}

/** Options of one connection, without what the place decides. */
export type ConnectOptions = Omit<
  RedisOptions,
  | 'enableOfflineQueue'
  | 'himportFieldsets'
  | 'host'
  | 'path'
  | 'port'
  | 'readOnly'
  | 'replyMapping'
  | 'sentinels'
>;

export const DEFAULT_PREFIX = 'mailcensus';

const CONNECT_TIMEOUT_MS = 10_000;
/** A command that has no reply for so long means a connection that died unseen. */
const REPLY_TIMEOUT_MS = 30_000;
const MAX_RETRY_MS = 2_000;

/** `caFile` is a PEM file of certificate authorities to trust instead of the system's. */
export function redisPlace(
  target: RedisTarget,
  options: { readonly prefix?: string | undefined; readonly caFile?: string | undefined },
): RedisPlace {
  const prefix = options.prefix ?? target.prefix ?? DEFAULT_PREFIX;
  const { caFile } = options;
  if (caFile !== undefined && !target.isTls) {
    throw new SurveyError('usage', '--redis-ca needs a rediss:// URL: redis:// is not encrypted');
  }
  return {
    target,
    prefix: target.kind === 'cluster' ? `{${prefix}}` : prefix,
    tls: target.isTls ? (caFile === undefined ? {} : { ca: readCa(caFile) }) : undefined,
  };
}

function readCa(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError('usage', `--redis-ca ${path} cannot be read (${code})`, { cause: error });
  }
}

/** `more` are ioredis options that differ from those of a connection that waits for ever. */
export function connectRedis(place: RedisPlace, more: ConnectOptions = {}): RedisClient {
  const { target, tls } = place;
  const { username, password, db } = target;
  const options: ConnectOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    db,
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: REPLY_TIMEOUT_MS,
    keepAlive: CONNECT_TIMEOUT_MS,
    retryStrategy,
    ...more,
  };
  const nodes = target.nodes.map(({ host, port }) => ({ host, port }));
  switch (target.kind) {
    case 'cluster':
      return new Cluster(nodes, {
        redisOptions: options,
        clusterRetryStrategy: options.retryStrategy === null ? () => null : retryStrategy,
        lazyConnect: options.lazyConnect ?? false,
      });
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: nodes,
        name: target.master as string,
        ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
        sentinelRetryStrategy: options.retryStrategy === null ? () => null : retryStrategy,
      });
    default:
      return new Redis({ ...options, ...nodes[0] });
  }
}

const retryStrategy = (attempt: number): number => Math.min(250 * attempt, MAX_RETRY_MS);

const FAULT_NAMES = new Set([
  'ReplyError',
  'AbortError',
  'ClusterAllFailedError',
  'MaxRetriesPerRequestError',
]);

/** Whether an error is Redis's or the connection's, which may mend itself, and none of ours. */
export function isRedisFault(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (FAULT_NAMES.has(error.name) || error.message === 'Connection is closed.' || 'syscall' in error)
  );
}
