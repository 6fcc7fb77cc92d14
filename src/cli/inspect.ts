/** `inspect DOMAIN…`: one domain in depth, now. */
import { Command } from 'commander';
import type { Check } from '../checks/check.ts';
import { CHECKS } from '../checks/table.ts';
import { type CachedLookup, createCachedLookup } from '../dns/client/cache.ts';
import { createEngine, type Engine } from '../dns/client/engine.ts';
import { formatResolver } from '../dns/client/resolvers.ts';
import { type DomainName, parseDomainName } from '../names/domain-name.ts';
import { registrableDomain } from '../names/organizational-domain.ts';
import { DomainProbe, type ProbeOptions, type ProbeResult } from '../probe/domain-probe.ts';
import { type Inspection, inspectionJson } from '../report/inspect-json.ts';
import { inspectionText } from '../report/inspect-text.ts';
import { escapeText } from '../report/text-escape.ts';
import { SurveyError } from '../survey/errors.ts';
import { checksOf } from './check-options.ts';
import { addDnsOptions, type DnsOptions, resolversOf, transportOf } from './dns-options.ts';
import { type CliIo, writeAll } from './io.ts';
import { commaList } from './option-values.ts';

interface InspectOptions extends DnsOptions {
  readonly json: boolean;
  readonly checks: readonly string[];
}

/** Answers that several inspected domains share. */
const CACHE_CAPACITY = 10_000;
/** An inspected domain may take this many times the time of one question. */
const DOMAIN_QUESTIONS_IN_A_ROW = 40;
const MAX_QUESTIONS = 400;

export function inspectCommand(io: CliIo): Command {
  const command = new Command('inspect')
    .description(
      'one domain in depth, now: records, SPF tree, DMARC walk, findings, every question',
    )
    .argument('<domain...>', 'domains to inspect')
    .option('--json', 'one JSON object a line', false)
    .option(
      '--checks <names>',
      'checks to run',
      commaList,
      CHECKS.map((check) => check.name),
    );
  return addDnsOptions(command, { window: 100 }).action(
    async (domains: readonly string[], options: InspectOptions) => inspect(io, domains, options),
  );
}

async function inspect(
  io: CliIo,
  texts: readonly string[],
  options: InspectOptions,
): Promise<void> {
  const checks = checksOf(options.checks);
  const domains = texts.map(domainOf);
  const resolvers = resolversOf(options);
  const transport = await transportOf(options);
  const engine = createEngine({
    resolvers,
    timeoutMs: options.timeout,
    attempts: options.attempts,
    window: options.window,
    rate: options.rate,
    openTransport: transport.open,
  });
  const lookup = createCachedLookup(engine, { capacity: CACHE_CAPACITY });
  try {
    for (const domain of domains) {
      const inspection = await inspectDomain(domain, checks, options, lookup);
      const text = options.json
        ? JSON.stringify(inspectionJson(inspection))
        : `${inspectionText(inspection)}\n`;
      await writeAll(io.stdout, `${text}\n`);
      if (io.signal.aborted) break;
    }
    refuseDeadResolvers(engine, resolvers.map(formatResolver));
  } finally {
    await engine.close();
  }
}

function domainOf(text: string): DomainName {
  const parsed = parseDomainName(text);
  if (parsed.ok) return parsed.name;
  throw new SurveyError('usage', `${escapeText(text)} is no domain name (${parsed.reason})`);
}

async function inspectDomain(
  domain: DomainName,
  checks: readonly Check[],
  options: InspectOptions,
  lookup: CachedLookup,
): Promise<Inspection> {
  const startedAtMs = performance.now();
  const probeOptions: ProbeOptions = {
    checks,
    isInDepth: true,
    isNxdomainCut: options.nxdomainCut,
    domainTimeoutMs: options.timeout * options.attempts * DOMAIN_QUESTIONS_IN_A_ROW,
    maxQuestions: MAX_QUESTIONS,
  };
  const result = await new Promise<ProbeResult>((resolve, reject) => {
    new DomainProbe(domain, probeOptions, lookup, startedAtMs, (error, probed) =>
      probed === undefined ? reject(error) : resolve(probed),
    ).start();
  });
  return {
    domain,
    registrableDomain: registrableDomain(domain),
    checks: checks.flatMap((check, index) => {
      const observation = result.observations[index];
      return observation === undefined ? [] : [{ check, observation }];
    }),
    questions: result.exchanges.map(({ question, outcome }) => ({
      qname: question.qname,
      qtype: question.qtype,
      status: outcome.answer.status,
      attempts: outcome.attempts,
      isCached: outcome.isCached,
      isInferred: outcome.isInferred,
      resolver: outcome.resolver,
    })),
    durationMs: performance.now() - startedAtMs,
  };
}

/** Shown after the facts: a resolver that never answered makes every one of them unknown. */
function refuseDeadResolvers({ counters }: Engine, names: readonly string[]): void {
  if (counters.questions === 0 || counters.answered > 0) return;
  const { servfail, otherRcode, malformed, truncated } = counters;
  if (servfail + otherRcode + malformed + truncated > 0) return;
  const what = counters.refused > 0 ? 'refuses our questions' : 'does not answer';
  throw new SurveyError(
    'usage',
    `${names.join(', ')} ${what}; give a recursive resolver that serves this host with --resolver HOST[:PORT]`,
  );
}
