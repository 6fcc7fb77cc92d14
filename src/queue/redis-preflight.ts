/**
 * Asks a Redis once before a queue is opened on it. BullMQ itself waits for ever, and silently, for a
 * Redis that refuses the password or does not exist; here each fault is one line with its way out.
 */
import { SurveyError } from '../survey/errors.ts';
import {
  type ConnectOptions,
  connectRedis,
  type RedisClient,
  type RedisPlace,
} from './redis-connection.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** BullMQ's scripts need it. */
const LEAST_VERSION = [6, 2] as const;

const ONCE: ConnectOptions = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: CONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: null,
};

/** Throws SurveyError: `usage` for what another option or setting mends, `machine` for a dead host. */
export async function checkRedis(place: RedisPlace): Promise<void> {
  const client = connectRedis(place, ONCE);
  // The bland rejection of `connect` has its cause in this event.
  let cause: unknown;
  client.on('error', (error: unknown) => {
    cause = error;
  });
  let timer: NodeJS.Timeout | undefined;
  // What takes the connection and says nothing, or a cluster that names no node, is given up too.
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), 2 * CONNECT_TIMEOUT_MS);
  });
  try {
    await Promise.race([ask(client, place), silence]);
  } catch (error) {
    if (error instanceof SurveyError) throw error;
    throw connectionError(place, cause ?? error);
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

async function ask(client: RedisClient, place: RedisPlace): Promise<void> {
  await client.connect();
  checkSettings(await client.info(), place);
  await tryRights(client, place);
}

/** A user who may read but not write would wait for ever, too. */
async function tryRights(client: RedisClient, { prefix }: RedisPlace): Promise<void> {
  await client.eval('return 1', 1, `${prefix}:owner`);
}

function checkSettings(info: string, { target }: RedisPlace): void {
  const setting = (name: string): string =>
    new RegExp(`^${name}:(.*)$`, 'mu').exec(info)?.[1]?.trim() ?? '';
  const version = setting('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (version !== '' && (major < leastMajor || (major === leastMajor && minor < leastMinor))) {
    throw new SurveyError(
      'usage',
      `${target.shown} is Redis ${version}; mailcensus needs ${LEAST_VERSION.join('.')} or newer`,
    );
  }
  const policy = setting('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction') {
    throw new SurveyError(
      'usage',
      `${target.shown} has maxmemory-policy ${policy}, which may throw blocks away; set it to noeviction`,
    );
  }
  if (setting('role') === 'slave') {
    throw new SurveyError('usage', `${target.shown} is a replica; give the address of its master`);
  }
}

/** Codes of a host or port that nothing can be reached at. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

function connectionError({ target }: RedisPlace, cause: unknown): SurveyError {
  const { shown, isTls } = target;
  const { code, message } = describe(cause);
  const fault = (kind: 'usage' | 'machine', what: string) =>
    new SurveyError(kind, `${shown} ${what}`, { cause });
  if (/WRONGPASS|invalid password|invalid username/iu.test(message)) {
    return fault('usage', 'refuses the user or password that was given');
  }
  if (/NOAUTH/u.test(message)) return fault('usage', 'asks for a password; give one');
  if (/NOPERM/u.test(message)) {
    return fault('usage', `gives this user too few rights (${firstLine(message)})`);
  }
  if (/certificate|CERT_|altnames/iu.test(`${code} ${message}`)) {
    return fault(
      'usage',
      `has a certificate that is not trusted (${firstLine(message)}); name its authority with --redis-ca`,
    );
  }
  if (/SSL|TLS|EPROTO|wrong version/iu.test(`${code} ${message}`)) {
    return fault('usage', 'does not speak TLS on this port; give redis:// or the TLS port');
  }
  if (UNREACHABLE.has(code)) {
    const tls = isTls && code === 'ETIMEDOUT' ? ', or does not speak TLS there' : '';
    return fault('machine', `cannot be reached (${code})${tls}; is Redis running there?`);
  }
  if (target.kind !== 'server')
    return fault('machine', `cannot be reached (${firstLine(message)})`);
  const hint = isTls ? 'does it speak TLS there?' : 'rediss:// is for a TLS port';
  return fault('machine', `broke the connection off (${firstLine(message)}); ${hint}`);
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  const last = (error as { lastNodeError?: unknown }).lastNodeError;
  if (last instanceof Error) return describe(last);
  if (error instanceof AggregateError && code === undefined) return describe(error.errors[0]);
  return { code: code ?? '', message: error.message };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
