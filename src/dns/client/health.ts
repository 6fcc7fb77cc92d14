/**
 * Whether resolvers can be asked at all, found out in seconds before a survey begins: a survey
 * against a dead resolver would otherwise be a million time-outs.
 */
import type { Question } from '../talk.ts';
import { createEngine } from './engine.ts';
import type { EngineCounters } from './engine-options.ts';
import type { ResolverAddress } from './resolvers.ts';
import type { OpenTransport } from './transport.ts';

export type ResolverHealth =
  /** Some response other than REFUSED came, be it an error. */
  | 'answers'
  /** Responses came, and all were REFUSED. */
  | 'refuses'
  | 'silent'
  /** The network said that nothing is there. */
  | 'error';

export interface ResolverReport {
  readonly resolver: ResolverAddress;
  readonly health: ResolverHealth;
}

/**
 * Two attempts of this make the pre-flight end within three seconds. The second goes without EDNS where
 * the first was met with silence, so that a resolver behind a firewall that drops it is found alive.
 */
const ATTEMPT_TIMEOUT_MS = 1400;
const ATTEMPTS = 2;
const SAMPLE_NAMES = 3;

/**
 * Asks each resolver for the NS of the root and the MX of up to three of `names`, all side by side.
 * Names of the survey itself are asked because an authoritative server may refuse the root.
 */
export function checkResolvers(
  resolvers: readonly ResolverAddress[],
  names: readonly string[],
  openTransport?: OpenTransport,
): Promise<ResolverReport[]> {
  return Promise.all(
    resolvers.map(async (resolver) => ({
      resolver,
      health: await checkResolver(resolver, names.slice(0, SAMPLE_NAMES), openTransport),
    })),
  );
}

async function checkResolver(
  resolver: ResolverAddress,
  names: readonly string[],
  openTransport: OpenTransport | undefined,
): Promise<ResolverHealth> {
  const engine = createEngine({
    resolvers: [resolver],
    timeoutMs: ATTEMPT_TIMEOUT_MS,
    attempts: ATTEMPTS,
    window: SAMPLE_NAMES + 1,
    socketsPerResolver: 1,
    ...(openTransport === undefined ? {} : { openTransport }),
  });
  const questions: Question[] = [
    { qname: '', qtype: 'NS', shared: false },
    ...names.map((qname): Question => ({ qname, qtype: 'MX', shared: false })),
  ];
  await new Promise<void>((resolve) => {
    let open = questions.length;
    const end = (): void => {
      open--;
      // One response that is no refusal settles it; the rest need not be waited for.
      if (open === 0 || hasAnswered(engine.counters)) resolve();
    };
    for (const question of questions) {
      if (engine.ask(question, Number.POSITIVE_INFINITY, end) !== undefined) end();
    }
  });
  const health = judge(engine.counters);
  await engine.close();
  return health;
}

function hasAnswered(counters: EngineCounters): boolean {
  const { answered, servfail, otherRcode, malformed, truncated } = counters;
  return answered + servfail + otherRcode + malformed + truncated > 0;
}

function judge(counters: EngineCounters): ResolverHealth {
  if (hasAnswered(counters)) return 'answers';
  if (counters.refused > 0) return 'refuses';
  return counters.network > 0 ? 'error' : 'silent';
}
