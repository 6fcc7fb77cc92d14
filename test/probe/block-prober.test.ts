import { describe, expect, it } from 'vitest';
import type { Check, Observation } from '../../src/checks/check.ts';
import type { Lookup, Outcome } from '../../src/dns/client/lookup.ts';
import { type Answer, ask, type Conversation, FAILURES } from '../../src/dns/talk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { BlockProber } from '../../src/probe/block-prober.ts';

/** Sees the TXT at the domain: class `some` or `none`, or unknown with its reason. */
function txtCheck(classOf: (answer: Answer) => string = (a) => a.status): Check {
  function* observe(domain: DomainName): Conversation<Observation<unknown>> {
    const answer = yield* ask({ qname: domain, qtype: 'TXT', shared: false });
    const isUnknown = 'extendedError' in answer;
    return {
      state: isUnknown ? 'unknown' : 'present',
      reason: isUnknown ? answer.status : undefined,
      class: isUnknown ? 'error' : classOf(answer),
      records: answer.status === 'noerror' ? answer.records : [],
      findings: [],
      policy: answer.status === 'noerror' ? {} : undefined,
    };
  }
  return {
    name: 'txt',
    specs: [],
    version: 1,
    classes: ['nodata', 'noerror', 'nxdomain', 'error'],
    columns: [],
    flagNames: ['any'],
    observe,
    observeInDepth: observe,
    cells: ({ policy }) => (policy === undefined ? [undefined, undefined] : [1, undefined]),
    flags: ({ policy }) => (policy === undefined ? 0 : 1),
    detail: () => ({}),
  };
}

function world(answerOf: (qname: string) => Answer) {
  const state = { active: 0, mostActive: 0, waiting: [] as (() => void)[] };
  const lookup: Lookup = {
    ask: (question, _deadline, done) => {
      state.active += 1;
      state.mostActive = Math.max(state.mostActive, state.active);
      const outcome: Outcome = {
        answer: answerOf(question.qname),
        attempts: 2,
        isCached: false,
        isInferred: false,
        resolver: undefined,
      };
      setImmediate(() => {
        state.active -= 1;
        done(outcome);
      });
      return undefined;
    },
  };
  return { lookup, state };
}

const OPTIONS = {
  isInDepth: false,
  isNxdomainCut: true,
  domainTimeoutMs: 1000,
  maxQuestions: 10,
} as const;

const block = (from: number, count: number) => {
  const ids = Array.from({ length: count }, (_, i) => from + i);
  return { ids, names: ids.map((id) => `d${id}.example` as DomainName) };
};

const answers = (qname: string): Answer => {
  const id = Number(/\d+/u.exec(qname)?.[0]);
  if (id % 4 === 0) return { status: 'nodata', aliases: [] };
  if (id % 4 === 1) return { status: 'noerror', records: [`text of ${qname}`], aliases: [] };
  if (id % 4 === 2) return { status: 'nxdomain', aliases: [] };
  return { status: 'servfail', extendedError: undefined };
};

describe('BlockProber', () => {
  it('puts what each domain came to at its own place, whatever order answers arrive in', async () => {
    const { lookup } = world(answers);
    const prober = new BlockProber(
      { ...OPTIONS, checks: [txtCheck()] },
      lookup,
      { maxActive: 7 },
      () => 0,
    );
    const [first, second] = await Promise.all([
      prober.probe(block(0, 100)),
      prober.probe(block(1000, 50)),
    ]);
    const servfail = 1 + FAILURES.indexOf('servfail');
    expect(first.existence.slice(0, 4)).toEqual([0, 0, 1, 2]);
    expect(first.existenceReasons.slice(0, 4)).toEqual([0, 0, 0, servfail]);
    expect(first.checks[0]?.classes.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(first.checks[0]?.reasons.slice(0, 4)).toEqual([0, 0, 0, servfail]);
    expect(first.checks[0]?.flags.slice(0, 4)).toEqual([0, 1, 0, 0]);
    expect(first.checks[0]?.bodies.slice(0, 4)).toEqual([
      null,
      '[["text of d1.example"],[1]]',
      null,
      null,
    ]);
    expect(first.checks[0]?.bodies[97]).toContain('d97.example');
    expect(second.checks[0]?.bodies[1]).toContain('d1001.example');
    expect(first.attempts[0]).toBe(2);
    expect(first.queries).toBe(200);
  });

  it('gives every domain the row of an observation that many share', async () => {
    const shared: Observation<unknown> = {
      state: 'present',
      reason: undefined,
      class: 'noerror',
      records: ['v=spf1 -all'],
      findings: [],
      policy: {},
      kept: {},
    };
    function* observe(domain: DomainName): Conversation<Observation<unknown>> {
      yield [{ qname: domain, qtype: 'TXT', shared: false }];
      return shared;
    }
    const { lookup } = world(() => ({ status: 'nodata', aliases: [] }));
    const checks = [{ ...txtCheck(), observe }];
    const prober = new BlockProber({ ...OPTIONS, checks }, lookup, { maxActive: 7 }, () => 0);
    const { checks: columns } = await prober.probe(block(0, 3));
    expect(columns[0]).toMatchObject({
      classes: [1, 1, 1],
      reasons: [0, 0, 0],
      flags: [1, 1, 1],
      bodies: new Array(3).fill('[["v=spf1 -all"],[1]]'),
    });
  });

  it('keeps no more domains under way than it may, over all blocks', async () => {
    const { lookup, state } = world(answers);
    const prober = new BlockProber(
      { ...OPTIONS, checks: [txtCheck()] },
      lookup,
      { maxActive: 7 },
      () => 0,
    );
    await Promise.all([prober.probe(block(0, 100)), prober.probe(block(200, 100))]);
    expect(state.mostActive).toBe(7);
  });

  it('begins a domain only when the lookup can do with it, and goes on when told', async () => {
    const { lookup, state } = world(answers);
    let allowed = 3;
    const mayBegin = () => allowed-- > 0;
    const prober = new BlockProber(
      { ...OPTIONS, checks: [txtCheck()] },
      lookup,
      { maxActive: 50, mayBegin },
      () => 0,
    );
    const done = prober.probe(block(0, 100));
    expect(state.mostActive).toBe(3);
    allowed = 20;
    prober.goOn();
    expect(state.mostActive).toBe(23);
    allowed = 1000;
    prober.goOn();
    expect((await done).existence).toHaveLength(100);
    expect(state.mostActive).toBe(50);
  });

  it('has room only while few domains wait', async () => {
    const { lookup } = world(answers);
    const prober = new BlockProber(
      { ...OPTIONS, checks: [txtCheck()] },
      lookup,
      { maxActive: 10 },
      () => 0,
    );
    const done = prober.probe(block(0, 1000));
    let hasRoom = false;
    const room = prober.hasRoom().then(() => {
      hasRoom = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasRoom).toBe(false);
    await Promise.all([done, room]);
    expect(hasRoom).toBe(true);
  });

  it('rejects, and does not hang, when a check names a class that it does not have', async () => {
    const { lookup } = world(answers);
    const broken = txtCheck(() => 'no such class');
    const prober = new BlockProber(
      { ...OPTIONS, checks: [broken] },
      lookup,
      { maxActive: 7 },
      () => 0,
    );
    await expect(prober.probe(block(0, 10))).rejects.toThrow(/probing d\d+\.example failed/u);
  });

  it('gives an empty block back at once', async () => {
    const { lookup } = world(answers);
    const prober = new BlockProber(
      { ...OPTIONS, checks: [txtCheck()] },
      lookup,
      { maxActive: 7 },
      () => 0,
    );
    expect((await prober.probe(block(0, 0))).existence).toEqual([]);
  });
});
