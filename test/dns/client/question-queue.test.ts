import { describe, expect, it } from 'vitest';
import { OpenQuestion } from '../../../src/dns/client/open-question.ts';
import { QuestionQueue } from '../../../src/dns/client/question-queue.ts';
import { question } from '../../support/dns-engine.ts';

function open(qname: string, tries: number): OpenQuestion {
  const made = new OpenQuestion(question(qname), 1e9, () => {});
  made.tries = tries;
  return made;
}

function takeAll(queue: QuestionQueue): string[] {
  const taken: string[] = [];
  for (let { first } = queue; first !== undefined; { first } = queue) {
    queue.remove(first);
    taken.push(first.qname);
  }
  return taken;
}

describe('QuestionQueue', () => {
  it('gives new questions and retries every second turn, each in its order', () => {
    const queue = new QuestionQueue();
    for (const qname of ['a', 'b', 'c', 'd']) queue.push(open(qname, 0));
    for (const qname of ['x', 'y']) queue.push(open(qname, 1));
    expect(queue.size).toBe(6);
    expect(takeAll(queue)).toEqual(['x', 'a', 'y', 'b', 'c', 'd']);
    expect(queue.size).toBe(0);
  });

  it('shows the new question that may go before a retry whose turn it is', () => {
    const queue = new QuestionQueue();
    for (const [qname, tries] of [
      ['a', 0],
      ['b', 0],
      ['x', 1],
    ] as const) {
      queue.push(open(qname, tries));
    }
    expect([queue.first?.qname, queue.firstFresh?.qname]).toEqual(['x', 'a']);
    queue.remove(queue.firstFresh as OpenQuestion);
    expect(takeAll(queue)).toEqual(['b', 'x']);
    expect(queue.firstFresh).toBeUndefined();
  });

  it('puts first what repeats an attempt', () => {
    const queue = new QuestionQueue();
    queue.push(open('x', 1));
    queue.unshift(open('plain', 1));
    expect(takeAll(queue)).toEqual(['plain', 'x']);
  });

  it('takes out what is overdue of both kinds', () => {
    const queue = new QuestionQueue();
    const overdue: OpenQuestion[] = [];
    queue.push(open('a', 0));
    queue.push(open('x', 2));
    expect(queue.takeOverdue(1e8, overdue)).toBe(1e9);
    expect(overdue).toEqual([]);
    expect(queue.takeOverdue(1e9, overdue)).toBe(Number.POSITIVE_INFINITY);
    expect(overdue.map(({ qname }) => qname).toSorted()).toEqual(['a', 'x']);
    expect(queue.first).toBeUndefined();
  });
});
