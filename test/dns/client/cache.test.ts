import { describe, expect, it } from 'vitest';
import { createCachedLookup } from '../../../src/dns/client/cache.ts';
import type { Done, Lookup, Outcome } from '../../../src/dns/client/lookup.ts';
import type { Answer, Question } from '../../../src/dns/talk.ts';
import { asked, engineFor, pause, question, serve } from '../../support/dns-engine.ts';
import { txt } from '../../support/dns-message.ts';
import { reply, type Script } from '../../support/scripted-server.ts';

const shared = (qname: string): Question => question(qname, 'TXT', true);
const NODATA: Answer = { status: 'nodata', aliases: [] };

/** Answers with the number of the query; `dead.jp` fails, `slow.jp` never answers. */
const numbering = (): Script => {
  let count = 0;
  return (query) => {
    count++;
    if (query.qname === 'slow.jp') return [];
    if (query.qname === 'dead.jp') return [reply(query, { flags: 0x8182 })];
    return [reply(query, { answers: [txt('@', `query ${count}`)] }, { delayMs: 20 })];
  };
};

/** A lookup whose answers the test gives. */
class HeldLookup implements Lookup {
  readonly asked: { question: Question; deadlineAtMs: number; done: Done }[] = [];
  atOnce: Outcome | undefined;

  ask(what: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    if (this.atOnce !== undefined) return this.atOnce;
    this.asked.push({ question: what, deadlineAtMs, done });
    return undefined;
  }

  answer(index: number, answer: Answer): void {
    this.asked[index]!.done(outcomeOf(answer));
  }
}

const outcomeOf = (answer: Answer): Outcome => ({
  answer,
  attempts: 2,
  isCached: false,
  isInferred: false,
  resolver: '192.0.2.53:53',
});

describe('a cached lookup', () => {
  it('asks a shared question once and gives the same answer at once afterwards', async () => {
    const server = await serve(numbering());
    const lookup = createCachedLookup(engineFor([server]), { capacity: 100 });
    const first = await asked(lookup, shared('a.jp'));
    expect(first).toMatchObject({ isCached: false, attempts: 1, wasAtOnce: false });
    const second = await asked(lookup, shared('a.jp'));
    expect(second).toMatchObject({
      answer: { records: ['query 1'] },
      isCached: true,
      attempts: 0,
      wasAtOnce: true,
    });
    expect(server.seen).toHaveLength(1);
  });

  it('keeps NODATA and NXDOMAIN, and types apart', () => {
    const held = new HeldLookup();
    const lookup = createCachedLookup(held, { capacity: 100 });
    lookup.ask(shared('a.jp'), 1e9, () => {});
    lookup.ask(question('a.jp', 'MX', true), 1e9, () => {});
    held.answer(0, NODATA);
    held.answer(1, { status: 'nxdomain', aliases: [] });
    expect(lookup.ask(shared('a.jp'), 1e9, () => {})?.answer.status).toBe('nodata');
    expect(lookup.ask(question('a.jp', 'MX', true), 1e9, () => {})?.answer.status).toBe('nxdomain');
  });

  it('asks what is not shared every time', async () => {
    const server = await serve(numbering());
    const lookup = createCachedLookup(engineFor([server]), { capacity: 100 });
    await asked(lookup, question('a.jp'));
    expect(await asked(lookup, question('a.jp'))).toMatchObject({ isCached: false });
    expect(server.seen).toHaveLength(2);
  });

  it('asks once for all who ask while it is being asked', async () => {
    const server = await serve(numbering());
    const lookup = createCachedLookup(engineFor([server]), { capacity: 100 });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => asked(lookup, shared('a.jp'))),
    );
    expect(server.seen).toHaveLength(1);
    expect(outcomes.map(({ isCached }) => isCached)).toEqual([false, ...Array(9).fill(true)]);
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, ...Array(9).fill(0)]);
    for (const { answer } of outcomes) expect(answer).toMatchObject({ records: ['query 1'] });
  });

  it('shares a failure with who waits for it and keeps it from nobody else', async () => {
    const server = await serve(numbering());
    const lookup = createCachedLookup(engineFor([server], { attempts: 1 }), { capacity: 100 });
    const outcomes = await Promise.all([
      asked(lookup, shared('dead.jp')),
      asked(lookup, shared('dead.jp')),
    ]);
    expect(outcomes.map(({ answer }) => answer.status)).toEqual(['servfail', 'servfail']);
    expect(server.seen).toHaveLength(1);
    await asked(lookup, shared('dead.jp'));
    expect(server.seen).toHaveLength(2);
  });

  it('tells each new definitive answer once, before its askers', () => {
    const held = new HeldLookup();
    const told: string[] = [];
    const lookup = createCachedLookup(held, {
      capacity: 100,
      onFirst: ({ qname }, answer) => told.push(`${qname} ${answer.status}`),
    });
    for (let i = 0; i < 3; i++) lookup.ask(shared('a.jp'), 1e9, () => told.push('asker'));
    lookup.ask(shared('b.jp'), 1e9, () => {});
    lookup.ask(question('c.jp'), 1e9, () => {});
    held.answer(0, NODATA);
    held.answer(1, { status: 'servfail', extendedError: undefined });
    held.answer(2, NODATA);
    lookup.ask(shared('a.jp'), 1e9, () => {});
    expect(told).toEqual(['a.jp nodata', 'asker', 'asker', 'asker']);
  });

  it('takes answers from before and tells nobody of them, but no failures', () => {
    const held = new HeldLookup();
    const told: string[] = [];
    const lookup = createCachedLookup(held, {
      capacity: 100,
      onFirst: ({ qname }) => told.push(qname),
    });
    lookup.preload([
      { qname: 'a.jp', qtype: 'TXT', answer: NODATA },
      { qname: 'b.jp', qtype: 'TXT', answer: { status: 'timeout', extendedError: undefined } },
    ]);
    expect(lookup.ask(shared('a.jp'), 1e9, () => {})).toMatchObject({
      answer: NODATA,
      isCached: true,
      attempts: 0,
    });
    expect(lookup.ask(shared('b.jp'), 1e9, () => {})).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('forgets what was not asked for longest, and never keeps more than its capacity', () => {
    const held = new HeldLookup();
    held.atOnce = outcomeOf(NODATA);
    const lookup = createCachedLookup(held, { capacity: 8 });
    const isKept = (qname: string): boolean =>
      lookup.ask(shared(qname), 1e9, () => {})?.isCached === true;
    isKept('popular.jp');
    for (let i = 0; i < 50; i++) {
      isKept(`d${i}.jp`);
      expect(isKept('popular.jp')).toBe(true);
    }
    const kept = Array.from({ length: 50 }, (_, i) => i).filter((i) => {
      held.atOnce = undefined;
      return lookup.ask(shared(`d${i}.jp`), 1e9, () => {}) !== undefined;
    });
    expect(kept.length).toBeLessThan(8);
    expect(kept).not.toContain(0);
  });
});

describe('deadlines of those who wait together', () => {
  it('end each at his own', async () => {
    const server = await serve(numbering());
    const lookup = createCachedLookup(engineFor([server], { timeoutMs: 5000 }), { capacity: 9 });
    const first = asked(lookup, shared('slow.jp'), 400);
    const startedAtMs = performance.now();
    const hurried = await asked(lookup, shared('slow.jp'), 100);
    expect(hurried.answer.status).toBe('over_budget');
    expect(performance.now() - startedAtMs).toBeLessThan(300);
    expect((await first).answer.status).toBe('over_budget');
  });

  it('that are over do not end the wait of others, who ask again', async () => {
    const held = new HeldLookup();
    const lookup = createCachedLookup(held, { capacity: 9 });
    const ends: string[] = [];
    const until = (ms: number) => performance.now() + ms;
    lookup.ask(shared('a.jp'), until(30), ({ answer, attempts }) =>
      ends.push(`first ${answer.status} ${attempts}`),
    );
    lookup.ask(shared('a.jp'), until(5000), ({ answer, isCached }) =>
      ends.push(`second ${answer.status} ${isCached}`),
    );
    await pause(40);
    held.answer(0, { status: 'over_budget', extendedError: undefined });
    expect(ends).toEqual(['first over_budget 2']);
    expect(held.asked).toHaveLength(2);
    expect(held.asked[1]!.deadlineAtMs).toBeGreaterThan(until(3000));
    held.answer(1, NODATA);
    expect(ends).toEqual(['first over_budget 2', 'second nodata true']);
  });

  it('are all over when nothing can be asked any more', () => {
    const held = new HeldLookup();
    const lookup = createCachedLookup(held, { capacity: 9 });
    const ends: string[] = [];
    for (const budgetMs of [1e9, 2e9]) {
      lookup.ask(shared('a.jp'), budgetMs, ({ answer }) => ends.push(answer.status));
    }
    held.atOnce = outcomeOf({ status: 'over_budget', extendedError: undefined });
    held.answer(0, { status: 'over_budget', extendedError: undefined });
    expect(ends).toEqual(['over_budget', 'over_budget']);
  });

  it('over already end the question at once', () => {
    const held = new HeldLookup();
    const lookup = createCachedLookup(held, { capacity: 9 });
    lookup.ask(shared('a.jp'), 1e9, () => {});
    expect(lookup.ask(shared('a.jp'), 0, () => {})?.answer.status).toBe('over_budget');
  });
});
