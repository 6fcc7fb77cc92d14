import { describe, expect, it } from 'vitest';
import type { CachedAnswer } from '../../src/dns/client/cache.ts';
import type { Done, Lookup, Outcome } from '../../src/dns/client/lookup.ts';
import type { Answer, Question } from '../../src/dns/talk.ts';
import { type ClaimLink, SharedClaims } from '../../src/probe/thread-claims.ts';
import type { SharedFromThread } from '../../src/probe/thread-messages.ts';
import { ClaimedLookup } from '../../src/probe/thread-shared-lookup.ts';

const A: Question = { qname: 'a.example', qtype: 'TXT', shared: true };
const text = (record: string): Answer => ({ status: 'noerror', records: [record], aliases: [] });
const SERVFAIL: Answer = { status: 'servfail', extendedError: undefined };
const OVER_BUDGET: Answer = { status: 'over_budget', extendedError: undefined };

/** A thread's engine whose answers the test gives. */
class HeldEngine implements Lookup {
  readonly asked: { question: Question; done: Done }[] = [];

  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    if (deadlineAtMs <= performance.now()) return outcomeOf(OVER_BUDGET);
    this.asked.push({ question, done });
    return undefined;
  }
}

const outcomeOf = (answer: Answer): Outcome => ({
  answer,
  attempts: 2,
  isCached: false,
  isInferred: false,
  resolver: '192.0.2.53:53',
});

/** The main thread and some threads without the threads: what one says is cloned to the other. */
function world(threads: number) {
  const firsts: CachedAnswer[] = [];
  const dead = new Set<ClaimLink>();
  const links: (ClaimLink & { engine: HeldEngine; lookup: ClaimedLookup })[] = [];
  const claims = new SharedClaims({
    capacity: 100,
    onFirst: (answer) => firsts.push(answer),
    anyLink: () => links.find((link) => !dead.has(link)),
  });
  for (let i = 0; i < threads; i++) {
    const engine = new HeldEngine();
    const lookup = new ClaimedLookup(engine, (items: readonly SharedFromThread[]) => {
      if (!dead.has(link)) claims.take(link, structuredClone(items));
    });
    const link = {
      engine,
      lookup,
      say: (item: Parameters<ClaimLink['say']>[0]) => {
        if (!dead.has(link)) lookup.take([structuredClone(item)]);
      },
    };
    links.push(link);
  }
  const ask = (thread: number, leftMs = 60_000, question = A) =>
    new Promise<Outcome>((resolve) => {
      const known = links[thread]!.lookup.ask(question, performance.now() + leftMs, resolve);
      if (known !== undefined) resolve(known);
    });
  const kill = (thread: number) => {
    dead.add(links[thread]!);
    claims.drop(links[thread]!);
  };
  const asked = (thread: number) => links[thread]!.engine.asked;
  const answer = (thread: number, index: number, what: Answer) =>
    asked(thread)[index]!.done(outcomeOf(what));
  return { claims, firsts, ask, kill, asked, answer };
}

/** What was gathered has been said. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

describe('shared questions of several threads', () => {
  it('are asked by the first that wants them, and its answer is all others’', async () => {
    const { ask, asked, answer, firsts } = world(2);
    const first = ask(0);
    const second = ask(1);
    await turn();
    expect([asked(0).length, asked(1).length]).toEqual([1, 0]);
    answer(0, 0, text('one'));
    expect(await first).toMatchObject({ answer: text('one'), attempts: 2, isCached: false });
    expect(await second).toMatchObject({ answer: text('one'), attempts: 0, isCached: true });
    expect(firsts).toEqual([{ qname: 'a.example', qtype: 'TXT', answer: text('one') }]);
  });

  it('hold for a thread that comes when the answer is there', async () => {
    const { ask, asked, answer } = world(2);
    const first = ask(0);
    await turn();
    answer(0, 0, text('one'));
    await first;
    await turn();
    expect(await ask(1)).toMatchObject({ answer: text('one'), isCached: true });
    expect(asked(1)).toEqual([]);
  });

  it('fail for all that wait, and are asked anew by who comes later', async () => {
    const { ask, asked, answer, firsts } = world(2);
    const both = Promise.all([ask(0), ask(1)]);
    await turn();
    answer(0, 0, SERVFAIL);
    expect((await both).map((outcome) => outcome.answer.status)).toEqual(['servfail', 'servfail']);
    const later = ask(1);
    await turn();
    answer(1, 0, text('two'));
    expect((await later).answer).toEqual(text('two'));
    await turn();
    expect(firsts).toHaveLength(1);
    expect(asked(0)).toHaveLength(1);
  });

  it('are asked on when only the asker’s time ran out', async () => {
    const { ask, asked, answer } = world(2);
    const first = ask(0, 30);
    const second = ask(1);
    await turn();
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer(0, 0, OVER_BUDGET);
    expect((await first).answer.status).toBe('over_budget');
    await turn();
    const on = [...asked(0).slice(1), ...asked(1)];
    expect(on).toHaveLength(1);
    on[0]!.done(outcomeOf(text('two')));
    expect((await second).answer).toEqual(text('two'));
  });

  it('are asked on by another thread when the asking one dies', async () => {
    const { ask, asked, answer, kill, firsts } = world(2);
    void ask(0);
    const second = ask(1);
    await turn();
    kill(0);
    await turn();
    expect(asked(1)).toHaveLength(1);
    answer(1, 0, text('two'));
    expect((await second).answer).toEqual(text('two'));
    await turn();
    expect(firsts).toHaveLength(1);
  });

  it('end by their deadline although another thread asks on', async () => {
    const { ask, asked, answer } = world(2);
    void ask(0);
    await turn();
    expect((await ask(1, 40)).answer.status).toBe('over_budget');
    answer(0, 0, text('late'));
    await turn();
    expect(asked(1)).toEqual([]);
    expect((await ask(1)).answer).toEqual(text('late'));
  });

  it('end by their deadline although the main thread says nothing', async () => {
    const lookup = new ClaimedLookup(new HeldEngine(), () => undefined);
    const outcome = await new Promise<Outcome>((resolve) => {
      lookup.ask(A, performance.now() + 40, resolve);
    });
    expect(outcome).toMatchObject({ answer: OVER_BUDGET, attempts: 0 });
    lookup.close();
  });

  it('are known from an earlier part of the run', async () => {
    const { claims, ask, asked, firsts } = world(2);
    claims.preload([{ qname: 'a.example', qtype: 'TXT', answer: text('before') }]);
    expect((await ask(1)).answer).toEqual(text('before'));
    expect([asked(0), asked(1), firsts]).toEqual([[], [], []]);
  });

  it('are told apart by name and type', async () => {
    const { ask, asked, answer } = world(2);
    const txt = ask(0);
    const mx = ask(1, 60_000, { ...A, qtype: 'MX' });
    await turn();
    answer(0, 0, text('txt'));
    answer(1, 0, text('1 mx'));
    expect([(await txt).answer, (await mx).answer]).toEqual([text('txt'), text('1 mx')]);
    expect(asked(1)[0]?.question.qtype).toBe('MX');
  });

  it('leave what is not shared to the thread', async () => {
    const { ask, asked, answer, firsts } = world(2);
    const both = [0, 1].map((thread) => ask(thread, 60_000, { ...A, shared: false }));
    answer(0, 0, text('one'));
    answer(1, 0, text('two'));
    expect((await Promise.all(both)).map((outcome) => outcome.answer)).toEqual([
      text('one'),
      text('two'),
    ]);
    expect([asked(0).length, asked(1).length, firsts.length]).toEqual([1, 1, 0]);
  });
});
