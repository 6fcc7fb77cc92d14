/** The options that say where the queue is, the same for `survey` and `worker`. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { RedisPlace } from '../queue/redis-connection.ts';
import { parseRedisUrl, REDIS_PREFIX, withoutRedisPasswords } from '../queue/redis-url.ts';
import { SurveyError } from '../survey/errors.ts';

export interface RedisOptions {
  readonly redis?: string;
  readonly redisPrefix?: string;
  readonly redisCa?: string;
  readonly redisPasswordFile?: string;
}

export function addRedisOptions(command: Command, use: string): Command {
  return command
    .option(
      '--redis <url>',
      `${use}: redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// for TLS, redis+sentinel://HOSTS/MASTER, redis+cluster://HOSTS`,
    )
    .option(
      '--redis-prefix <word>',
      'of every key, one a survey that runs at the same time (default: mailcensus)',
      redisPrefix,
    )
    .option('--redis-ca <file>', 'PEM of the authority that signed the Redis’ certificate')
    .option(
      '--redis-password-file <file>',
      'the password, so that it stands on no command line; a final line end is left out',
    );
}

function redisPrefix(text: string): string {
  if (!REDIS_PREFIX.test(text)) {
    throw new InvalidArgumentError('it takes 1 to 64 letters, digits, _ . and -.');
  }
  return text;
}

/** Where the queue is, asked once. Throws SurveyError; undefined without `--redis`. */
export async function openRedisPlace(options: RedisOptions): Promise<RedisPlace | undefined> {
  const { redis, redisPasswordFile } = options;
  if (redis === undefined) {
    const left = (['redisPrefix', 'redisCa', 'redisPasswordFile'] as const).find(
      (name) => options[name] !== undefined,
    );
    if (left === undefined) return undefined;
    const flag = left.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
    throw new SurveyError('usage', `--${flag} is of no use without --redis URL`);
  }
  hidePassword();
  const parsed = parseRedisUrl(redis);
  if ('problem' in parsed) throw new SurveyError('usage', `--redis ${parsed.problem}`);
  const target =
    redisPasswordFile === undefined
      ? parsed.target
      : { ...parsed.target, password: readPassword(redisPasswordFile) };
  // A tenth of a second of CPU, for which a survey on one machine has no use.
  const { redisPlace } = await import('../queue/redis-connection.ts');
  const { checkRedis } = await import('../queue/redis-preflight.ts');
  const place = redisPlace(target, { prefix: options.redisPrefix, caFile: options.redisCa });
  await checkRedis(place);
  return place;
}

function readPassword(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/u, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SurveyError('usage', `--redis-password-file ${path} cannot be read (${code})`, {
      cause: error,
    });
  }
}

/** Other users of the machine see the command line of a process, until it is given a title. */
function hidePassword(): void {
  const args = process.argv.slice(2);
  const shown = withoutRedisPasswords(args);
  if (shown.some((arg, i) => arg !== args[i])) process.title = `mailcensus ${shown.join(' ')}`;
}
