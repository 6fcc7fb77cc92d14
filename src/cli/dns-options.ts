/** The options that decide how the DNS is asked, the same for `survey`, `inspect` and `demo`. */
import type { Command } from 'commander';
import {
  type ChosenTransport,
  chooseTransport,
  TRANSPORT_CHOICES,
  type TransportChoice,
} from '../dns/client/choose-transport.ts';
import { MAX_WINDOW } from '../dns/client/engine-options.ts';
import { parseResolver, type ResolverAddress, systemResolvers } from '../dns/client/resolvers.ts';
import { SurveyError } from '../survey/errors.ts';
import { MAX_ATTEMPTS, MAX_RATE, MAX_TIMEOUT_MS } from '../survey/limits.ts';
import { collect, oneOf, wholeNumber } from './option-values.ts';

export interface DnsOptions {
  readonly resolver?: readonly string[];
  readonly timeout: number;
  readonly attempts: number;
  readonly window: number;
  readonly rate: number;
  readonly nxdomainCut: boolean;
  readonly transport: TransportChoice;
}

export function addDnsOptions(command: Command, defaults: { readonly window: number }): Command {
  return addAskingOptions(command, defaults).option(
    '--no-nxdomain-cut',
    'ask below a name that does not exist, too (RFC 8020)',
  );
}

/** Those that each machine has for itself; they decide no class of a domain that answers. */
export function addAskingOptions(command: Command, defaults: { readonly window: number }): Command {
  return addTransportOption(command)
    .option(
      '--resolver <host[:port]>',
      'recursive resolver to ask, an address; repeatable (default: the system’s)',
      collect,
    )
    .option('--timeout <ms>', 'milliseconds per attempt', wholeNumber(1, MAX_TIMEOUT_MS), 2500)
    .option('--attempts <n>', 'attempts per question', wholeNumber(1, MAX_ATTEMPTS), 3)
    .option(
      '--window <n>',
      'queries in flight at most',
      wholeNumber(1, MAX_WINDOW),
      defaults.window,
    )
    .option('--rate <n>', 'queries per second at most, 0 for no cap', wholeNumber(0, MAX_RATE), 0);
}

export function addTransportOption(command: Command): Command {
  return command.option(
    '--transport <name>',
    'how datagrams travel: batch (Linux, many a system call), dgram (anywhere), auto',
    oneOf(TRANSPORT_CHOICES),
    'auto',
  );
}

/** The transport to use; one that is asked for by name and cannot be had is a usage error. */
export async function transportOf({
  transport,
}: Pick<DnsOptions, 'transport'>): Promise<ChosenTransport> {
  try {
    return await chooseTransport(transport);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SurveyError(
      'usage',
      `--transport ${transport}: ${why}; leave it out, or give dgram`,
      { cause: error },
    );
  }
}

/** The resolvers to ask; a bad address or a system without resolver is a usage error. */
export function resolversOf(options: DnsOptions): readonly ResolverAddress[] {
  if (options.resolver === undefined) {
    const resolvers = systemResolvers();
    if (resolvers.length === 0) {
      throw new SurveyError(
        'usage',
        'this system names no resolver; give one with --resolver HOST[:PORT]',
      );
    }
    return resolvers;
  }
  return options.resolver.map((text) => {
    const parsed = parseResolver(text);
    if ('problem' in parsed) {
      throw new SurveyError('usage', `--resolver ${text} ${parsed.problem}`);
    }
    return parsed.resolver;
  });
}
