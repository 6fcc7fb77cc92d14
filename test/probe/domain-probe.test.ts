import { describe, expect, it } from 'vitest';
import type { Check, Observation } from '../../src/checks/check.ts';
import type { Lookup, Outcome } from '../../src/dns/client/lookup.ts';
import { type Answer, ask, askAll, type Conversation, type Question } from '../../src/dns/talk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { DomainProbe, type ProbeOptions, type ProbeResult } from '../../src/probe/domain-probe.ts';

const DOMAIN = 'example.jp' as DomainName;
const NODATA: Answer = { status: 'nodata', aliases: [] };
const NXDOMAIN: Answer = { status: 'nxdomain', aliases: [] };
const TIMEOUT: Answer = { status: 'timeout', extendedError: undefined };

/** A check that asks the given questions one after the other and keeps what it was told. */
function checkOf(name: string, questions: readonly Question[], isTogether = false): Check {
  function* observe(): Conversation<Observation<unknown>> {
    const answers: Answer[] = [];
    if (isTogether) answers.push(...(yield* askAll(questions)));
    else for (const question of questions) answers.push(yield* ask(question));
    return {
      state: 'present',
      reason: undefined,
      class: 'seen',
      records: answers.map((answer) => answer.status),
      findings: [],
      policy: undefined,
    };
  }
  return {
    name,
    specs: [],
    version: 1,
    classes: ['seen'],
    columns: [],
    flagNames: [],
    observe,
    observeInDepth: observe,
    cells: () => [],
    flags: () => 0,
    detail: () => ({}),
  };
}

const question = (qname: string, qtype: Question['qtype'] = 'TXT'): Question => ({
  qname,
  qtype,
  shared: false,
});

/** Answers from a table, later (in a microtask) or at once; what is not in the table is NODATA. */
function lookupOf(answers: Record<string, Answer>, isAtOnce = false) {
  const asked: string[] = [];
  const lookup: Lookup = {
    ask: (q, _deadline, done) => {
      const key = `${q.qtype} ${q.qname}`;
      asked.push(key);
      const outcome: Outcome = {
        answer: answers[key] ?? NODATA,
        attempts: 1,
        isCached: isAtOnce,
        isInferred: false,
        resolver: undefined,
      };
      if (isAtOnce) return outcome;
      queueMicrotask(() => done(outcome));
      return undefined;
    },
  };
  return { lookup, asked };
}

function probe(
  checks: readonly Check[],
  lookup: Lookup,
  options: Partial<ProbeOptions> = {},
): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    new DomainProbe(
      DOMAIN,
      {
        checks,
        isInDepth: false,
        isNxdomainCut: true,
        domainTimeoutMs: 1000,
        maxQuestions: 20,
        ...options,
      },
      lookup,
      0,
      (error, result) => (result === undefined ? reject(error) : resolve(result)),
    ).start();
  });
}

const APEX_TXT = question(DOMAIN);
const APEX_MX = question(DOMAIN, 'MX');
const BELOW = question(`_dmarc.${DOMAIN}`);

describe('DomainProbe', () => {
  it('takes NXDOMAIN at the domain for all names and types at and below it (RFC 8020 §2)', async () => {
    const { lookup, asked } = lookupOf({ [`MX ${DOMAIN}`]: NXDOMAIN });
    const result = await probe(
      [checkOf('mx', [APEX_MX]), checkOf('spf', [APEX_TXT]), checkOf('dmarc', [BELOW])],
      lookup,
    );
    expect(asked).toEqual([`MX ${DOMAIN}`]);
    expect(result.exists).toBe(false);
    expect(result.observations.map((o) => o.records)).toEqual([
      ['nxdomain'],
      ['nxdomain'],
      ['nxdomain'],
    ]);
    expect(result.exchanges.map(({ outcome }) => outcome.isInferred)).toEqual([false, true, true]);
  });

  it('does not cut a name that merely ends alike, nor a parent', async () => {
    const other = question(`_dmarc.not${DOMAIN}`);
    const parent = question('_dmarc.jp');
    const { lookup, asked } = lookupOf({ [`MX ${DOMAIN}`]: NXDOMAIN });
    await probe([checkOf('mx', [APEX_MX]), checkOf('x', [other, parent])], lookup);
    expect(asked).toEqual([`MX ${DOMAIN}`, `TXT ${other.qname}`, `TXT ${parent.qname}`]);
  });

  it('asks everything when the cut is off, and still tells that the name does not exist', async () => {
    const { lookup, asked } = lookupOf({
      [`MX ${DOMAIN}`]: NXDOMAIN,
      [`TXT ${DOMAIN}`]: NXDOMAIN,
    });
    const result = await probe(
      [checkOf('mx', [APEX_MX]), checkOf('spf', [APEX_TXT]), checkOf('dmarc', [BELOW])],
      lookup,
      { isNxdomainCut: false },
    );
    expect(asked).toHaveLength(3);
    expect(result.exists).toBe(false);
  });

  it('takes CNAME with NXDOMAIN at its end as a name that exists (RFC 6604 §3)', async () => {
    const { lookup, asked } = lookupOf({
      [`MX ${DOMAIN}`]: { status: 'nxdomain', aliases: ['gone.example'] },
    });
    const result = await probe([checkOf('mx', [APEX_MX]), checkOf('dmarc', [BELOW])], lookup);
    expect(result.exists).toBe(true);
    expect(asked).toContain(`TXT ${BELOW.qname}`);
  });

  it('asks a question of two checks once', async () => {
    const { lookup, asked } = lookupOf({});
    const result = await probe([checkOf('a', [APEX_MX]), checkOf('b', [APEX_MX])], lookup, {
      isNxdomainCut: false,
    });
    expect(asked).toEqual([`MX ${DOMAIN}`]);
    expect(result.observations).toHaveLength(2);
  });

  it('lets another apex answer decide existence when one failed', async () => {
    const { lookup } = lookupOf({ [`MX ${DOMAIN}`]: TIMEOUT });
    const result = await probe([checkOf('mx', [APEX_MX]), checkOf('spf', [APEX_TXT])], lookup);
    expect(result.exists).toBe(true);
  });

  it('leaves existence unknown with its reason when every apex question failed', async () => {
    const { lookup } = lookupOf({ [`MX ${DOMAIN}`]: TIMEOUT, [`TXT ${DOMAIN}`]: TIMEOUT });
    const result = await probe([checkOf('mx', [APEX_MX]), checkOf('spf', [APEX_TXT])], lookup);
    expect(result.exists).toBeUndefined();
    expect(result.existenceReason).toBe('timeout');
  });

  it('asks the apex by itself when no check does, so that existence is always counted', async () => {
    for (const isNxdomainCut of [true, false]) {
      const { lookup, asked } = lookupOf({});
      const result = await probe([checkOf('dmarc', [BELOW])], lookup, { isNxdomainCut });
      expect(asked.toSorted()).toEqual([`MX ${DOMAIN}`, `TXT ${BELOW.qname}`]);
      expect(result.exists).toBe(true);
    }
  });

  it('answers over_budget beyond the questions one domain may ask', async () => {
    const many = Array.from({ length: 50 }, (_, i) => question(`h${i}.example`));
    const { lookup, asked } = lookupOf({});
    const result = await probe([checkOf('x', many)], lookup, { maxQuestions: 5 });
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(result.observations[0]?.records.at(-1)).toBe('over_budget');
  });

  it('carries a long chain of answers that are known at once without growing the stack', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => question(`h${i % 10}.example`));
    const { lookup } = lookupOf({}, true);
    const result = await probe([checkOf('x', many)], lookup);
    expect(result.observations[0]?.records).toHaveLength(20_000);
  });

  it('rejects with the fault when a check throws, once', async () => {
    const broken: Check = {
      ...checkOf('x', []),
      // biome-ignore lint/correctness/useYield: it throws before it asks
      *observe(): Conversation<Observation<unknown>> {
        throw new TypeError('a fault of the check');
      },
    };
    const { lookup } = lookupOf({});
    await expect(probe([broken], lookup)).rejects.toThrow('a fault of the check');
  });

  it('hands answers of questions asked together in their order', async () => {
    const { lookup } = lookupOf({ [`TXT ${DOMAIN}`]: TIMEOUT });
    const result = await probe([checkOf('x', [BELOW, APEX_TXT, APEX_MX], true)], lookup);
    expect(result.observations[0]?.records).toEqual(['nodata', 'timeout', 'nodata']);
  });
});
