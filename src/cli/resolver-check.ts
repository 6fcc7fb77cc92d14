/** Asks the resolvers before a survey: a dead or refusing one is said in seconds, not in time-outs. */
import { checkResolvers, type ResolverReport } from '../dns/client/health.ts';
import { formatResolver, type ResolverAddress } from '../dns/client/resolvers.ts';
import { SurveyError } from '../survey/errors.ts';
import { type CliIo, note } from './io.ts';

/**
 * Gives the resolvers to use. Throws when none can be used; where some can, the others are left out
 * with a line. `sampleNames` are names of the lists, for servers that refuse the root.
 */
export async function usableResolvers(
  io: CliIo,
  resolvers: readonly ResolverAddress[],
  sampleNames: readonly string[],
): Promise<readonly ResolverAddress[]> {
  const reports = await checkResolvers(resolvers, sampleNames);
  const usable = reports.filter(({ health }) => health === 'answers');
  const dead = reports.filter(({ health }) => health !== 'answers');
  if (usable.length === 0) throw noResolver(dead.map(complaint).join('; '));
  for (const report of dead) note(io, `left out: ${complaint(report)}`);
  return usable.map(({ resolver }) => resolver);
}

/** An address with a slip is said at once, while one that refuses may come round: a worker waits for it. */
export async function refuseDeadResolvers(resolvers: readonly ResolverAddress[]): Promise<void> {
  const reports = await checkResolvers(resolvers, []);
  if (reports.some(({ health }) => health === 'answers' || health === 'refuses')) return;
  throw noResolver(`${resolvers.map(formatResolver).join(', ')}: no answer`);
}

function noResolver(problem: string): SurveyError {
  return new SurveyError(
    'usage',
    `${problem}; give a recursive resolver that serves this host with --resolver HOST[:PORT]`,
  );
}

function complaint({ resolver, health }: ResolverReport): string {
  const name = `resolver ${formatResolver(resolver)}`;
  if (health === 'refuses') return `${name} refuses our questions (REFUSED)`;
  return health === 'error' ? `${name}: nothing listens there` : `${name} does not answer`;
}
