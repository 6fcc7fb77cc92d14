/**
 * Surveys under fire. The law that no case may break: a domain is given its true class or is unknown
 * with a reason, never another class, and every domain is there once. Beside it, what retries mend.
 *
 * `it.fails` marks what the engine does not yet do; each says what is wrong. With FAULT_TABLE=FILE a
 * line of figures is written for each case.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, strikesName } from '../../scripts/fault-server-faults.ts';
import { HOSTILE_FORMS } from '../../scripts/fault-server-forms.ts';
import type { FaultServer } from '../../scripts/fault-server-start.ts';
import {
  faultNames,
  isUnknown,
  type Judgement,
  judge,
  noteCase,
  openFaultServer,
  type SurveyOutcome,
  surveyFaults,
} from '../support/fault-server.ts';

const SEED = 7;
const NAMES = 2000;
const FEW_NAMES = 600;
const LIMIT_MS = 60_000;

let server: FaultServer;
let few: FaultServer;

beforeAll(async () => {
  [server, few] = await Promise.all([
    openFaultServer({ seed: SEED, names: faultNames(NAMES) }),
    openFaultServer({ seed: SEED, names: faultNames(FEW_NAMES) }),
  ]);
});

afterAll(() => Promise.all([server?.close(), few?.close()]));

interface Run extends Judgement {
  readonly outcome: SurveyOutcome;
}

interface Extra {
  readonly options?: readonly string[];
  readonly on?: FaultServer;
  /** Resolvers beside it. */
  readonly others?: readonly FaultServer[];
}

/** Surveys the server's names under the faults. */
async function survey(title: string, faults: readonly Fault[], extra: Extra = {}): Promise<Run> {
  const { on = server, others = [], options = [] } = extra;
  await on.set(faults);
  const before = await on.counters();
  const outcome = await surveyFaults({
    domains: on.truth.domains,
    ports: [on, ...others].map(({ port }) => port),
    options,
  });
  const after = await on.counters();
  const judgement = judge(on.truth, outcome);
  noteCase({
    title,
    code: outcome.code,
    domains: on.truth.domains.length,
    unknown: judgement.unknown.size,
    wrong: judgement.wrong.length,
    reasons: judgement.reasons.join(' '),
    queries: after.udpQueries - before.udpQueries,
    overTcp: after.tcpQueries - before.tcpQueries,
    repeats: after.repeats - before.repeats,
    wallMs: Math.round(outcome.wallMs),
  });
  return { outcome, ...judgement };
}

function expectLaw({ outcome, wrong, notOnce, unknown }: Run): void {
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(notOnce).toEqual([]);
  expect(wrong).toEqual([]);
  for (const [domain, reasons] of unknown) expect(reasons, domain).not.toEqual([]);
}

/** Nobody is unknown but those with a name behind them that a fault strikes for ever. */
function expectOnlyStruck({ unknown }: Run, faults: readonly Fault[], on = server): void {
  const isStruck = (name: string) => faults.some((fault) => strikesName(fault, name, SEED));
  const unstruck = [...unknown.keys()].filter((one) => !on.truth.namesBehind(one).some(isStruck));
  expect(unstruck).toEqual([]);
}

describe('a survey of a world without faults', { timeout: LIMIT_MS }, () => {
  it('gives every domain its class, and lets no hostile octet out', async () => {
    const run = await survey('clean', []);
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
    const { csv } = run.outcome;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(csv).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/u);
    expect(csv.trimEnd().split(/\r?\n/u)).toHaveLength(NAMES + 1);
    expect(csv).not.toMatch(/(?:^|,)"?[=+@\t-]/mu);
  });

  it('takes wildcards everywhere for names that exist, and their texts for no policy', async () => {
    const names = faultNames(FEW_NAMES);
    const on = await openFaultServer({ seed: SEED, names, hasWildcards: true });
    try {
      const run = await survey('wildcards everywhere', [], { on });
      expectLaw(run);
      expect(run.unknown.size).toBe(0);
    } finally {
      await on.close();
    }
  });
});

describe('a survey over a bad network', { timeout: LIMIT_MS }, () => {
  it('mends 5 % of loss by retries', async () => {
    const run = await survey('5 % loss', [{ kind: 'loss', rate: 0.05 }]);
    expectLaw(run);
    expect(run.reasons.every((reason) => reason === 'timeout')).toBe(true);
    expect(run.unknown.size).toBeLessThanOrEqual(NAMES * 0.003);
  });

  it('takes answers that are late, doubled, out of order and in mixed case', async () => {
    const run = await survey('heavy tail, doubled, reordered, mixed case', [
      { kind: 'delay', distribution: 'heavy-tail', ms: 2, maxMs: 250, rate: 0.5 },
      { kind: 'duplicate', copies: 2, rate: 0.3 },
      { kind: 'reorder', behind: 5, rate: 0.3 },
      { kind: 'mixed-case' },
    ]);
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
  });

  it('takes no answer that is late, has another id or another question', async () => {
    const run = await survey('after the time-out, wrong id, wrong question, 2 % each', [
      { kind: 'delay', distribution: 'constant', ms: 700, rate: 0.02 },
      { kind: 'wrong-id', rate: 0.02 },
      { kind: 'wrong-question', rate: 0.02 },
    ]);
    expectLaw(run);
    expect(run.unknown.size).toBeLessThanOrEqual(NAMES * 0.004);
  });

  it('takes no answer of a spoofer who comes first', async () => {
    const run = await survey('spoofed answers racing, 20 % each', [
      { kind: 'spoof', by: 'id', says: 'records', rate: 0.2 },
      { kind: 'spoof', by: 'question', says: 'nxdomain', rate: 0.2 },
      { kind: 'spoof', by: 'port', says: 'records', rate: 0.2 },
      { kind: 'spoof', by: 'address', says: 'nodata', rate: 0.2 },
    ]);
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
  });
});

describe('a survey over a third of loss', { timeout: LIMIT_MS }, () => {
  let run: Run;
  beforeAll(async () => {
    run = await survey('30 % loss', [{ kind: 'loss', rate: 0.3 }]);
  }, LIMIT_MS);

  it('gives no wrong class', () => {
    expectLaw(run);
    expect(run.reasons).toEqual(['timeout']);
  });

  // Three attempts lose 2.7 % of the questions, and nothing is asked a second time later.
  it.fails('leaves less than 0.1 % unknown', () => {
    expect(run.unknown.size).toBeLessThanOrEqual(NAMES * 0.001);
  });
});

describe.each([
  ['drop', ['timeout', 'truncated']],
  ['refused', ['refused', 'truncated']],
  ['servfail', ['servfail', 'truncated']],
] as const)('a survey of a resolver that answers by %s above a rate', (how, reasons) => {
  let run: Run;
  beforeAll(async () => {
    const limit = { kind: 'rate-limit', perSecond: 500, how } as const;
    run = await survey(`rate limit of 500/s by ${how}`, [limit], { on: few });
  }, LIMIT_MS);

  it('gives no wrong class', () => {
    expectLaw(run);
    expect(reasons).toEqual(expect.arrayContaining([...run.reasons]));
  });

  // The attempts of a question follow each other at once, and none is made again at a lower rate.
  it.fails('leaves less than 0.01 % unknown', () => {
    expect(run.unknown.size).toBe(0);
  });
});

describe('a survey of resolvers that die', { timeout: LIMIT_MS }, () => {
  it('outlasts the death of its only resolver for a few hundred queries', async () => {
    const dead = [{ kind: 'outage', fromQuery: 600, queries: 300 }] as const;
    const run = await survey('the only resolver dies for 300 queries', dead, { on: few });
    expectLaw(run);
    // Whose three attempts all fell into the gap is not asked again.
    expect(run.unknown.size).toBeLessThanOrEqual(FEW_NAMES * 0.2);
  });

  it('goes on with the other of two', async () => {
    const other = await openFaultServer({ seed: SEED, names: few.truth.domains });
    try {
      const dead = [{ kind: 'outage', fromQuery: 300, ms: 20_000 }] as const;
      const run = await survey('one of two resolvers dies', dead, { others: [other], on: few });
      expectLaw(run);
      expect(run.unknown.size).toBe(0);
    } finally {
      await other.close();
    }
  });
});

describe('a survey with answers over TCP', { timeout: LIMIT_MS }, () => {
  it('takes what was cut off over UDP from TCP, and tries again where that breaks', async () => {
    const run = await survey('truncated 5 %, TCP in segments, refused or reset 5 % each', [
      { kind: 'truncate', share: 0.05 },
      { kind: 'tcp', how: 'segments' },
      { kind: 'tcp', how: 'refuse', rate: 0.05 },
      { kind: 'tcp', how: 'reset', rate: 0.05 },
    ]);
    expectLaw(run);
    expect(run.unknown.size).toBeLessThanOrEqual(NAMES * 0.003);
  });

  it('takes nothing from connections that break, and says `truncated`', async () => {
    const broken: readonly Fault[] = [
      { kind: 'tcp', how: 'silent', share: 0.1 },
      { kind: 'tcp', how: 'reset', share: 0.1 },
      { kind: 'tcp', how: 'partial-prefix', share: 0.1 },
      { kind: 'tcp', how: 'partial-message', share: 0.1 },
      { kind: 'tcp', how: 'wrong-id', share: 0.1 },
    ];
    const cut: Fault = { kind: 'truncate', share: 0.1 };
    const run = await survey('truncated, TCP broken in five ways', [cut, ...broken]);
    expectLaw(run);
    expect(run.reasons).toEqual(['truncated']);
    expectOnlyStruck(run, broken);
  });
});

describe('a survey of servers that stumble over EDNS', { timeout: LIMIT_MS }, () => {
  it('asks without it where FORMERR or NOTIMP came', async () => {
    const run = await survey('FORMERR or NOTIMP to EDNS', [
      { kind: 'edns', how: 'formerr' },
      { kind: 'edns', how: 'notimp', rate: 0.5 },
    ]);
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
  });

  it('asks without it where BADVERS came', async () => {
    const badvers = [{ kind: 'edns', how: 'badvers' }] as const;
    const run = await survey('BADVERS to EDNS', badvers, { on: few });
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
  });

  it('asks without it where nothing came, before the run and in it', async () => {
    const silent = [{ kind: 'edns', how: 'silent' }] as const;
    const run = await survey('silence on EDNS', silent, { on: few });
    expectLaw(run);
    expect(run.unknown.size).toBe(0);
  });
});

describe('a survey of servers that fail', { timeout: LIMIT_MS }, () => {
  const faults: readonly Fault[] = [
    { kind: 'rcode', rcode: 'servfail', share: 0.03, types: ['TXT'] },
    { kind: 'rcode', rcode: 'refused', share: 0.03, types: ['MX'] },
    { kind: 'rcode', rcode: 'notimp', share: 0.02, types: ['TXT'] },
    { kind: 'rcode', rcode: 'servfail', extendedError: 22, share: 0.02 },
  ];

  let run: Run;
  beforeAll(async () => {
    run = await survey('SERVFAIL, REFUSED, NOTIMP for some types, EDE', faults);
  }, LIMIT_MS);

  it('keeps what was answered, and says of the rest why it was not', () => {
    expectLaw(run);
    expectOnlyStruck(run, faults);
    expect(run.reasons).toEqual(['other_rcode', 'refused', 'servfail']);
    for (const domain of server.truth.domains) {
      const [forTxt, forMx, , isLame] = faults.map((one) => strikesName(one, domain, SEED));
      const [row] = run.outcome.rows.get(domain) ?? [];
      const mx = forMx === true ? 'error_refused' : server.truth.of(domain).mx;
      expect(row?.mx, domain).toBe(isLame === true ? 'error_lame' : mx);
      if (forTxt === true && row?.status === 'exists')
        expect(isUnknown(row.spf), domain).toBe(true);
    }
  });

  it('does not call DMARC absent or nxdomain where it does not know whether the name exists', () => {
    const isUnproven = (name: string) => run.outcome.rows.get(name)?.[0]?.status === 'unknown';
    const unproven = server.truth.domains.filter(isUnproven);
    expect(unproven.length).toBeGreaterThan(0);
    for (const name of unproven) {
      const dmarc = run.outcome.rows.get(name)?.[0]?.dmarc ?? '';
      expect(dmarc === 'absent' || dmarc === 'nxdomain', name).toBe(false);
    }
  });

  it('has existence from the TXT where the MX was refused', () => {
    const [, refused] = faults;
    const missing = server.truth.domains.filter((name) => {
      const [row] = run.outcome.rows.get(name) ?? [];
      return (
        refused !== undefined && strikesName(refused, name, SEED) && row?.status === 'nxdomain'
      );
    });
    expect(missing.length).toBeGreaterThan(0);
    for (const name of missing) {
      const { dmarc } = server.truth.of(name);
      expect(run.outcome.rows.get(name)?.[0]?.dmarc, name).toBe(dmarc);
    }
  });
});

describe('a survey of names that a server denies though names below them exist', () => {
  const lie: readonly Fault[] = [{ kind: 'ent-nxdomain' }];

  it('has every DMARC policy right without the NXDOMAIN cut', { timeout: LIMIT_MS }, async () => {
    const options = ['--no-nxdomain-cut'];
    const run = await survey('NXDOMAIN for empty non-terminals, no cut', lie, { options, on: few });
    expect(run.outcome.code).toBe(0);
    expect(run.notOnce).toEqual([]);
    // What such a server says of the name itself cannot be found out to be a lie.
    const dmarc = run.wrong.filter((one) => / dmarc: (?!nxdomain, not absent$)/u.test(one));
    expect(dmarc).toEqual([]);
  });

  it('is led astray for those names alone with it', { timeout: LIMIT_MS }, async () => {
    const run = await survey('NXDOMAIN for empty non-terminals', lie, { on: few });
    expect(run.outcome.code).toBe(0);
    const astray = run.wrong.map((one) => one.slice(0, one.indexOf(' ')));
    expect(astray.filter((name) => !few.truth.isEmptyNonTerminal(name))).toEqual([]);
    for (const one of run.wrong) expect(one).toMatch(/: (?:nxdomain)?, not /u);
  });
});

describe('a survey of messages that break the protocol', { timeout: LIMIT_MS }, () => {
  it('believes none of them, and knows all other domains', async () => {
    const faults = HOSTILE_FORMS.map((form): Fault => ({ kind: 'form', form, share: 0.01 }));
    const run = await survey('every hostile form, 1 % each', faults);
    expectLaw(run);
    expectOnlyStruck(run, faults);
    expect(run.reasons).toEqual(['malformed', 'timeout']);
    // An absence announces no answer: one less is none as before, and what is told is true.
    const always = faults.filter((one) => one.kind === 'form' && one.form !== 'counts-one-low');
    const isStruck = (name: string) => always.some((one) => strikesName(one, name, SEED));
    for (const domain of server.truth.domains.filter(isStruck)) {
      expect(run.unknown.has(domain), domain).toBe(true);
    }
  });

  it('asks again where one comes now and then, or a SERVFAIL', async () => {
    const faults = HOSTILE_FORMS.map((form): Fault => ({ kind: 'form', form, rate: 0.002 }));
    const servfail = { kind: 'rcode', rcode: 'servfail', rate: 0.05 } as const;
    const run = await survey('5 % SERVFAIL, 0.2 % of each such form', [servfail, ...faults]);
    expectLaw(run);
    expect(run.unknown.size).toBeLessThanOrEqual(NAMES * 0.01);
  });
});
