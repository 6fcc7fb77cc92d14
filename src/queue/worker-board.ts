/**
 * What the workers of a queue say of themselves, for the coordinator to look at: one key a worker that
 * ends by itself when the worker does, and a set of their names. No block depends on it.
 */
import { isRecord } from './job-payload.ts';
import type { RedisClient } from './redis-connection.ts';

export type WorkerState = 'waiting' | 'asking' | 'silent' | 'refusing';

export interface WorkerNotice {
  readonly name: string;
  readonly state: WorkerState;
  /** Why it is silent or refuses; empty otherwise. */
  readonly reason: string;
  /** Key of the run that it asks or refuses; empty for none. */
  readonly runKey: string;
  readonly threads: number;
  /** Blocks that it holds. */
  readonly held: number;
  readonly resolvers: readonly string[];
}

/** A worker that has said nothing for so long is gone. */
const NOTICE_LIFE_MS = 15_000;
/** How often a worker renews what it says. */
export const NOTICE_INTERVAL_MS = 4_000;

const MAX_NOTICE_CHARS = 10_000;
const MAX_WORKERS = 10_000;
const MAX_TEXT = 300;

const setKey = (prefix: string): string => `${prefix}:workers`;
const noticeKey = (prefix: string, name: string): string => `${prefix}:worker:${name}`;

/**
 * Gives the name under which a worker may join: `wanted`, or `wanted-2` and so on while others are
 * called so. It must be renewed by `postNotice` from then on.
 */
export async function claimName(
  client: RedisClient,
  prefix: string,
  wanted: string,
): Promise<string> {
  for (let number = 1; number < MAX_WORKERS; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    const reply = await client.set(noticeKey(prefix, name), '{}', 'PX', NOTICE_LIFE_MS, 'NX');
    if (reply === 'OK') return name;
  }
  throw new RangeError(`${MAX_WORKERS} workers are called ${wanted}`);
}

export async function postNotice(
  client: RedisClient,
  prefix: string,
  notice: WorkerNotice,
): Promise<void> {
  await client.set(noticeKey(prefix, notice.name), JSON.stringify(notice), 'PX', NOTICE_LIFE_MS);
  await client.sadd(setKey(prefix), notice.name);
}

export async function removeNotice(
  client: RedisClient,
  prefix: string,
  name: string,
): Promise<void> {
  await client.del(noticeKey(prefix, name));
  await client.srem(setKey(prefix), name);
}

/** Workers that are there, by name. Names of those that are gone are taken out of the set. */
export async function readNotices(client: RedisClient, prefix: string): Promise<WorkerNotice[]> {
  const names = (await client.smembers(setKey(prefix))).slice(0, MAX_WORKERS);
  if (names.length === 0) return [];
  const texts = await client.mget(names.map((name) => noticeKey(prefix, name)));
  const gone = names.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await client.srem(setKey(prefix), ...gone);
  return texts
    .map((text) => (text === null || text === undefined ? undefined : readNotice(text)))
    .filter((notice) => notice !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const STATES: readonly string[] = ['waiting', 'asking', 'silent', 'refusing'];

function readNotice(text: string): WorkerNotice | undefined {
  if (text.length > MAX_NOTICE_CHARS) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !STATES.includes(String(value['state']))) return undefined;
  const { resolvers } = value;
  return {
    name: textOf(value['name']),
    state: value['state'] as WorkerState,
    reason: textOf(value['reason']),
    runKey: textOf(value['runKey']),
    threads: countOf(value['threads']),
    held: countOf(value['held']),
    resolvers: Array.isArray(resolvers) ? resolvers.slice(0, 20).map(textOf) : [],
  };
}

/** Control characters out: the text goes to a terminal. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT).replaceAll(/\p{C}/gu, '?') : '';

const countOf = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? Math.min(value as number, 100_000) : 0;

/** Keeps a worker's notice up to date until it is taken down. */
export class NoticePoster {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #about: Pick<WorkerNotice, 'name' | 'threads' | 'resolvers'>;
  readonly #held: () => number;
  readonly #timer: NodeJS.Timeout;
  #said: Pick<WorkerNotice, 'state' | 'reason' | 'runKey'> = {
    state: 'waiting',
    reason: '',
    runKey: '',
  };
  #posting: Promise<void> | undefined;

  constructor(
    client: RedisClient,
    prefix: string,
    about: Pick<WorkerNotice, 'name' | 'threads' | 'resolvers'>,
    held: () => number,
  ) {
    this.#client = client;
    this.#prefix = prefix;
    this.#about = about;
    this.#held = held;
    this.#timer = setInterval(() => this.#post(), NOTICE_INTERVAL_MS);
    this.#post();
  }

  /** Gives whether that is news. */
  say(state: WorkerState, reason = '', runKey = ''): boolean {
    const said = this.#said;
    if (said.state === state && said.reason === reason && said.runKey === runKey) return false;
    this.#said = { state, reason, runKey };
    this.#post();
    return true;
  }

  async takeDown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#posting;
    await removeNotice(this.#client, this.#prefix, this.#about.name);
  }

  /** One at a time: while Redis is away they would only pile up. */
  #post(): void {
    if (this.#posting !== undefined) return;
    const notice = { ...this.#about, ...this.#said, held: this.#held() };
    const said = this.#said;
    this.#posting = postNotice(this.#client, this.#prefix, notice)
      .catch(() => undefined)
      .then(() => {
        this.#posting = undefined;
        if (said !== this.#said) this.#post();
      });
  }
}
