/**
 * One coordinator a prefix: a key that its holder renews. It keeps two surveys from mixing their blocks
 * on one queue; the store itself is fenced by its own lock. Pure but for Redis.
 */
import { randomUUID } from 'node:crypto';
import { SurveyError } from '../survey/errors.ts';
import type { RedisClient, RedisPlace } from './redis-connection.ts';

const LIFE_MS = 30_000;
const RENEW_MS = 10_000;

/** Sets the key when it is free, or held for the same store: whoever has that store's lock is its holder. */
const TAKE = `
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 1`;
/** The key may have been lost with Redis's memory: then it is set again. */
const RENEW = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] .. ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 1`;
const FREE = `
if redis.call('GET', KEYS[1]) == ARGV[1] .. ARGV[2] then return redis.call('DEL', KEYS[1]) end
return 0`;

export interface OwnerKey {
  /** Frees the prefix for the next. */
  release(): Promise<void>;
}

/** Throws SurveyError when another store's coordinator holds the prefix. `onLost` is told once. */
export async function takeOwnerKey(
  client: RedisClient,
  { prefix, target }: RedisPlace,
  parts: { readonly storeId: string; readonly onLost: (error: SurveyError) => void },
): Promise<OwnerKey> {
  const key = `${prefix}:owner`;
  const args = [`${parts.storeId}/`, randomUUID(), LIFE_MS] as const;
  if ((await client.eval(TAKE, 1, key, ...args)) !== 1) {
    throw new SurveyError(
      'machine',
      `another survey works over ${target.shown} with prefix ${prefix}; wait for its end (after a crash 30 seconds) or give another --redis-prefix`,
    );
  }
  const lost = () =>
    parts.onLost(
      new SurveyError(
        'machine',
        `another survey has taken prefix ${prefix} on ${target.shown}; every committed block is kept`,
      ),
    );
  const timer = setInterval(() => {
    client.eval(RENEW, 1, key, ...args).then(
      (reply) => {
        if (reply !== 1) lost();
      },
      () => undefined,
    );
  }, RENEW_MS);
  return {
    release: async () => {
      clearInterval(timer);
      await client.eval(FREE, 1, key, ...args);
    },
  };
}
